/** Probe points as D's probe descriptions. */
import { dtraceProbeName, type ProbePoint } from "@trace/core";

/** `point` in four parts, fewer where the first ones are empty. */
export function printPoint(point: ProbePoint): string {
  switch (point.kind) {
    case "begin":
    case "end":
    case "error":
      return `dtrace:::${point.kind.toUpperCase()}`;
    case "never":
      return "trace:::never";
    case "timer":
      return /^(?:tick|profile)-\d+[a-z]*$/.test(point.name)
        ? `profile:::${point.name}`
        : `profile:::${printTimer(point.mode, point.period)}`;
    case "usdt":
      return describe(
        `${point.provider}${point.pid ?? ""}`,
        point.module,
        point.function,
        dtraceProbeName(point.name),
      );
    case "function": {
      const provider = point.space === "kernel" ? "fbt" : `pid${point.pid ?? "$target"}`;
      const place = point.offset === undefined ? point.at : point.offset.toString(16);
      return describe(provider, point.module, point.function, place);
    }
    case "syscall":
      return describe("syscall", "", point.name, point.at);
    case "tracepoint":
      return describe("sdt", point.category, "", point.name);
  }
}

const UNITS = [
  ["s", 1_000_000_000],
  ["ms", 1_000_000],
  ["us", 1_000],
] as const;

/** A timer of the profile provider that fires every `period` nanoseconds. */
export function printTimer(mode: "interval" | "profile", period: number): string {
  const prefix = mode === "interval" ? "tick" : "profile";
  const [unit, length] = UNITS.find(([, one]) => period % one === 0) ?? ["ns", 1];
  return `${prefix}-${period / length}${unit}`;
}

function describe(provider: string, module: string, fn: string, name: string): string {
  return [provider, module, fn, name].map(patternText).join(":");
}

/** What no description can hold is any one character. */
function patternText(pattern: string): string {
  return pattern.replaceAll(/[^-A-Za-z0-9_.*?[\]!\\$`]/gu, "?");
}
