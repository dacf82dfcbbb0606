/**
 * What a tracer and the processes it traces say to each other, as JSON inside frames. `docs/protocol.md` is the
 * specification.
 */
import type { AggregationSnapshotJson, Diagnostic, ProbeArgument, Program, ValueJson } from "@trace/core";

/** Both sides refuse another version. */
export const protocolVersion = 1;

/** What an environment (the main thread or a worker) answers to a tracer's hello. */
export interface Manifest {
  readonly protocol: number;
  /** As the process sees itself; another one outside of its pid namespace. */
  readonly pid: number;
  /** Number of the environment: the one in its messages' prefix. */
  readonly environment: number;
  /** 0 for the main thread, else the number of the worker. */
  readonly thread: number;
  readonly providers: readonly ManifestProvider[];
}

export interface ManifestProvider {
  readonly name: string;
  /** Name of the module that holds the probes: the base name of the library's file. */
  readonly module: string;
  /** The library by which arm frames name the probes; null where only the environment itself can arm them. */
  readonly library: number | null;
  /** The library's file, as the process sees it. */
  readonly path?: string;
  /** In the order of their indexes in arm frames. */
  readonly probes: readonly ManifestProbe[];
}

export interface ManifestProbe {
  readonly name: string;
  readonly arguments: readonly ProbeArgument[];
}

/** From the tracer: the program to run. Once a connection. */
export interface AttachMessage {
  readonly type: "attach";
  readonly protocol: number;
  readonly program: Program;
  /** The environment that runs begin, end and timer clauses and holds the merged aggregations; 0 for none of them. */
  readonly lead: number;
  /** The value of the built-in variable `target`. */
  readonly target: number;
  /** The tracer's pid, as it sees itself. */
  readonly tracer: number;
  readonly probes: readonly NumberedProbe[];
}

/** A probe and its number within the run. */
export interface NumberedProbe {
  readonly id: number;
  readonly provider: string;
  readonly module: string;
  readonly name: string;
}

/** From the tracer to the environment that leads: what other environments have aggregated. */
export interface MergeMessage {
  readonly type: "merge";
  readonly to: readonly number[];
  readonly aggregations: readonly AggregationSnapshotJson[];
}

/** From the tracer: end in good order. */
export interface StopMessage {
  readonly type: "stop";
  readonly to: readonly number[];
}

export type TracerMessage = AttachMessage | MergeMessage | StopMessage;

/** The program runs in this environment. */
export interface AttachedMessage {
  readonly type: "attached";
}

/** A probe that came after the tracer did, and its number in records of this environment. */
export interface ProbeMessage {
  readonly type: "probe";
  readonly id: number;
  readonly provider: string;
  readonly module: string;
  readonly name: string;
  readonly arguments: readonly ProbeArgument[];
}

/** The program does not run in this environment. */
export interface RefusedMessage {
  readonly type: "refused";
  readonly diagnostics: readonly Diagnostic[];
}

/** One output statement's data. */
export interface RecordItemJson {
  /** Its number in `outputStatements(program)`. */
  readonly statement: number;
  readonly values: readonly ValueJson[];
  readonly aggregations?: readonly AggregationSnapshotJson[];
}

/** One firing of one clause that put something out. */
export interface RecordJson {
  readonly clause: number;
  /** The probe's number. */
  readonly probe: number;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly time: number;
  readonly cpu: number;
  readonly tid: number;
  readonly items: readonly RecordItemJson[];
}

export interface RecordsMessage {
  readonly type: "records";
  /** How many merge messages the data of aggregations in it include. */
  readonly merged: number;
  readonly records: readonly RecordJson[];
}

/**
 * Aggregations in declaration order. Of the environment that leads: all there is so far. Of another: what came since
 * its last such message.
 */
export interface AggregationsMessage {
  readonly type: "aggregations";
  readonly merged: number;
  readonly aggregations: readonly AggregationSnapshotJson[];
  /** Another part follows: rows of aggregations with more keys than fit one frame. */
  readonly more: boolean;
}

export interface LostMessage {
  readonly type: "lost";
  readonly what: "records" | "aggregations" | "variables";
  readonly count: number;
  readonly reason: string;
}

export interface DiagnosticMessage {
  readonly type: "diagnostic";
  readonly diagnostic: Diagnostic;
  /** Of a run-time error: the clause that failed, and the number of the probe that fired it. */
  readonly clause?: number;
  readonly probe?: number;
}

/** The program asked to end. The environment fires no clause any more and waits for the stop message. */
export interface ExitMessage {
  readonly type: "exit";
  readonly status: number;
}

/** Nothing follows from this environment: it was stopped, or it ends by itself (`process`). */
export interface EndedMessage {
  readonly type: "ended";
  readonly reason: "stopped" | "process";
}

export type ProcessMessage =
  | AttachedMessage
  | ProbeMessage
  | RefusedMessage
  | RecordsMessage
  | AggregationsMessage
  | LostMessage
  | DiagnosticMessage
  | ExitMessage
  | EndedMessage;

export function encodeMessage(message: TracerMessage | ProcessMessage | Manifest): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/** The message in `data`; undefined where it is none. What is in it is checked by whom it concerns. */
export function decodeMessage<Message extends { readonly type: string }>(
  data: Uint8Array,
): Message | undefined {
  const value = parseJson(data);
  return isObject(value) && typeof value["type"] === "string" ? (value as unknown as Message) : undefined;
}

/** The manifests in the answer to a hello, one a line. Those of another version, and what is none, are left out. */
export function decodeManifests(payload: Uint8Array): readonly Manifest[] {
  return Buffer.from(payload)
    .toString()
    .split("\n")
    .map((line) => parseJson(Buffer.from(line)))
    .filter((value): value is Record<string, unknown> => isObject(value) && Array.isArray(value["providers"]))
    .map((value) => value as unknown as Manifest);
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString());
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
