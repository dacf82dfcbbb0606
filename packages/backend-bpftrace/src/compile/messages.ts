/**
 * What the script tells while it runs. Each `print((number, ...))` of the script is a message; its number says what it
 * means and how its values are used. The script and the reader of its output share this table.
 */
import type { Expression, OutputStatement, PrintaStatement, ProbeDescription, Type } from "@trace/core";

/** A probe of the run, with its number. */
export interface RunProbe {
  readonly id: number;
  readonly description: ProbeDescription;
}

/** A value that the script sends: the number of it among the values of its message, after the header. */
export interface SentValue {
  readonly index: number;
  readonly type: Type;
}

/** A value of an output statement. */
export type OutputValue =
  | ({ readonly kind: "sent" } & SentValue)
  /** Computed by the host: in `expression`, clause-local variables named by {@link partName} are the parts. */
  | { readonly kind: "computed"; readonly parts: readonly SentValue[]; readonly expression: Expression };

/** One output statement, and its values. */
export interface ItemTemplate {
  readonly statement: OutputStatement;
  readonly values: readonly OutputValue[];
}

/** What to do with the maps that were printed. */
export type AggregationAction =
  | { readonly kind: "printa"; readonly statement: PrintaStatement }
  /** `shown`: its map was not printed again, for a printa of the same firing has. */
  | { readonly kind: "clear"; readonly aggregation: string; readonly shown: boolean }
  | { readonly kind: "trunc"; readonly aggregation: string; readonly count: OutputValue };

/** Where a message of a clause comes from. */
export interface Origin {
  readonly clause: number;
  /** The probes that share the block; which one fired is told by the pid where there are several. */
  readonly probes: readonly RunProbe[];
}

export type Message =
  /** All probes are attached: bpftrace reads its buffers, with what BEGIN wrote in them, from then on. */
  | { readonly kind: "ready" }
  /** Somebody still reads: bpftrace ends by SIGPIPE when nobody does. */
  | { readonly kind: "alive" }
  /** The maps were printed for those who watch the aggregations grow. */
  | { readonly kind: "interim" }
  /** No clause runs any more; all that was told before has been read once a few of these came. */
  | { readonly kind: "stopping" }
  /** The same from each CPU, for what it has lost to be told. */
  | { readonly kind: "stoppingHere" }
  /** The end clauses ran; what is printed after this are the aggregations as they ended. */
  | { readonly kind: "ended" }
  | {
      readonly kind: "items";
      readonly origin: Origin;
      readonly items: readonly ItemTemplate[];
      /** Nothing more comes of this firing of the clause. */
      readonly whole: boolean;
    }
  | { readonly kind: "recordEnd"; readonly origin: Origin }
  | {
      readonly kind: "normalize";
      readonly aggregation: string;
      /** Absent for denormalize. */
      readonly factor?: OutputValue;
    }
  /** The maps of these aggregations come next, then `printed`. */
  | { readonly kind: "printing"; readonly aggregations: readonly string[] }
  | {
      readonly kind: "printed";
      readonly origin: Origin;
      readonly action: AggregationAction;
    }
  /** bpftrace threw all of the aggregation away. */
  | { readonly kind: "emptied"; readonly aggregation: string }
  | { readonly kind: "fault"; readonly origin: Origin; readonly code: "RUNTIME_DIVIDE_BY_ZERO" };

/**
 * The map that counts the messages of clauses, by which is known how many were lost: 0.27 tells but those of one CPU, and
 * all versions only once there is room again.
 */
export const sentMessages = "@sent";

/** Values that every message carries before its own: number, time, cpu, pid, tid. */
export const messageHeader = 5;

/** The name of the variable that is part `index` of a computed value. */
export function partName(index: number): string {
  return `part${index}`;
}
