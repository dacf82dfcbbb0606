/** Checking a program that comes from elsewhere: another process, a file, a builder. */
import { errorDiagnostic, type Diagnostic } from "../diagnostic/diagnostic.ts";
import {
  programVersion,
  type AggregationDeclaration,
  type Clause,
  type Program,
  type ProgramOptions,
  type VariableDeclaration,
} from "./program.ts";
import { limits } from "./validate/limits.ts";
import { ExpressionReader, variableKey, type Declarations } from "./validate/read-expression.ts";
import { readPoint } from "./validate/read-point.ts";
import { StatementReader } from "./validate/read-statement.ts";
import { readAggregation, readVariable, spanOf } from "./validate/read-type.ts";
import {
  field,
  onlyFields,
  optional,
  readArray,
  readBoolean,
  readChoice,
  readInteger,
  readObject,
  Refusal,
  refuse,
  required,
  root,
  within,
  type Place,
} from "./validate/reader.ts";

/** A program, unless `diagnostics` has an error. */
export interface ValidationResult {
  readonly program?: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The program in `json`, plain data of any origin: a copy that holds nothing else. Checks every node, that types agree,
 * that names are declared, that constants are in range, and the size of the whole. Total: what is no valid program is a
 * diagnostic, PROGRAM_INVALID, PROGRAM_VERSION or PROGRAM_TOO_LARGE, whose message says where.
 */
export function validateProgram(json: unknown): ValidationResult {
  try {
    return { program: readProgram(json), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { diagnostics: [errorDiagnostic(error.code, error.message)] };
  }
}

function readProgram(json: unknown): Program {
  const fields = readObject(json, root);
  const version = field(fields, "version");
  if (version !== programVersion) {
    const given = typeof version === "number" ? `has version ${version}` : "has no version";
    throw new Refusal("PROGRAM_VERSION", `the program ${given}; this reads version ${programVersion}`);
  }
  onlyFields(fields, root, "version", "style", "options", "variables", "aggregations", "clauses");
  const variables = required(fields, "variables", root, (value, place) =>
    readArray(value, place, limits.declarations, readVariable),
  );
  const aggregations = required(fields, "aggregations", root, (value, place) =>
    readArray(value, place, limits.declarations, readAggregation),
  );
  const readClause = clauseReader({
    variables: byKey<VariableDeclaration>(variables, variableKey, "variables"),
    aggregations: byKey<AggregationDeclaration>(aggregations, ({ name }) => name, "aggregations"),
    nodes: 0,
  });
  return {
    version: programVersion,
    style: required(fields, "style", root, (value, place) =>
      readChoice(value, place, ["dtrace", "stap", "bpftrace"] as const),
    ),
    options: required(fields, "options", root, readOptions),
    variables,
    aggregations,
    clauses: required(fields, "clauses", root, (value, place) =>
      readArray(value, place, limits.clauses, readClause),
    ),
  };
}

/** Declarations by key; a key is declared once. */
function byKey<T>(list: readonly T[], keyOf: (one: T) => string, what: string): ReadonlyMap<string, T> {
  const found = new Map(list.map((one) => [keyOf(one), one]));
  return found.size === list.length ? found : refuse(within(root, what), "declares a name twice");
}

function clauseReader(declarations: Declarations): (value: unknown, place: Place) => Clause {
  const expressions = new ExpressionReader(declarations);
  const statements = new StatementReader(declarations, expressions);
  return (value, place) => {
    const fields = readObject(value, place);
    onlyFields(fields, place, "points", "predicate", "body", "span");
    return {
      points: required(fields, "points", place, (points, at) =>
        readArray(points, at, limits.pointsOfClause, (point, of) =>
          readPoint(point, of, expressions.readCondition),
        ),
      ),
      ...optional(fields, "predicate", place, expressions.readCondition),
      body: required(fields, "body", place, statements.readAll),
      ...spanOf(fields, place),
    };
  };
}

function readOptions(value: unknown, place: Place): ProgramOptions {
  const fields = readObject(value, place);
  onlyFields(
    fields,
    place,
    "quiet",
    "flowIndent",
    "stringSize",
    "maxKeys",
    "sort",
    "switchRate",
    "allowUnmatched",
    "memory",
    "scratchSize",
    "speculations",
    "stackFrames",
  );
  return {
    ...optional(fields, "quiet", place, readBoolean),
    ...optional(fields, "flowIndent", place, readBoolean),
    ...optional(fields, "stringSize", place, (one, at) => readInteger(one, at, 1, limits.stringSize)),
    ...optional(fields, "maxKeys", place, (one, at) => readInteger(one, at, 1, limits.maxKeys)),
    ...optional(fields, "sort", place, readSort),
    ...optional(fields, "switchRate", place, (one, at) => readInteger(one, at, 1, Number.MAX_SAFE_INTEGER)),
    ...optional(fields, "allowUnmatched", place, readBoolean),
    ...optional(fields, "memory", place, (one, at) => readInteger(one, at, 0, limits.memory)),
    ...optional(fields, "scratchSize", place, (one, at) => readInteger(one, at, 0, limits.memory)),
    ...optional(fields, "speculations", place, (one, at) => readInteger(one, at, 0, limits.speculations)),
    ...optional(fields, "stackFrames", place, (one, at) => readInteger(one, at, 1, limits.frames)),
  };
}

function readSort(value: unknown, place: Place): NonNullable<ProgramOptions["sort"]> {
  const fields = readObject(value, place);
  onlyFields(fields, place, "by", "position", "reverse");
  return {
    by: required(fields, "by", place, (one, at) => readChoice(one, at, ["value", "key"] as const)),
    ...optional(fields, "position", place, (one, at) => readInteger(one, at, 1, limits.declarations)),
    ...optional(fields, "reverse", place, readBoolean),
  };
}
