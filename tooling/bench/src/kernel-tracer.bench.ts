/** What a firing costs under a kernel tracer: by the nop at the probe, and against the embedded backend. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { traceHere } from "@trace/backend-embedded";
import { writeProbeLibrary, type Nop } from "@trace/elf";
import { dLanguage } from "@trace/lang-d";
import { createProvider, loadNative, type Native } from "@trace/provider-stapsdt";
import type { Bench } from "./bench.ts";
import type { Loop } from "./compare.ts";

/** NativeArgumentType.int64 of the add-on. */
const INT64 = 6;
const ITERATIONS = 100_000;

interface Watched {
  readonly loop: Loop;
  stop(): Promise<void>;
}

/** Lets bpftrace count the probe `bench:number` of a library, and waits until it does. */
async function watch(path: string, isEnabled: () => boolean): Promise<() => Promise<void>> {
  const child = spawn("bpftrace", ["-e", `usdt:${path}:bench:number { @ = count(); }`], { stdio: "ignore" });
  const end = once(child, "exit");
  while (!isEnabled()) {
    if (child.exitCode !== null) throw new Error(`bpftrace ended with status ${child.exitCode}`);
    await delay(20);
  }
  return async () => {
    child.kill("SIGINT");
    await end;
  };
}

/** A library with the nop asked for, watched by bpftrace. */
async function watchedStub(native: Native, directory: string, nop: Nop): Promise<Watched> {
  const library = writeProbeLibrary({
    machine: "x86-64",
    provider: "bench",
    probes: [{ name: "number", arguments: [{ size: 8, signed: true }] }],
    nop,
  });
  if (!library.ok) throw new Error(library.error.message);
  const path = join(directory, `${nop}.so`);
  writeFileSync(path, library.value.bytes);
  const { id, semaphores } = native.openLibrary(path, ["number"]);
  const fire = native.makeFire(id, 0, Uint8Array.of(INT64));
  const words = new Uint16Array(semaphores);
  const stop = await watch(path, () => words[0] !== 0);
  return {
    loop: {
      name: nop,
      run(iterations) {
        for (let i = 0; i < iterations; i++) fire(i);
      },
    },
    async stop() {
      await stop();
      native.closeLibrary(id);
    },
  };
}

async function compareNops(bench: Bench, native: Native): Promise<void> {
  if (process.arch !== "x64" || native.uprobeOptimization() !== "nop5") {
    bench.note("1-byte against 5-byte nop: left out, for this kernel has no use for a 5-byte nop");
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), "trace-bench-"));
  const one = await watchedStub(native, directory, "nop1");
  const five = await watchedStub(native, directory, "nop5");
  await bench.compare({
    title: "a firing that bpftrace counts, by the nop at the probe",
    baseline: one.loop,
    subject: five.loop,
    iterations: ITERATIONS,
    aim: { ratio: 1 },
  });
  await one.stop();
  await five.stop();
  rmSync(directory, { recursive: true });
}

/** `@ = count()` in the kernel against the same inside the process; both through `fire`. */
async function compareBackends(bench: Bench): Promise<void> {
  const kernel = createProvider("bench", { number: ["n: int64"] });
  const embedded = createProvider("embedded_bench", { number: ["n: int64"] });
  if (!kernel.native.available) throw new Error(kernel.native.reason);
  const { program } = dLanguage().parse({
    name: "bench.d",
    text: "embedded_bench*:::number { @ = count(); }",
  });
  if (program === undefined) throw new Error("the script is right");
  const stop = await watch(kernel.native.path, () => kernel.probes.number.enabled);
  const run = traceHere(program);
  const events = run[Symbol.asyncIterator]();
  await events.next();
  const firing = (name: string, fire: (n: number) => void): Loop => ({
    name,
    run(iterations) {
      for (let i = 0; i < iterations; i++) fire(i);
    },
  });
  await bench.compare({
    title: "@ = count(): bpftrace against embedded",
    baseline: firing("bpftrace", kernel.probes.number.fire),
    subject: firing("embedded", embedded.probes.number.fire),
    iterations: ITERATIONS,
    aim: { ratio: 1 / 20 },
  });
  run.stop();
  for (let next = await events.next(); next.done !== true;) next = await events.next();
  await stop();
  kernel.dispose();
  embedded.dispose();
}

export async function run(bench: Bench): Promise<void> {
  const { native, reason } = loadNative();
  const hasBpftrace = process.getuid?.() === 0 && spawnSync("bpftrace", ["--version"]).status === 0;
  if (native === undefined || !hasBpftrace) {
    bench.note(`left out: ${reason ?? "needs root and bpftrace"}`);
    return;
  }
  await compareNops(bench, native);
  await compareBackends(bench);
}
