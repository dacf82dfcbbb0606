/** Strings of any content, and variables of every kind: what the engine makes of them, bpftrace makes too. */
import { bpftraceBackend } from "@trace/backend-bpftrace";
import { describeWith } from "@trace/test-requirements";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CFixture } from "./c-fixture.ts";
import { firings, texts } from "./firings.ts";
import { fireInEngine, traceFixture, type Results, type TracedResults } from "./trace-fixture.ts";
import { versions } from "./versions.ts";

const count = (text: string): number => texts.filter((one) => one === text).length;

for (const { title, tools, command } of versions) {
  describeWith(tools, title, () => {
    let fixture: CFixture;
    beforeAll(() => {
      fixture = new CFixture();
    });
    afterAll(() => fixture.remove());

    /** Traces, without any loss or complaint, beside what the engine says. */
    async function trace(script: string): Promise<{ traced: TracedResults; expected: Results }> {
      const running = fixture.start();
      const { pid } = running;
      const probes = await bpftraceBackend({ command }).list({ target: { kind: "process", pid } });
      const traced = await traceFixture(command, script, running);
      await running.end();
      expect(traced.events.filter(({ type }) => type === "lost" || type === "diagnostic")).toEqual([]);
      return { traced, expected: fireInEngine(script, pid, firings(), probes) };
    }

    /** The same values and aggregations as the engine. */
    async function agrees(script: string): Promise<TracedResults> {
      const { traced, expected } = await trace(script);
      expect(traced.records).toEqual(expected.records);
      expect(traced.aggregations).toEqual(expected.aggregations);
      expect(traced.end).toEqual(expected.end);
      return traced;
    }

    test("strings arrive whole, whatever is in them", async () => {
      const { traced } = await trace(`
        fixture$target:::text { @[copyinstr(arg0)] = count(); @two[copyinstr(arg0), execname, copyinstr(arg0), arg1] = count(); }
        fixture$target:::text { printf("%s %d", copyinstr(arg0), arg1); }
        fixture$target:::text { trace(copyinstr(arg0)); }`);
      expect(traced.records).toEqual(texts.flatMap((text, index) => [[[text, index]], [[text]]]));
      const key = (text: string): string => `s${text.length}:${text}`;
      expect(traced.aggregations["_"]).toEqual(
        [...new Set(texts)].map((text) => `${key(text)} {"kind":"count","n":${count(text)}}`).sort(),
      );
      expect(traced.aggregations["two"]).toEqual(
        texts
          .map((text, index) => `${key(text)}s7:fixture${key(text)}i${index}; {"kind":"count","n":1}`)
          .sort(),
      );
    });

    test("what bpftrace has no function for is computed here", async () => {
      await agrees(`
        fixture$target:::text /arg1 != 10/
        {
          printf("%s %s %d", strjoin(copyinstr(arg0), lltostr(arg1)), substr(copyinstr(arg0), 1, 2), strlen(copyinstr(arg0)));
          printf("%d", index(copyinstr(arg0), "a") + 1);
        }`);
    });

    test("strings are compared, kept, and chosen between", async () => {
      await agrees(`
        self string last;
        this string chosen;
        string names[int64_t, string];
        string global;
        fixture$target:::text /arg1 != 10 && copyinstr(arg0) == "plain"/ { @plain = count(); }
        fixture$target:::text /arg1 != 10 && copyinstr(arg0) != ""/ { @some[copyinstr(arg0)] = count(); }
        fixture$target:::text /arg1 != 10 && self->last == copyinstr(arg0)/ { @again[self->last] = count(); }
        fixture$target:::text /arg1 != 10/
        {
          this->chosen = arg1 % 2 ? copyinstr(arg0) : "even";
          names[arg1, this->chosen] = this->chosen;
          @chosen[this->chosen] = count();
          global = names[arg1, this->chosen];
          self->last = copyinstr(arg0);
        }
        fixture$target:::text /arg1 != 10/ { printf("%s|%s|%s", this->chosen, global, self->last); }
        fixture$target:::text /arg1 == 3 && this->chosen == "a b"/ { @third[this->chosen, global] = count(); }`);
    });

    test("variables of every kind, and effects inside expressions", async () => {
      await agrees(`
        int n; int list[int]; int64_t total; self int64_t sum; self int depth; this int old; this int both;
        BEGIN { n = 5; n++; printf("begin %d", n); }
        fixture$target:::counter
        {
          this->old = n++;
          this->both = (n += 2) + n++ * 10 + this->old;
          list[arg0 % 7] += arg0;
          total += list[arg0 % 7]-- - --list[(arg0 + 1) % 7];
          self->sum += arg0 * (arg0 % 2 == 0 && n > 10 || arg0 > 50);
          self->depth = arg0 % 3;
          @sizes[this->both % 100, this->old % 5] = sum(total);
          @depth[self->depth] = count();
        }
        fixture$target:::counter /self->depth/ { @deep = count(); self->depth = 0; }
        fixture$target:::counter /arg0 > 90/ { printf("%d %d %d %d", n, this->both, total, self->sum); }
        fixture$target:::plain /self->depth/ { @never = count(); }
        fixture$target:::plain { @seen[list[arg0 % 7] > 100 ? (short)list[arg0 % 7] : -1] = count(); }
        END { printf("end %d %d", n, total); }`);
    });

    test("a division by zero ends the clause, and only it", async () => {
      const running = fixture.start();
      const { pid } = running;
      const script = `
        fixture$target:::counter
        {
          printf("before");
          this->n = arg0 > 95 && 100 / (arg0 - 97) > 1 ? 1 : 2;
          printf("%d %d", arg0, this->n);
          @after = count();
        }
        fixture$target:::counter /10 % (arg0 - 50) < 100/ { @odd = count(); }
        fixture$target:::counter { @all = count(); }`;
      const probes = await bpftraceBackend({ command }).list({ target: { kind: "process", pid } });
      const traced = await traceFixture(command, script, running);
      await running.end();
      const expected = fireInEngine(script, pid, firings(), probes);
      expect(traced.aggregations).toEqual(expected.aggregations);
      expect(traced.records).toEqual(expected.records);
      const faults = traced.events.flatMap((event) =>
        event.type === "diagnostic" ? [event.diagnostic.code] : [],
      );
      expect(faults).toEqual(["RUNTIME_DIVIDE_BY_ZERO", "RUNTIME_DIVIDE_BY_ZERO"]);
      expect(traced.aggregations["all"]).toEqual([' {"kind":"count","n":100}']);
    });

    test("exit ends the program at that firing", async () => {
      const traced = await agrees(`
        fixture$target:::counter { @counted = count(); }
        fixture$target:::counter /arg0 == 41/ { printf("enough"); exit(7); @still = count(); }
        fixture$target:::plain { @plain = count(); }
        END { printf("end"); }`);
      expect(traced.end).toEqual({ reason: "exit", status: 7 });
      expect(traced.aggregations["counted"]).toEqual([' {"kind":"count","n":42}']);
    });
  });
}
