import { fc, test as property } from "@fast-check/vitest";
import type { Clause, ProbeDescription, Program } from "@trace/core";
import { dLanguage } from "@trace/lang-d";
import { describe, expect, test } from "vitest";
import { compileScript, type CompiledScript } from "./compile-script.ts";

const checkout: ProbeDescription = {
  family: "usdt",
  provider: "shop",
  module: "shop.so",
  function: "",
  name: "check__out",
  arguments: [{ type: "uint64" }, { type: "int64" }],
  pid: 1234,
  path: "/tmp/shop.so",
};

function parse(text: string): Program {
  const { program, diagnostics } = dLanguage().parse({ name: "x.d", text }, { target: 1234 });
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join());
  return program;
}

function compile(text: string, probes: readonly ProbeDescription[] = [checkout]): CompiledScript {
  return compileScript(parse(text), { probes, target: { kind: "process", pid: 1234 } });
}

/** What is written for the clauses of the program, without what every script has. */
function clausesOf(script: CompiledScript): string {
  const text = script.text.slice(script.text.indexOf('printf("\\talive\\n");\n}\n') + 23);
  return text.slice(0, text.lastIndexOf("dtrace:::END")).trim();
}

describe("a script", () => {
  test("golden", async () => {
    const { text, diagnostics } = compile(
      `#pragma D option strsize=64
       self int64_t begun; int total;
       shop$target:::check-out /arg1 > 5/ { @ns[copyinstr(arg0), pid] = quantize(arg1); @mean = avg(arg1); @dev = stddev(arg1); }
       shop$target:::check-out { printf("%5d %s", (int)arg1 + 1, copyinstr(arg0)); self->begun = timestamp; total += arg1; }
       tick-5s { printa(@ns); trunc(@ns, 3); clear(@mean); normalize(@mean, 10); }
       shop$target:::check-out, BEGIN { this->n++; trace(this->n); }
       END { exit(total % -3); }`,
    );
    expect(diagnostics).toEqual([]);
    await expect(text).toMatchFileSnapshot("golden/program.d");
  });

  test("an aggregation is known before it is printed", () => {
    const program = parse('BEGIN { @a["x", 1] = count(); } tick-1s { printa(@a); }');
    const clauses = program.clauses.toReversed();
    const script = compileScript({ ...program, clauses }, { probes: [], target: { kind: "system" } });
    expect(clausesOf(script)).toMatch(
      /^dtrace:::BEGIN\n\/ 0 \/\n\{\n\t@a\["", \(int64_t\)0\] = count\(\);\n\}/,
    );
  });

  test("begin clauses in their sequence", () => {
    const program = parse('BEGIN { trace("second"); } BEGIN { trace("first"); }');
    const clauses = program.clauses.map((clause, index): Clause => ({
      ...clause,
      points: [{ kind: "begin", sequence: 1 - index }],
    }));
    const script = compileScript({ ...program, clauses }, { probes: [], target: { kind: "system" } });
    expect(script.text.indexOf('"first"')).toBeLessThan(script.text.indexOf('"second"'));
  });

  test("a probe that may come later is waited for, by the name it will have", () => {
    const script = compile("#pragma D option zdefs\nlate$target:::x-y { trace(arg0); }");
    expect(script.text).toContain("#pragma D option zdefs");
    expect(script.text).toContain("\nlate1234:::x-y\n");
    expect(script.unmatched).toHaveLength(1);
  });

  test("a clause without probes is left out", () => {
    expect(clausesOf(compile("nothing$target:::x { trace(1); }"))).toBe("");
  });

  test("every line has its place in the source", () => {
    const source = "BEGIN { trace(1); }\nEND { trace(2); }";
    const { text, spans, clauses } = compile(source);
    const line = text.split("\n").findIndex((one) => one.includes("item 1"));
    const span = spans[line];
    expect(source.slice(span?.start, span?.end)).toBe("END { trace(2); }");
    expect(clauses.filter(({ clause }) => clause !== undefined).map(({ clause }) => clause)).toEqual([0, 1]);
    expect(text.match(/^\{$/gm)).toHaveLength(clauses.length);
  });
});

describe("what DTrace cannot do is refused, with its place", () => {
  const float: ProbeDescription = { ...checkout, arguments: [{ type: "double" }] };
  test.each([
    [
      "a float operand, which aborts it",
      "shop$target:::check-out { @ = count(); }",
      [float],
      /floating-point register/,
    ],
    ["another base", "BEGIN { trace(lltostr(pid, 16)); }", [], /another base/],
    ["a branch", "BEGIN { if (pid) { trace(1); } }", [], /an if statement/],
    ["a side effect in a remainder", "BEGIN { x = 5; trace(x++ % -3); }", [], /inside of a remainder/],
    [
      "a provider with a name like no other",
      "*:::check-out { @ = count(); }",
      [{ ...checkout, provider: "a b{" }],
      /naming the provider/,
    ],
  ])("%s", (_, source, probes, message) => {
    const { diagnostics } = compile(source, probes);
    expect(diagnostics).toMatchObject([{ code: "DTRACE_CANNOT", message: expect.stringMatching(message) }]);
    expect(diagnostics[0]?.span).toBeDefined();
  });
});

test("strlen() beside string keys, which DTrace gets wrong, is warned of", () => {
  const { diagnostics } = compile("BEGIN { @[probename] = count(); trace(strlen(probename)); }");
  expect(diagnostics).toMatchObject([{ code: "DTRACE_STRLEN", severity: "warning" }]);
  expect(compile("BEGIN { @[pid] = count(); trace(strlen(probename)); }").diagnostics).toEqual([]);
});

/** Texts that would like to be something else in a script. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    '"); exit(1); //',
    "*/ BEGIN {",
    "\n}\nBEGIN\n{ exit(3); }\n/*",
    "$1 $target",
    "%s%n",
    "#pragma D option destructive",
    "\\",
    '\\"',
    "`x`",
  ),
);

/** All that a script holds besides string constants. */
function skeleton(text: string): string {
  return text.replaceAll(/"(?:[^"\\\n]|\\[^\n])*"/g, '""');
}

const nowhere = { probes: [], target: { kind: "system" } } as const;

/** `program` with each text replaced. */
function replaced(program: Program, texts: Readonly<Record<string, string>>): Program {
  let json = JSON.stringify(program);
  for (const [from, to] of Object.entries(texts))
    json = json.replaceAll(JSON.stringify(from), () => JSON.stringify(to));
  return JSON.parse(json) as Program;
}

function checkStrings(text: string): void {
  const program = parse('BEGIN { trace("x"); @["x"] = count(); }');
  const hostileScript = compileScript(replaced(program, { x: text }), nowhere);
  expect(skeleton(hostileScript.text)).toBe(skeleton(compileScript(program, nowhere).text));
}

function checkProbeNames(provider: string, module: string, name: string): void {
  const probe = { ...checkout, provider, module, function: module, name };
  const { text, diagnostics } = compile("*:*:*:* { @ = count(); }", [probe]);
  const described = text.split("\n").filter((line) => line.includes("1234:"));
  expect(described).toHaveLength(diagnostics.length > 0 ? 0 : 1);
  for (const line of described) expect(line).toMatch(/^[A-Za-z_][\w.-]*1234:[\w.?*-]*:[\w.?*-]*:[\w.?*-]*$/);
}

function checkNames(variable: string, aggregation: string): void {
  const program = parse("BEGIN { v_v = 1; self->v_v = 2; this->v_v = 3; @a_a = count(); }");
  const changed = replaced(program, { v_v: variable, a_a: aggregation });
  const lines = skeleton(compileScript(changed, nowhere).text).split("\n");
  expect(lines).toHaveLength(compileScript(program, nowhere).text.split("\n").length);
  const set = lines.filter((line) => line.includes(" = "));
  expect(set).toHaveLength(4);
  for (const line of set) expect(line).toMatch(/^\t(?:(?:var_|self->|this->)\w+ = \d|@\w+ = count\(\));$/);
}

describe("nothing that a program or a target holds is read as D", () => {
  property.prop([hostile])("strings", checkStrings);
  property.prop([hostile, hostile, hostile])("names of probes", checkProbeNames);
  property.prop([hostile, hostile])("names of variables and aggregations", checkNames);
});
