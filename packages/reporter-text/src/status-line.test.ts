import { expect, it } from "vitest";
import { statusLine } from "./status-line.ts";

it("tells what is attached, what came, what was lost, and how long", () => {
  expect(statusLine({ events: 0, lost: 0, elapsed: 400 })).toBe("attaching  0 events  nothing lost  0 s");
  expect(statusLine({ attached: 1, events: 1, lost: 0, elapsed: 12_400 })).toBe(
    "1 probe  1 event  nothing lost  12 s",
  );
  expect(
    statusLine({
      attached: 3,
      events: 1_234_567,
      eventsPerSecond: 15_432,
      lost: 12,
      elapsed: 1,
      left: 83_000,
    }),
  ).toBe("3 probes  1,234,567 events  15.4k/s  12 lost  1m 23s left");
});

it("keeps to the width", () => {
  const status = { attached: 3, events: 1_234_567, lost: 12, elapsed: 1 };
  expect(statusLine(status, { width: 30 })).toBe("3 probes  1,234,567 events  1\u2026");
  expect(statusLine(status, { width: 30, unicode: false })).toBe("3 probes  1,234,567 events ...");
});

it("is coloured only when asked, and stands out when something was lost", () => {
  const status = { attached: 3, events: 7, elapsed: 1000 };
  expect(statusLine({ ...status, lost: 0 }, { color: true })).toContain("\u001b[2m3 probes");
  expect(statusLine({ ...status, lost: 1 }, { color: true })).toContain("\u001b[1m3 probes");
});
