import { expect, test } from "vitest";
import { readLines, type Line } from "./read-lines.ts";
import { TracerProcess } from "./tracer-process.ts";

const steps = [
  { signal: "SIGINT", patience: 100 },
  { signal: "SIGTERM", patience: 100 },
] as const;

function node(code: string, input = ""): TracerProcess {
  return new TracerProcess([process.execPath, "-e", code], { input, steps });
}

async function linesOf(tracer: TracerProcess): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(tracer.output(), 10)) lines.push(line);
  return lines;
}

test("its input, output, messages and status", async () => {
  const tracer = node(
    "process.stdin.on('data', (d) => process.stdout.write(d)); console.error('one\\ntwo'); process.exitCode = 3",
    "a\n\ncafé\n12345678901\nend",
  );
  expect(await linesOf(tracer)).toEqual([
    { text: "a" },
    { text: "" },
    { text: "café" },
    { tooLong: 11 },
    { text: "end" },
  ]);
  expect(await tracer.ended).toEqual({ code: 3, signal: null });
  expect(tracer.takeMessages()).toEqual(["one", "two"]);
  expect(tracer.takeMessages()).toEqual([]);
});

test("bytes that are no UTF-8 survive", async () => {
  const tracer = node("process.stdout.write(Buffer.from([0x61, 0xff, 0x0a]))");
  expect(await linesOf(tracer)).toEqual([{ text: "a\udcff" }]);
});

test("a program that is not there is an ending", async () => {
  const tracer = new TracerProcess(["/nowhere/tracer"], { input: "", steps });
  expect(await tracer.ended).toMatchObject({ error: { code: "ENOENT" } });
  tracer.end();
});

test("it is asked to end, then made to", async () => {
  const obedient = node("setInterval(() => {}, 1000); console.log('up')");
  for await (const _ of obedient.output()) obedient.end();
  expect(await obedient.ended).toEqual({ code: null, signal: "SIGINT" });

  const deaf = node(
    "for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => {}); setInterval(() => {}, 1000); console.log('up')",
  );
  for await (const _ of deaf.output()) deaf.end();
  expect(await deaf.ended).toEqual({ code: null, signal: "SIGKILL" });
});
