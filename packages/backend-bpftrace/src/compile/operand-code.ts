/**
 * Arguments beyond the sixth. bpftrace names no more than a C function has in registers, though probes may have twelve;
 * but it reads registers and memory, and the probe's note says where the argument is.
 */
import type { IntegerType, ProbeDescription } from "@trace/core";
import { parseOperands, type OperandPlace, type ProbeOperand } from "@trace/elf";
import { integerLiteral, wrap } from "./integer-code.ts";

/** A probe as this backend lists it. */
export interface LocatedProbe extends ProbeDescription {
  /** Where its arguments are, as its notes say it (`-4@%edi 8@16(%rsp)`), if all places of the probe agree. */
  readonly operands?: string | undefined;
}

/** The code of argument `index` of `probe` as a 64-bit integer; undefined where that cannot be said. */
export function operandCode(probe: LocatedProbe, index: number): string | undefined {
  const operand = parseOperands(probe.operands ?? "")[index];
  if (operand === undefined || operand.type === "float") return undefined;
  return placeCode(operand.place, operand);
}

function placeCode(place: OperandPlace, { size = 8, type }: ProbeOperand): string | undefined {
  const integer: IntegerType = {
    kind: "integer",
    bits: (size * 8) as 8 | 16 | 32 | 64,
    signed: type === "signed",
  };
  switch (place.kind) {
    case "constant":
      return integerLiteral(place.value);
    case "register": {
      const code = registerCode(place.register);
      return code === undefined ? undefined : wrap(code, integer);
    }
    case "memory": {
      const terms = [addressTerm(place.base, 1), addressTerm(place.index, place.scale)];
      if (place.symbol !== undefined || place.base === undefined || terms.includes(undefined))
        return undefined;
      const address = [...terms.filter((term) => term !== ""), integerLiteral(place.displacement)].join(
        " + ",
      );
      return `(int64)*uptr((${integer.signed ? "" : "u"}int${integer.bits} *)(${address}))`;
    }
    case "other":
      return undefined;
  }
}

/** A register times `scale`; empty without one, undefined where bpftrace does not know it. */
function addressTerm(register: string | undefined, scale: number): string | undefined {
  if (register === undefined) return "";
  const code = registerCode(register);
  return code === undefined || scale === 1 ? code : `(${code} * ${scale})`;
}

/** bpftrace calls the registers of x86-64 by their 16-bit names, whatever part of them is meant (its arch/x86_64.cpp). */
function registerCode(register: string): string | undefined {
  const general = /^[re]?([abcd]x|[sd]i|[bs]p)$/.exec(register)?.[1];
  const low = /^([abcd])l$/.exec(register)?.[1] ?? /^([sd]i|[bs]p)l$/.exec(register)?.[1];
  const numbered = /^(r(?:8|9|1[0-5]))[bwd]?$/.exec(register)?.[1];
  const name = general ?? (low?.length === 1 ? `${low}x` : low) ?? numbered;
  return name === undefined ? undefined : `(int64)reg("${name}")`;
}
