import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  isAlive,
  listSockets,
  prepareDirectory,
  socketPath,
  sweepDirectory,
  userDirectory,
} from "./directory.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "trace-directory-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync("true").pid;
}

test("TRACE_DIR comes first, then the run-time directory, then /tmp", () => {
  expect(userDirectory({ TRACE_DIR: "/a", XDG_RUNTIME_DIR: "/b" }, 7)).toBe("/a");
  expect(userDirectory({ TRACE_DIR: "", XDG_RUNTIME_DIR: "/b" }, 7)).toBe("/b/trace");
  expect(userDirectory({}, 7)).toBe("/tmp/trace-7");
});

test("the directory is made for its owner alone, and an open one is closed", () => {
  const directory = join(parent, "new", "trace");
  prepareDirectory(directory);
  expect(lstatSync(directory).mode & 0o777).toBe(0o700);
  chmodSync(directory, 0o777);
  prepareDirectory(directory);
  expect(lstatSync(directory).mode & 0o777).toBe(0o700);
});

test("what is no directory of one's own is refused, with the way out", () => {
  const link = join(parent, "link");
  symlinkSync("/tmp", link);
  const file = join(parent, "file");
  writeFileSync(file, "");
  for (const path of [link, file]) {
    expect(() => prepareDirectory(path)).toThrow(
      expect.objectContaining({
        code: "DIRECTORY_NOT_USABLE",
        diagnostics: [expect.objectContaining({ hint: "set TRACE_DIR to a directory of your own" })],
      }),
    );
  }
});

test("a sweep removes the files of ended processes and nothing else", () => {
  const directory = join(parent, "trace");
  mkdirSync(directory);
  const dead = deadPid();
  const kept = [`${process.pid}.sock`, `${process.pid}-shop-1.so`, "notes.txt", `x${dead}.sock`];
  for (const name of [...kept, `${dead}.sock`, `${dead}-shop-1.so`]) writeFileSync(join(directory, name), "");
  expect([...sweepDirectory(directory)].sort()).toEqual(
    [`${dead}-shop-1.so`, `${dead}.sock`].map((name) => join(directory, name)),
  );
  expect(readdirSync(directory).sort()).toEqual([...kept].sort());
  expect(sweepDirectory(join(parent, "nowhere"))).toEqual([]);
});

test("sockets are found with their processes, those of workers too", () => {
  for (const path of [socketPath(parent, 12), socketPath(parent, 12, 3), join(parent, "12-shop-1.so")]) {
    writeFileSync(path, "");
  }
  expect(listSockets(parent)).toEqual(
    expect.arrayContaining([
      { pid: 12, path: join(parent, "12.sock") },
      { pid: 12, path: join(parent, "12-3.sock") },
    ]),
  );
  expect(listSockets(parent)).toHaveLength(2);
});

test("a process is alive until it has ended", () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(deadPid())).toBe(false);
});
