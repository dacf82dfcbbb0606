/** Records that wait for a `commit`, by the number of their speculation (dtrace(1), "Speculative tracing"). */
import type { EngineRecord } from "../engine.ts";

/** Records that a speculation holds at most; the others are lost. */
const MOST_RECORDS = 4096;

export class Speculations {
  /** The speculations in use, from 1 on. */
  private readonly active = new Map<number, EngineRecord[]>();
  private readonly limit: number;
  private readonly emit: (record: EngineRecord) => void;

  constructor(limit: number, emit: (record: EngineRecord) => void) {
    this.limit = limit;
    this.emit = emit;
  }

  /** The lowest number that is free; 0 where none is. */
  start(): number {
    for (let id = 1; id <= this.limit; id++) {
      if (this.active.has(id)) continue;
      this.active.set(id, []);
      return id;
    }
    return 0;
  }

  add(id: number, record: EngineRecord): void {
    const records = this.active.get(id);
    if (records !== undefined && records.length < MOST_RECORDS) records.push(record);
  }

  commit(id: number): number {
    const records = this.active.get(id) ?? [];
    this.active.delete(id);
    for (const record of records) this.emit(record);
    return id;
  }

  discard(id: number): number {
    this.active.delete(id);
    return id;
  }

  clear(): void {
    this.active.clear();
  }
}
