import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseJitSymbol } from "./frame.ts";
import { PerfMap, PerfMaps } from "./perf-map.ts";

const folder = mkdtempSync(join(tmpdir(), "trace-perf-map-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("an address is in the symbol that covers it", () => {
  const map = new PerfMap("1000 10 first\n0x1010 20 second one\nnot a line\n2000 5 third\n");
  expect([0xfff, 0x1000, 0x100f, 0x1010, 0x102f, 0x1030, 0x2004, 0x2005].map((at) => map.find(at))).toEqual([
    undefined,
    "first",
    "first",
    "second one",
    "second one",
    undefined,
    "third",
    undefined,
  ]);
});

test("of two that overlap the later counts: memory of compiled code is used again", () => {
  const map = new PerfMap("1000 100 old\n1040 20 new\n1000 8 newest\n");
  expect([0x1004, 0x1010, 0x1044, 0x1070].map((at) => map.find(at))).toEqual(["newest", "old", "new", "old"]);
});

test("no map, an empty one, and something that is no file find nothing", () => {
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  for (const path of [join(folder, "absent"), "/dev/null", fifo, folder])
    expect(new PerfMaps(() => [path]).find(1, 0x1000)).toBeUndefined();
});

test("a map that grew is read again", async () => {
  const path = join(folder, "growing.map");
  writeFileSync(path, "1000 10 early\n");
  const maps = new PerfMaps(() => [path]);
  expect(maps.find(1, 0x1000)).toBe("early");
  expect(maps.find(1, 0x2000)).toBeUndefined();
  appendFileSync(path, "2000 10 late\n");
  await expect.poll(() => maps.find(1, 0x2000), { timeout: 5000 }).toBe("late");
});

const mapOfNode = (): { text: string; pid: number } => {
  const script = "function hot(n) { let s = 0; for (let i = 0; i < n; i++) s += i % 7; return s }";
  const source = `${script}; for (let i = 0; i < 300; i++) hot(1e4); console.log(process.pid)`;
  const file = join(folder, "hot.cjs");
  writeFileSync(file, source);
  const pid = Number(execFileSync(process.execPath, ["--perf-basic-prof", file], { encoding: "utf8" }));
  const path = `/tmp/perf-${pid}.map`;
  const text = readFileSync(path, "utf8");
  rmSync(path);
  return { text, pid };
};

test.runIf(process.platform === "linux")("the map of a real Node process names its functions", () => {
  const { text, pid } = mapOfNode();
  const line = /^([0-9a-f]+) ([0-9a-f]+) JS:[*^~+]?hot .*$/m.exec(text);
  const address = Number.parseInt(line?.[1] ?? "", 16) + 1;
  const path = join(folder, "node.map");
  writeFileSync(path, text);
  const symbol = new PerfMaps(() => [path]).find(pid, address);
  expect(parseJitSymbol(symbol ?? "")).toMatchObject({ kind: "script", name: "hot", line: 1 });
});
