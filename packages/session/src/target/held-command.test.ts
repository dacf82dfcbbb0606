import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { findExecutable, HeldCommand } from "./held-command.ts";

const directory = mkdtempSync(join(tmpdir(), "held-command-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("nothing of the command runs before it is released, and its pid is the one announced", async () => {
  const file = join(directory, "released");
  const command = await HeldCommand.start(["/bin/sh", "-c", 'echo "$$ $GREETING" > "$0"', file], {
    GREETING: "hello",
  });
  await delay(100);
  expect(existsSync(file)).toBe(false);
  command.release();
  expect(await command.exited).toEqual({ code: 0, signal: null });
  expect(readFileSync(file, "utf8")).toBe(`${command.pid} hello\n`);
});

test("arguments reach the command as they are", async () => {
  const file = join(directory, "arguments");
  const words = ["a b", "$HOME", "`id`", "x'y\"z", ""];
  const command = await HeldCommand.start(["/bin/sh", "-c", 'printf "[%s]" "$@" > "$0"', file, ...words], {});
  command.release();
  await command.exited;
  expect(readFileSync(file, "utf8")).toBe(words.map((word) => `[${word}]`).join(""));
});

test("a command that is cancelled never runs", async () => {
  const file = join(directory, "cancelled");
  const command = await HeldCommand.start(["/bin/touch", file], {});
  command.cancel();
  expect(await command.exited).toEqual({ code: 125, signal: null });
  expect(existsSync(file)).toBe(false);
});

test("a command that does not exist is an error before anything starts", async () => {
  await expect(HeldCommand.start(["no-such-command-here"], {})).rejects.toThrow(
    "cannot run 'no-such-command-here': no such command",
  );
  expect(() => findExecutable("/etc/passwd")).toThrow("cannot run '/etc/passwd': no such command");
  expect(findExecutable("sh", "/nowhere:/bin")).toBe("/bin/sh");
});
