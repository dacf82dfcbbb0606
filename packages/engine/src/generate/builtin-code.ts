/** Facts of the firing. What is the same at each firing of a probe is a constant. */
import {
  builtins,
  dtraceProbeName,
  dtraceProviderName,
  int64,
  truncateText,
  uint64,
  type BuiltinName,
} from "@trace/core";
import { localOnce } from "./argument-code.ts";
import { integerCode, type Code, type IntegerCode } from "./code.ts";
import { integerLiteral } from "./integer-code.ts";
import { typeRange } from "./range.ts";
import type { Site } from "./site.ts";
import { quote } from "./unit.ts";

const safeNaturals = { min: 0, max: Number.MAX_SAFE_INTEGER };

export function builtinCode(site: Site, name: BuiltinName): Code {
  const { unit, state, probe } = site;
  const host = unit.link("host", state.host);
  switch (name) {
    case "timestamp":
      return once(site, name, `${host}.now()`, safeNaturals);
    case "vtimestamp":
      return once(site, name, `${host}.vtime()`, safeNaturals);
    case "walltimestamp":
      return once(site, name, `${host}.wallTime()`, typeRange(int64));
    case "pid":
    case "tid":
    case "ppid":
    case "uid":
    case "gid":
    case "cpu":
      return fact(`${host}.${name}()`, name);
    case "errno":
      return state.host.errno === undefined ? integerLiteral(0n) : fact(`${host}.errno()`, name);
    case "target":
      return integerLiteral(BigInt(state.host.target));
    case "execname":
      return {
        kind: "string",
        text: unit.call(truncateText, `${host}.execname()`, String(state.stringSize)),
      };
    case "probeprov":
      return constantText(site, dtraceProviderName(probe));
    case "probemod":
      return constantText(site, probe.module);
    case "probefunc":
      return constantText(site, probe.function);
    case "probename":
      return constantText(site, dtraceProbeName(probe.name));
    case "probeid":
      return integerLiteral(BigInt(site.probeId));
    case "epid":
      return integerLiteral(BigInt(site.epid));
  }
}

function once(site: Site, name: string, text: string, range: IntegerCode["range"]): IntegerCode {
  return integerCode(`(${localOnce(site, name)} ??= ${text})`, range);
}

/** What the host tells, within the builtin's type. */
function fact(text: string, name: BuiltinName): IntegerCode {
  const type = builtins[name];
  return integerCode(text, typeRange(type.kind === "integer" ? type : uint64));
}

function constantText(site: Site, text: string): Code {
  return { kind: "string", text: quote(truncateText(text, site.state.stringSize)) };
}
