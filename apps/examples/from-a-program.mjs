// Tracing from a program: the same as latency.d, built in JavaScript (in TypeScript the arguments are typed).
//
//   node from-a-program.mjs PID
import { embeddedBackend } from "@trace/backend-embedded";
import { count, program, string, sum, usdt } from "@trace/core/builder";
import { trace } from "@trace/session";

const jobs = { job__done: ["id: uint32", "kind: string", "bytes: int64"] };

const workDone = program({ aggregations: { done: count(string), bytes: sum(string) } })
  .on(usdt("jobs", jobs, "job__done"), ({ args, aggregations: { done, bytes } }) => [
    done.by(args.kind).add(),
    bytes.by(args.kind).add(args.bytes),
  ])
  .build();

const target = { kind: "process", pid: Number(process.argv[2]) };
for await (const event of trace(workDone, target, { backends: [embeddedBackend()], duration: 1_000 })) {
  if (event.type !== "aggregation" || !event.final) continue;
  for (const { name, rows } of event.aggregations) {
    for (const { keys, state } of rows) console.log(`${name} ${keys[0]}: ${state.n ?? state.sum}`);
  }
}
