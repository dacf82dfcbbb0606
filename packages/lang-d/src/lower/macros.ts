/** Macro variables: `$1`, `$$1`, `$target`, `$pid` (dtrace(1), "Scripting"). */
import { normalizeInt, type Span } from "@trace/core";
import { didYouMean, reject } from "@trace/syntax";
import type { MacroNode } from "../ast/expression.ts";
import type { Scope } from "./scope.ts";

/** What a macro stands for. */
export type MacroValue =
  | { readonly kind: "integer"; readonly value: number | bigint; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "identifier"; readonly text: string };

const FACTS: Readonly<Record<string, () => number>> = {
  pid: () => process.pid,
  ppid: () => process.ppid,
  uid: () => process.getuid?.() ?? 0,
  euid: () => process.geteuid?.() ?? 0,
  gid: () => process.getgid?.() ?? 0,
  egid: () => process.getegid?.() ?? 0,
};
/** Macros of DTrace that no system call of Node tells. */
const UNKNOWN: ReadonlySet<string> = new Set(["pgid", "projid", "sid", "taskid"]);

/** What the macro called `name`, without dollars, stands for. Rejects an undefined one with D_MACRO_UNDEF. */
export function macroValue(scope: Scope, name: string, span: Span): MacroValue {
  if (/^\d+$/.test(name)) return argumentValue(scope, Number(name), span);
  if (name === "target") return integer(scope.context.target ?? 0);
  const fact = Object.hasOwn(FACTS, name) ? FACTS[name] : undefined;
  if (fact !== undefined) return integer(fact());
  if (UNKNOWN.has(name)) reject("D_NOT_SUPPORTED", `macro variable $${name} not supported yet`, span);
  reject(
    "D_MACRO_UNDEF",
    `macro variable $${name} is not defined`,
    span,
    didYouMean(name, [...Object.keys(FACTS), "target"]),
  );
}

/** The text of a macro: what `$$name` is. */
export function macroText(scope: Scope, { name, span }: MacroNode): string {
  return /^\d+$/.test(name)
    ? (scriptArgument(scope, Number(name), span, "") ?? "")
    : macroValue(scope, name, span).text;
}

/** `text` of a probe description with its macros replaced. Rejects `$target` where there is none. */
export function expandMacros(scope: Scope, text: string, span: Span): string {
  if (scope.context.target === undefined && /\$target(?![0-9a-zA-Z_])/.test(text))
    reject(
      "D_MACRO_UNDEF",
      "macro variable $target is not defined: there is no target process",
      span,
      "name a process with -p PID, or start one with -c COMMAND",
    );
  return text.replaceAll(/\$\$?([0-9]+|[a-zA-Z_][0-9a-zA-Z_]*)/g, (_, name: string) =>
    /^\d+$/.test(name)
      ? (scriptArgument(scope, Number(name), span, "") ?? "")
      : macroValue(scope, name, span).text,
  );
}

function integer(value: number): MacroValue {
  return { kind: "integer", value, text: String(value) };
}

function scriptArgument(scope: Scope, index: number, span: Span, absent: string): string {
  const list = scope.context.arguments ?? [];
  const value = index === 0 ? scope.scriptName : list[index - 1];
  if (value !== undefined) return value;
  if (scope.options.defaultArguments) return absent;
  reject(
    "D_MACRO_UNDEF",
    `script argument $${index} is not given`,
    span,
    `the script was given ${list.length === 1 ? "1 argument" : `${list.length} arguments`}; ` +
      "'#pragma D option defaultargs' makes the others 0 and empty",
  );
}

/** An argument is an integer or an identifier where it looks like one, and a string otherwise. */
function argumentValue(scope: Scope, index: number, span: Span): MacroValue {
  const text = scriptArgument(scope, index, span, "0");
  const digits = /^[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text)?.[1];
  if (digits !== undefined) {
    const octal = /^0[0-7]+$/.test(digits);
    const size = BigInt(octal ? `0o${digits}` : digits);
    if (size > 0xffff_ffff_ffff_ffffn)
      reject("D_MACRO_OFLOW", `script argument $${index}, ${text}, does not fit 64 bits`, span);
    return { kind: "integer", value: normalizeInt(text.startsWith("-") ? -size : size), text };
  }
  if (/^[a-zA-Z_`][0-9a-zA-Z_`]*$/.test(text)) return { kind: "identifier", text };
  const quoted = /^"(.*)"$/s.exec(text);
  return { kind: "string", text: quoted?.[1] ?? text };
}
