import { Writable } from "node:stream";
import { decodeText } from "@trace/core";
import { expect, it } from "vitest";
import { streamSink } from "./sinks.ts";

function collector(): { stream: Writable; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    highWaterMark: 4,
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}

it("writes text as the bytes that it stands for", async () => {
  const { stream, bytes } = collector();
  const sink = streamSink(stream);
  await sink.write("h\u00e9 \u{1f600} ");
  await sink.write(decodeText(Uint8Array.of(0x61, 0xff, 0x80)));
  expect(bytes()).toEqual(Buffer.concat([Buffer.from("h\u00e9 \u{1f600} "), Buffer.of(0x61, 0xff, 0x80)]));
});

it("waits while the stream is full", async () => {
  const { stream } = collector();
  await streamSink(stream).write("more than four bytes");
  expect(stream.writableLength).toBe(0);
});

it("rejects once the stream has failed", async () => {
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      done(new Error("no space left"));
    },
  });
  const sink = streamSink(stream);
  await expect(sink.write("x")).rejects.toThrow("no space left");
  await expect(sink.write("y")).rejects.toThrow("no space left");
});
