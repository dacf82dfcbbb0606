/** Probe points. */
import type { Expression } from "../expression.ts";
import type { ProbePoint } from "../../probe/probe-point.ts";
import { limits } from "./limits.ts";
import { spanOf } from "./read-type.ts";
import {
  field,
  onlyFields,
  optional,
  readBoolean,
  readChoice,
  readInteger,
  readObject,
  readString,
  refuse,
  required,
  type Place,
} from "./reader.ts";

const common = ["kind", "optional", "sufficient", "condition", "span"];

/** A probe point; `readCondition` reads its condition. */
export function readPoint(
  value: unknown,
  place: Place,
  readCondition: (value: unknown, place: Place) => Expression,
): ProbePoint {
  const fields = readObject(value, place);
  const kind = field(fields, "kind");
  const rest = {
    ...optional(fields, "optional", place, readBoolean),
    ...optional(fields, "sufficient", place, readBoolean),
    ...optional(fields, "condition", place, readCondition),
    ...spanOf(fields, place),
  };
  const only = (...names: readonly string[]): void => onlyFields(fields, place, ...common, ...names);
  const text = (name: string): string => required(fields, name, place, readField);
  const file = (): { readonly pid?: number; readonly path?: string } => ({
    ...optional(fields, "pid", place, (one, at) => readInteger(one, at, 0, 2 ** 31 - 1)),
    ...optional(fields, "path", place, readField),
  });
  switch (kind) {
    case "begin":
    case "end":
    case "error":
      only("sequence");
      return { kind, ...optional(fields, "sequence", place, readSafe), ...rest };
    case "never":
      only();
      return { kind, ...rest };
    case "timer":
      only("mode", "period", "name");
      return {
        kind,
        mode: required(fields, "mode", place, (one, at) =>
          readChoice(one, at, ["interval", "profile"] as const),
        ),
        period: required(fields, "period", place, (one, at) =>
          readInteger(one, at, 1, Number.MAX_SAFE_INTEGER),
        ),
        name: text("name"),
        ...rest,
      };
    case "usdt":
      only("provider", "module", "function", "name", "pid", "path");
      return {
        kind,
        provider: text("provider"),
        module: text("module"),
        function: text("function"),
        name: text("name"),
        ...file(),
        ...rest,
      };
    case "function":
      only("space", "at", "module", "function", "offset", "pid", "path");
      return {
        kind,
        space: required(fields, "space", place, (one, at) =>
          readChoice(one, at, ["user", "kernel"] as const),
        ),
        at: required(fields, "at", place, readSide),
        module: text("module"),
        function: text("function"),
        ...optional(fields, "offset", place, (one, at) => readInteger(one, at, 0, Number.MAX_SAFE_INTEGER)),
        ...file(),
        ...rest,
      };
    case "syscall":
      only("at", "name");
      return { kind, at: required(fields, "at", place, readSide), name: text("name"), ...rest };
    case "tracepoint":
      only("category", "name");
      return { kind, category: text("category"), name: text("name"), ...rest };
    default:
      return refuse(place, "is no probe point that this version knows");
  }
}

function readSide(value: unknown, place: Place): "entry" | "return" {
  return readChoice(value, place, ["entry", "return"] as const);
}

function readField(value: unknown, place: Place): string {
  return readString(value, place, limits.field);
}

function readSafe(value: unknown, place: Place): number {
  return readInteger(value, place, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}
