import { expect, test } from "vitest";
import { dLanguage } from "./d-language.ts";
import { dtraceMessage } from "./dtrace-message.ts";

const said = (text: string): unknown => {
  const [first] = dLanguage().parse({ name: "x.d", text }).diagnostics;
  if (first === undefined) throw new Error("nothing is wrong");
  const { tag, message } = dtraceMessage(first, text);
  return [tag, message];
};

test("names come from the source", () => {
  expect(said("BEGIN { trace(nothing); }")).toEqual([
    "D_IDENT_UNDEF",
    "failed to resolve nothing: Unknown variable name",
  ]);
});

test("calls are counted, positions are those of the call", () => {
  expect(said('BEGIN { x = substr("a"); }')).toEqual([
    "D_PROTO_LEN",
    "substr( ) prototype mismatch: 1 arg passed, at least 2 expected",
  ]);
  expect(said('BEGIN { printf("%d %s", 1, 2); }')).toEqual([
    "D_PRINTF_ARG_TYPE",
    "printf( ) argument #3 is incompatible with conversion #2 prototype:\n" +
      "\tconversion: %s\n\t prototype: char [] or string (or use stringof)\n\t  argument: int",
  ]);
});

test("a probe that is not there is named in four parts", () => {
  const text = "nosuch:::probe { }";
  const diagnostic = {
    code: "PROBE_NO_MATCH",
    severity: "error",
    message: "no probe matches",
    span: { start: 0, end: 14 },
  } as const;
  expect(dtraceMessage(diagnostic, text)).toMatchObject({
    tag: "D_PDESC_ZERO",
    message: "probe description nosuch:::probe does not match any probes",
  });
});

test("a finding that DTrace does not have keeps its words", () => {
  const diagnostic = { code: "BACKEND_FAILED", severity: "error", message: "it broke" } as const;
  expect(dtraceMessage(diagnostic, "")).toEqual({ tag: undefined, message: "it broke" });
});
