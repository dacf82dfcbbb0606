/** What a firing costs the application: unwatched, and under the embedded backend against JavaScript written by hand. */
import { traceHere } from "@trace/backend-embedded";
import type { Program, Run, TraceEvent } from "@trace/core";
import { dLanguage } from "@trace/lang-d";
import { createProvider } from "@trace/provider-stapsdt";
import type { Bench } from "./bench.ts";
import type { Loop } from "./compare.ts";

const names = ["alpha", "beta", "gamma", "delta"];

const provider = createProvider("bench", {
  number: ["n: int64"],
  latency: ["name: string", "ns: int64"],
});
const { number, latency } = provider.probes;
/** So many probes that no call site could know them all. */
const many = createProvider(
  "bench_many",
  Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`probe_${index}`, ["n: int64"] as const])),
);

const emptyLoop: Loop = {
  name: "empty loop",
  run(iterations) {
    let sum = 0;
    for (let i = 0; i < iterations; i++) sum += i & 7;
    return sum;
  },
};

const emptyLoopAndFire: Loop = {
  name: "fire",
  run(iterations) {
    let sum = 0;
    for (let i = 0; i < iterations; i++) {
      sum += i & 7;
      number.fire(i);
    }
    return sum;
  },
};

const fireNumber: Loop = {
  name: "fire",
  run(iterations) {
    for (let i = 0; i < iterations; i++) number.fire(i & 1023);
  },
};

const fireLatency: Loop = {
  name: "fire",
  run(iterations) {
    for (let i = 0; i < iterations; i++) latency.fire(names[i & 3] as string, i & 0xffff);
  },
};

function fireOfMany(): Loop {
  const probe = many.probes["probe_7"];
  return {
    name: "fire, one of 20 probes",
    run(iterations) {
      let sum = 0;
      for (let i = 0; i < iterations; i++) {
        sum += i & 7;
        probe?.fire(i);
      }
      return sum;
    },
  };
}

function countByHand(): Loop {
  let count = 0;
  const handler = (_n: number): void => {
    count++;
  };
  return {
    name: "by hand",
    run(iterations) {
      for (let i = 0; i < iterations; i++) handler(i & 1023);
      return count;
    },
  };
}

function countByKeyByHand(): Loop {
  const counts = new Map<number, number>();
  const handler = (n: number): void => {
    counts.set(n, (counts.get(n) ?? 0) + 1);
  };
  return {
    name: "by hand",
    run(iterations) {
      for (let i = 0; i < iterations; i++) handler(i & 1023);
      return counts.size;
    },
  };
}

function quantizeByHand(): Loop {
  const distributions = new Map<string, number[]>();
  const handler = (name: string, ns: number): void => {
    let counts = distributions.get(name);
    if (counts === undefined) {
      counts = Array.from({ length: 64 }, () => 0);
      distributions.set(name, counts);
    }
    const bucket = ns < 0x1_0000_0000 ? 32 - Math.clz32(ns) : 64 - Math.clz32(Math.floor(ns / 0x1_0000_0000));
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  };
  return {
    name: "by hand",
    run(iterations) {
      for (let i = 0; i < iterations; i++) handler(names[i & 3] as string, i & 0xffff);
      return distributions.size;
    },
  };
}

function compile(text: string): Program {
  const { program, diagnostics } = dLanguage().parse({ name: "bench.d", text });
  if (program === undefined) throw new Error(diagnostics.map((one) => one.message).join("\n"));
  return program;
}

/** Runs `script` over this process while `body` does. */
async function traced(script: string, body: () => Promise<void>): Promise<void> {
  const run: Run = traceHere(compile(script));
  const events: AsyncIterator<TraceEvent> = run[Symbol.asyncIterator]();
  const first = await events.next();
  if (first.done === true || first.value.type !== "ready") throw new Error("the program does not run");
  await body();
  run.stop();
  for (let next = await events.next(); next.done !== true;) next = await events.next();
}

export async function run(bench: Bench): Promise<void> {
  await bench.compare({
    title: "fire, nobody watches",
    baseline: emptyLoop,
    subject: emptyLoopAndFire,
    iterations: 10_000_000,
    aim: { nanoseconds: 1 },
  });
  await bench.compare({
    title: "fire, nobody watches, one of 20 probes",
    baseline: emptyLoop,
    subject: fireOfMany(),
    iterations: 10_000_000,
    aim: { nanoseconds: 1 },
  });
  const cases = [
    { clause: "bench*:::number { @ = count(); }", baseline: countByHand(), subject: fireNumber },
    { clause: "bench*:::number { @[arg0] = count(); }", baseline: countByKeyByHand(), subject: fireNumber },
    {
      clause: "bench*:::latency { @[copyinstr(arg0)] = quantize(arg1); }",
      baseline: quantizeByHand(),
      subject: fireLatency,
    },
  ];
  for (const { clause, baseline, subject } of cases) {
    await traced(clause, () =>
      bench.compare({
        title: `embedded: ${clause}`,
        baseline,
        subject,
        iterations: 2_000_000,
        aim: { ratio: 1.5 },
      }),
    );
  }
  provider.dispose();
  many.dispose();
}
