/** D's built-in variables (dtrace(1), "Variables"). */
import { builtins, int64, type BuiltinName } from "@trace/core";
import { fromIrType, type DType } from "../types/d-type.ts";

/** Those with a counterpart in the IR, and the D type of each. */
export const builtinVariables: ReadonlyMap<string, { readonly name: BuiltinName; readonly type: DType }> =
  new Map(
    (
      [
        ["cpu", "cpu"],
        ["epid", "epid"],
        ["errno", "errno"],
        ["execname", "execname"],
        ["gid", "gid"],
        ["id", "probeid"],
        ["pid", "pid"],
        ["ppid", "ppid"],
        ["probefunc", "probefunc"],
        ["probemod", "probemod"],
        ["probename", "probename"],
        ["probeprov", "probeprov"],
        ["tid", "tid"],
        ["timestamp", "timestamp"],
        ["uid", "uid"],
        ["vtimestamp", "vtimestamp"],
        ["walltimestamp", "walltimestamp"],
      ] satisfies [string, BuiltinName][]
    ).map(([word, name]) => [word, { name, type: fromIrType(builtins[name]) }]),
  );

/** Those that only a kernel knows, or that wait for more of D. */
export const unsupportedVariables: ReadonlySet<string> = new Set([
  "caller",
  "curcpu",
  "curlwpsinfo",
  "curpsinfo",
  "curthread",
  "cwd",
  "fds",
  "ipl",
  "ppriority",
  "regs",
  "root",
  "stackdepth",
  "ucaller",
  "uregs",
  "ustackdepth",
  "zonename",
]);

/** Names that DTrace's own libraries define (errno.d, unistd.d): here the faults that `arg4` of ERROR tells. */
export const libraryConstants: ReadonlyMap<string, number> = new Map([
  ["DTRACEFLT_UNKNOWN", 0],
  ["DTRACEFLT_BADADDR", 1],
  ["DTRACEFLT_BADALIGN", 2],
  ["DTRACEFLT_ILLOP", 3],
  ["DTRACEFLT_DIVZERO", 4],
  ["DTRACEFLT_NOSCRATCH", 5],
  ["DTRACEFLT_KPRIV", 6],
  ["DTRACEFLT_UPRIV", 7],
  ["DTRACEFLT_TUPOFLOW", 8],
  ["DTRACEFLT_BADSTACK", 9],
]);

/** The type of `arg0` to `arg9`: int64_t. */
export const argumentVariableType: DType = fromIrType(int64);
