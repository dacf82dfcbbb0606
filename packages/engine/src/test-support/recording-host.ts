/** A host for tests: keeps what it is told, and answers with fixed facts. */
import type { EngineHost, EngineRecord, RuntimeFault } from "../engine.ts";

export interface RecordingHost extends EngineHost {
  readonly records: EngineRecord[];
  readonly faults: RuntimeFault[];
  readonly statuses: number[];
  /** How often each clock was read. */
  readonly reads: { now: number; wallTime: number; vtime: number };
}

export function recordingHost(facts: Partial<EngineHost> = {}): RecordingHost {
  const reads = { now: 0, wallTime: 0, vtime: 0 };
  const records: EngineRecord[] = [];
  const faults: RuntimeFault[] = [];
  const statuses: number[] = [];
  return {
    records,
    faults,
    statuses,
    reads,
    emit: (record) => records.push(record),
    onError: (fault) => faults.push(fault),
    onExit: (status) => statuses.push(status),
    now: () => 1000 * ++reads.now,
    wallTime: () => 1_700_000_000_000_000_000n + BigInt(++reads.wallTime),
    vtime: () => ++reads.vtime,
    cpu: () => 3,
    pid: () => 1234,
    tid: () => 1235,
    ppid: () => 1,
    uid: () => 1000,
    gid: () => 100,
    execname: () => "node",
    target: 77,
    ...facts,
  };
}
