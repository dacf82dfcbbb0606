import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WaitDirectory } from "./wait-directory.ts";

test("announcements come in, and waiting processes are let go one by one", async () => {
  const wait = new WaitDirectory();
  try {
    expect(readFileSync(join(wait.path, "tracer"), "utf8")).toBe(String(process.pid));
    setTimeout(() => writeFileSync(join(wait.path, "4711.ready"), ""), 20);
    expect(await wait.nextAnnouncement(performance.now() + 5_000, () => false)).toBe(4711);
    wait.letGo(4711);
    expect(existsSync(join(wait.path, "4711.go"))).toBe(true);
    expect(existsSync(join(wait.path, "4711.ready"))).toBe(false);
  } finally {
    wait.remove();
  }
  expect(existsSync(wait.path)).toBe(false);
});

test("the wait ends when the command has ended or the time is over", async () => {
  const wait = new WaitDirectory();
  try {
    expect(await wait.nextAnnouncement(performance.now() + 60_000, () => true)).toBeUndefined();
    expect(await wait.nextAnnouncement(performance.now() + 20, () => false)).toBeUndefined();
  } finally {
    wait.remove();
  }
});
