// A program to be traced: a queue of jobs. Run it, then trace it from another terminal:
//
//   node jobs.mjs
//   trace run latency.d -p PID
import { setTimeout as delay } from "node:timers/promises";
import { createProvider } from "@trace/provider-stapsdt";

const { probes } = createProvider("jobs", {
  job__start: ["id: uint32", "kind: string"],
  job__done: ["id: uint32", "kind: string", "bytes: int64"],
  // Costly to say, so said only when somebody listens: see fireLazy below.
  queue: ["length: uint32", "waiting: json"],
});

const kinds = ["mail", "image", "report"];
const waiting = [];
let last = 0;

async function work() {
  for (;;) {
    const job = { id: ++last, kind: kinds[last % kinds.length] };
    waiting.push(job.kind);
    probes.queue.fireLazy(() => [waiting.length, waiting]);
    probes.job__start.fire(job.id, job.kind);
    await delay(job.kind === "report" ? 20 : 2);
    probes.job__done.fire(job.id, job.kind, job.id * 100);
    waiting.shift();
  }
}

console.log(`jobs run as process ${process.pid}`);
await Promise.all(Array.from({ length: 4 }, work));
