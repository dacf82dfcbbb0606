import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines, type Line } from "./read-lines.ts";

async function linesOf(chunks: readonly string[], limit = 1000): Promise<Line[]> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: Line[] = [];
  for await (const line of readLines(stream(), limit)) lines.push(line);
  return lines;
}

test("lines are the same however the stream is cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.stringMatching(/^[a-zé\n]{0,8}$/)), async (chunks) => {
      const whole = chunks.join("");
      const expected = whole.split("\n").map((text) => ({ text }));
      if (expected.at(-1)?.text === "") expected.pop();
      expect(await linesOf(chunks)).toEqual(expected);
    }),
  );
});

test("a line that is too long is left out, and the next is read", async () => {
  expect(await linesOf(["abcdefgh", "ijkl\nshort\n"], 10)).toEqual([{ tooLong: 12 }, { text: "short" }]);
});
