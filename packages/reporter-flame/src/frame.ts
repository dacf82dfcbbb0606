/** One frame of a flame graph. */
import { displayText, type StackFrame } from "@trace/core";

/** What a frame stands for: decides its colour. `key` is a key of an aggregation, `call` a traced pair of probes. */
export type FrameKind = "key" | "call" | "script" | "native" | "kernel" | "unknown";

/** Frames of equal identity are one. */
export interface Frame {
  readonly kind: FrameKind;
  readonly name: string;
  /** The library or program it is in. */
  readonly module?: string;
  readonly file?: string;
  readonly line?: number;
}

/** A frame as one line: its name, and where its source is, shortly. */
export function frameLabel({ name, file, line }: Frame): string {
  if (file === undefined) return name;
  const short = file.slice(file.lastIndexOf("/") + 1);
  return `${name} ${short}${line === undefined ? "" : `:${line}`}`;
}

/** The identity of a frame. */
export function frameIdentity({ kind, name, module = "", file = "", line = 0 }: Frame): string {
  return `${kind}\n${module}\n${file}:${line}\n${name}`;
}

/** A frame of a stack, where `symbol` is what its address is called: symbols of one function at all its addresses are one. */
export function stackFrame(frame: StackFrame, space: "user" | "kernel", symbol?: string): Frame {
  const module = frame.module === undefined ? {} : { module: displayText(frame.module) };
  const name = symbol ?? frame.symbol;
  if (name === undefined) {
    const short = frame.module?.slice(frame.module.lastIndexOf("/") + 1);
    const address = `0x${BigInt.asUintN(64, BigInt(frame.address)).toString(16)}`;
    return { kind: "unknown", name: short === undefined ? address : `[${displayText(short)}]`, ...module };
  }
  const text = displayText(name);
  if (space === "kernel") return { kind: "kernel", name: text, ...module };
  return parseJitSymbol(text) ?? { kind: "native", name: text, ...module };
}

/**
 * The symbols of V8 and of Python in `/tmp/perf-PID.map`, taken apart. V8 (src/logging/code-events.h, log.cc) writes
 * `JS:*name file:line:column`, before Node 18 `LazyCompile:`; the character says which compiler made the code, which is
 * no reason to tell functions apart. Python (perf_trampoline.c) writes `py::name:file`.
 */
export function parseJitSymbol(symbol: string): Frame | undefined {
  const script = /^(?:JS|LazyCompile|Function|Script|Eval):[*~^+'-]?(.*)$/s.exec(symbol)?.[1];
  if (script !== undefined) {
    const [, name = "", file, line] = /^(.*?) ?((?:\/|[a-z]+:).*|\S+):(\d+):\d+$/s.exec(script) ?? [
      undefined,
      script,
    ];
    const place = file === undefined ? {} : { file, line: Number(line) };
    return { kind: "script", name: name === "" ? "(anonymous)" : name, ...place };
  }
  const python = /^py::(.+?):(.+)$/s.exec(symbol);
  if (python?.[1] !== undefined && python[2] !== undefined)
    return { kind: "script", name: python[1], file: python[2] };
  return undefined;
}
