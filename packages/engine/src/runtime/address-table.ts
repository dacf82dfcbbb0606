/**
 * Addresses for strings that have none: what `arg0` of a string argument is outside of `copyinstr`. A string keeps its
 * address until so many other strings were given one that its place is needed.
 */
import type { Int } from "@trace/core";
import { fromByteString, toByteString } from "../functions/bytes.ts";
import { invalidAddress } from "./fault.ts";

const SIZE = 65_536;
/** Where no process has its memory: the first page of the upper half of x86-64's lower 47 bits is never a null pointer. */
const BASE = 0x4000_0000_0000;
const STRIDE = 0x1000;

export class AddressTable {
  private readonly texts: string[] = [];
  private readonly addresses = new Map<string, number>();
  private next = 0;

  /** The address of `text`. */
  intern(text: string): number {
    let address = this.addresses.get(text);
    if (address === undefined) {
      const place = this.next++ % SIZE;
      const evicted = this.texts[place];
      if (evicted !== undefined) this.addresses.delete(evicted);
      this.texts[place] = text;
      address = BASE + this.next * STRIDE;
      this.addresses.set(text, address);
    }
    return address;
  }

  /** The string at `address`. Throws a fault where there is none. */
  read(address: Int): string {
    const { text, offset } = this.find(address);
    return offset === 0 ? text : fromByteString(toByteString(text).slice(offset));
  }

  /** The `size` bytes at `address`, which is that of a string or within one; those after its end are 0. */
  readBytes(address: Int, size: number): Uint8Array<ArrayBuffer> {
    const { text, offset } = this.find(address);
    if (offset + size > STRIDE) return invalidAddress(address);
    const bytes = new Uint8Array(size);
    bytes.set(Buffer.from(toByteString(text).slice(offset, offset + size), "latin1"));
    return bytes;
  }

  private find(address: Int): { readonly text: string; readonly offset: number } {
    if (typeof address === "bigint" || address < BASE) return invalidAddress(address);
    const offset = (address - BASE) % STRIDE;
    const text = this.texts[((address - offset - BASE) / STRIDE - 1) % SIZE];
    return text !== undefined && this.addresses.get(text) === address - offset
      ? { text, offset }
      : invalidAddress(address);
  }
}
