/** Run-time errors of a clause: thrown inside generated code, never out of it. */
import type { Int } from "@trace/core";

/** What can go wrong in a clause. */
export type FaultCode = "RUNTIME_DIVIDE_BY_ZERO" | "RUNTIME_INVALID_ADDRESS" | "RUNTIME_NO_SCRATCH";

/** Not an Error: no stack is captured, for a fault may come with every firing. */
export class Fault {
  readonly code: FaultCode;
  readonly message: string;
  /** DTrace's number of the fault (sys/dtrace.h, DTRACEFLT_*): an error clause's `arg4`. */
  readonly number: number;
  /** The address at fault: an error clause's `arg5`. */
  readonly address: Int;

  constructor(code: FaultCode, message: string, number: number, address: Int) {
    this.code = code;
    this.message = message;
    this.number = number;
    this.address = address;
  }
}

const divideByZero = new Fault("RUNTIME_DIVIDE_BY_ZERO", "divide by zero", 4, 0);

/** `divisor`, which must not be zero. */
export function nonZero<T extends Int>(divisor: T): T {
  if (divisor === 0) raise(divideByZero);
  return divisor;
}

/** The fault of reading at `address`. */
export function invalidAddress(address: Int): never {
  const hex = BigInt.asUintN(64, BigInt(address)).toString(16);
  raise(new Fault("RUNTIME_INVALID_ADDRESS", `invalid address (0x${hex})`, 1, address));
}

const outOfScratch = new Fault("RUNTIME_NO_SCRATCH", "out of scratch space", 5, 0);

export function noScratch(): never {
  raise(outOfScratch);
}

function raise(fault: Fault): never {
  // oxlint-disable-next-line typescript/only-throw-error -- a fault is no Error, see there
  throw fault;
}
