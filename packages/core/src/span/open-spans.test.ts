import { expect, test } from "vitest";
import { KeyedSpans, ThreadSpans } from "./open-spans.ts";
import type { SpanKind } from "./span-pairs.ts";

const kind = (id: number): SpanKind => ({
  id,
  name: `kind ${id}`,
  category: "shop",
  nameValue: undefined,
  key: undefined,
});
const [a, b] = [kind(1), kind(2)];

test("spans nest by thread; recursion ends the innermost first", () => {
  const spans = new ThreadSpans<{ kind: SpanKind; name: string; depth: number }>(10);
  spans.begin(1, { kind: a, name: "a", depth: 1 });
  spans.begin(1, { kind: a, name: "a", depth: 2 });
  spans.begin(2, { kind: a, name: "a", depth: 3 });
  expect(spans.end(1, a)).toMatchObject({ span: { depth: 2 }, unfinished: [] });
  expect(spans.end(1, a)).toMatchObject({ span: { depth: 1 } });
  expect(spans.end(1, a)).toBeUndefined();
  expect(spans.size).toBe(1);
});

test("an end takes along what began inside and did not end", () => {
  const spans = new ThreadSpans(10);
  for (const [of, name] of [
    [a, "outer"],
    [b, "x"],
    [b, "y"],
  ] as const)
    spans.begin(1, { kind: of, name });
  const ended = spans.end(1, a);
  expect(ended?.span.name).toBe("outer");
  expect(ended?.unfinished.map((span) => span.name)).toEqual(["y", "x"]);
  expect(spans.end(1, b)).toBeUndefined();
});

test("an end with a name passes by spans of other names", () => {
  const spans = new ThreadSpans(10);
  spans.begin(1, { kind: a, name: "f" });
  spans.begin(1, { kind: a, name: "g" });
  expect(spans.end(1, a, "h")).toBeUndefined();
  expect(spans.end(1, a, "f")?.unfinished.map((span) => span.name)).toEqual(["g"]);
});

test("past the limit the outermost span is forgotten, the innermost stay", () => {
  const spans = new ThreadSpans(3);
  const forgotten = [];
  for (let depth = 0; depth < 100; depth++)
    forgotten.push(spans.begin(1, { kind: a, name: `${depth}` })?.name);
  expect(forgotten.slice(0, 4)).toEqual([undefined, undefined, undefined, "0"]);
  expect(forgotten.at(-1)).toBe("96");
  expect([...spans.all()].map((span) => span.name)).toEqual(["97", "98", "99"]);
  for (const name of ["99", "98", "97"]) expect(spans.end(1, a)?.span.name).toBe(name);
  expect(spans.end(1, a)).toBeUndefined();
  expect(spans.size).toBe(0);
});

test("keyed spans overlap freely, and the oldest is forgotten past the limit", () => {
  const spans = new KeyedSpans(2);
  spans.begin("1", { kind: a, name: "first" });
  spans.begin("2", { kind: a, name: "second" });
  expect(spans.begin("3", { kind: a, name: "third" })?.name).toBe("first");
  expect(spans.end("1", a)).toBeUndefined();
  expect(spans.end("2", b)).toBeUndefined();
  expect(spans.end("2", a)?.name).toBe("second");
  expect(spans.end("3", a)?.name).toBe("third");
  expect(spans.size).toBe(0);
});
