/**
 * Frames on the socket between a tracer and a process: u32 length of what follows, u8 type, payload; little-endian.
 * `docs/protocol.md` says what each means.
 */

export const FrameType = { hello: 1, arm: 2, disarm: 3, message: 4, keptMessage: 5 } as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** The longest frame, without its length: 16 MiB. */
export const maxFrameBytes: number = 16 << 20;

export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

/** A frame as bytes; its payload is the concatenation of `parts`. */
export function encodeFrame(type: FrameType, ...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.allocUnsafe(5);
  head.writeUInt32LE(size + 1, 0);
  head.writeUInt8(type, 4);
  return Buffer.concat([head, ...parts], size + 5);
}

/** A 32-bit unsigned integer as bytes of a payload. */
export function encodeU32(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private size = 0;

  /** The frames that `chunk` completes. Throws a RangeError for a frame of a length that is not allowed. */
  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const frames: Frame[] = [];
    let length = this.frameLength();
    while (length !== undefined && this.size >= length + 4) {
      const bytes = this.take(length + 4);
      frames.push({ type: bytes.readUInt8(4), payload: bytes.subarray(5) });
      length = this.frameLength();
    }
    return frames;
  }

  /** Length of the frame that comes next; undefined while its head is not there. */
  private frameLength(): number | undefined {
    if (this.size < 4) return undefined;
    if ((this.chunks[0]?.length ?? 0) < 4) this.chunks = [Buffer.concat(this.chunks)];
    const length = this.chunks[0]?.readUInt32LE(0) ?? 0;
    if (length === 0 || length > maxFrameBytes) throw new RangeError(`a frame of ${length} bytes`);
    return length;
  }

  private take(size: number): Buffer {
    const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    this.size -= size;
    this.chunks = this.size === 0 ? [] : [all.subarray(size)];
    return all.subarray(0, size);
  }
}
