import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fc, test as property } from "@fast-check/vitest";
import type { Program } from "@trace/core";
import { describe, expect, test } from "vitest";
import { dLanguage } from "../d-language.ts";
import { lowered, withoutSpans } from "../test-kit.ts";
import { printD } from "./print-d.ts";

const context = { target: 1234, arguments: ["1", "2"] };

/** Printed and read again, the program is the same. */
function survives(program: Program): void {
  expect(lowered(printD(program), context)).toEqual(program);
}

describe("a script", () => {
  test("as it is printed", () => {
    const program = lowered(
      `#pragma D option quiet
       self int64_t begun; string last[int64_t, string];
       shop*:::request-start { self->begun = timestamp; last[tid, "x"] = copyinstr(arg0); }
       shop*:::request-done, tick-10s
       / self->begun && arg1 > 5 /
       {
         @ns["by \\"id\\"\\n", arg0] = lquantize((timestamp - self->begun) / 1000, 0, 100, 10);
         printf("%-5s|%08.3d 100%%\\n", execname, pid + 1);
         if (arg2 == -1) { n++; } else { n = (n + 2) * 3; trunc(@ns, 5); }
         self->begun = 0;
       }`,
    );
    expect(printD(program)).toBe(`#pragma D option quiet

self int64_t begun;
string last[int64_t, string];
int64_t n;

shop*:::request-start
{
	self->begun = (int64_t)timestamp;
	last[(int64_t)tid, "x"] = copyinstr(arg0);
}

shop*:::request-done,
profile:::tick-10s
/ self->begun && arg1 > 5 /
{
	@ns["by \\"id\\"\\n", arg0] = lquantize((int64_t)((timestamp - (uint64_t)self->begun) / 1000), 0, 100, 10);
	printf("%-5s|%08.3d 100%%\\n", execname, pid + 1);
	if (arg2 == -1) {
		n++;
	} else {
		n = (n + 2) * 3;
		trunc(@ns, 5);
	}
	self->begun = 0;
}
`);
  });

  test.each([
    ["associativity", "BEGIN { x = 1 - (arg0 - 2) - 3; y = (arg0, arg1); z = x = y; }"],
    ["signs", "BEGIN { trace(-(-arg0)); trace(- -arg0); trace(~-1); trace(!(!arg0)); trace(-5 - arg0); }"],
    ["conditions", "BEGIN /(arg0 ? arg1 : arg2) ? 1 : 0/ { trace(arg0 ? arg1 ? 1 : 2 : 3); }"],
    [
      "limits",
      "BEGIN { a = 0x8000000000000000; b = -9223372036854775807 - 1; c = 18446744073709551615ull; }",
    ],
    [
      "narrow constants",
      "BEGIN { trace((char)65); trace((uint8_t)200); trace((int)-2147483648); trace(5ull); }",
    ],
    [
      "small beside narrow",
      "uint8_t n; BEGIN { n = 5; trace(n + 1); trace(n == 300); trace((short)n * 4u); }",
    ],
    ["shifts", "BEGIN { trace(1 << 5ull); trace(arg0 >> (arg1 & 3)); trace((uint32_t)arg0 << 1); }"],
    ["increments", "int n; BEGIN { trace(n++ + ++n); n -= 2; n <<= 1; trace(-(n--)); }"],
    [
      "casts",
      "BEGIN { trace((int)(char)arg0); trace((uint64_t)strlen(execname)); x = (int)strlen(probename); }",
    ],
    [
      "strings",
      'BEGIN { trace("\\377\\1z\\\\ \\"q\\" \\t"); trace("Grüße"); trace(strjoin("a", execname)); }',
    ],
    [
      "formats",
      'BEGIN { printf("%% %5.2s %-08x %*d %hd %c %Y", "a", 1, 5, 6, (short)7, 65, walltimestamp); }',
    ],
    [
      "aggregations",
      'BEGIN { @ = count(); @a[1, "k"] = quantize(arg0, 2); printa("%s %@d\\n", @b); printa(@a); }'
        .replace("@b", "@a")
        .replace("%s", "%d %s"),
    ],
    [
      "llquantize",
      "BEGIN { @l[(char)1] = llquantize(arg0, 10, 0, 6, 20); normalize(@l, 3); denormalize(@l); clear(@l); }",
    ],
    ["a clause of consumer actions", "BEGIN { @ = count(); } END { clear(@); }"],
    [
      "points",
      "a*:b.so:f?:[xy]-z, syscall::read:entry, pid12:libc.so.6:malloc:1f, fbt::vfs_read:return, sdt:sched::x {}",
    ],
    ["timers", "tick-5s, profile-97hz, profile:::tick-100us, ERROR, END { trace(1); }"],
    [
      "options",
      "#pragma D option strsize=40\n#pragma D option aggsortkey\n#pragma D option aggsortkeypos=1\n#pragma D option aggsortrev=no\n#pragma D option switchrate=10hz\nBEGIN {}",
    ],
    ["stacks", "tick-1s { stack(3); ustack(); exit(arg0 ? 1 : 2); }"],
  ])("%s come back", (_, text) => survives(lowered(text, context)));

  const seeds = new URL("../../../../../shared/seeds/", import.meta.url);
  const scripts = existsSync(seeds)
    ? readdirSync(seeds, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d"))
    : [];
  test.skipIf(scripts.length === 0)("every seed that is understood comes back", () => {
    let understood = 0;
    for (const name of scripts) {
      const text = readFileSync(new URL(name, seeds), "utf8");
      const { program } = dLanguage().parse({ name: "x.d", text }, context);
      if (program === undefined) continue;
      understood++;
      survives(withoutSpans(program));
    }
    expect(understood).toBeGreaterThan(0);
  });
});

/** Integer expressions of D as text. */
const expression = fc.letrec<{ one: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom("arg0", "arg1", "pid", "timestamp", "uid", "g", "self->t", "this->u", "a[1]", "args[2]"),
    fc.constantFrom(
      "0",
      "1",
      "7u",
      "-3",
      "4294967295",
      "5ull",
      "0x7fffffffffffffff",
      "(char)3",
      "sizeof (int)",
    ),
    fc
      .tuple(
        fc.constantFrom(..."+ - * & | ^ << >> == != < <= > >= && || ^^ , / %".split(" ")),
        tie("one"),
        tie("one"),
      )
      .map(([operator, a, b]) => `(${a}) ${operator} (${operator === "/" || operator === "%" ? "arg3" : b})`),
    fc
      .tuple(fc.constantFrom("-", "~", "!", "(int)", "(uint8_t)", "(uint64_t)"), tie("one"))
      .map(([sign, a]) => `${sign}(${a})`),
    fc.tuple(tie("one"), tie("one"), tie("one")).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
    fc
      .tuple(fc.constantFrom("g", "self->t", "this->u"), fc.constantFrom("=", "+=", "<<="), tie("one"))
      .map(([name, sign, a]) => `(${name} ${sign} (${a}))`),
    fc.constantFrom("g++", "--g", "self->t--", "++a[2]"),
    tie("one").map((a) => `strlen(lltostr(${a}))`),
  ),
})).one;

describe("any program of D", () => {
  property.prop([expression, expression], { numRuns: 500 })("expressions come back", (value, predicate) => {
    const text = `int g; self uint32_t t; this int64_t u; int64_t a[int]; BEGIN /${predicate}/ { trace((${value})); }`;
    const { program } = dLanguage().parse({ name: "x.d", text }, context);
    fc.pre(program !== undefined);
    survives(withoutSpans(program));
  });

  property.prop([fc.string({ unit: "binary" })])("strings come back", (text) => {
    const kept = text.replaceAll("\0", "").replaceAll(/\p{Surrogate}/gu, "");
    const program = lowered('BEGIN { trace("x"); }');
    const changed = JSON.stringify(program).replace('"x"', () => JSON.stringify(kept));
    survives(JSON.parse(changed) as Program);
  });
});
