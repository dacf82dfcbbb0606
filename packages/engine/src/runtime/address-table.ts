/**
 * Addresses for strings that have none: what `arg0` of a string argument is outside of `copyinstr`. A string keeps its
 * address until so many other strings were given one that its place is needed.
 */
import type { Int } from "@trace/core";
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
    if (typeof address === "number") {
      const text = this.texts[((address - BASE) / STRIDE - 1) % SIZE];
      if (text !== undefined && this.addresses.get(text) === address) return text;
    }
    return invalidAddress(address);
  }
}
