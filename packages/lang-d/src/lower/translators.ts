/** Translators (dtrace(1), "Translators"): a member of what `xlate` makes is the expression that gives it. */
import type { Span } from "@trace/core";
import { didYouMean, reject } from "@trace/syntax";
import type { TranslateNode } from "../ast/expression.ts";
import type { Name } from "../ast/name.ts";
import type { TranslatorNode } from "../ast/program.ts";
import { convert } from "../types/convert.ts";
import { decayed, isInMemory, type DType, type RecordDType, type Typed } from "../types/d-type.ts";
import type { Scope } from "./scope.ts";
import { resolveTypeName } from "./type-names.ts";

export function declareTranslator(scope: Scope, node: TranslatorNode): void {
  const output = recordOf(resolveTypeName(scope, node.output), node.output.span);
  const input = resolveTypeName(scope, node.input);
  const parameter = node.input.declarator.name;
  if (parameter === undefined) reject("D_SYNTAX", "expected the name of the input", node.input.span);
  const others = scope.translators.get(output.name) ?? [];
  if (others.some((one) => one.input.name === input.name))
    reject("D_XLATE_REDECL", `there is a translator from ${input.name} to ${output.name} already`, node.span);
  const members = new Map(
    node.members.map(({ name, value }) => {
      if (output.layout.members?.has(name.text) !== true)
        reject("D_XLATE_MEMB", `${output.name} has no member ${name.text}`, name.span);
      return [name.text, value];
    }),
  );
  scope.translators.set(output.name, [...others, { input, parameter: parameter.text, members }]);
}

/** Member `name` of what `node` makes. */
export function translatedMember(scope: Scope, node: TranslateNode, name: Name, span: Span): Typed {
  const output = recordOf(resolveTypeName(scope, node.type), node.type.span);
  const operand = decayed(scope.lower(node.operand));
  const translator = (scope.translators.get(output.name) ?? []).find(
    ({ input }) => input.name === operand.type.name,
  );
  if (translator === undefined)
    reject("D_XLATE_NONE", `there is no translator from ${operand.type.name} to ${output.name}`, node.span);
  const value =
    translator.members.get(name.text) ??
    reject(
      "D_XLATE_NOCONV",
      `the translator from ${operand.type.name} to ${output.name} does not give ${name.text}`,
      name.span,
      didYouMean(name.text, [...translator.members.keys()]),
    );
  const made = scope.binding(new Map([[translator.parameter, operand]]), span, () => scope.lower(value));
  return asMember(made, output.layout.members?.get(name.text)?.type, span);
}

function asMember(value: Typed, type: DType | undefined, span: Span): Typed {
  if (type === undefined || isInMemory(type) || isInMemory(value.type)) return value;
  if ((type.kind === "string") !== (value.type.kind === "string"))
    reject("D_XLATE_INCOMPAT", `a ${value.type.name} cannot become a ${type.name}`, span);
  return type.kind === "string" ? value : { ir: convert(value, type), type };
}

function recordOf(type: DType, span: Span): RecordDType {
  const record = type.kind === "pointer" ? type.target : type;
  if (record?.kind !== "record")
    reject("D_XLATE_SOU", `a translator makes a struct or union, not ${type.name}`, span);
  return record;
}
