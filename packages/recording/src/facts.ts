/** What a recording holds besides the events: what the run's surroundings were. */
import type { Int } from "@trace/core";

/** The version of the format: grows when a reader of the old one would misread the new. */
export const recordingVersion = 1;

/** The script of the run. */
export interface RecordedScript {
  /** A path, or `<command line>`. */
  readonly name: string;
  readonly text: string;
  /** The name of its language: `d`. */
  readonly language: string;
  readonly arguments: readonly string[];
}

/** The machine of the run. */
export interface RecordedHost {
  readonly name: string;
  /** Kernel and its release: `Linux 6.1.0`. */
  readonly system: string;
  /** As Node's `process.arch`: `x64`. */
  readonly architecture: string;
  /** In which times of day were shown: `Europe/Berlin`. */
  readonly timeZone: string;
  /** One moment on both clocks, in nanoseconds: that of records' times, and that since 1970-01-01 00:00 UTC. */
  readonly clock: { readonly monotonic: Int; readonly wall: Int };
}

/** A process that is mentioned in events, as it was when it first was. */
export interface RecordedProcess {
  /** At most 15 bytes (proc(5), comm). */
  readonly name: string;
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
}

/** What a writer is told, or finds out while it writes. */
export interface RecordingFacts {
  readonly script?: RecordedScript;
  readonly host: RecordedHost;
  /** Nanoseconds of the clock of records' times. */
  readonly now: () => number;
  /** Undefined for a process that is gone. */
  readonly process: (pid: number) => RecordedProcess | undefined;
  /** The name of a thread; undefined for one that is gone. */
  readonly thread: (pid: number, tid: number) => string | undefined;
}
