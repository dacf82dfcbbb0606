import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { fail, failFromSystem } from "./result.ts";
import type { ElfResult } from "./result.ts";

/** Something to read an ELF file from, piece by piece. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes, or undefined where they are not all there. Not to be changed. */
  read(offset: number, length: number): Uint8Array | undefined;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) =>
      isInside(offset, length, bytes.length) ? bytes.subarray(offset, offset + length) : undefined,
  };
}

/** Opens the file for the time of `use`. A file that shrinks meanwhile reads as one that was cut. */
export function withFileSource<T>(path: string, use: (source: ByteSource) => ElfResult<T>): ElfResult<T> {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    return failFromSystem(path, cause);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile())
      return fail("ELF_CANNOT_READ", `${path} is not a regular file`, "name a program or a shared library");
    return use(fileSource(descriptor, status.size));
  } catch (cause) {
    return failFromSystem(path, cause);
  } finally {
    closeSync(descriptor);
  }
}

function fileSource(descriptor: number, size: number): ByteSource {
  return {
    size,
    read(offset, length) {
      if (!isInside(offset, length, size)) return undefined;
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const count = readSync(descriptor, bytes, filled, length - filled, offset + filled);
        if (count === 0) return undefined;
        filled += count;
      }
      return bytes;
    },
  };
}

function isInside(offset: number, length: number, size: number): boolean {
  return (
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= size
  );
}
