import { setTimeout as delay } from "node:timers/promises";
import {
  TraceError,
  type Backend,
  type Capability,
  type Plan,
  type ProbeDescription,
  type Program,
  type Reporter,
  type TraceEvent,
} from "@trace/core";
import { expect, test } from "vitest";
import { startSession, type SessionRequest } from "./run-session.ts";
import { trace } from "./trace.ts";

const checkout: ProbeDescription = {
  family: "usdt",
  provider: "shop",
  module: "shop.so",
  function: "checkout",
  name: "checkout",
  arguments: [{ name: "cents", type: "int64" }],
  pid: process.pid,
};

const program: Program = {
  version: 1,
  style: "dtrace",
  options: {},
  variables: [],
  aggregations: [],
  clauses: [
    {
      points: [{ kind: "usdt", provider: "shop", module: "", function: "", name: "checkout" }],
      body: [{ kind: "default" }],
    },
  ],
};

/** A backend of a third party: one that needs no tracer and runs until it is stopped. */
function memoryBackend(options: {
  name?: string;
  capabilities?: readonly Capability[];
  probes?: readonly ProbeDescription[];
  usable?: boolean;
  started?: (plan: Plan) => void;
}): Backend {
  return {
    apiVersion: 1,
    name: options.name ?? "memory",
    detect: async () =>
      options.usable === false
        ? { usable: false, summary: "it is not installed", hint: "install it" }
        : { usable: true, summary: "built in" },
    capabilities: () => new Set<Capability>(options.capabilities ?? ["probe:usdt", "statement:default"]),
    list: async () => options.probes ?? [checkout],
    compile: (compiled, context) => ({
      backend: "memory",
      program: compiled,
      context,
      text: "",
      diagnostics: [],
    }),
    start(plan) {
      options.started?.(plan);
      let stop: (value: undefined) => void = () => undefined;
      const stopped = new Promise<undefined>((resolve) => {
        stop = resolve;
      });
      return {
        stop: () => stop(undefined),
        abort: () => stop(undefined),
        async *[Symbol.asyncIterator](): AsyncGenerator<TraceEvent> {
          yield { type: "ready", backend: "memory", attached: plan.context.probes, unmatched: [] };
          await stopped;
          yield { type: "aggregation", aggregations: [], final: true };
          yield { type: "end", reason: "stopped", status: 0 };
        },
      };
    },
  };
}

function collect(events: TraceEvent[]): Reporter {
  return {
    apiVersion: 1,
    name: "collect",
    async write(source) {
      for await (const event of source) events.push(event);
    },
  };
}

const nowhere = { write: () => Promise.resolve() };

function request(more: Partial<SessionRequest>): SessionRequest {
  return {
    target: { kind: "process", pid: process.pid },
    load: () => ({ program, diagnostics: [] }),
    backends: [memoryBackend({})],
    reporters: [],
    ...more,
  };
}

async function failure(promise: Promise<unknown>): Promise<TraceError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!TraceError.isInstance(error)) throw new Error("no TraceError", { cause: error });
  return error;
}

test("events reach every reporter, and the session ends by itself after its duration", async () => {
  const first: TraceEvent[] = [];
  const second: TraceEvent[] = [];
  const session = startSession(
    request({
      reporters: [
        { reporter: collect(first), out: nowhere },
        { reporter: collect(second), out: nowhere },
      ],
      duration: 20,
    }),
  );
  expect(await session.finished).toEqual({ reason: "stopped", status: 0 });
  expect(first.map((event) => event.type)).toEqual(["ready", "aggregation", "end"]);
  expect(second).toEqual(first);
});

test("the script is loaded again with the probes that were found, to type their arguments", async () => {
  const contexts: unknown[] = [];
  const session = startSession(
    request({
      load: (context) => {
        contexts.push(context);
        return { program, diagnostics: [] };
      },
      duration: 1,
    }),
  );
  await session.finished;
  expect(contexts).toEqual([{ target: process.pid }, { target: process.pid, probes: [checkout] }]);
});

test("the first backend that can do it runs it", async () => {
  const started: string[] = [];
  const session = startSession(
    request({
      backends: [
        memoryBackend({ name: "absent", usable: false, started: () => started.push("absent") }),
        memoryBackend({ name: "weak", capabilities: [], started: () => started.push("weak") }),
        memoryBackend({ name: "blind", probes: [], started: () => started.push("blind") }),
        memoryBackend({ name: "good", started: () => started.push("good") }),
      ],
      duration: 1,
    }),
  );
  await session.finished;
  expect(started).toEqual(["good"]);
});

test("a probe point that matches nothing is refused with what there is", async () => {
  const other = { ...checkout, name: "refund" };
  const { diagnostics } = await failure(
    startSession(request({ backends: [memoryBackend({ probes: [other] })] })).finished,
  );
  expect(diagnostics).toEqual([
    {
      code: "PROBE_NO_MATCH",
      severity: "error",
      message: "no probe matches 'shop:::checkout'",
      hint: "the target has shop:::refund; see `trace list`",
    },
  ]);
});

test("a backend that is not usable or not able says so", async () => {
  const unusable = await failure(
    startSession(request({ backends: [memoryBackend({ usable: false })] })).finished,
  );
  expect(unusable.code).toBe("BACKEND_UNUSABLE");
  expect(unusable.message).toBe("the memory backend is not usable: it is not installed");
  const unable = await failure(
    startSession(request({ backends: [memoryBackend({ capabilities: [] })] })).finished,
  );
  expect(unable.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([
    "the memory backend has no usdt probes",
    "the memory backend has no default action",
  ]);
});

test("a pid that no process has is an error", async () => {
  const error = await failure(
    startSession(request({ target: { kind: "process", pid: 2 ** 22 + 1 } })).finished,
  );
  expect(error.code).toBe("TARGET_NOT_FOUND");
});

test("a reporter that fails stops the run, and its failure is told", async () => {
  const broken: Reporter = {
    apiVersion: 1,
    name: "broken",
    write: async () => {
      await delay(1);
      throw new Error("disk full");
    },
  };
  const session = startSession(request({ reporters: [{ reporter: broken, out: nowhere }] }));
  await expect(session.finished).rejects.toThrow("disk full");
});

test("a command is held until the probes are attached", async () => {
  const order: string[] = [];
  const session = startSession(
    request({
      target: { kind: "command", argv: ["/bin/sh", "-c", "exit 3"] },
      backends: [memoryBackend({ started: () => order.push("attached") })],
      onEvent: (event) => order.push(event.type),
    }),
  );
  const result = await session.finished;
  expect(order.slice(0, 2)).toEqual(["attached", "ready"]);
  expect(result.command).toEqual({ code: 3, signal: null });
});

test("stopping while a command has no probes yet gives up at once", async () => {
  const session = startSession(
    request({ target: { kind: "command", argv: ["sleep", "1"] }, backends: [memoryBackend({ probes: [] })] }),
  );
  setTimeout(session.stop, 50);
  expect(await session.finished).toEqual({ reason: "stopped", status: 0 });
});

test("a loop over events traces, and leaving it stops", async () => {
  const seen: string[] = [];
  for await (const event of trace(
    program,
    { kind: "process", pid: process.pid },
    { backends: [memoryBackend({})] },
  )) {
    seen.push(event.type);
    if (event.type === "ready") break;
  }
  expect(seen).toEqual(["ready"]);
  const error = await failure(
    (async () => {
      for await (const _ of trace(
        program,
        { kind: "system" },
        { backends: [memoryBackend({ probes: [] })] },
      ));
    })(),
  );
  expect(error.code).toBe("PROBE_NO_MATCH");
});
