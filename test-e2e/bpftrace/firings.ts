/** What fixtures/probes.c fires, in order: what tests compute their expectations from. */

/** One firing of a probe of the provider `fixture`. */
export interface Firing {
  readonly probe: string;
  readonly arguments: readonly (bigint | string)[];
}

const least = -(2n ** 63n);

/** `integers` of the C program. */
export const integers: readonly bigint[] = [
  0n,
  1n,
  -1n,
  2n,
  -2n,
  3n,
  4n,
  7n,
  8n,
  -8n,
  100n,
  -100n,
  1_000_000n,
  2n ** 31n - 1n,
  -(2n ** 31n),
  2n ** 32n,
  -(2n ** 32n) - 1n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  least,
  least + 1n,
];

/** `texts` of the C program. Bytes that are no UTF-8 are written as core writes them: U+DC00 + byte. */
export const texts: readonly string[] = [
  "plain",
  "plain",
  "",
  "a b",
  "ab",
  "a,b",
  'a"b\\c',
  "line\nbreak\ttab\u0001",
  '{"type": "map", "data": {}}',
  "café",
  "bad\udcff\udcfe\udcc3",
  "\\uffffffc3",
  "0",
  "-5",
  "$1 %s ${x} `id`",
];

const unsigned = (bits: number): bigint => 2n ** BigInt(bits) - 1n;
const half = (bits: number): bigint => 2n ** BigInt(bits - 1);

/** All firings, with `count` of `counter` and `plain`. */
export function firings(count = 100): readonly Firing[] {
  const numbers = Array.from({ length: count }, (_, n) => BigInt(n));
  return [
    ...integers.map((value, index) => ({ probe: "value", arguments: [value, BigInt(index)] })),
    ...integers.flatMap((a) => integers.map((b) => ({ probe: "pair", arguments: [a, b] }))),
    { probe: "narrow", arguments: [-half(8), 0n, -half(16), 0n] },
    { probe: "narrow", arguments: [half(8) - 1n, unsigned(8), half(16) - 1n, unsigned(16)] },
    { probe: "narrow", arguments: [-1n, 128n, -1n, 32768n] },
    { probe: "wide", arguments: [-half(32), 0n, -half(64), 0n] },
    { probe: "wide", arguments: [half(32) - 1n, unsigned(32), half(64) - 1n, unsigned(64)] },
    { probe: "wide", arguments: [-1n, half(32), -1n, half(64)] },
    { probe: "many", arguments: [1n, 2n, 3n, 4n, 5n, 6n, 7n, -8n] },
    ...texts.map((text, index) => ({ probe: "text", arguments: [text, BigInt(index)] })),
    ...numbers.flatMap((n) => [
      { probe: "counter", arguments: [n] },
      { probe: "plain", arguments: [n] },
    ]),
  ];
}
