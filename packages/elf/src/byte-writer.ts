/** Appends little-endian fields to a growing buffer. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    this.#view(1).setUint8(0, value);
    return this;
  }

  u16(value: number): this {
    this.#view(2).setUint16(0, value, true);
    return this;
  }

  u32(value: number): this {
    this.#view(4).setUint32(0, value, true);
    return this;
  }

  u64(value: number | bigint): this {
    this.#view(8).setBigUint64(0, BigInt(value), true);
    return this;
  }

  bytes(values: ArrayLike<number>): this {
    const start = this.#length;
    this.#reserve(values.length);
    this.#bytes.set(values, start);
    return this;
  }

  /** UTF-8, with the terminating NUL. */
  cString(text: string): this {
    return this.bytes(Buffer.from(`${text}\0`, "utf8"));
  }

  /** Repeats `filler` up to a multiple of `alignment`. */
  align(alignment: number, filler: readonly number[] = [0]): this {
    return this.padTo(Math.ceil(this.#length / alignment) * alignment, filler);
  }

  /** Repeats `filler` up to `offset`. */
  padTo(offset: number, filler: readonly number[] = [0]): this {
    const start = this.#length;
    this.#reserve(Math.max(0, offset - start));
    // Pages are padded while a program starts: not byte by byte.
    if (filler.length === 1) this.#bytes.fill(filler[0] ?? 0, start, this.#length);
    else for (let at = start; at < offset; at++) this.#bytes[at] = filler[(at - start) % filler.length] ?? 0;
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #view(size: number): DataView {
    const start = this.#length;
    this.#reserve(size);
    return new DataView(this.#bytes.buffer, start, size);
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#length = needed;
  }
}
