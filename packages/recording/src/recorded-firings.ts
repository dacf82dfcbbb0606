/** What a recording holds of the firings themselves, so that another program can run over them. */
import {
  argumentValueType,
  isOutput,
  matchProbe,
  type ArgumentType,
  type Clause,
  type Expression,
  type OutputStatement,
  type ProbeDescription,
  type Program,
  type RecordEvent,
  type Value,
} from "@trace/core";

/** Where a record has the value of an argument. */
interface ArgumentPlace {
  readonly statement: OutputStatement;
  readonly value: number;
  readonly isString: boolean;
}

/** The firings of one probe: each is one record of `clause`. */
export interface RecordedFirings {
  /** Index of the clause in the recording's program. */
  readonly clause: number;
  /** The probe with its arguments as the recording has them: what was read as a string is one. */
  readonly probe: ProbeDescription;
  /** Is the value of argument `index` (0 based) there? Arguments that the probe has not are zero, as ever. */
  has(index: number): boolean;
  /** The arguments of a firing, in order; undefined for those that are not there. */
  read(record: RecordEvent): readonly (Value | undefined)[];
}

/**
 * How the records of a run of `program` tell the firings of `probe`. That they do needs a clause without a predicate,
 * which puts something out whatever happens; arguments that it puts out as they are can be told again. Undefined where
 * there is none: then records are of some of the firings only.
 */
export function recordedFirings(program: Program, probe: ProbeDescription): RecordedFirings | undefined {
  const clause = program.clauses.findIndex(
    (one) =>
      one.predicate === undefined &&
      one.body.some(isOutput) &&
      one.points.some((point) => point.condition === undefined && matchProbe(point, probe)),
  );
  const found = program.clauses[clause];
  if (found === undefined) return undefined;
  const places = argumentPlaces(found, probe);
  const declared = probe.arguments;
  return {
    clause,
    probe: {
      ...probe,
      arguments: declared.map((one, index) =>
        places.get(index)?.isString === true ? { ...one, type: "string" } : one,
      ),
    },
    has: (index) => places.has(index) || index >= declared.length,
    read: ({ items }) =>
      declared.map((_, index) => {
        const place = places.get(index);
        return items.find((item) => item.statement === place?.statement)?.values[place?.value ?? 0];
      }),
  };
}

function argumentPlaces(clause: Clause, probe: ProbeDescription): ReadonlyMap<number, ArgumentPlace> {
  const places = new Map<number, ArgumentPlace>();
  for (const statement of clause.body) {
    const expressions =
      statement.kind === "printf" ? statement.arguments : statement.kind === "trace" ? [statement.value] : [];
    for (const [value, expression] of expressions.entries()) {
      const found = wholeArgument(expression, probe);
      if (found === undefined || places.get(found.index)?.isString === true) continue;
      places.set(found.index, { statement: statement as OutputStatement, value, isString: found.isString });
    }
  }
  return places;
}

/** The argument of which `expression` tells all. */
function wholeArgument(
  expression: Expression,
  probe: ProbeDescription,
): { readonly index: number; readonly isString: boolean } | undefined {
  switch (expression.kind) {
    case "argument": {
      const type = probe.arguments[expression.index]?.type;
      // The address of a string is of no use elsewhere.
      return type === "string" || type === "json" || type === "double"
        ? undefined
        : { index: expression.index, isString: false };
    }
    case "cast": {
      const inner = wholeArgument(expression.operand, probe);
      return inner !== undefined && keepsAll(expression, probe.arguments[inner.index]?.type)
        ? inner
        : undefined;
    }
    case "call": {
      const [operand, limit] = expression.arguments;
      const index = operand === undefined || limit !== undefined ? undefined : addressedArgument(operand);
      if (index === undefined) return undefined;
      if (expression.function === "copyinstr") return { index, isString: true };
      return expression.function === "bits_to_double" && probe.arguments[index]?.type === "double"
        ? { index, isString: false }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Does a cast keep every value of the type that is cast? */
function keepsAll({ type }: Expression, declared: ArgumentType = "int64"): boolean {
  if (type.kind !== "integer") return false;
  const value = argumentValueType(declared);
  return (
    type.bits === 64 ||
    (value.kind === "integer" &&
      (type.signed === value.signed ? type.bits >= value.bits : type.signed && type.bits > value.bits))
  );
}

/** The index of the argument that `expression` is, through casts that keep all its bits. */
export function addressedArgument(expression: Expression): number | undefined {
  if (expression.kind === "argument") return expression.index;
  return expression.kind === "cast" && expression.type.kind === "integer" && expression.type.bits === 64
    ? addressedArgument(expression.operand)
    : undefined;
}
