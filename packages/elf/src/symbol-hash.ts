import { ByteWriter } from "./byte-writer.ts";

/** The hash of the System V ABI, chapter 5, "Hash Table". */
export function hashSymbolName(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name, "utf8")) {
    hash = (hash << 4) + byte;
    const high = hash & 0xf0000000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}

/** The content of a `.hash` section for the symbols of a `.dynsym`, whose first is the null symbol. */
export function encodeHashTable(symbolNames: readonly string[]): Uint8Array {
  const bucketCount = Math.max(1, symbolNames.length);
  const buckets = new Uint32Array(bucketCount);
  const chains = new Uint32Array(symbolNames.length);
  for (const [index, name] of symbolNames.entries()) {
    if (index === 0) continue;
    const bucket = hashSymbolName(name) % bucketCount;
    chains[index] = buckets[bucket] ?? 0;
    buckets[bucket] = index;
  }
  const writer = new ByteWriter().u32(bucketCount).u32(chains.length);
  for (const value of [...buckets, ...chains]) writer.u32(value);
  return writer.finish();
}
