import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { normalizeInt } from "../value/integer.ts";
import { decodeText, encodeText } from "../value/text.ts";
import type { Stack, Value } from "../value/value.ts";
import { maxFieldSize } from "./field.ts";
import type { Conversion, ConversionKind, PrintfFormat } from "./printf-format.ts";
import { renderPrintf } from "./render-printf.ts";

function show(conversion: Conversion, ...values: Value[]): string {
  return renderPrintf([conversion], values);
}

describe("renderPrintf", () => {
  it("puts literal text and conversions in order", () => {
    const format: PrintfFormat = ["a=", { kind: "d" }, " 100% b=", { kind: "s" }, "\n"];
    expect(renderPrintf(format, [5, "x"])).toBe("a=5 100% b=x\n");
  });

  it("is exact for 64-bit integers", () => {
    expect(show({ kind: "d" }, -(2n ** 63n))).toBe("-9223372036854775808");
    expect(show({ kind: "u" }, 2n ** 64n - 1n)).toBe("18446744073709551615");
    expect(show({ kind: "d" }, 9007199254740993n)).toBe("9007199254740993");
  });

  it("masks what it shows unsigned to the argument's width", () => {
    expect(show({ kind: "x", bits: 8 }, -1)).toBe("ff");
    expect(show({ kind: "u", bits: 16 }, -1)).toBe("65535");
    expect(show({ kind: "o", bits: 32 }, -1)).toBe("37777777777");
    expect(show({ kind: "X" }, -1)).toBe("FFFFFFFFFFFFFFFF");
  });

  it("shows pointers as plain hexadecimal, as DTrace does", () => {
    expect(show({ kind: "p" }, 0x1000)).toBe("1000");
    expect(show({ kind: "p", flags: "#" }, 0x1000)).toBe("0x1000");
    expect(show({ kind: "p", flags: "0", width: 8 }, 0x1000)).toBe("00001000");
  });

  it("takes width and precision from the arguments", () => {
    const star: Conversion = { kind: "d", width: "*" };
    expect(show(star, 6, 42)).toBe("    42");
    expect(show(star, -6, 42)).toBe("42    ");
    expect(show({ kind: "s", precision: "*" }, 2, "abcdef")).toBe("ab");
    expect(show({ kind: "s", precision: "*" }, -1, "abcdef")).toBe("abcdef");
    expect(show({ kind: "s", width: "*", precision: "*" }, 4, 2, "abcdef")).toBe("  ab");
  });

  it("counts bytes for the width and precision of strings", () => {
    expect(show({ kind: "s", width: 10 }, "h\u00e9llo")).toBe("    h\u00e9llo");
    expect(show({ kind: "s", width: 10, flags: "-" }, "h\u00e9llo")).toBe("h\u00e9llo    ");
    expect(show({ kind: "s", precision: 3 }, "h\u00e9llo")).toBe("h\u00e9");
    expect(encodeText(show({ kind: "s", precision: 2 }, "h\u00e9llo"))).toEqual(Uint8Array.of(0x68, 0xc3));
  });

  it("shows characters as one byte", () => {
    expect(show({ kind: "c" }, 65)).toBe("A");
    expect(show({ kind: "c", width: 3 }, 65)).toBe("  A");
    expect(show({ kind: "c" }, 300)).toBe(",");
    expect(encodeText(show({ kind: "c" }, 0xe9))).toEqual(Uint8Array.of(0xe9));
  });

  it("escapes what cannot be printed, as DTrace's %S and %C", () => {
    expect(show({ kind: "C" }, 10)).toBe("\\n");
    expect(show({ kind: "C" }, 200)).toBe("\\310");
    expect(show({ kind: "C" }, 39)).toBe("'");
    expect(show({ kind: "C", width: 5 }, 10)).toBe("   \\n");
    expect(show({ kind: "S" }, "a\tb\n")).toBe("a\\tb\\n\\0");
    expect(show({ kind: "S" }, "a\"b\\c\u0001\u007f\u00e9'")).toBe("a\\\"b\\\\c\\001\\177\\303\\251'\\0");
    expect(show({ kind: "S", width: 9, flags: "-" }, "a\tb")).toBe("a\\tb\\0   ");
  });

  it("shows a missing value as nothing and another type by its own", () => {
    expect(renderPrintf([{ kind: "d" }, "|", { kind: "s" }], [])).toBe("|");
    expect(show({ kind: "d", width: 4 }, "ab")).toBe("  ab");
    expect(show({ kind: "s" }, 12)).toBe("12");
    expect(show({ kind: "s" }, { float: 1.5 })).toBe("1.5");
    expect(show({ kind: "d" }, { float: -1.5 })).toBe("-1");
    expect(show({ kind: "d" }, { float: NaN })).toBe("0");
  });

  it("bounds a field, whatever the arguments ask for", () => {
    expect(show({ kind: "d", width: "*" }, 2 ** 31 - 1, 1)).toHaveLength(maxFieldSize);
    expect(show({ kind: "f", precision: "*" }, 2 ** 31 - 1, { float: 1 })).toHaveLength(maxFieldSize + 2);
  });

  it("shows stacks a frame a line", () => {
    const stack: Stack = {
      frames: [
        { address: 16, module: "libc.so.6", symbol: "puts", offset: 31 },
        { address: 32, module: "app", symbol: "main", offset: 0 },
        { address: 48, module: "app" },
        { address: -1 },
      ],
    };
    const frames = ["libc.so.6`puts+0x1f", "app`main", "app`0x30", "0xffffffffffffffff"];
    expect(show({ kind: "k" }, stack)).toBe(`\n${frames.map((one) => `${one}\n`).join("")}`);
    expect(show({ kind: "k", width: 4, flags: "-" }, stack)).toBe(
      `\n${frames.map((one) => `    ${one}\n`).join("")}`,
    );
  });

  it("lets a printa say what its aggregations show", () => {
    const format: PrintfFormat = [
      { kind: "s" },
      " ",
      { kind: "d", aggregate: true, width: 4 },
      { kind: "d", aggregate: true },
      { kind: "x", aggregate: true },
    ];
    const text = renderPrintf(format, ["k"], {
      aggregate: (nth, { kind }) => (nth === 1 ? { text: "\nhistogram\n" } : kind === "x" ? 255 : 7),
    });
    expect(text).toBe("k    7\nhistogram\nff");
  });
});

describe("times", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("are shown in UTC where TZ says so", () => {
    vi.stubEnv("TZ", "UTC");
    expect(show({ kind: "Y" }, 1700000000123456789n)).toBe("2023 Nov 14 22:13:20");
    expect(show({ kind: "Y", width: 25, flags: "-" }, 0)).toBe("1970 Jan  1 00:00:00     ");
    expect(show({ kind: "T" }, 1700000000123456789n)).toBe("Tue, 14 Nov 2023 22:13:20 UTC");
  });

  it("follow TZ", () => {
    vi.stubEnv("TZ", "America/New_York");
    expect(show({ kind: "Y" }, 1700000000123456789n)).toBe("2023 Nov 14 17:13:20");
    expect(show({ kind: "T" }, 1700000000123456789n)).toBe("Tue, 14 Nov 2023 17:13:20 EST");
  });

  it("give %T the year of the ISO week, as DTrace does", () => {
    vi.stubEnv("TZ", "UTC");
    expect(show({ kind: "T" }, 1609459200_000_000_000n)).toBe("Fri, 01 Jan 2020 00:00:00 UTC");
    expect(show({ kind: "T" }, 1577750400_000_000_000n)).toBe("Tue, 31 Dec 2020 00:00:00 UTC");
  });
});

/** Formats each case by the C library, through python3's ctypes: lines of hex. */
const C_PRINTF = `
import sys, json, ctypes
libc = ctypes.CDLL(None)
out = ctypes.create_string_buffer(8192)
for fmt, type, value in json.load(sys.stdin):
    if type == "int": arg = ctypes.c_ulonglong(int(value) & (2**64 - 1))
    elif type == "float": arg = ctypes.c_double(float.fromhex(value))
    else: arg = ctypes.c_char_p(bytes.fromhex(value))
    size = libc.snprintf(out, 8192, fmt.encode(), arg)
    print(out.raw[:size].hex())
`;

function byTheCLibrary(cases: readonly (readonly [string, string, string])[]): string[] {
  const output = execFileSync("python3", ["-c", C_PRINTF], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return output.trimEnd().split("\n");
}

const hasPython = spawnSync("python3", ["-c", "import ctypes; ctypes.CDLL(None).snprintf"]).status === 0;

/** A double without loss, for Python's float.fromhex. */
function toHex(value: number): string {
  return show({ kind: "a" }, { float: value });
}

const flags = fc.uniqueArray(fc.constantFrom("-", "+", " ", "0", "#")).map((list) => list.join(""));
const width = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
const precision = fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined });

function conversion(kinds: readonly ConversionKind[]): fc.Arbitrary<Conversion> {
  return fc
    .tuple(fc.constantFrom(...kinds), flags, width, precision)
    .map(([kind, flags_, width_, precision_]) => ({
      kind,
      flags: flags_,
      ...(width_ === undefined ? {} : { width: width_ }),
      ...(precision_ === undefined ? {} : { precision: precision_ }),
    }));
}

/** glibc loses zeros where `%#g` rounds up to a power of ten (`1.E+04` for `%#.4G` of 9999.9995). */
function withoutGlibcBug(one: Conversion): Conversion {
  return one.kind === "g" || one.kind === "G" ? { ...one, flags: one.flags?.replace("#", "") ?? "" } : one;
}

function cFormat({ kind, flags: marks, width: least, precision: most }: Conversion): string {
  const size = "duoxX".includes(kind) ? "ll" : "";
  return `%${marks ?? ""}${least ?? ""}${most === undefined ? "" : `.${most}`}${size}${kind}`;
}

/** A few thousand cases at once: one process of python3 for all. */
function expectAsC<T extends Value>(
  kinds: readonly ConversionKind[],
  values: fc.Arbitrary<T>,
  type: string,
  encode: (value: T) => string,
): void {
  const cases = fc.sample(fc.tuple(conversion(kinds).map(withoutGlibcBug), values), 3000);
  const expected = byTheCLibrary(cases.map(([one, value]) => [cFormat(one), type, encode(value)]));
  const actual = cases.map(([one, value]) => Buffer.from(encodeText(show(one, value))).toString("hex"));
  const label = (hex: string | undefined, index: number): string =>
    `${cFormat(cases[index]?.[0] ?? { kind: "d" })} of ${encode(cases[index]?.[1] as T)}: ${decodeText(Buffer.from(hex ?? "", "hex"))}`;
  expect(actual.map(label)).toEqual(expected.map(label));
}

describe.skipIf(!hasPython)("formats as the C library does", () => {
  it("integers", () => {
    const integers = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -100n, max: 100n }),
    );
    expectAsC(["d", "u", "o", "x", "X"], integers.map(normalizeInt), "int", String);
  });

  it("floats", () => {
    const floats = fc.oneof(
      fc.double({ noNaN: true }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      // Ties and powers of ten, where rounding goes wrong.
      fc.integer({ min: -4000, max: 4000 }).map((n) => n / 8),
      fc.integer({ min: -30, max: 30 }).map((n) => Number(`1e${n}`)),
      fc.integer({ min: -30, max: 30 }).map((n) => Number(`9.9999995e${n}`)),
      fc.constantFrom(0, -0, Infinity, -Infinity, 5e-324, Number.MAX_VALUE),
    );
    expectAsC(
      ["e", "E", "f", "g", "G", "a", "A"],
      floats.map((float) => ({ float })),
      "float",
      ({ float }) => toHex(float),
    );
  });

  it("strings of any bytes", () => {
    const text = fc.uint8Array({ min: 1, maxLength: 20 }).map((bytes) => decodeText(bytes));
    // printf(3) leaves the meaning of other flags with %s undefined.
    const cases = fc.sample(fc.tuple(conversion(["s"]), text), 1000);
    const plain = cases.map(
      ([one, value]) => [{ ...one, flags: one.flags?.includes("-") === true ? "-" : "" }, value] as const,
    );
    const expected = byTheCLibrary(
      plain.map(([one, value]) => [cFormat(one), "bytes", Buffer.from(encodeText(value)).toString("hex")]),
    );
    expect(plain.map(([one, value]) => Buffer.from(encodeText(show(one, value))).toString("hex"))).toEqual(
      expected,
    );
  });
});
