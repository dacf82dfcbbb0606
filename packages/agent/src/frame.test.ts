import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { encodeFrame, encodeU32, FrameReader, FrameType, maxFrameBytes, type Frame } from "./frame.ts";

const frames = fc.array(
  fc.record({
    type: fc.constantFrom(...Object.values(FrameType)),
    payload: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 8 },
);

test("frames come out as they went in, however the stream is cut", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, sizes) => {
      const stream = Buffer.concat(sent.map(({ type, payload }) => encodeFrame(type, payload)));
      const reader = new FrameReader();
      const received: Frame[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        received.push(...reader.push(stream.subarray(at, at + size)));
        at += size;
      }
      expect(received.map(({ type, payload }) => ({ type, payload: [...payload] }))).toEqual(
        sent.map(({ type, payload }) => ({ type, payload: [...payload] })),
      );
    }),
  );
});

test("parts of a payload are joined", () => {
  expect([...encodeFrame(FrameType.message, encodeU32(7, 258), Uint8Array.of(1, 2))]).toEqual([
    11, 0, 0, 0, 4, 7, 0, 0, 0, 2, 1, 0, 0, 1, 2,
  ]);
});

test("a frame that is empty or too long is refused before it has come", () => {
  expect(() => new FrameReader().push(encodeU32(0))).toThrow(RangeError);
  expect(() => new FrameReader().push(encodeU32(maxFrameBytes + 1))).toThrow(RangeError);
});
