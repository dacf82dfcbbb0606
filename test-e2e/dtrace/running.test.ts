/** What happens around the events: output of aggregations, ends of every kind, errors, late probes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { TraceError, type TraceEvent } from "@trace/core";
import { describeWith } from "@trace/test-requirements";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CFixture, type RunningFixture } from "../bpftrace/c-fixture.ts";
import { planScript, rowTexts } from "../bpftrace/trace-fixture.ts";
import { startFixture } from "../trace-command.ts";
import { backend, codes, collect, traceFixture } from "./run-dtrace.ts";

/** DTraces that we started and that still run: children of ours. */
function tracersLeft(): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return parent === String(process.pid) && state !== "Z" && command.includes("dtrace");
    } catch {
      return false;
    }
  });
}

describeWith(["dtrace", "sys/sdt.h"], "DTrace", () => {
  let fixture: CFixture;
  let running: RunningFixture | undefined;
  beforeAll(() => {
    fixture = new CFixture();
  });
  afterEach(async () => {
    await running?.end();
    running = undefined;
    const left = tracersLeft();
    if (left.length > 0) throw new Error(`still running: ${left.join(" ")}`);
  });
  afterAll(() => fixture.remove());

  function start(count?: number): RunningFixture {
    running = fixture.start(count);
    return running;
  }

  test("begin, firings, end, aggregations: in this order", async () => {
    const { events } = await traceFixture(
      `BEGIN { trace("begin"); } fixture$target:::many { trace(probename); @a = count(); } END { trace("end"); }`,
      start(),
    );
    const shown = events.map((event) => (event.type === "record" ? event.items[0]?.values[0] : event.type));
    expect(shown).toEqual(["ready", "begin", "many", "end", "aggregation", "end"]);
    const record = events.find((event) => event.type === "record" && event.pid !== undefined);
    expect(record).toMatchObject({
      pid: running?.pid,
      tid: running?.pid,
      probe: { provider: "fixture", name: "many", pid: running?.pid },
    });
  });

  test("exit() ends it with its status", async () => {
    const { end, events } = await traceFixture(
      `fixture$target:::counter /arg0 == 5/ { exit(7); trace("rest"); }`,
      start(),
    );
    expect(end).toEqual({ reason: "exit", status: 7 });
    expect(codes(events)).toEqual([]);
  });

  test("the end of the target ends it", async () => {
    const target = start(10);
    const { end, aggregations } = await collect(
      "fixture$target:::counter { @ = count(); }",
      target.pid,
      (event) => {
        if (event.type === "ready") void target.fire().then(() => target.process.child.stdin.end());
      },
    );
    expect(end).toEqual({ reason: "target", status: 0 });
    expect(aggregations["_"]).toEqual([' {"kind":"count","n":10}']);
  });

  test("a program with several probes in a clause says which one fired", async () => {
    const { events } = await traceFixture(
      "fixture$target:::narrow, fixture$target:::many, tick-1d { trace(arg0); }",
      start(),
    );
    const fired = events.flatMap((event) => (event.type === "record" ? [event.probe.name] : []));
    expect(fired).toEqual(["narrow", "narrow", "narrow", "many"]);
  });

  test("clear, trunc and normalize lose nothing", async () => {
    const { events, aggregations } = await traceFixture(
      `fixture$target:::counter { @sum = sum(1); @by[arg0 % 4] = sum(arg0); @least = min(arg0); @q = quantize(arg0); }
       fixture$target:::counter /arg0 % 25 == 24/ { printa(@sum); clear(@sum); trunc(@by, 2); trunc(@q); normalize(@least, 3); }`,
      start(1000),
    );
    const printed = events.flatMap((event) =>
      event.type === "record"
        ? event.items.flatMap(({ aggregations: shown = [] }) => shown.flatMap(rowTexts))
        : [],
    );
    const total = [...printed, ...(aggregations["sum"] ?? [])]
      .map((row) => Number(/"sum":(\d+)/.exec(row)?.[1]))
      .reduce((sum, one) => sum + one, 0);
    expect(printed).toHaveLength(40);
    expect(total).toBe(1000);
    const final = events.findLast((event) => event.type === "aggregation");
    expect(final?.aggregations.map(({ normalization }) => normalization)).toEqual([
      undefined,
      undefined,
      3,
      undefined,
    ]);
  });

  test("a fault is told with its place in the script, once for each firing", async () => {
    const script = `fixture$target:::counter { x = 5 / (arg0 - 2); @after = count(); }`;
    const { events, aggregations } = await traceFixture(script, start(5));
    expect(codes(events)).toEqual(["RUNTIME_DIVIDE_BY_ZERO"]);
    const told = events.find((event) => event.type === "diagnostic");
    expect(told?.diagnostic.span).toEqual({ start: 0, end: script.length });
    expect(aggregations["after"]).toEqual([' {"kind":"count","n":4}']);
  });

  test("abort leaves nothing, and the target goes on", async () => {
    const target = start(10);
    const run = backend.start(
      await planScript(backend, "fixture$target:::counter { @ = count(); }", target.pid),
    );
    const events: TraceEvent[] = [];
    for await (const event of run) {
      events.push(event);
      if (event.type === "ready") run.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "failed" });
    await target.fire();
    expect(await target.semaphores()).toBe(0);
  });

  test("a consumer that leaves ends it", async () => {
    const target = start(10);
    const run = backend.start(
      await planScript(backend, "fixture$target:::counter { @ = count(); }", target.pid),
    );
    for await (const event of run) if (event.type === "ready") break;
    for (let n = 0; n < 100 && tracersLeft().length > 0; n++) await delay(50);
    expect(tracersLeft()).toEqual([]);
  });

  test("stopped before it is ready", async () => {
    const run = backend.start(
      await planScript(backend, "fixture$target:::counter { @ = count(); }", start().pid),
    );
    setTimeout(() => run.stop(), 50);
    const events: TraceEvent[] = [];
    for await (const event of run) events.push(event);
    expect(events.at(-1)).toEqual({ type: "end", reason: "stopped", status: 0 });
  });

  test("a dtrace that is killed is a failure, told", async () => {
    const target = start(10);
    const { events, end } = await collect(
      "fixture$target:::counter { @ = count(); }",
      target.pid,
      (event) => {
        if (event.type === "ready") for (const pid of tracersLeft()) process.kill(Number(pid), "SIGKILL");
      },
    );
    expect(codes(events)).toEqual(["DTRACE_ENDED"]);
    expect(end).toEqual({ reason: "failed", status: 1 });
  });

  test("no such process", async () => {
    const listed = backend.list({ target: { kind: "process", pid: 2 ** 22 + 1 } });
    await expect(listed).rejects.toSatisfy(
      (error) => TraceError.isInstance(error) && error.code === "TARGET_NOT_FOUND",
    );
  });
});

describeWith(["dtrace", "native add-on"], "DTrace on Node", () => {
  test("the probes of a Node program", async () => {
    const target = await startFixture("node-target.mjs");
    const { aggregations, records, events } = await collect(
      `fixture$target:::counted { @sum = sum(arg0); }
       fixture$target:::latency { @ns[copyinstr(arg0)] = quantize(arg1); }
       fixture$target:::integers { @i8 = min(arg0); @u8 = max(arg1); @u32 = max(arg5); @i64 = min(arg6); }
       fixture$target:::texts /arg3 == 0x7f0000000000/ { printf("%s %s", copyinstr(arg0), copyinstr(arg1)); }`,
      target.pid,
      (event, stop) => {
        if (event.type === "ready") void target.command("fire 40").then(stop);
      },
    );
    target.child.stdin.end();
    expect(await target.ended).toMatchObject({ status: 0 });
    expect(codes(events)).toEqual([]);
    expect(aggregations["sum"]).toEqual([' {"kind":"sum","sum":780}']);
    expect(aggregations["ns"]).toContain(
      's5:alpha {"kind":"buckets","counts":[[0,1],[5,1],[7,1],[8,1],[9,2],[10,2],[11,2]]}',
    );
    expect(aggregations["i8"]).toEqual([' {"kind":"min","value":-128}']);
    expect(aggregations["u8"]).toEqual([' {"kind":"max","value":255}']);
    expect(aggregations["u32"]).toEqual([' {"kind":"max","value":4294967295}']);
    expect(aggregations["i64"]).toEqual([' {"kind":"min","value":"-9223372036854775808"}']);
    expect(records).toEqual([
      [["plain", JSON.stringify({ id: 0, tags: ["a", 'quote " and \\ backslash'] })]],
    ]);
  });

  test("the files of its probes are not touched", async () => {
    const target = await startFixture("node-target.mjs");
    const [probe] = await backend.list({ target: { kind: "process", pid: target.pid } });
    await collect("fixture$target:::plain { @ = count(); }", target.pid, (event, stop) => {
      if (event.type === "ready") stop();
    });
    expect(existsSync(probe?.path ?? "")).toBe(true);
    target.child.stdin.end();
    await target.ended;
  });
});
