/**
 * The rules of the public "Trace Event Format" document, as far as this package writes it; other tests check their
 * output with {@link checkTraceEvents}.
 */
import { expect, test } from "vitest";
import { checkTraceEvents } from "./test/check-trace-events.ts";

const place = { ts: 1, pid: 1, tid: 1 };

test.each([
  [[{ ph: "X", name: "a", ...place, dur: 2 }], []],
  [[{ ph: "X", name: "a", ...place }], ["event 0: dur is no duration"]],
  [[{ ph: "X", name: "a", ...place, ts: -1, dur: 1 }], ["event 0: ts is no time"]],
  [[{ ph: "Q", name: "a", ...place }], ["event 0: no such phase: Q"]],
  [[{ ph: "i", name: "a", ...place, s: "p", stack: ["f"] }], ["event 0: only threads have stacks"]],
  [[{ ph: "b", name: "a", ...place }], ["event 0: async without category", "event 0: async without id"]],
  [[{ ph: "C", name: "a", ...place, args: { v: "1" } }], ["event 0: series v is no number"]],
  [[{ ph: "f", name: "a", cat: "c", id: "0x1", ...place }], ["event 0: flow ends before it starts"]],
  [[{ ph: "E", ...place }], ["event 0: E without B"]],
  [
    [
      { ph: "X", name: "a", ...place, dur: 5 },
      { ph: "X", name: "b", ...place, ts: 3, dur: 9 },
    ],
    ["spans overlap on thread 1/1: a, b"],
  ],
  [[{ ph: "M", name: "colour", ...place, args: { name: "x" } }], ["event 0: no such metadata: colour"]],
])("%j", (events, problems) => {
  expect(checkTraceEvents(events)).toEqual(problems);
});
