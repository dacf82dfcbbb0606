/** What happens around the events: output of aggregations, ends of every kind, losses, and bad input. */
import { spawn } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bpftraceBackend } from "@trace/backend-bpftrace";
import { TraceError, type Backend, type TraceEvent } from "@trace/core";
import { describeWith } from "@trace/test-requirements";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CFixture, type RunningFixture } from "./c-fixture.ts";
import { planScript, rowTexts, traceFixture, type TracedResults } from "./trace-fixture.ts";
import { versions } from "./versions.ts";

const COUNT = "fixture$target:::counter { @ = count(); }";

function diagnostics(events: readonly TraceEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === "diagnostic" ? [event.diagnostic.code] : []));
}

async function collect(
  events: AsyncIterable<TraceEvent>,
  visit?: (event: TraceEvent) => void,
): Promise<TraceEvent[]> {
  const all: TraceEvent[] = [];
  for await (const event of events) {
    all.push(event);
    visit?.(event);
  }
  return all;
}

/** Processes whose command line has `text`: bpftrace's ends in the pid of who runs it. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  });
}

for (const { title, tools, command } of versions) {
  describeWith(tools, title, () => {
    const backend: Backend = bpftraceBackend({ command });
    let fixture: CFixture;
    let running: RunningFixture | undefined;
    beforeAll(() => {
      fixture = new CFixture();
    });
    afterEach(async () => {
      await running?.end();
      running = undefined;
    });
    afterAll(() => fixture.remove());

    function start(count?: number): RunningFixture {
      running = fixture.start(count);
      return running;
    }

    function trace(script: string, count?: number): Promise<TracedResults> {
      return traceFixture(command, script, start(count));
    }

    test("it is found, with its version", async () => {
      const { usable, version } = await backend.detect();
      expect({ usable, version }).toEqual({
        usable: true,
        version: expect.stringMatching(title === "bpftrace 0.17" ? /^0\.17\./ : /^0\.2[37]\./) as string,
      });
    });

    test("printa, clear, trunc and normalize in an end clause", async () => {
      const { events } = await trace(`
        fixture$target:::counter { @sum[arg0 % 4] = sum(arg0); @max[arg0 % 2] = max(arg0); @top[arg0 % 10] = count(); @gone = count(); }
        fixture$target:::counter /arg0 % 10 == 3/ { @top[arg0 % 10] = count(); }
        fixture$target:::text { @names[copyinstr(arg0) == "plain" ? "plain" : "other"] = count(); }
        END
        {
          printa("%d %@d", @sum, @max); clear(@sum);
          clear(@max); printa(@max);
          trunc(@top, 1); printa(@top);
          trunc(@gone);
          normalize(@top, 2); printa(@top);
          printa("%s %@d", @names);
        }`);
      const items = events.flatMap((event) => (event.type === "record" ? event.items : []));
      const shown = items.map(({ aggregations = [] }) =>
        aggregations.map((one) => [one.normalization, rowTexts(one)]),
      );
      const sum = (key: number): string => `i${key}; {"kind":"sum","sum":${1200 + 25 * key}}`;
      const max = (key: number, value: string): string => `i${key}; {"kind":"max","value":${value}}`;
      expect(shown).toEqual([
        [
          [undefined, [0, 1, 2, 3].map(sum)],
          [undefined, [max(0, "98"), max(1, "99")]],
        ],
        [[undefined, [max(0, "null"), max(1, "null")]]],
        [[undefined, ['i3; {"kind":"count","n":20}']]],
        [[2, ['i3; {"kind":"count","n":20}']]],
        [[undefined, ['s5:other {"kind":"count","n":13}', 's5:plain {"kind":"count","n":2}']]],
      ]);
      const final = events.findLast((event) => event.type === "aggregation");
      const byName = Object.fromEntries((final?.aggregations ?? []).map((one) => [one.name, rowTexts(one)]));
      expect(byName["sum"]).toEqual([0, 1, 2, 3].map((key) => `i${key}; {"kind":"sum","sum":0}`));
      expect(byName["gone"]).toEqual([]);
      expect(diagnostics(events)).toEqual([]);
    });

    test("nothing counted is lost between printa and clear", async () => {
      const { events } = await trace(
        `fixture$target:::counter { @ = count(); }
         fixture$target:::counter /arg0 % 5000 == 4999/ { printa(@); clear(@); }
         tick-10ms { printa(@); clear(@); }`,
        50_000,
      );
      const counts = events.flatMap((event) => {
        if (event.type === "record") return event.items.flatMap((item) => item.aggregations ?? []);
        return event.type === "aggregation" ? event.aggregations : [];
      });
      const total = counts
        .flatMap(({ rows }) => rows)
        .reduce((sum, { state }) => sum + (state.kind === "count" ? Number(state.n) : 0), 0);
      expect(total).toBe(50_000);
    });

    test("timers of every unit, begin and end clauses, and builtins", async () => {
      const { events, records } = await trace(`
        BEGIN { printf("%d %d", pid == ${process.pid}, $target == pid); start = timestamp; wall = walltimestamp; }
        tick-2ms, profile-97 { @ticks = count(); }
        tick-500us { @[probename] = count(); }
        fixture$target:::many
        {
          printf("%d %d %s %s %s", pid == $target, tid == $target, execname, probeprov, probename);
          printf("%d %d %d", timestamp > start, uid, ppid);
          printf("%Y", walltimestamp);
        }
        END { printf("%d", walltimestamp - wall < 60000000000 && walltimestamp >= wall); }`);
      const { pid } = running ?? start();
      expect(records[0]).toEqual([[1, 0]]);
      expect(records[1]?.slice(0, 2)).toEqual([
        [1, 1, "fixture", `fixture${pid}`, "many"],
        [1, process.getuid?.(), process.pid],
      ]);
      const wall = Number(records[1]?.[2]?.[0]);
      expect(Math.abs(Date.now() - wall / 1e6)).toBeLessThan(60_000);
      expect(records[2]).toEqual([[1]]);
      expect(diagnostics(events)).toEqual([]);
    });

    test("a full map is told, with how many updates it cost", async () => {
      const { events, aggregations } = await trace("fixture$target:::counter { @[arg0] = count(); }", 70_000);
      const lost = events.flatMap((event) => (event.type === "lost" ? [event] : []));
      const told = lost.reduce((sum, { count }) => sum + count, 0);
      expect(new Set(lost.map(({ what }) => what))).toEqual(new Set(["aggregations"]));
      expect((aggregations["_"] ?? []).length + told).toBe(70_000);
    });

    test("a slow reader loses records, not memory, and is told how many", async () => {
      const target = start(200_000);
      const plan = await planScript(backend, 'fixture$target:::counter { printf("%d", arg0); }', target.pid);
      const run = backend.start(plan);
      let seen = 0;
      let lost = 0;
      for await (const event of run) {
        if (event.type === "ready") {
          await target.fire();
          run.stop();
        } else if (event.type === "record") seen++;
        else if (event.type === "lost") lost += event.count;
      }
      expect(lost).toBeGreaterThan(0);
      // A few of our own marks may be among the lost.
      expect(seen + lost - 200_000).toBeGreaterThanOrEqual(0);
      expect(seen + lost - 200_000).toBeLessThan(200);
    });

    test("the target's end ends the run with what was counted", async () => {
      const target = start();
      const run = backend.start(await planScript(backend, COUNT, target.pid));
      const events = await collect(run, (event) => {
        if (event.type === "ready") void target.fire().then(() => target.process.signal("SIGKILL"));
      });
      expect(events.at(-1)).toEqual({ type: "end", reason: "target", status: 0 });
      expect(events.at(-2)).toMatchObject({ aggregations: [{ rows: [{ keys: [], state: { n: 100 } }] }] });
    });

    test("semaphores are down again after the run, also when its consumer leaves", async () => {
      const target = start();
      const plan = await planScript(backend, COUNT, target.pid);
      for await (const event of backend.start(plan)) if (event.type === "ready") break;
      await target.fire();
      await expect.poll(() => target.semaphores(), { timeout: 5_000 }).toBe(0);
      expect(processesWith(`\0${process.pid}\0`)).toEqual([]);
    });

    test("stop before it is ready, and abort, end it", async () => {
      const target = start();
      const plan = await planScript(backend, COUNT, target.pid);
      for (const how of ["stop", "abort"] as const) {
        const run = backend.start(plan);
        setTimeout(() => run[how](), 20);
        const events = await collect(run);
        expect(events).toEqual([{ type: "end", reason: "stopped", status: 0 }]);
      }
    });

    test("bpftrace that is killed is told, and the target goes on", async () => {
      const target = start();
      const plan = await planScript(backend, COUNT, target.pid);
      const events = await collect(backend.start(plan), (event) => {
        if (event.type !== "ready") return;
        for (const pid of processesWith(`\0${process.pid}\0`)) process.kill(Number(pid), "SIGKILL");
      });
      expect(diagnostics(events)).toEqual(["BPFTRACE_ENDED"]);
      expect(events.at(-1)).toEqual({ type: "end", reason: "failed", status: 1 });
      await target.fire();
      expect(await target.semaphores()).toBe(0);
    });
  });
}

describeWith(["linux", "sys/sdt.h"], "without a good bpftrace", () => {
  let fixture: CFixture;
  let target: RunningFixture;
  beforeAll(() => {
    fixture = new CFixture();
    target = fixture.start();
  });
  afterAll(async () => {
    await target.end();
    fixture.remove();
  });

  /** A program that takes the place of bpftrace. */
  function fake(name: string, script: string): readonly [string] {
    const file = join(fixture.directory, name);
    writeFileSync(
      file,
      `#!/bin/sh\nif [ "$1" = --version ]; then echo "bpftrace v0.17.0"; exit; fi\n${script}\n`,
    );
    chmodSync(file, 0o755);
    return [file];
  }

  async function runFake(name: string, script: string): Promise<TraceEvent[]> {
    const backend = bpftraceBackend({ command: fake(name, script) });
    return collect(backend.start(await planScript(backend, COUNT, target.pid)));
  }

  test("one that is missing is detected, and told when it is run all the same", async () => {
    const backend = bpftraceBackend({ command: [join(fixture.directory, "no-bpftrace")] });
    const { usable, summary, hint } = await backend.detect();
    expect({ usable, summary }).toEqual({
      usable: false,
      summary: expect.stringContaining("is not installed") as string,
    });
    expect(hint).toMatch(/install/);
    const events = await collect(backend.start(await planScript(backend, COUNT, target.pid)));
    expect(diagnostics(events)).toEqual(["BACKEND_UNUSABLE"]);
    expect(events.at(-1)).toMatchObject({ reason: "failed", status: 1 });
  });

  test("what is no bpftrace, or an old one, is not usable", async () => {
    expect(await bpftraceBackend({ command: ["/bin/true"] }).detect()).toMatchObject({ usable: false });
    const old = join(fixture.directory, "old");
    writeFileSync(old, '#!/bin/sh\necho "bpftrace v0.9.4"\n');
    chmodSync(old, 0o755);
    expect(await bpftraceBackend({ command: [old] }).detect()).toMatchObject({
      usable: false,
      version: "0.9.4",
    });
  });

  test("output that is no JSON is told, and harms nothing", async () => {
    const events = await runFake(
      "malformed",
      `cat > /dev/null; echo '{"type": "value", "data": [0,'; echo '{"type": "value", "data": [99, 1]}'; echo '{}'; exit 0`,
    );
    expect(diagnostics(events)).toEqual([
      "BPFTRACE_OUTPUT",
      "BPFTRACE_OUTPUT",
      "BPFTRACE_OUTPUT",
      "BPFTRACE_ENDED",
    ]);
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "failed" });
  });

  test("an error of bpftrace is passed on, in its words", async () => {
    const events = await runFake("failing", `cat > /dev/null; echo "ERROR: could not do it" >&2; exit 1`);
    expect(events).toEqual([
      {
        type: "diagnostic",
        diagnostic: { code: "BPFTRACE_ERROR", severity: "error", message: "bpftrace: could not do it" },
      },
      { type: "end", reason: "failed", status: 1 },
    ]);
  });

  test("a process that is not there cannot be listed or traced", async () => {
    const backend = bpftraceBackend();
    const gone = spawn("/bin/true");
    await new Promise((resolve) => gone.once("exit", resolve));
    const pid = gone.pid ?? 0;
    await delay(50);
    const error: unknown = await backend
      .list({ target: { kind: "process", pid } })
      .catch((caught: unknown) => caught);
    expect(TraceError.isInstance(error) && error.code).toBe("TARGET_NOT_FOUND");
    const plan = await planScript(backend, COUNT, target.pid);
    const elsewhere = { ...plan, context: { ...plan.context, target: { kind: "process" as const, pid } } };
    const events = await collect(backend.start(elsewhere));
    expect(diagnostics(events)).toEqual(["TARGET_NOT_FOUND"]);
  });
});

describe("a driver that is killed", () => {
  describeWith(["bpftrace", "sys/sdt.h"], "takes bpftrace with it", () => {
    test("within some seconds", async () => {
      const fixture = new CFixture();
      const target = fixture.start();
      const command = fileURLToPath(new URL("../../apps/cli/bin/trace.js", import.meta.url));
      const driver = spawn(process.execPath, [
        command,
        "run",
        "-b",
        "bpftrace",
        "-n",
        COUNT,
        "-p",
        String(target.pid),
      ]);
      await new Promise<void>((resolve) => {
        driver.stderr.on("data", (text: Buffer) => {
          if (text.includes("attached with")) resolve();
        });
      });
      driver.kill("SIGKILL");
      await target.fire();
      await expect.poll(() => target.semaphores(), { timeout: 10_000, interval: 200 }).toBe(0);
      await target.end();
      fixture.remove();
    });
  });
});
