import { expect, test } from "vitest";
import type { ProbeArgument, ProbeDescription } from "../probe/probe-description.ts";
import type { Clause, Program } from "../ir/program.ts";
import { int64 } from "../value/type.ts";
import { matchProbePattern } from "./probe-pattern.ts";
import { parseEdgeName } from "./span-edge.ts";
import { SpanPairs } from "./span-pairs.ts";

function usdt(name: string, names: readonly string[] = [], more: Partial<ProbeDescription> = {}) {
  const args = names.map((one): ProbeArgument => ({ name: one, type: "int64" }));
  return {
    family: "usdt",
    provider: "shop",
    module: "",
    function: "",
    name,
    arguments: args,
    ...more,
  } as const satisfies ProbeDescription;
}

/** A clause at the probe `name` that traces its argument `index`, or just fires. */
function clause(name: string, index?: number): Clause {
  const point = { kind: "usdt", provider: "", module: "", function: "", name } as const;
  return {
    points: [point],
    body:
      index === undefined
        ? [{ kind: "default" }]
        : [{ kind: "trace", value: { kind: "argument", index, type: int64 } }],
  };
}

function program(...clauses: Clause[]): Program {
  return { version: 1, style: "dtrace", options: {}, variables: [], aggregations: [], clauses };
}

test.each([
  ["request__start", { edge: "begin", convention: "start", base: "request" }],
  ["request-done", { edge: "end", convention: "start", base: "request" }],
  ["gcbegin", { edge: "begin", convention: "begin", base: "gc" }],
  ["entry", { edge: "begin", convention: "entry", base: "" }],
  ["function__return", { edge: "end", convention: "entry", base: "function" }],
  ["http-server-response", { edge: "end", convention: "request", base: "http-server" }],
  ["checkout", undefined],
])("%s", (name, parsed) => {
  expect(parseEdgeName(name)).toEqual(parsed);
});

test("a pair is one kind of span, by thread when no value tells spans apart", () => {
  const [begin, end] = [usdt("pay__start"), usdt("pay__done")];
  const pairs = new SpanPairs(program(clause("pay__start"), clause("pay__done")));
  pairs.attach([begin, end]);
  const place = pairs.find(begin, 0);
  expect(place).toMatchObject({ edge: "begin", kind: { name: "pay", category: "shop" } });
  expect(place?.kind.key).toBeUndefined();
  expect(pairs.find(end, 1)).toEqual({ edge: "end", kind: place?.kind });
});

test("a first value of the same name at both ends is the key, but not of functions", () => {
  const keyed = new SpanPairs(program(clause("pay__start", 0), clause("pay__done", 0)));
  const [begin, end] = [usdt("pay__start", ["id"]), usdt("pay__done", ["id"])];
  keyed.attach([begin, end]);
  expect(keyed.find(begin, 0)?.kind.key).toEqual({ first: "value" });

  const other = new SpanPairs(program(clause("pay__start", 0), clause("pay__done", 0)));
  const [start, done] = [usdt("pay__start", ["id"]), usdt("pay__done", ["status"])];
  other.attach([start, done]);
  expect(other.find(start, 0)?.kind.key).toBeUndefined();

  const functions = new SpanPairs(program(clause("entry", 0), clause("return", 0)));
  const [entry, back] = [usdt("entry", [], { function: "f" }), usdt("return", [], { function: "f" })];
  functions.attach([entry, back]);
  expect(functions.find(entry, 0)?.kind).toMatchObject({ name: "f", key: undefined });
});

test("no span where only one side makes records", () => {
  const counted: Clause = { ...clause("pay__done"), body: [] };
  const pairs = new SpanPairs(program(clause("pay__start"), counted));
  const begin = usdt("pay__start");
  pairs.attach([begin, usdt("pay__done")]);
  expect(pairs.find(begin, 0)).toBeUndefined();
});

test("a probe that appears later completes its pair", () => {
  const pairs = new SpanPairs(program(clause("pay__start"), clause("pay__done")));
  expect(pairs.find(usdt("pay__start"), 0)).toBeUndefined();
  expect(pairs.find(usdt("pay__done"), 1)).toMatchObject({ edge: "end" });
  expect(pairs.find(usdt("pay__start"), 0)).toMatchObject({ edge: "begin" });
});

test("functions of one name in two modules are two kinds; an interpreter's pair is named by what it says", () => {
  const pairs = new SpanPairs(program(clause("entry"), clause("return"), clause("function__*")));
  const f = (module: string, name: string) => usdt(name, [], { module, function: "f" });
  pairs.attach([f("a", "entry"), f("a", "return"), f("b", "entry"), f("b", "return")]);
  expect(pairs.find(f("a", "entry"), 0)?.kind).not.toBe(pairs.find(f("b", "entry"), 0)?.kind);
  pairs.attach([usdt("function__entry"), usdt("function__return")]);
  expect(pairs.find(usdt("function__entry"), 2)?.kind.nameValue).toEqual({ first: "text" });
});

test("a declaration comes before the convention", () => {
  const declaration = { begin: "shop*:::job-queued", end: "shop:::job-done", key: "id", name: "job" };
  const pairs = new SpanPairs(program(clause("job__queued"), clause("job__done")), [declaration]);
  const [begin, end] = [usdt("job__queued", [], { pid: 7 }), usdt("job__done")];
  pairs.attach([begin, end]);
  expect(pairs.find(begin, 0)).toMatchObject({ edge: "begin", kind: { name: "job", key: "id" } });
  expect(pairs.find(end, 1)).toMatchObject({ edge: "end", kind: { name: "job" } });
});

const probe = usdt("request__start", [], { pid: 12, module: "libshop.so", function: "serve" });

test.each(["request-start", "request__*", "shop12:::", "shop:libshop*:serve:request-start", ""])(
  "the pattern %s names a probe as D does",
  (pattern) => {
    expect(matchProbePattern(pattern, probe)).toBe(true);
  },
);

test.each(["request", "other:::", ":serve2:request-start", "a:shop:libshop.so:serve:request-start"])(
  "the pattern %s does not",
  (pattern) => {
    expect(matchProbePattern(pattern, probe)).toBe(false);
  },
);
