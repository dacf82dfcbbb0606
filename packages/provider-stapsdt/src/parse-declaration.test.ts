import { TraceError } from "@trace/core";
import { expect, test } from "vitest";
import { parseDeclaration } from "./parse-declaration.ts";

function codes(provider: string, declaration: Record<string, readonly string[]>): readonly string[] {
  try {
    parseDeclaration(provider, declaration);
    return [];
  } catch (error) {
    if (!TraceError.isInstance(error)) throw error;
    return error.diagnostics.map((diagnostic) => diagnostic.code);
  }
}

test("arguments have names and types; blanks do not matter", () => {
  expect(parseDeclaration("shop", { checkout: ["order: string", " cents :int64 "], tick: [] })).toEqual([
    {
      name: "checkout",
      arguments: [
        { name: "order", type: "string" },
        { name: "cents", type: "int64" },
      ],
    },
    { name: "tick", arguments: [] },
  ]);
});

test.each([
  ["a provider with a blank", "my shop", { a: [] }, ["PROVIDER_NAME"]],
  ["a provider that ends like a pid", "shop2", { a: [] }, ["PROVIDER_NAME"]],
  ["a provider without a name", "", { a: [] }, ["PROVIDER_NAME"]],
  ["a provider name that is too long", "s".repeat(64), { a: [] }, ["PROVIDER_NAME"]],
  ["a provider without probes", "shop", {}, ["PROVIDER_EMPTY"]],
  ["a probe with a dash", "shop", { "request-start": [] }, ["PROBE_NAME"]],
  [
    "too many arguments",
    "shop",
    { a: Array.from({ length: 13 }, (_, i) => `a${i}: int8`) },
    ["PROBE_ARGUMENTS"],
  ],
  ["arguments that are no array", "shop", { a: "x: int8" as unknown as string[] }, ["PROBE_ARGUMENTS"]],
  ["an unknown type", "shop", { a: ["x: int65"] }, ["ARGUMENT_DECLARATION"]],
  ["an argument without a type", "shop", { a: ["x"] }, ["ARGUMENT_DECLARATION"]],
  [
    "all mistakes at once",
    "9",
    { "b c": ["x: y", "z"] },
    ["PROVIDER_NAME", "PROBE_NAME", "ARGUMENT_DECLARATION", "ARGUMENT_DECLARATION"],
  ],
])("%s is refused", (_, provider, declaration, expected) => {
  expect(codes(provider, declaration as Record<string, readonly string[]>)).toEqual(expected);
});

test("a refusal says what to write instead", () => {
  expect(() => parseDeclaration("shop", { a: ["x: int65"] })).toThrow(
    expect.objectContaining({
      message: '"x: int65" declares no argument of probe shop:a',
      diagnostics: [expect.objectContaining({ hint: expect.stringContaining('"name: type"') as string })],
    }),
  );
});
