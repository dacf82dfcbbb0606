/** Aggregations while a program runs, for those who ask for them. */
import { bpftraceBackend } from "@trace/backend-bpftrace";
import { embeddedBackend } from "@trace/backend-embedded";
import type { Backend, Reporter, TraceEvent } from "@trace/core";
import { count, program, string, usdt } from "@trace/core/builder";
import { startSession } from "@trace/session";
import { describeWith } from "@trace/test-requirements";
import { expect, test } from "vitest";
import { declaration } from "./fixtures/known-values.mjs";
import { startFixture } from "./trace-command.ts";

const calls = program({ aggregations: { calls: count(string) } })
  .on(
    usdt("fixture", declaration as { latency: ["name: string", "ns: int64"] }, "latency"),
    ({ args, aggregations }) => [aggregations.calls.by(args.name).add()],
  )
  .build();

/** What an aggregation event says of `alpha`. */
function alphas(event: Extract<TraceEvent, { type: "aggregation" }>): unknown {
  return event.aggregations[0]?.rows.find(({ keys }) => keys[0] === "alpha")?.state;
}

function tellsMeanwhile(backend: () => Backend): void {
  test("come about once a second, and the last ones are final", async () => {
    const target = await startFixture("node-target.mjs");
    const seen: { final: boolean; alpha: unknown }[] = [];
    let told: () => void = () => undefined;
    const meanwhile = new Promise<void>((resolve) => {
      told = resolve;
    });
    const reporter: Reporter = {
      apiVersion: 1,
      name: "collect",
      async write(events) {
        for await (const event of events) {
          if (event.type === "ready") await target.command("fire 8");
          if (event.type !== "aggregation") continue;
          seen.push({ final: event.final, alpha: alphas(event) });
          if (alphas(event) !== undefined) told();
        }
      },
    };
    const session = startSession({
      target: { kind: "process", pid: target.pid },
      load: () => ({ program: calls, diagnostics: [] }),
      backends: [backend()],
      reporters: [{ reporter, out: { write: () => Promise.resolve() } }],
      interim: true,
    });
    await meanwhile;
    await target.command("fire 4");
    session.stop();
    expect(await session.finished).toEqual({ reason: "stopped", status: 0 });
    target.child.stdin.end();
    expect(seen.filter(({ final }) => !final)).toContainEqual({
      final: false,
      alpha: { kind: "count", n: 2 },
    });
    expect(seen.at(-1)).toEqual({ final: true, alpha: { kind: "count", n: 3 } });
  });
}

describeWith([], "embedded", () => tellsMeanwhile(embeddedBackend));
describeWith(["bpftrace", "native add-on"], "bpftrace 0.17", () => tellsMeanwhile(bpftraceBackend));
describeWith(["bpftrace 0.27", "native add-on"], "bpftrace 0.27", () =>
  tellsMeanwhile(() => bpftraceBackend({ command: [process.env["TRACE_BPFTRACE_0_27"] ?? ""] })),
);
