import { describe, expect, it } from "vitest";
import { TextBatch, writeTexts } from "./text-batch.ts";

const LINE = `${"x".repeat(99)}\n`;

describe("a batch of text", () => {
  it("is written by itself where nothing follows", async () => {
    const written: string[] = [];
    const batch = new TextBatch({
      write: async (text) => {
        written.push(text);
      },
    });
    await batch.write("a");
    await batch.write("b");
    expect(written).toEqual([]);
    while (written.length === 0) await new Promise(setImmediate);
    expect(written).toEqual(["ab"]);
  });

  it("keeps the order of what is written while a slow sink is at work", async () => {
    let text = "";
    const sink = {
      async write(piece: string): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 2));
        text += piece;
      },
    };
    async function* numbers(): AsyncGenerator<number> {
      for (let at = 0; at < 20_000; at++) {
        if (at % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        yield at;
      }
    }
    await writeTexts(numbers(), sink, (at) => (at % 2 === 0 ? `${at} ` : ""), "first ");
    const expected = Array.from({ length: 10_000 }, (_, at) => `${at * 2} `).join("");
    expect(text).toBe(`first ${expected}`);
  });

  it("holds its source back where the sink is slow", async () => {
    let given = 0;
    let written = 0;
    let ahead = 0;
    const sink = {
      async write(piece: string): Promise<void> {
        ahead = Math.max(ahead, given * LINE.length - written);
        await new Promise(setImmediate);
        written += piece.length;
      },
    };
    async function* lines(): AsyncGenerator<string> {
      for (; given < 20_000; given++) yield LINE;
    }
    await writeTexts(lines(), sink, (line) => line);
    expect(written).toBe(20_000 * LINE.length);
    expect(ahead).toBeLessThan(40_000);
  });

  it("tells what a write failed with", async () => {
    const sink = { write: () => Promise.reject(new Error("no space left")) };
    async function* lines(): AsyncGenerator<string> {
      yield "a";
      await new Promise((resolve) => setTimeout(resolve, 20));
      yield "b";
    }
    await expect(writeTexts(lines(), sink, (line) => line)).rejects.toThrow("no space left");
  });

  it("writes what there is when its source fails", async () => {
    let text = "";
    const sink = {
      write: async (piece: string): Promise<void> => {
        text += piece;
      },
    };
    async function* lines(): AsyncGenerator<string> {
      yield "a";
      throw new Error("gone");
    }
    await expect(writeTexts(lines(), sink, (line) => line)).rejects.toThrow("gone");
    expect(text).toBe("a");
  });
});
