import { hasErrors, type ProbeDescription, type Program } from "@trace/core";
import { dLanguage } from "@trace/lang-d";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileScript, type CompiledScript } from "./compile-script.ts";

const PID = 4711;

function probe(name: string, more: Partial<ProbeDescription> = {}): ProbeDescription {
  return {
    family: "usdt",
    provider: "shop",
    module: "libshop.so",
    function: "",
    name,
    arguments: [{ type: "uint64" }, { type: "int64" }],
    pid: PID,
    path: "/run/libshop.so",
    ...more,
  };
}

const probes = [probe("checkout"), probe("request__start"), probe("request__done")];

function parse(text: string): Program {
  const { program, diagnostics } = dLanguage().parse({ name: "test.d", text }, { target: PID });
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return program;
}

function compile(text: string, version = "0.17.0"): CompiledScript {
  return compileScript(parse(text), { probes, target: { kind: "process", pid: PID }, version });
}

const programs: Readonly<Record<string, string>> = {
  latency: `
    shop$target:::request-start { self->start = timestamp; }
    shop$target:::request-done /self->start/
    {
      @latency["all"] = quantize(timestamp - self->start);
      @by[copyinstr(arg0)] = avg(timestamp - self->start);
      self->start = 0;
    }
    tick-1s { printa(@by); clear(@by); }`,
  output: `
    BEGIN { printf("tracing %d\\n", $target); limit = 1000; }
    shop$target:::checkout /arg1 > limit/
    {
      printf("%s %s", copyinstr(arg0), strjoin("cents:", lltostr(arg1)));
      trace(probename);
    }
    shop$target:::checkout /arg1 == 0/ { exit(3); }
    END { printf("done\\n"); }`,
  arithmetic: `
    int64_t total;
    shop$target:::checkout
    {
      this->share = arg1 / arg0;
      @share[(int)this->share, arg1 % 7] = lquantize(this->share, 0, 100, 10);
      total += this->share > 50 ? arg1 >> 2 : (unsigned)arg1 >> 2;
      counts[arg0]++;
    }
    profile-97, tick-1500us { @max = max(total); @dev = stddev(total); @ll = llquantize(total, 10, 0, 3, 5); }`,
};

describe("compileScript", () => {
  test.each(Object.keys(programs))("writes a readable script: %s", async (name) => {
    const { text, diagnostics } = compile(programs[name] ?? "");
    expect(diagnostics).toEqual([]);
    await expect(text).toMatchFileSnapshot(`golden/${name}.bt`);
  });

  test("takes its limits from the version", () => {
    const text = 'shop$target:::checkout { printf("%s", copyinstr(arg0)); }';
    expect(compile(text).text).toContain("BPFTRACE_STRLEN=200\n//   BPFTRACE_MAP_KEYS_MAX=65536\n");
    expect(compile(text, "0.27.0").text).toContain(
      "BPFTRACE_MAX_STRLEN=264\n//   BPFTRACE_MAX_MAP_KEYS=65536\n",
    );
  });

  test("says when strings or maps are smaller than asked for", () => {
    const { diagnostics } = compile(
      "#pragma D option strsize=4096\nshop$target:::checkout { @[copyinstr(arg0)] = count(); }",
    );
    expect(diagnostics).toEqual([
      expect.objectContaining({ code: "BPFTRACE_STRING_SIZE", severity: "warning" }),
    ]);
  });

  test("the script's lines know their place in the source", () => {
    const source = "shop$target:::checkout { @a = count(); }\nshop$target:::checkout { @b = sum(arg1); }";
    const { text, spans } = compile(source);
    const line = text.split("\n").findIndex((one) => one.includes("@agg_b["));
    const span = spans[line];
    expect(span && source.slice(span.start, span.end)).toContain("@b = sum(arg1)");
  });

  test("points that match nothing are told, and clauses of none leave no trace", () => {
    const { unmatched, attached, text } = compile(
      "shop$target:::nothing { @a = count(); } shop$target:::checkout { @b = count(); } END { printa(@a); }",
    );
    expect(unmatched).toEqual([expect.objectContaining({ name: "nothing" })]);
    expect(attached.map(({ name }) => name)).toEqual(["checkout"]);
    expect(text).not.toContain("@agg_a");
  });

  test("one process's points are for it alone, others for whoever fires", () => {
    const system = (text: string): string =>
      compileScript(parse(text), {
        probes: [probe("checkout", { pid: 1 }), probe("checkout", { pid: 2 })],
        target: { kind: "system" },
      }).text;
    expect(system("shop2:::checkout { @ = count(); }")).toContain("/(pid == 2) && ");
    expect(system("shop:::checkout { @ = count(); }")).not.toContain("pid ==");
  });

  test.each([
    [
      "a function as a key",
      'shop$target:::checkout { @[strjoin(copyinstr(arg0), "!")] = count(); }',
      "strjoin",
    ],
    [
      "a function in a predicate",
      "shop$target:::checkout /strlen(copyinstr(arg0)) > 3/ { @ = count(); }",
      "strlen",
    ],
    ["an argument that cannot be found", "shop$target:::checkout { @ = sum(arg9); }", "arg9"],
    ["a variable bpftrace has not", "shop$target:::checkout { @ = sum(vtimestamp); }", "vtimestamp"],
    [
      "trunc of some extremes",
      "shop$target:::checkout { @a[arg0] = max(arg1); } END { trunc(@a, 2); }",
      "trunc",
    ],
  ])("refuses %s, naming it and its place", (_, source, name) => {
    const { diagnostics } = compile(source);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        code: "BPFTRACE_CANNOT",
        severity: "error",
        message: expect.stringContaining(name) as string,
      }),
    ]);
    const [{ span } = {}] = diagnostics;
    expect(span && source.slice(span.start, span.end)).toContain(name);
  });
});

/** What is left of a script without its literals and comments: its code. */
function skeleton(text: string): string {
  return text.replaceAll(/\/\/.*|"(?:[^"\\]|\\[0-7]{3}|\\")*"/g, (part) =>
    part.startsWith('"') ? '""' : "",
  );
}

describe("nothing in a program or its target becomes code", () => {
  const nasty = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      '"',
      '\\"',
      '"; } BEGIN { system("id"); } //',
      "\n}",
      "*/",
      "$1",
      "\\",
      "%s",
      "\u2028",
      "\0",
    ),
  );

  test("texts", () => {
    const source = (text: string): Program => {
      const program = parse(
        'shop$target:::checkout /copyinstr(arg0) == "X"/ { @["X"] = count(); trace("X"); }',
      );
      return JSON.parse(JSON.stringify(program), (_, value: unknown) =>
        value === "X" ? text : value,
      ) as Program;
    };
    const compiled = (text: string): string =>
      skeleton(compileScript(source(text), { probes, target: { kind: "process", pid: PID } }).text);
    const plain = compiled("plain");
    fc.assert(
      fc.property(nasty, (text) => {
        expect(compiled(text)).toBe(plain);
      }),
    );
  });

  test("names of variables and aggregations", () => {
    const compiled = (name: string): string => {
      const program = parse("shop$target:::checkout { XX = arg1; @XX[arg0] = sum(XX); printa(@XX); }");
      const renamed = JSON.parse(JSON.stringify(program), (_, value: unknown) =>
        value === "XX" ? name : value,
      ) as Program;
      return compileScript(renamed, { probes, target: { kind: "process", pid: PID } }).text;
    };
    fc.assert(
      fc.property(nasty, (name) => {
        for (const [map] of compiled(name).matchAll(/@(?:agg|var)_[^\s[;=,)]*/g))
          expect(map).toMatch(/^@(?:agg|var)_\w+$/);
        expect(skeleton(compiled(name)).replaceAll(/(agg|var)_\w+/g, "$1")).toBe(
          skeleton(compiled("plain")).replaceAll(/(agg|var)_\w+/g, "$1"),
        );
      }),
    );
  });

  test("paths and names of probes are quoted, or refused", () => {
    const compiled = (more: Partial<ProbeDescription>): CompiledScript => {
      const program = parse("*:::* { @ = count(); }");
      const points = [{ kind: "usdt" as const, provider: "", module: "", function: "", name: "" }];
      const all = { ...program, clauses: program.clauses.map((clause) => ({ ...clause, points })) };
      return compileScript(all, { probes: [probe("checkout", more)], target: { kind: "process", pid: PID } });
    };
    const specification =
      /^usdt:(\S+|"(?:[^"\\]|\\")*"):([\w.-]+):([\w.-]+) \/\(pid == 4711\) && \(@phase == 1\)\/ \{$/m;
    const check = ({ text, diagnostics }: CompiledScript): void => {
      expect(hasErrors(diagnostics) || specification.test(text)).toBe(true);
      expect(
        text.split("\n").filter((line) => /^(?:usdt|uprobe|kprobe|tracepoint)/.test(line)).length,
      ).toBeLessThan(2);
    };
    fc.assert(
      fc.property(nasty, nasty, nasty, (path, provider, name) => {
        check(compiled({ path: `/tmp/${path}` }));
        check(compiled({ provider }));
        check(compiled({ name }));
      }),
    );
    expect(hasErrors(compiled({ path: '/tmp/a b"{c}#d' }).diagnostics)).toBe(false);
    expect(hasErrors(compiled({ path: "/tmp/a:b" }).diagnostics)).toBe(true);
  });
});
