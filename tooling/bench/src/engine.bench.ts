/** A compiled program against JavaScript written by hand for the same task. */
import {
  int64,
  string,
  type AggregatingFunction,
  type ArgumentType,
  type Expression,
  type Program,
  type Statement,
  type Type,
} from "@trace/core";
import { compileProgram, type EngineHost, type Handler } from "@trace/engine";
import type { Bench } from "./bench.ts";
import type { Loop } from "./compare.ts";

const countries = ["US", "DE", "FR", "GB", "JP", "BR", "an-unusually-long-country-name"];
const argument = (index: number): Expression => ({ kind: "argument", index, type: int64 });
const text = (index: number): Expression => ({
  kind: "call",
  function: "copyinstr",
  arguments: [argument(index)],
  type: string,
});

/** A host that nobody listens to. */
const host: EngineHost = {
  emit: () => {},
  onError: () => {},
  onExit: () => {},
  now: () => Math.round(performance.now() * 1e6),
  wallTime: () => BigInt(Date.now()) * 1_000_000n,
  vtime: () => 0,
  cpu: () => 0,
  pid: () => process.pid,
  tid: () => process.pid,
  ppid: () => process.ppid,
  uid: () => 0,
  gid: () => 0,
  execname: () => "node",
  target: 0,
};

/** The handler of a clause that feeds one aggregation. */
function aggregating(
  types: readonly ArgumentType[],
  fn: AggregatingFunction,
  keys: readonly [Expression, Type][],
  value?: Expression,
): Handler {
  const body: Statement = {
    kind: "aggregate",
    aggregation: "_",
    keys: keys.map(([key]) => key),
    ...(value === undefined ? {} : { value }),
  };
  const program: Program = {
    version: 1,
    style: "dtrace",
    options: {},
    variables: [],
    aggregations: [{ name: "_", function: fn, keys: keys.map(([, type]) => type), value: int64 }],
    clauses: [{ points: [{ kind: "usdt", provider: "", module: "", function: "", name: "" }], body: [body] }],
  };
  const { engine } = compileProgram(program, host);
  const handler = engine?.bind(
    {
      family: "usdt",
      provider: "bench",
      module: "",
      function: "",
      name: "event",
      arguments: types.map((type) => ({ type })),
    },
    10,
  );
  if (handler === undefined) throw new Error("the probe is not bound");
  return handler;
}

function countByHand(): Loop {
  let count = 0;
  const handler = (_id: number): void => {
    count++;
  };
  return {
    name: "by hand",
    run(iterations) {
      for (let at = 0; at < iterations; at++) handler(at & 1023);
      return count;
    },
  };
}

function countByKeyByHand(): Loop {
  const counts = new Map<number, number>();
  const handler = (id: number): void => {
    counts.set(id, (counts.get(id) ?? 0) + 1);
  };
  return {
    name: "by hand",
    run(iterations) {
      for (let at = 0; at < iterations; at++) handler(at & 1023);
      return counts.size;
    },
  };
}

function quantizeByHand(): Loop {
  const distributions = new Map<string, number[]>();
  const handler = (country: string, cents: number): void => {
    let counts = distributions.get(country);
    if (counts === undefined) {
      counts = Array.from({ length: 64 }, () => 0);
      distributions.set(country, counts);
    }
    const bucket =
      cents < 0x1_0000_0000 ? 32 - Math.clz32(cents) : 64 - Math.clz32(Math.floor(cents / 0x1_0000_0000));
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  };
  return {
    name: "by hand",
    run(iterations) {
      for (let at = 0; at < iterations; at++) handler(countries[at % 7] as string, at & 0xff_ffff);
      return distributions.size;
    },
  };
}

function firing(handler: Handler): Loop {
  return {
    name: "compiled program",
    run(iterations) {
      for (let at = 0; at < iterations; at++) handler(at & 1023);
    },
  };
}

export async function run(bench: Bench): Promise<void> {
  await bench.compare({
    title: "@ = count()",
    baseline: countByHand(),
    subject: firing(aggregating(["int32"], { name: "count" }, [])),
    iterations: 10_000_000,
    aim: { ratio: 1.5 },
  });
  await bench.compare({
    title: "@[arg0] = count()",
    baseline: countByKeyByHand(),
    subject: firing(aggregating(["int64"], { name: "count" }, [[argument(0), int64]])),
    iterations: 2_000_000,
    aim: { ratio: 1.5 },
  });
  const quantize = aggregating(["string", "int64"], { name: "quantize" }, [[text(0), string]], argument(1));
  await bench.compare({
    title: "@[copyinstr(arg0)] = quantize(arg1)",
    baseline: quantizeByHand(),
    subject: {
      name: "compiled program",
      run(iterations) {
        for (let at = 0; at < iterations; at++) quantize(countries[at % 7], at & 0xff_ffff);
      },
    },
    iterations: 2_000_000,
    aim: { ratio: 1.5 },
  });
}
