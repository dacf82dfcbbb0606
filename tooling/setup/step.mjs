// One line a step on stderr: its name at once, the time it took when it is done, and the end of what
// it printed if it failed.
import { spawn } from "node:child_process";

/** A command that ended with another status than 0, or could not be started. */
export class CommandFailed extends Error {
  /**
   * @param {string} command as typed
   * @param {string} reason
   * @param {string} output what it printed on both streams
   */
  constructor(command, reason, output) {
    super(`${command}: ${reason}`);
    this.output = output;
  }
}

/** Lines of a failed command's output that are shown, counted from the end. */
const SHOWN_LINES = 200;

/**
 * Runs a command to its end and keeps what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<string>} what it printed on both streams
 * @throws {CommandFailed}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (/** @type {Buffer} */ chunk) => (output += chunk);
    const fail = (/** @type {string} */ reason) =>
      reject(new CommandFailed([command, ...args].join(" "), reason, output));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => fail(error.message));
    child.on("close", (status, signal) => {
      if (status === 0) resolve(output);
      else fail(signal ? `killed by ${signal}` : `exit status ${status}`);
    });
  });
}

/**
 * Runs a command on this terminal; SIGINT and SIGTERM reach it too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>} its exit status, 128 + the signal's number when a signal ended it
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    // The terminal sends SIGINT to the child as well: it decides what to do, we wait for it.
    const ignore = () => {};
    const forward = () => child.kill("SIGTERM");
    process.on("SIGINT", ignore).on("SIGTERM", forward);
    child.on("error", reject);
    child.on("close", (status, signal) => {
      process.off("SIGINT", ignore).off("SIGTERM", forward);
      resolve(status ?? 128 + (signal === "SIGINT" ? 2 : 15));
    });
  });
}

/**
 * Does one named piece of work and prints one line about it.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const label = `  ${title} `.padEnd(44, ".");
  const live = process.stderr.isTTY;
  process.stderr.write(`${label} `);
  const ticker = live ? setInterval(() => process.stderr.write(`\r${label} ${seconds()}`), 500) : undefined;
  const finish = (/** @type {string} */ verdict) =>
    process.stderr.write(live ? `\r${label} ${verdict}\x1b[K\n` : `${verdict}\n`);
  try {
    const result = await work();
    finish(seconds());
    return result;
  } catch (error) {
    finish(`failed after ${seconds()}`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/** @param {unknown} error */
export function describeFailure(error) {
  if (!(error instanceof CommandFailed)) return error instanceof Error ? error.stack : String(error);
  const lines = error.output.trimEnd().split("\n");
  const shown = lines.slice(-SHOWN_LINES);
  if (shown.length < lines.length) shown.unshift(`(${lines.length - shown.length} lines before)`);
  return [...shown, error.message].join("\n");
}

/**
 * Runs the main function of a script; its result is the exit status.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}
