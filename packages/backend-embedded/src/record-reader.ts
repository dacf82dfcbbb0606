import type { RecordJson } from "@trace/agent";
import {
  outputStatements,
  snapshotFromJson,
  valueFromJson,
  type AggregationSnapshot,
  type OutputStatement,
  type Program,
  type RecordEvent,
} from "@trace/core";
import type { NumberedProbe } from "./probe-numbers.ts";

/** Makes events of the records that processes send. */
export class RecordReader {
  private readonly statements: readonly OutputStatement[];

  constructor(program: Program) {
    this.statements = outputStatements(program);
  }

  /** @param complete adds to aggregations of the process what others have of them. */
  read(
    record: RecordJson,
    probe: NumberedProbe,
    pid: number,
    complete: (known: readonly AggregationSnapshot[]) => readonly AggregationSnapshot[],
  ): RecordEvent {
    const items = record.items.flatMap((item) => {
      const statement = this.statements[item.statement];
      if (statement === undefined) return [];
      const values = item.values.map(valueFromJson);
      if (item.aggregations === undefined) return [{ statement, values }];
      return [{ statement, values, aggregations: complete(item.aggregations.map(snapshotFromJson)) }];
    });
    const { clause, time, cpu, tid } = record;
    return {
      type: "record",
      clause,
      probe: probe.description,
      probeId: probe.id,
      time,
      cpu,
      pid,
      tid,
      items,
    };
  }
}
