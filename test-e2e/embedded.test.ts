/** The embedded backend over real processes: threads, providers that come and go, processes that are not reachable. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { embeddedBackend } from "@trace/backend-embedded";
import { dLanguage } from "@trace/lang-d";
import { describeWith } from "@trace/test-requirements";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runScript } from "./embedded-run.ts";
import { names } from "./fixtures/known-values.mjs";
import { startFixture, type Watched } from "./trace-command.ts";

let directory: string;
let targets: Watched[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-embedded-"));
  process.env["TRACE_DIR"] = directory;
});
afterEach(async () => {
  delete process.env["TRACE_DIR"];
  for (const target of targets) target.signal("SIGKILL");
  await Promise.all(targets.map((target) => target.ended));
  targets = [];
  rmSync(directory, { recursive: true, force: true });
});

async function startTarget(environment: Record<string, string> = {}): Promise<Watched> {
  const target = await startFixture("node-target.mjs", [], environment);
  targets.push(target);
  return target;
}

/** Ends the target in good order; nothing of it may stay. */
async function end(target: Watched): Promise<void> {
  target.child.stdin.end();
  const { status, stderr } = await target.ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readdirSync(directory)).toEqual([]);
}

const COUNT = "fixture*:::counted { @n = count(); @sum = sum(arg0); }";

function sumBelow(count: number): number {
  return (count * (count - 1)) / 2;
}

const withNative = { title: "with the add-on", tools: ["native add-on"], environment: {} } as const;
const withoutNative = {
  title: "without the add-on",
  tools: [],
  environment: { TRACE_NATIVE: "off" },
} as const;

for (const { title, tools, environment } of [withNative, withoutNative]) {
  describeWith(tools, title, () => {
    test("counts, sums and keys are exact", async () => {
      const target = await startTarget(environment);
      const run = await runScript(
        `fixture*:::latency { @count[copyinstr(arg0)] = count(); @sum[copyinstr(arg0)] = sum(arg1); }`,
        target.pid,
      );
      await target.command("fire 400");
      await run.stop();
      expect(run.rows("count")).toEqual(
        Object.fromEntries(names.map((name) => [name, { kind: "count", n: 100 }])),
      );
      const sums = names.map((name, offset) => {
        const values = Array.from({ length: 100 }, (_, index) => (index * 4 + offset) ** 2);
        return [name, { kind: "sum", sum: values.reduce((sum, value) => sum + value) }];
      });
      expect(run.rows("sum")).toEqual(Object.fromEntries(sums));
      expect(run.events.at(-1)).toEqual({ type: "end", reason: "stopped", status: 0 });
      await end(target);
    });

    test("workers that were there before the tracer are traced as well", async () => {
      const target = await startTarget(environment);
      target.child.stdin.write("workers 2 150 1200\n");
      await delay(600);
      const run = await runScript(COUNT, target.pid);
      await target.until(/done workers/);
      await target.command("fire 150");
      await run.stop();
      expect(run.rows("n")).toEqual({ "": { kind: "count", n: 450 } });
      expect(run.rows("sum")).toEqual({ "": { kind: "sum", sum: 3 * sumBelow(150) } });
      await end(target);
    });

    test("BEGIN runs once, END sees everything, exit ends all threads", async () => {
      const target = await startTarget(environment);
      const run = await runScript(
        `BEGIN { start = 7; printf("begin"); }
         fixture*:::counted { @n = count(); last = arg0; }
         fixture*:::counted /arg0 == 99/ { exit(start); }
         END { printf("end %d", last); printa(@n); }`,
        target.pid,
      );
      await target.command("counted 200");
      await run.ended;
      const [begin, exit, end_] = run.all("record");
      expect(run.all("record")).toHaveLength(3);
      expect(begin?.probe.name).toBe("BEGIN");
      expect(exit?.items.map((item) => [item.statement.kind, item.values])).toEqual([["exit", [7]]]);
      expect(end_?.items[0]?.values).toEqual([99]);
      expect(run.rows("n")).toEqual({ "": { kind: "count", n: 100 } });
      expect(run.events.at(-1)).toEqual({ type: "end", reason: "exit", status: 7 });
      await end(target);
    });

    test("a provider that is disposed and made again during a session is traced on", async () => {
      const target = await startTarget(environment);
      const run = await runScript(COUNT, target.pid);
      await target.command("counted 10");
      await target.command("dispose");
      await target.command("counted 10");
      await target.command("create");
      await target.command("counted 10");
      await run.stop();
      expect(run.rows("n")).toEqual({ "": { kind: "count", n: 20 } });
      expect(run.rows("sum")).toEqual({
        "": { kind: "sum", sum: sumBelow(30) - (sumBelow(20) - sumBelow(10)) },
      });
      await end(target);
    });

    test("records of a probe that came after the tracer name it", async () => {
      const target = await startTarget(environment);
      await target.command("dispose");
      const run = await runScript(
        `#pragma D option quiet\n${COUNT.replace("@n", 'printf("%d", arg0); @n')}`,
        target.pid,
      );
      await target.command("create");
      await target.command("counted 2");
      await run.stop();
      const records = run.all("record");
      expect(records.map((record) => [record.probe.provider, record.probe.name, record.pid])).toEqual([
        ["fixture", "counted", target.pid],
        ["fixture", "counted", target.pid],
      ]);
      expect(records.map((record) => record.items[0]?.values)).toEqual([[0], [1]]);
      expect(new Set(records.map((record) => record.probeId)).size).toBe(1);
      await end(target);
    });

    test("a target that ends by itself ends the run with all its numbers", async () => {
      const target = await startTarget(environment);
      const run = await runScript(`${COUNT} END { printf("end"); }`, target.pid);
      target.child.stdin.write("counted 5000\nexit 3\n");
      await run.ended;
      expect(run.rows("n")).toEqual({ "": { kind: "count", n: 5000 } });
      expect(run.all("record").map((record) => record.probe.name)).toEqual(["END"]);
      expect(run.events.at(-1)).toEqual({ type: "end", reason: "target", status: 0 });
      expect((await target.ended).status).toBe(3);
      expect(readdirSync(directory)).toEqual([]);
    });

    test("a crash by an exception keeps the numbers too", async () => {
      const target = await startTarget(environment);
      const run = await runScript(COUNT, target.pid);
      target.child.stdin.write("counted 50\ncrash\n");
      await run.ended;
      expect(run.rows("n")).toEqual({ "": { kind: "count", n: 50 } });
      expect((await target.ended).stderr).toContain("crash, as told");
    });

    test("without a target all processes are traced, also one that starts later, and their numbers merge", async () => {
      const first = await startTarget(environment);
      const run = await runScript(`BEGIN { printf("begin"); } ${COUNT} END { printa(@n); }`, "system");
      await first.command("counted 30");
      const second = await startTarget(environment);
      await delay(500);
      await second.command("counted 12");
      second.child.stdin.end();
      await second.ended;
      await first.command("counted 5");
      await run.stop();
      expect(run.rows("n")).toEqual({ "": { kind: "count", n: 47 } });
      expect(run.all("record").map((record) => [record.probe.name, record.pid])).toEqual([
        ["BEGIN", process.pid],
        ["END", process.pid],
      ]);
      await end(first);
    });
  });
}

describeWith(["native add-on"], "workers that start during a session", () => {
  test("workers and the main thread are one process: their numbers add up", async () => {
    const target = await startTarget();
    const run = await runScript(
      `${COUNT} fixture*:::latency { @keys[copyinstr(arg0)] = count(); }`,
      target.pid,
    );
    await target.command("workers 3 200");
    await target.command("fire 200");
    await run.stop();
    expect(run.rows("n")).toEqual({ "": { kind: "count", n: 800 } });
    expect(run.rows("sum")).toEqual({ "": { kind: "sum", sum: 4 * sumBelow(200) } });
    expect(run.rows("keys")["gamma"]).toEqual({ kind: "count", n: 200 });
    await end(target);
  });

  test("a timer prints and clears what all threads have counted, each firing once", async () => {
    const target = await startTarget();
    const run = await runScript(
      `#pragma D option quiet
       ${COUNT}
       tick-250ms { printa(@n); clear(@n); }`,
      target.pid,
    );
    for (let round = 0; round < 3; round++) {
      await target.command("workers 2 50");
      await target.command("counted 50");
    }
    await delay(600);
    await run.stop();
    const printed = run
      .all("record")
      .flatMap((record) => record.items)
      .flatMap((item) => item.aggregations ?? [])
      .flatMap((snapshot) => snapshot.rows)
      .map((row) => (row.state.kind === "count" ? Number(row.state.n) : Number.NaN));
    const rest = run.rows("n")[""];
    const left = rest?.kind === "count" ? Number(rest.n) : 0;
    expect(printed.reduce((sum, value) => sum + value, left)).toBe(450);
    await end(target);
  });
});

describeWith(["native add-on"], "a worker that is terminated", () => {
  test("is not waited for, and what it told counts", async () => {
    const target = await startTarget();
    const run = await runScript(COUNT, target.pid);
    await target.command("terminated 700");
    await target.command("counted 4");
    await run.stop();
    expect(run.rows("n")).toEqual({ "": { kind: "count", n: 5 } });
    expect(run.codes()).toEqual([]);
    await end(target);
  });
});

describeWith(["native add-on"], "a busy event loop", () => {
  test("a program is attached, ticks, prints and is stopped while the loop never turns", async () => {
    const target = await startTarget();
    target.child.stdin.write("loop 0\n");
    await delay(100);
    const run = await runScript(
      `#pragma D option quiet
       fixture*:::counted { @n = count(); @min = min(arg0); @max = max(arg0); @sum = sum(arg0); }
       tick-100ms { printf("tick"); }`,
      target.pid,
    );
    await run.until((event) => event.type === "record");
    await delay(300);
    await run.stop();
    const value = (name: string): number => {
      const state = run.rows(name)[""];
      return Number(
        state !== undefined &&
          ("n" in state ? state.n : "sum" in state ? state.sum : "value" in state && state.value),
      );
    };
    const [n, min, max] = [value("n"), value("min"), value("max")];
    expect(n).toBeGreaterThan(0);
    expect(n).toBe(max - min + 1);
    expect(value("sum")).toBe(((min + max) * n) / 2);
    expect(run.codes()).toEqual([]);
  });

  test("one that fires nothing cannot answer: the run ends all the same, with what was told last, and says so", async () => {
    const target = await startTarget();
    const run = await runScript(`${COUNT} END { printf("end"); }`, target.pid);
    await target.command("counted 10");
    await delay(1300);
    target.child.stdin.write("spin 0\n");
    await delay(100);
    await run.stop();
    expect(run.rows("n")).toEqual({ "": { kind: "count", n: 10 } });
    expect(run.codes()).toEqual(["RESULTS_STALE"]);
    expect(run.events.at(-1)).toEqual({ type: "end", reason: "stopped", status: 0 });
  });

  test("a tracer that goes leaves the semaphores down though nobody runs JavaScript for it", async () => {
    const target = await startTarget();
    target.child.stdin.write("spin 1000\n");
    await delay(100);
    const run = await runScript(COUNT, target.pid);
    run.run.abort();
    await run.ended;
    await target.until(/done spin/);
    target.child.stdin.write("state\n");
    await target.until(/done state/);
    expect(target.stdout).toContain("counted=0");
    await end(target);
  });
});

describe("loss", () => {
  test("a tracer that does not read loses records, is told how many, and keeps its aggregations", async () => {
    const target = await startTarget();
    const backend = embeddedBackend();
    const probes = await backend.list({ target: { kind: "process", pid: target.pid } });
    const { program } = dLanguage().parse(
      {
        name: "loss.d",
        text: `#pragma D option quiet\nfixture*:::counted { @n = count(); printf("%d", arg0); }`,
      },
      { probes },
    );
    if (program === undefined) throw new Error("the script is right");
    const run = backend.start(
      backend.compile(program, { probes, target: { kind: "process", pid: target.pid } }),
    );
    let records = 0;
    let lost = 0;
    let total: unknown;
    for await (const event of run) {
      if (event.type === "ready") {
        target.child.stdin.write("counted 300000\n");
        // Not reading while the process prints.
        await target.until(/done counted/);
        run.stop();
      } else if (event.type === "record") records++;
      else if (event.type === "lost" && event.what === "records") lost += event.count;
      else if (event.type === "aggregation") total = event.aggregations[0]?.rows[0]?.state;
    }
    expect(total).toEqual({ kind: "count", n: 300_000 });
    expect(lost).toBeGreaterThan(0);
    expect(records + lost).toBe(300_000);
    await end(target);
  });
});

describe("processes that cannot be traced", () => {
  const list = (pid: number): Promise<unknown> =>
    embeddedBackend().list({ target: { kind: "process", pid } });

  test("there is none of that pid", async () => {
    await expect(list(4_000_000)).rejects.toMatchObject({ code: "TARGET_NOT_FOUND" });
  });

  test("it has no provider", async () => {
    await expect(list(process.ppid)).rejects.toMatchObject({ code: "TARGET_NOT_TRACEABLE" });
  });

  test("it opted out by TRACE_DISABLE", async () => {
    const target = await startTarget({ TRACE_DISABLE: "1" });
    await expect(list(target.pid)).rejects.toMatchObject({ code: "TARGET_NOT_TRACEABLE" });
    await end(target);
  });

  test("it died and left its socket", async () => {
    const target = await startTarget();
    target.signal("SIGKILL");
    await target.ended;
    await expect(list(target.pid)).rejects.toMatchObject({ code: "TARGET_NOT_FOUND" });
    expect(await embeddedBackend().list({ target: { kind: "system" } })).toEqual([]);
  });
});
