import { ByteWriter } from "./byte-writer.ts";

/** Builds an ELF string table: NUL-terminated strings, the empty one at offset 0. */
export class StringTable {
  readonly #writer = new ByteWriter().u8(0);
  readonly #offsets = new Map<string, number>([["", 0]]);

  /** The offset of `text`, which is added at its first use. */
  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#writer.length;
    this.#writer.cString(text);
    this.#offsets.set(text, offset);
    return offset;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }
}
