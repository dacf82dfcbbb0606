/** Reading a recording: what it is about at once, its events as they are asked for. */
import {
  errorDiagnostic,
  TraceError,
  validateProgram,
  type Diagnostic,
  type Program,
  type ReadyEvent,
  type TraceEvent,
} from "@trace/core";
import { recordingVersion, type RecordedHost, type RecordedProcess, type RecordedScript } from "./facts.ts";
import {
  Malformed,
  optional,
  readCount,
  readFields,
  readInt,
  readList,
  readNumber,
  readString,
  type Fields,
} from "./fields.ts";
import { EventReader } from "./read-event.ts";
import { splitLines } from "./split-lines.ts";

/** A recording that is being read. */
export interface Recording {
  /** What messages call it by: the file's name. */
  readonly name: string;
  readonly program: Program;
  readonly script?: RecordedScript;
  readonly host?: RecordedHost;
  /** The event of that type, where it is the first; `events` has it, too. */
  readonly ready?: ReadyEvent;
  /** When it was ready and when it ended, as far as is known yet: nanoseconds of the clock of records' times. */
  readonly times: { readonly ready?: number; readonly end?: number };
  /** What is known of processes, by pid, and of the names of threads, by tid; grows as events are read. */
  readonly processes: ReadonlyMap<number, RecordedProcess>;
  readonly threads: ReadonlyMap<number, string>;
  /**
   * The events, as they were, to be iterated once. A recording that is damaged or cut off gives what was before the
   * damage, then a diagnostic RECORDING_MALFORMED with the number of the line, and an `end` with reason `failed`.
   */
  readonly events: AsyncIterable<TraceEvent>;
}

/**
 * Begins to read a recording, up to where it says which probes were attached. Rejects with a TraceError: what
 * `chunks` throws, RECORDING_MALFORMED for what does not begin like a recording, RECORDING_VERSION for one of another
 * version.
 */
export async function readRecording(name: string, chunks: AsyncIterable<Uint8Array>): Promise<Recording> {
  const reader = new RecordingReader(name, chunks);
  await reader.open();
  return reader;
}

class RecordingReader implements Recording {
  readonly name: string;
  readonly processes = new Map<number, RecordedProcess>();
  readonly threads = new Map<number, string>();
  readonly times: { ready?: number; end?: number } = {};
  readonly events: AsyncIterable<TraceEvent>;
  declare program: Program;
  declare script?: RecordedScript;
  declare host?: RecordedHost;
  declare ready?: ReadyEvent;
  readonly #lines: AsyncGenerator<{ readonly text: string; readonly complete: boolean }>;
  #line = 0;
  #reader: EventReader | undefined;
  /** The event that was read ahead. */
  #first: TraceEvent | undefined;

  constructor(name: string, chunks: AsyncIterable<Uint8Array>) {
    this.name = name;
    this.#lines = splitLines(chunks);
    this.events = this.#iterate();
  }

  async open(): Promise<void> {
    try {
      const fields = await this.#nextLine();
      if (fields === undefined) throw new Malformed("it is empty");
      this.#header(fields);
    } catch (error) {
      await this.#lines.return(undefined);
      throw error instanceof Malformed ? new TraceError(this.#diagnostic(error)) : error;
    }
    this.#reader = new EventReader(this.program);
    this.#first = await this.#next();
    if (this.#first?.type === "ready") this.ready = this.#first;
  }

  #header(fields: Fields): void {
    if (fields["type"] !== "trace") throw new Malformed("it does not begin like a recording");
    if (fields["version"] !== recordingVersion) {
      throw new TraceError(
        errorDiagnostic(
          "RECORDING_VERSION",
          `${this.name} has version ${String(fields["version"])} of the format; this reads version ${recordingVersion}`,
          { hint: "use the version of trace that wrote it" },
        ),
      );
    }
    const { program, diagnostics } = validateProgram(fields["program"]);
    if (program === undefined) throw new Malformed(diagnostics[0]?.message ?? "it has no program");
    // It is valid as it is: so written again it is the same, to the order of its fields.
    this.program = fields["program"] as Program;
    Object.assign(this, optional(fields, "script", readScript), optional(fields, "host", readHost));
  }

  async *#iterate(): AsyncGenerator<TraceEvent> {
    try {
      for (let event = this.#first; event !== undefined; event = await this.#next()) {
        yield event;
        if (event.type === "end") return;
      }
    } finally {
      await this.#lines.return(undefined);
    }
  }

  /** A damage is told by two events; the second comes from here at the next call. */
  async #next(): Promise<TraceEvent | undefined> {
    if (this.#reader === undefined) return { type: "end", reason: "failed", status: 1 };
    try {
      for (;;) {
        const fields = await this.#nextLine();
        if (fields === undefined) throw new Malformed("the recording is cut off: it has no end");
        const event = this.#reader.read(fields);
        this.#learn(fields);
        if (event !== undefined) return event;
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#reader = undefined;
      return { type: "diagnostic", diagnostic: this.#diagnostic(error) };
    }
  }

  async #nextLine(): Promise<Fields | undefined> {
    this.#line++;
    const { done, value } = await this.#lines.next();
    if (done === true) return undefined;
    let json: unknown;
    try {
      json = JSON.parse(value.text);
    } catch {
      throw new Malformed(value.complete ? "it is no JSON" : "the recording is cut off in the middle of it");
    }
    return readFields(json, "it");
  }

  #learn(fields: Fields): void {
    switch (fields["type"]) {
      case "ready":
      case "end":
        Object.assign(this.times, { [fields["type"]]: optional(fields, "time", readNumber).time });
        break;
      case "process":
        this.processes.set(readCount(fields, "pid"), {
          name: readString(fields, "name"),
          ppid: readCount(fields, "ppid"),
          uid: readCount(fields, "uid"),
          gid: readCount(fields, "gid"),
        });
        break;
      case "thread":
        this.threads.set(readCount(fields, "tid"), readString(fields, "name"));
    }
  }

  #diagnostic(reason: Malformed): Diagnostic {
    return errorDiagnostic("RECORDING_MALFORMED", `${this.name}, line ${this.#line}: ${reason.message}`, {
      hint: "a recording is what `trace record` and `-o json` write, from its first line to its last",
    });
  }
}

function readScript(fields: Fields, name: string): RecordedScript {
  const script = readFields(fields[name], "the script");
  return {
    name: readString(script, "name"),
    text: readString(script, "text"),
    language: readString(script, "language"),
    arguments: readList(script, "arguments", String),
  };
}

function readHost(fields: Fields, name: string): RecordedHost {
  const host = readFields(fields[name], "the host");
  const clock = readFields(host["clock"], "the host's clock");
  return {
    name: readString(host, "name"),
    system: readString(host, "system"),
    architecture: readString(host, "architecture"),
    timeZone: readString(host, "timeZone"),
    clock: { monotonic: readInt(clock, "monotonic"), wall: readInt(clock, "wall") },
  };
}
