/**
 * Memory that a program reads and writes by address: scratch, its own, and read-only its strings. Nothing of the process
 * is reachable by address.
 */
import { decodeText, truncateText, type Int } from "@trace/core";
import type { AddressTable } from "./address-table.ts";
import { invalidAddress, noScratch } from "./fault.ts";

/** Where scratch memory and the program's own are: far apart, and apart from the strings of the {@link AddressTable}. */
const SCRATCH = 0x1000_0000_0000;
const OWN = 0x2000_0000_0000;

/** The first address that `alloca` gives; also how allocations are aligned. */
const ALIGNMENT = 8;

export class Memory {
  private readonly scratch: DataView;
  private readonly own: DataView;
  private readonly addresses: AddressTable;
  private readonly stringSize: number;
  private top = ALIGNMENT;
  /** Where in the view that {@link locate} returned the address is. */
  private at = 0;

  constructor(ownSize: number, scratchSize: number, addresses: AddressTable, stringSize: number) {
    this.own = new DataView(new ArrayBuffer(ownSize));
    this.scratch = new DataView(new ArrayBuffer(ALIGNMENT + scratchSize));
    this.addresses = addresses;
    this.stringSize = stringSize;
  }

  /** A clause begins: nothing is allocated. */
  reset(): void {
    this.top = ALIGNMENT;
  }

  alloca(size: Int): number {
    const start = this.top;
    const end = start + Math.ceil(Number(size) / ALIGNMENT) * ALIGNMENT;
    if (start + Number(size) > this.scratch.byteLength) return noScratch();
    this.top = Math.min(end, this.scratch.byteLength);
    new Uint8Array(this.scratch.buffer).fill(0, start, this.top);
    return SCRATCH + start;
  }

  /** The address of byte `offset` of the program's own memory. */
  ownAddress(offset: Int): number {
    return Number(offset) < this.own.byteLength ? OWN + Number(offset) : invalidAddress(offset);
  }

  load8(address: Int): number {
    return this.locate(address, 1).getUint8(this.at);
  }

  load16(address: Int): number {
    return this.locate(address, 2).getUint16(this.at, true);
  }

  load32(address: Int): number {
    return this.locate(address, 4).getUint32(this.at, true);
  }

  load64(address: Int): bigint {
    return this.locate(address, 8).getBigUint64(this.at, true);
  }

  store8(address: Int, value: number): number {
    this.writable(address, 1).setUint8(this.at, value);
    return value;
  }

  store16(address: Int, value: number): number {
    this.writable(address, 2).setUint16(this.at, value, true);
    return value;
  }

  store32(address: Int, value: number): number {
    this.writable(address, 4).setUint32(this.at, value, true);
    return value;
  }

  store64(address: Int, value: Int): Int {
    this.writable(address, 8).setBigUint64(this.at, BigInt(value), true);
    return value;
  }

  /** The `size` bytes at `address`, a copy. */
  read(address: Int, size: Int): Uint8Array {
    const view = this.locate(address, Number(size));
    return new Uint8Array(view.buffer, view.byteOffset + this.at, Number(size)).slice();
  }

  copy(from: Int, to: Int, size: Int): Int {
    const bytes = this.read(from, size);
    const view = this.writable(to, bytes.length);
    new Uint8Array(view.buffer, view.byteOffset + this.at, bytes.length).set(bytes);
    return to;
  }

  copyin(from: Int, size: Int): number {
    const bytes = this.read(from, size);
    const to = this.alloca(size);
    new Uint8Array(this.scratch.buffer).set(bytes, to - SCRATCH);
    return to;
  }

  /** The bytes as a string that may hold NULs. */
  bytes(address: Int, size: Int): string {
    return decodeText(this.read(address, size));
  }

  /** The string at `address`, up to its NUL or the end of what is there. */
  text(address: Int): string {
    const view = this.viewOf(address, 1);
    if (view === undefined) return this.addresses.read(address);
    const bytes = new Uint8Array(view.buffer, this.at, Math.min(this.end(view) - this.at, this.stringSize));
    const nul = bytes.indexOf(0);
    return truncateText(decodeText(nul < 0 ? bytes : bytes.subarray(0, nul)), this.stringSize);
  }

  private writable(address: Int, size: number): DataView {
    return this.viewOf(address, size) ?? invalidAddress(address);
  }

  /** A view that has `size` bytes at `address`, which are at {@link at} in it. */
  private locate(address: Int, size: number): DataView {
    const view = this.viewOf(address, size);
    if (view !== undefined) return view;
    this.at = 0;
    return new DataView(this.addresses.readBytes(address, size).buffer);
  }

  private viewOf(address: Int, size: number): DataView | undefined {
    if (typeof address === "bigint" || address < SCRATCH) return undefined;
    if (address < OWN) {
      this.at = address - SCRATCH;
      // Who reports it tells the place in scratch memory, as DTrace does.
      return this.at < ALIGNMENT || this.at + size > this.top ? invalidAddress(this.at) : this.scratch;
    }
    this.at = address - OWN;
    return this.at + size <= this.own.byteLength ? this.own : undefined;
  }

  private end(view: DataView): number {
    return view === this.scratch ? this.top : view.byteLength;
  }
}
