/** Probe descriptions: `provider:module:function:name`, fewer parts from the right (dtrace(1), "Probe descriptions"). */
import type { ProbePoint, Span } from "@trace/core";
import { didYouMean, reject } from "@trace/syntax";
import type { ProbeDescriptionNode } from "../ast/program.ts";
import { expandMacros } from "./macros.ts";
import { notSupported, type Scope } from "./scope.ts";
import { parseRate } from "./units.ts";

interface Parts {
  readonly provider: string;
  readonly module: string;
  readonly function: string;
  readonly name: string;
}

/** The probe point that `node` means. Rejects malformed descriptions with D_PDESC_INVAL. */
export function lowerProbePoint(scope: Scope, { text, span }: ProbeDescriptionNode): ProbePoint {
  if (/^\d+$/.test(text)) notSupported("probes by number are", span, "write the name of the probe");
  const fields = expandMacros(scope, text, span).split(":");
  if (fields.length > 4)
    reject(
      "D_PDESC_INVAL",
      `probe description '${text}' has more than four parts`,
      span,
      "write provider:module:function:name",
    );
  const [name = "", fn = "", module = "", provider = ""] = fields.toReversed();
  return pointOf({ provider, module, function: fn, name }, text, span);
}

function pointOf(parts: Parts, text: string, span: Span): ProbePoint {
  const { provider, module, name } = parts;
  const own = lifecyclePoint(parts, span) ?? timerPoint(parts, span);
  if (own !== undefined) return own;
  switch (provider) {
    case "dtrace":
    case "profile":
      return reject(
        "D_PDESC_ZERO",
        `provider '${provider}' has no probe '${name}'`,
        span,
        provider === "dtrace" ? "it has BEGIN, END and ERROR" : "write tick-1s or profile-99hz",
      );
    case "syscall":
      return syscallPoint(parts, span);
    case "rawtp":
    case "sdt":
      return { kind: "tracepoint", category: module, name, span };
    case "fbt":
    case "rawfbt":
      return functionPoint(parts, { space: "kernel" }, text, span);
    default: {
      const pid = /^pid(\d+)$/.exec(provider)?.[1];
      if (pid !== undefined) return functionPoint(parts, { space: "user", pid: Number(pid) }, text, span);
      return {
        kind: "usdt",
        provider,
        module,
        function: parts.function,
        name: makersName(name),
        span,
      };
    }
  }
}

/** `request-start` as its maker wrote it: `request__start`. In brackets `-` is a range. */
function makersName(name: string): string {
  return name.replaceAll(/\[[^\]]*\]|-/g, (part) => (part === "-" ? "__" : part));
}

function lifecyclePoint({ provider, module, function: fn, name }: Parts, span: Span): ProbePoint | undefined {
  if ((provider !== "" && provider !== "dtrace") || module !== "" || fn !== "") return undefined;
  switch (name) {
    case "BEGIN":
      return { kind: "begin", span };
    case "END":
      return { kind: "end", span };
    case "ERROR":
      return { kind: "error", span };
    default:
      return undefined;
  }
}

function timerPoint({ provider, module, function: fn, name }: Parts, span: Span): ProbePoint | undefined {
  if (!/^(profile)?$/.test(provider) || module !== "" || fn !== "") return undefined;
  const found = /^(tick|profile)-(.*)$/.exec(name);
  if (found === null) return undefined;
  const period = parseRate(found[2] ?? "", "hz");
  if (period === undefined)
    reject(
      "D_PDESC_ZERO",
      `'${found[2] ?? ""}' is no rate for ${found[1] ?? ""}-`,
      span,
      "write a number and ns, us, ms, s, m, h, d or hz (which is the default)",
    );
  return { kind: "timer", mode: found[1] === "tick" ? "interval" : "profile", period, name, span };
}

function syscallPoint({ function: name, name: at }: Parts, span: Span): ProbePoint {
  if (at !== "entry" && at !== "return")
    reject(
      "D_PDESC_ZERO",
      `system calls have no probe '${at}'`,
      span,
      didYouMean(at, ["entry", "return"]) ?? "write syscall::NAME:entry or syscall::NAME:return",
    );
  return { kind: "syscall", at, name, span };
}

function functionPoint(
  { module, function: fn, name }: Parts,
  where: { readonly space: "user" | "kernel"; readonly pid?: number },
  text: string,
  span: Span,
): ProbePoint {
  if (name === "entry" || name === "return")
    return { kind: "function", at: name, module, function: fn, ...where, span };
  if (where.space === "user" && /^[0-9a-fA-F]+$/.test(name))
    return {
      kind: "function",
      at: "entry",
      offset: Number.parseInt(name, 16),
      module,
      function: fn,
      ...where,
      span,
    };
  reject(
    where.space === "user" ? "D_PROC_NAME" : "D_PDESC_ZERO",
    `'${name}' in '${text}' is no place in a function`,
    span,
    "write entry, return, or an offset in hexadecimal",
  );
}
