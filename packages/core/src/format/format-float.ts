/**
 * Floating-point numbers as printf(3) shows them, correctly rounded: a double is an exact binary fraction, so its decimal
 * digits are computed with integers and rounded once, half to even, as glibc does in its default rounding mode.
 */

/** The float conversions of printf(3). */
export type FloatConversion = "e" | "E" | "f" | "g" | "G" | "a" | "A";

/** `size` = `mantissa` * 2^`exponent`, for a positive finite number; subnormals included. */
function decompose(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** `numerator / denominator` to the nearest integer, half to even. */
function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator - quotient * denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

/** `size` * 10^`power` to the nearest integer. */
function scaled(size: number, power: number): bigint {
  const { mantissa, exponent } = decompose(size);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  return divideRounded(numerator, denominator);
}

function fixed(size: number, precision: number, keepPoint: boolean): string {
  const digits = scaled(size, precision)
    .toString()
    .padStart(precision + 1, "0");
  const whole = digits.slice(0, digits.length - precision);
  const fraction = digits.slice(digits.length - precision);
  return fraction === "" && !keepPoint ? whole : `${whole}.${fraction}`;
}

/** The `precision` + 1 significant digits of `size` and the decimal exponent of the first. */
function significant(size: number, precision: number): { digits: string; exponent: number } {
  if (size === 0) return { digits: "0".repeat(precision + 1), exponent: 0 };
  // With more digits than a double holds, toExponential cannot round up to the next power of ten.
  let exponent = Number(size.toExponential(20).split("e")[1]);
  let digits = scaled(size, precision - exponent).toString();
  if (digits.length > precision + 1) {
    // 9.99 rounded to 10.0
    exponent += 1;
    digits = digits.slice(0, -1);
  }
  return { digits, exponent };
}

function withExponent(digits: string, exponent: number, keepPoint: boolean): string {
  const point = digits.length > 1 || keepPoint ? "." : "";
  const sign = exponent < 0 ? "-" : "+";
  return `${digits.slice(0, 1)}${point}${digits.slice(1)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function general(size: number, precision: number, keepZeros: boolean): string {
  const places = Math.max(precision, 1);
  const { digits, exponent } = significant(size, places - 1);
  if (exponent < -4 || exponent >= places)
    return withExponent(keepZeros ? digits : digits.replace(/0+$/, "") || "0", exponent, keepZeros);
  const text = fixed(size, places - 1 - exponent, keepZeros);
  return keepZeros || !text.includes(".") ? text : text.replace(/\.?0+$/, "");
}

function hexadecimal(size: number, precision: number | undefined, keepPoint: boolean): string {
  if (size === 0) {
    const zeros = "0".repeat(precision ?? 0);
    return `0x0${zeros === "" && !keepPoint ? "" : "."}${zeros}p+0`;
  }
  const { mantissa, exponent } = decompose(size);
  // glibc leaves a subnormal's leading digit 0.
  let lead = mantissa;
  let digits = 13;
  if (precision !== undefined && precision < 13) {
    lead = divideRounded(mantissa, 1n << BigInt(4 * (13 - precision)));
    digits = precision;
  }
  let fraction = (lead & ((1n << BigInt(4 * digits)) - 1n)).toString(16).padStart(digits, "0");
  if (digits === 0) fraction = "";
  if (precision === undefined) fraction = fraction.replace(/0+$/, "");
  else fraction = fraction.padEnd(precision, "0");
  const power = exponent + 52;
  const point = fraction === "" && !keepPoint ? "" : ".";
  return `0x${lead >> BigInt(4 * digits)}${point}${fraction}p${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}

/** The magnitude of `value`, without a sign, as conversion `kind` shows it. `alternate` is printf's `#`. */
export function formatFloat(
  value: number,
  kind: FloatConversion,
  precision: number | undefined,
  alternate = false,
): string {
  const size = Math.abs(value);
  const upper = kind === "E" || kind === "G" || kind === "A";
  let text: string;
  if (Number.isNaN(size)) text = "nan";
  else if (size === Infinity) text = "inf";
  else if (kind === "f") text = fixed(size, precision ?? 6, alternate);
  else if (kind === "g" || kind === "G") text = general(size, precision ?? 6, alternate);
  else if (kind === "a" || kind === "A") text = hexadecimal(size, precision, alternate);
  else {
    const { digits, exponent } = significant(size, precision ?? 6);
    text = withExponent(digits, exponent, alternate);
  }
  return upper ? text.toUpperCase() : text;
}
