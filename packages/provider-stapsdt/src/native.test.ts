import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { nopForKernel, writeProbeLibrary } from "@trace/elf";
import type { Nop } from "@trace/elf";
import { describeWith, requireTool } from "@trace/test-requirements";
import { fc } from "@fast-check/vitest";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { loadNative } from "./load-native.ts";
import { FrameType, NativeArgumentType } from "./native.ts";
import type { Native, NativeEnvironment, NativeLibrary, NativeMessage } from "./native.ts";

const addonPath = fileURLToPath(new URL("../addon/build/Release/trace_stapsdt.node", import.meta.url));

describeWith(["linux", "native add-on"], "the native add-on", () => {
  let native: Native;
  let folder: string;
  const cleanups: (() => unknown)[] = [];

  beforeAll(() => {
    const loaded = loadNative();
    if (loaded.native === undefined) throw new Error(loaded.reason);
    native = loaded.native;
    folder = mkdtempSync(join(tmpdir(), "trace-native-"));
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });
  afterAll(() => {
    native.stopListener();
    rmSync(folder, { recursive: true });
  });

  let files = 0;
  function newPath(suffix: string): string {
    return join(folder, `${++files}${suffix}`);
  }

  function writeLibrary(probeNames: readonly string[], nop: Nop = "nop1"): string {
    const path = newPath(".so");
    const integer = { size: 8, signed: true } as const;
    const written = writeProbeLibrary({
      machine: process.arch === "arm64" ? "aarch64" : "x86-64",
      provider: "native",
      probes: probeNames.map((name) => ({ name, arguments: Array.from({ length: 6 }, () => integer) })),
      nop,
    });
    if (!written.ok) throw new Error(written.error.message);
    writeFileSync(path, written.value.bytes);
    return path;
  }

  function nopOfThisKernel(): Nop {
    const machine = process.arch === "arm64" ? "aarch64" : "x86-64";
    return nopForKernel(machine, { release: release(), optimization: native.uprobeOptimization() });
  }

  function openLibrary(probeNames: readonly string[]): NativeLibrary {
    const library = native.openLibrary(writeLibrary(probeNames), probeNames);
    cleanups.push(() => native.closeLibrary(library.id));
    return library;
  }

  /** An environment that gathers what it is told when its event loop wakes it. */
  function listen(): { environment: NativeEnvironment; heard: NativeMessage[] } {
    const heard: NativeMessage[] = [];
    const environment = native.registerEnvironment(() => heard.push(...native.takeMessages(environment.id)));
    cleanups.push(() => native.unregisterEnvironment(environment.id));
    return { environment, heard };
  }

  function startListener(maxQueuedBytes?: number): string {
    const path = newPath(".sock");
    native.startListener({ path, ...(maxQueuedBytes !== undefined && { maxQueuedBytes }) });
    cleanups.push(() => native.stopListener());
    return path;
  }

  async function attach(path: string): Promise<Tracer> {
    const tracer = await Tracer.connect(path);
    cleanups.push(() => tracer.close());
    return tracer;
  }

  describe("libraries", () => {
    test("are shared by path, and their memory outlives them in JavaScript", () => {
      const path = writeLibrary(["a", "b"]);
      const first = native.openLibrary(path, ["a", "b"]);
      const second = native.openLibrary(path, ["a", "b"]);
      expect(second.id).toBe(first.id);
      expect(first.probeCount).toBe(2);
      expect(new Uint16Array(first.semaphores)).toEqual(new Uint16Array([0, 0]));
      new Uint16Array(first.semaphores)[1] = 7;
      expect(new Uint16Array(second.semaphores)[1]).toBe(7);
      const fire = native.makeFire(first.id, 0, new Uint8Array());
      native.closeLibrary(first.id);
      expect(native.address(first.id, 0)).toBe(native.address(first.id, 1) - 16n);
      native.closeLibrary(first.id);
      expect(() => native.address(first.id, 0)).toThrow("no library of this id");
      fire();
      expect(new Uint16Array(second.semaphores)[1]).toBe(7);
    });

    test("that cannot be loaded say why", () => {
      expect(() => native.openLibrary(join(folder, "none.so"), ["a"])).toThrow(/none\.so.*No such file/);
      expect(() => native.openLibrary(writeLibrary(["a"]), ["b"])).toThrow(/undefined symbol: b/);
      const text = newPath(".so");
      writeFileSync(text, "no library");
      expect(() => native.openLibrary(text, ["a"])).toThrow(/file too short|invalid ELF/);
    });

    test("refuse wrong arguments", () => {
      const { id } = openLibrary(["a"]);
      expect(() => native.makeFire(id, 1, new Uint8Array())).toThrow(RangeError);
      expect(() => native.makeFire(id, 0, new Uint8Array(13))).toThrow(RangeError);
      expect(() => native.makeFire(id, 0, new Uint8Array([10]))).toThrow(RangeError);
      expect(() => native.makeFire(id, 0, new Uint8Array(), 0)).toThrow(RangeError);
      expect(() => native.makeFire(-1, 0, new Uint8Array())).toThrow(TypeError);
    });
  });

  describe("firing", () => {
    /** A library that writes arguments where the semaphores are: probe 0 as they are, probe 1 as pointers to text. */
    function openRecorder(): { id: number; words: () => bigint[]; text: (index: number) => string } {
      const path = newPath(".so");
      const source = `
        #include <stdint.h>
        #include <string.h>
        struct { uint64_t words[12]; char texts[12][128]; } __trace_semaphores;
        #define PARAMETERS uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, \\
                           uint64_t g, uint64_t h, uint64_t i, uint64_t j, uint64_t k, uint64_t l
        void words(PARAMETERS) {
          uint64_t words[12] = {a, b, c, d, e, f, g, h, i, j, k, l};
          memcpy(__trace_semaphores.words, words, sizeof words);
        }
        void texts(PARAMETERS) {
          words(a, b, c, d, e, f, g, h, i, j, k, l);
          for (int n = 0; n < 12; n++)
            if (__trace_semaphores.words[n] != 0)
              strncpy(__trace_semaphores.texts[n], (char *)__trace_semaphores.words[n], 127);
        }`;
      execFileSync("cc", ["-shared", "-fPIC", "-x", "c", "-o", path, "-"], { input: source });
      const names = Array.from({ length: (12 * 8 + 12 * 128) / 2 }, (_, index) =>
        index === 1 ? "texts" : "words",
      );
      const { id, semaphores } = native.openLibrary(path, names);
      cleanups.push(() => native.closeLibrary(id));
      return {
        id,
        words: () => [...new BigUint64Array(semaphores, 0, 12)],
        text: (index) =>
          Buffer.from(semaphores, 96 + 128 * index, 128)
            .toString()
            .replace(/\0.*$/s, ""),
      };
    }

    const t = NativeArgumentType;

    test("converts integers to two's complement of their width", (context) => {
      requireTool(context, "cc");
      const recorder = openRecorder();
      const types = [t.int8, t.uint8, t.int16, t.uint16, t.int32, t.uint32, t.int64, t.uint64];
      const fire = native.makeFire(recorder.id, 0, new Uint8Array(types));
      const bits = (...values: readonly bigint[]): bigint[] =>
        values.map((value) => BigInt.asUintN(64, value));

      fire(-1, -1, -1, -1, -1, -1, -1, -1);
      expect(recorder.words().slice(0, 8)).toEqual(
        bits(-1n, 0xffn, -1n, 0xffffn, -1n, 0xffffffffn, -1n, 0xffffffffffffffffn),
      );
      fire(128, 256, 32768, 65536, 2 ** 31, 2 ** 32, 2 ** 63, 2 ** 64);
      expect(recorder.words().slice(0, 8)).toEqual(
        bits(-128n, 0n, -32768n, 0n, -(2n ** 31n), 0n, -(2n ** 63n), 0n),
      );
      fire(300n, -2n, 70000n, 1n, 2n ** 40n + 5n, -1n, 2n ** 63n, 2n ** 64n + 3n);
      expect(recorder.words().slice(0, 8)).toEqual(
        bits(44n, 254n, 4464n, 1n, 5n, 2n ** 32n - 1n, 2n ** 63n, 3n),
      );
      fire(1.9, true, -1.9, null, undefined, {}, Number.NaN, Number.POSITIVE_INFINITY);
      expect(recorder.words().slice(0, 8)).toEqual(bits(1n, 1n, -1n, 0n, 0n, 0n, 0n, 0n));
      fire();
      expect(recorder.words()).toEqual(Array.from({ length: 12 }, () => 0n));
    });

    test("passes twelve arguments in order", (context) => {
      requireTool(context, "cc");
      const recorder = openRecorder();
      const fire = native.makeFire(recorder.id, 0, new Uint8Array(12).fill(t.uint32));
      fire(...Array.from({ length: 12 }, (_, index) => 1000 + index));
      expect(recorder.words()).toEqual(Array.from({ length: 12 }, (_, index) => BigInt(1000 + index)));
    });

    test("passes doubles as their bits", (context) => {
      requireTool(context, "cc");
      const recorder = openRecorder();
      const fire = native.makeFire(recorder.id, 0, new Uint8Array([t.f64, t.f64, t.f64]));
      fire(-0.1, 5n, "no number");
      expect([...new Float64Array(new BigUint64Array(recorder.words()).buffer, 0, 3)]).toEqual([-0.1, 5, 0]);
    });

    test("passes strings as UTF-8, cut to whole characters, each in its own memory", (context) => {
      requireTool(context, "cc");
      const recorder = openRecorder();
      const fire = native.makeFire(recorder.id, 1, new Uint8Array(12).fill(t.string), 10);
      const values = ["plain", "", "grüße €", "0123456789ab", "€€€€", 42, 2n ** 63n, true, "a\0b"];
      fire(...values, null, undefined, {});
      expect(values.map((_, index) => recorder.text(index))).toEqual([
        "plain",
        "",
        "grüße ",
        "0123456789",
        "€€€",
        "42",
        "9223372036",
        "true",
        "a",
      ]);
      expect(recorder.words().slice(9)).toEqual([0n, 0n, 0n]);
    });
  });

  describe("a kernel tracer", () => {
    test("perf counts every firing and reads the arguments", async (context) => {
      requireTool(context, "perf");
      const path = writeLibrary(["hit"], nopOfThisKernel());
      const library = native.openLibrary(path, ["hit"]);
      cleanups.push(() => native.closeLibrary(library.id));
      const semaphores = new Uint16Array(library.semaphores);
      const t = NativeArgumentType;
      const fire = native.makeFire(library.id, 0, new Uint8Array(6).fill(t.int64));

      // perf keeps what it knows of a file's notes in the home folder, and its probes in the kernel.
      const env = { ...process.env, HOME: folder };
      const perf = (...args: readonly string[]): string =>
        execFileSync("perf", args, { env, encoding: "utf8", stdio: "pipe" });
      perf("buildid-cache", "--add", path);
      perf("probe", "--exec", path, "sdt_native:hit");
      cleanups.push(() => perf("probe", "--del", "sdt_native:hit"));
      const data = newPath(".data");
      // Disabled until told on descriptor 3; it says on 4 when it is done.
      const record = spawn(
        "perf",
        [
          "record",
          "-e",
          "sdt_native:hit",
          "-o",
          data,
          "-p",
          `${process.pid}`,
          "--delay=-1",
          "--control=fd:3,4",
        ],
        { env, stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
      );
      const [, , , control, acknowledgement] = record.stdio as unknown as [
        null,
        null,
        null,
        Writable,
        Readable,
      ];
      control.write("enable\n");
      await once(acknowledgement, "data");
      expect(semaphores[0]).toBe(1);
      for (let round = 1; round <= 10; round++) fire(round, -round, 2 ** 40, -1n, 0, 7);
      record.kill("SIGINT");
      await once(record, "close");
      const lines = perf("script", "-i", data, "-F", "trace").split("\n");
      for (let round = 1; round <= 10; round++) {
        const seen = `arg1=${round} arg2=-${round} arg3=${2 ** 40} arg4=-1 arg5=0 arg6=7`;
        expect(lines.filter((line) => line.trimEnd().endsWith(seen))).toHaveLength(1);
      }
    }, 20_000);

    test("bpftrace raises the semaphore and sees every firing", async (context) => {
      requireTool(context, "bpftrace");
      const path = writeLibrary(["hit", "idle"], nopOfThisKernel());
      const library = native.openLibrary(path, ["hit", "idle"]);
      cleanups.push(() => native.closeLibrary(library.id));
      const semaphores = new Uint16Array(library.semaphores);
      const t = NativeArgumentType;
      const fire = native.makeFire(library.id, 0, new Uint8Array([t.int64, t.string]));

      const hit = `usdt:${path}:native:hit`;
      const script = `${hit} /str(arg1) == "early"/ { printf("attached\\n"); }
        ${hit} /str(arg1) != "early"/ { @[str(arg1)] = stats(arg0); }`;
      const bpftrace = spawn("bpftrace", ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
      cleanups.push(() => bpftrace.kill("SIGKILL"));
      let output = "";
      bpftrace.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      await eventually(() => semaphores[0] !== 0);
      // The kernel raises the semaphore just before it sets its trap.
      await eventually(() => {
        fire(0, "early");
        return output.includes("attached");
      });
      expect(semaphores[0]).toBeGreaterThan(0);
      expect(semaphores[1]).toBe(0);
      for (let round = 1; round <= 100; round++) fire(round, round % 2 === 0 ? "even" : "odd");
      bpftrace.kill("SIGINT");
      await once(bpftrace, "close");
      expect(output).toContain("@[odd]: count 50, average 50, total 2500\n");
      expect(output).toContain("@[even]: count 50, average 51, total 2550\n");
      await eventually(() => semaphores[0] === 0);
    }, 20_000);
  });

  describe("the listener", () => {
    test("answers a hello with the manifests of all environments", async () => {
      const first = listen();
      const second = listen();
      const tracer = await attach(startListener());
      tracer.send(FrameType.hello);
      expect(await tracer.next()).toEqual({ type: FrameType.hello, payload: "" });
      native.setManifest(first.environment.id, Buffer.from("one"));
      native.setManifest(second.environment.id, Buffer.from("two"));
      tracer.send(FrameType.hello);
      expect(await tracer.next()).toEqual({ type: FrameType.hello, payload: "one\ntwo" });
    });

    test("makes a socket for its user only, and none when it stops", async () => {
      const path = startListener();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      native.startListener({ path });
      expect(() => native.startListener({ path: newPath(".sock") })).toThrow("already listening");
      const tracer = await attach(path);
      native.stopListener();
      expect(existsSync(path)).toBe(false);
      await tracer.closed;
    });

    test("replaces a stale socket, not another file", () => {
      const stale = newPath(".sock");
      const make = `require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
      expect(() => execFileSync(process.execPath, ["-e", make, stale])).toThrow("Command failed");
      native.startListener({ path: stale });
      native.stopListener();
      const file = newPath(".sock");
      writeFileSync(file, "precious");
      expect(() => native.startListener({ path: file })).toThrow("Address already in use");
      expect(() => native.startListener({ path: "/".repeat(108) })).toThrow("1 to 107 bytes");
    });

    test("refuses another user", async (context) => {
      requireTool(context, "root");
      const path = startListener();
      chmodSync(folder, 0o755);
      chmodSync(path, 0o666);
      const connectAsNobody = `
        const socket = require("net").connect(process.argv[1]);
        socket.on("connect", () => socket.write(Buffer.from([1, 0, 0, 0, ${FrameType.hello}])));
        socket.on("data", () => console.log("answered"));
        socket.on("error", () => {});
        socket.on("close", () => console.log("closed"));`;
      const output = execFileSync(process.execPath, ["-e", connectAsNobody, path], {
        uid: 65534,
        gid: 65534,
        cwd: "/",
      });
      expect(output.toString()).toBe("closed\n");
    });

    test("arms and disarms, once per tracer, what exists", async () => {
      const library = openLibrary(["a", "b", "c"]);
      const [semaphores, embedded] = [new Uint16Array(library.semaphores), new Uint16Array(library.embedded)];
      const path = startListener();
      const [one, two] = [await attach(path), await attach(path)];
      one.arm([library.id, 0], [library.id, 0], [library.id, 2], [library.id, 3], [9999, 0]);
      two.arm([library.id, 2]);
      await one.barrier();
      await two.barrier();
      expect([...semaphores]).toEqual([1, 0, 2]);
      expect([...embedded]).toEqual([1, 0, 2]);
      expect(native.embeddedCount(library.id, 2)).toBe(2);
      one.send(FrameType.disarm);
      await one.barrier();
      expect([...semaphores]).toEqual([0, 0, 1]);
      two.close();
      await eventually(() => semaphores[2] === 0);
      expect([...embedded]).toEqual([0, 0, 0]);
    });

    test("arms on behalf of a tracer when JavaScript asks, and forgets a closed library", async () => {
      const { heard } = listen();
      const path = writeLibrary(["a"]);
      const library = native.openLibrary(path, ["a"]);
      const semaphores = new Uint16Array(library.semaphores);
      const tracer = await attach(startListener());
      await eventually(() => heard.length > 0);
      const { connection } = heard[0] as { connection: number };
      expect(native.arm(connection, library.id, 0)).toBe(true);
      expect(native.arm(connection, library.id, 1)).toBe(false);
      expect(native.arm(connection + 1000, library.id, 0)).toBe(false);
      expect(semaphores[0]).toBe(1);
      native.closeLibrary(library.id);
      expect(semaphores[0]).toBe(0);
      tracer.close();
      await eventually(() => heard.some(({ kind }) => kind === "closed"));
      expect(semaphores[0]).toBe(0);
    });

    test("disarms when the tracer is killed, while JavaScript is busy", async () => {
      const library = openLibrary(["a"]);
      const semaphores = new Uint16Array(library.semaphores);
      const { environment } = listen();
      const attention = new Int32Array(environment.attention);
      const path = startListener();
      const arm = Buffer.from([9, 0, 0, 0, FrameType.arm, library.id, 0, 0, 0, 0, 0, 0, 0]);
      const tracer = `const s = require("net").connect(process.argv[1]);
        s.write(Buffer.from("${arm.toString("hex")}", "hex"));
        s.on("connect", () => setTimeout(() => process.kill(process.pid, "SIGKILL"), 100));`;
      const child = spawn(process.execPath, ["-e", tracer, path]);
      const exited = once(child, "exit");
      const deadline = Date.now() + 10_000;
      while (semaphores[0] === 0 && Date.now() < deadline);
      expect(semaphores[0]).toBe(1);
      expect(attention[0]).toBe(1);
      while (semaphores[0] === 1 && Date.now() < deadline);
      expect(semaphores[0]).toBe(0);
      await exited;
    });

    test("brings messages to every environment, in order, and replays kept ones to later ones", async () => {
      const early = [listen(), listen()];
      const tracer = await attach(startListener());
      tracer.send(FrameType.message, Buffer.from("passing"));
      tracer.send(FrameType.keptMessage, Buffer.from("kept"));
      const summary = (heard: readonly NativeMessage[]): readonly string[] =>
        heard.map((each) => (each.kind === "message" ? `${each.data.toString()} ${each.replay}` : each.kind));
      for (const { heard } of early) {
        await eventually(() => heard.length >= 3);
        expect(summary(heard)).toEqual(["open", "passing false", "kept false"]);
      }
      const late = listen();
      await eventually(() => late.heard.length >= 2);
      expect(summary(late.heard)).toEqual(["open", "kept true"]);
      tracer.close();
      await eventually(() => late.heard.length >= 3);
      expect(summary(late.heard)).toEqual(["open", "kept true", "closed"]);
    });

    test("sends what environments give it, until too much waits", async () => {
      const { environment, heard } = listen();
      const tracer = await attach(startListener(100_000));
      await eventually(() => heard.length > 0);
      const { connection } = heard[0] as { connection: number };
      expect(native.send(environment.id, connection, Buffer.from("hello"))).toBe(true);
      const id = String.fromCharCode(environment.id, 0, 0, 0);
      expect(await tracer.next()).toEqual({ type: FrameType.message, payload: `${id}hello` });

      tracer.pause();
      const chunk = Buffer.alloc(10_000, "x");
      let sent = 0;
      while (native.send(environment.id, connection, chunk)) {
        sent++;
        expect(sent).toBeLessThan(10_000);
        await sleep(1);
      }
      expect(sent).toBeGreaterThan(5);
      tracer.resume();
      for (let index = 0; index < sent; index++) expect((await tracer.next()).payload).toHaveLength(10_004);
      expect(native.send(environment.id, connection, chunk)).toBe(true);
      native.disconnect(connection);
      await tracer.closed;
      await eventually(() => !native.send(environment.id, connection, chunk));
    });

    test("does not tell of a connection that was gone before anybody listened", async () => {
      const environment = native.registerEnvironment(() => {});
      cleanups.push(() => native.unregisterEnvironment(environment.id));
      const path = startListener();
      for (let round = 0; round < 100; round++) {
        const tracer = await Tracer.connect(path);
        tracer.send(FrameType.message, Buffer.alloc(1000));
        await tracer.barrier();
        tracer.close();
      }
      const last = await attach(path);
      await last.barrier();
      await eventually(() => native.takeMessages(environment.id).length <= 2);
    });

    test("serves 64 tracers at once, and the next when one leaves", async () => {
      const path = startListener();
      const tracers = await Promise.all(Array.from({ length: 64 }, async () => attach(path)));
      await Promise.all(tracers.map(async (tracer) => tracer.barrier()));
      const late = await attach(path);
      late.send(FrameType.hello);
      expect(await Promise.race([late.next(), sleep(100, "waiting")])).toBe("waiting");
      tracers[0]?.close();
      await eventually(() => late.received > 0);
    });

    test.each([
      ["a length of zero", [0, 0, 0, 0]],
      ["a length beyond the limit", [1, 0, 0, 1, FrameType.message]],
      ["an unknown type", [1, 0, 0, 0, 99]],
      ["a hello with a payload", [2, 0, 0, 0, FrameType.hello, 0]],
      ["half a pair to arm", [5, 0, 0, 0, FrameType.arm, 1, 0, 0, 0]],
      ["a disarm with a payload", [2, 0, 0, 0, FrameType.disarm, 0]],
    ])("ends a connection that sends %s", async (_, bytes) => {
      const tracer = await attach(startListener());
      tracer.write(Buffer.from(bytes));
      await tracer.closed;
    });

    test("survives whatever a tracer sends, and leaves nothing armed", async () => {
      const library = openLibrary(["a", "b"]);
      const semaphores = new Uint16Array(library.semaphores);
      const path = startListener();
      const frame = fc
        .tuple(fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 40 }))
        .map(([type, payload]) => encodeFrame(type, payload));
      const junk = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes));
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof({ weight: 4, arbitrary: frame }, junk), { maxLength: 12 }),
          async (parts) => {
            const tracer = await Tracer.connect(path);
            tracer.arm([library.id, 0], [library.id, 1]);
            for (const part of parts) tracer.write(part);
            tracer.close();
            await tracer.closed;
          },
        ),
        { numRuns: 200 },
      );
      const healthy = await attach(path);
      await healthy.barrier();
      await eventually(() => semaphores[0] === 0 && semaphores[1] === 0);
    });
  });

  describe("timers", () => {
    test("are due while the loop is idle, and counted while it is busy", async () => {
      const { environment, heard } = listen();
      const attention = new Int32Array(environment.attention);
      expect(native.setTimer(environment.id, 1, 1e6, 0)).toBe(true);
      await eventually(() => heard.length > 0);
      expect(heard).toEqual([{ kind: "timer", timerId: 1, count: 1 }]);

      native.setTimer(environment.id, 2, 0, 1e6);
      const start = Date.now();
      while (Date.now() - start < 50);
      expect(attention[0]).toBe(1);
      const [tick] = native.takeMessages(environment.id);
      expect(tick).toMatchObject({ kind: "timer", timerId: 2 });
      expect((tick as { count: number }).count).toBeGreaterThan(10);
      native.clearTimer(environment.id, 2);
      native.takeMessages(environment.id);
      expect(attention[0]).toBe(0);
      await sleep(20);
      expect(native.takeMessages(environment.id)).toEqual([]);
      expect(native.setTimer(environment.id + 1000, 1, 0, 0)).toBe(false);
    });
  });

  describe("workers", () => {
    test("are environments of their own, and leave nothing behind", async () => {
      const path = startListener();
      const libraryPath = writeLibrary(["a"]);
      const library = native.openLibrary(libraryPath, ["a"]);
      cleanups.push(() => native.closeLibrary(library.id));
      const source = `
        const { parentPort, workerData } = require("node:worker_threads");
        const native = require(workerData.addonPath);
        const library = native.openLibrary(workerData.libraryPath, ["a"]);
        const fire = native.makeFire(library.id, 0, new Uint8Array([${NativeArgumentType.string}]));
        const environment = native.registerEnvironment(() => {
          for (const message of native.takeMessages(environment.id)) {
            if (message.kind === "message") native.send(environment.id, message.connection, message.data);
          }
        });
        native.setManifest(environment.id, Buffer.from("worker"));
        native.setTimer(environment.id, 1, 0, 1e5);
        setInterval(() => fire("from a worker"), 1);
        parentPort.postMessage([library.id, environment.id, native.gettid()]);`;
      const workers = [0, 1].map(
        () => new Worker(source, { eval: true, workerData: { addonPath, libraryPath } }),
      );
      const started = (await Promise.all(workers.map(async (worker) => once(worker, "message")))) as [
        number[],
      ][];
      expect(started.map(([[libraryId]]) => libraryId)).toEqual([library.id, library.id]);
      expect(new Set(started.map(([[, , tid]]) => tid)).add(native.gettid()).size).toBe(3);

      const tracer = await attach(path);
      tracer.send(FrameType.hello);
      expect((await tracer.next()).payload).toBe("worker\nworker");
      tracer.send(FrameType.keptMessage, Buffer.from("ping"));
      const answers = [(await tracer.next()).payload, (await tracer.next()).payload];
      expect(new Set(answers.map((answer) => answer.charCodeAt(0)))).toEqual(
        new Set(started.map(([[, environmentId]]) => environmentId)),
      );
      await Promise.all(workers.map(async (worker) => worker.terminate()));
      tracer.send(FrameType.hello);
      expect((await tracer.next()).payload).toBe("");
      native.makeFire(library.id, 0, new Uint8Array())();
    });

    test("may come and go with the add-on as its only users", () => {
      const source = `
        const { Worker } = require("node:worker_threads");
        const work = \`
          const native = require(\${JSON.stringify(process.argv[1])});
          const environment = native.registerEnvironment(() => {});
          native.startListener({ path: \${JSON.stringify(process.argv[2])} });
          native.setTimer(environment.id, 1, 0, 1e5);
        \`;
        let rounds = 5;
        const next = () => { if (rounds-- > 0) new Worker(work, { eval: true }).on("exit", () => setTimeout(next, 20)); };
        next();`;
      execFileSync(process.execPath, ["-e", source, addonPath, newPath(".sock")]);
    });
  });

  test("a worker may be terminated at any moment", async () => {
    const source = `
      const { Worker, isMainThread } = require("node:worker_threads");
      const work = \`
        const native = require(\${JSON.stringify(process.argv[1])});
        const environment = native.registerEnvironment(() => take());
        const attention = new Int32Array(environment.attention);
        native.setTimer(environment.id, 1, 0, 1e5);
        const take = () => {
          for (const message of native.takeMessages(environment.id)) {
            if (message.kind === "message") native.send(environment.id, message.connection, message.data);
          }
        };
        for (;;) if (attention[0] !== 0) take();
      \`;
      require(process.argv[1]).startListener({ path: process.argv[2] });
      let left = 30;
      const next = () => {
        if (left-- === 0) process.exit(0);
        const worker = new Worker(work, { eval: true });
        worker.on("online", () => setTimeout(() => worker.terminate().then(next), left));
      };
      next();
      next();`;
    const path = newPath(".sock");
    const child = spawn(process.execPath, ["-e", source, addonPath, path], { stdio: "inherit" });
    const exited = once(child, "exit");
    await eventually(() => existsSync(path));
    const tracer = await attach(path);
    const flood = setInterval(() => {
      for (let index = 0; index < 50; index++) tracer.send(FrameType.message, Buffer.alloc(500));
    }, 1);
    expect(await exited).toEqual([0, null]);
    clearInterval(flood);
  }, 20_000);

  describe("the process", () => {
    function runChild(source: string, ...args: readonly string[]): ChildProcess {
      return spawn(
        process.execPath,
        ["-e", `const native = require(process.argv[1]);${source}`, addonPath, ...args],
        {
          stdio: "inherit",
        },
      );
    }

    test.each([
      ["runs to its end", ""],
      ["calls process.exit", "process.exit(0);"],
      ["exits with a tracer attached", `require("net").connect(socket, () => process.exit(0));`],
    ])("that %s removes its socket and files", async (_, end) => {
      const [socket, file, kept] = [newPath(".sock"), newPath(".file"), newPath(".file")];
      const child = runChild(
        `const [, , socket, file, kept] = process.argv;
        native.startListener({ path: socket });
        const environment = native.registerEnvironment(() => {});
        native.setTimer(environment.id, 1, 1e9, 1e9);
        for (const path of [file, kept]) { require("fs").writeFileSync(path, ""); native.unlinkAtExit(path); }
        native.keepAtExit(kept);
        ${end}`,
        socket,
        file,
        kept,
      );
      expect(await once(child, "exit")).toEqual([0, null]);
      expect([socket, file, kept].map((path) => existsSync(path))).toEqual([false, false, true]);
    });

    test("without a free descriptor takes a tracer later", async () => {
      const path = newPath(".sock");
      const child = spawn(
        "sh",
        ["-c", `ulimit -n 40; exec "$@"`, "sh", process.execPath, "-e"].concat(
          `const { openSync, closeSync } = require("node:fs");
          const native = require(process.argv[1]);
          native.startListener({ path: process.argv[2] });
          const opened = [];
          try { for (;;) opened.push(openSync("/dev/null")); } catch {}
          process.stdout.write("full");
          process.stdin.on("data", () => opened.forEach(closeSync));`,
          addonPath,
          path,
        ),
      );
      cleanups.push(() => child.kill("SIGKILL"));
      await once(child.stdout, "data");
      const tracer = await attach(path);
      tracer.send(FrameType.hello);
      child.stdin.write("go");
      expect(await tracer.next()).toEqual({ type: FrameType.hello, payload: "" });
    });

    test("is not ended by a listener of JavaScript that throws", async () => {
      const child = runChild(
        `const environment = native.registerEnvironment(() => { native.takeMessages(environment.id); throw new Error("x"); });
        native.setTimer(environment.id, 1, 1e6, 1e6);
        setTimeout(() => process.exit(7), 50);`,
      );
      expect(await once(child, "exit")).toEqual([7, null]);
    });

    test("knows its thread, processor and clocks", () => {
      expect(native.gettid()).toBeGreaterThan(0);
      expect(native.cpu()).toBeGreaterThanOrEqual(0);
      const before = process.hrtime.bigint();
      const now = native.monotonicNs();
      expect(BigInt(now)).toBeGreaterThanOrEqual(before - 2n);
      expect(BigInt(now)).toBeLessThanOrEqual(process.hrtime.bigint() + 2n);
      const wall = Number(native.realtimeNs() / 1_000_000n);
      expect(Math.abs(wall - Date.now())).toBeLessThan(1000);
      const cpuTime = native.threadCpuNs();
      while (native.threadCpuNs() === cpuTime);
      expect(["none", "nop5", "nop10", "unknown"]).toContain(native.uprobeOptimization());
    });
  });
});

/** The tracer's end of a connection. */
class Tracer {
  readonly #socket: Socket;
  readonly #waiting: ((frame: Frame) => void)[] = [];
  readonly #frames: Frame[] = [];
  #input = Buffer.alloc(0);
  readonly closed: Promise<unknown>;
  /** Frames so far. */
  received = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on("close", resolve);
    });
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      this.#input = Buffer.concat([this.#input, chunk]);
      this.#parse();
    });
  }

  static async connect(path: string): Promise<Tracer> {
    const socket = connect(path);
    await once(socket, "connect");
    return new Tracer(socket);
  }

  send(type: number, payload: Uint8Array = new Uint8Array()): void {
    this.write(encodeFrame(type, payload));
  }

  arm(...probes: readonly (readonly [libraryId: number, probeIndex: number])[]): void {
    this.send(FrameType.arm, new Uint8Array(new Uint32Array(probes.flat()).buffer));
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Waits until everything sent so far has been handled. */
  async barrier(): Promise<void> {
    this.send(FrameType.hello);
    await this.next();
  }

  async next(): Promise<Frame> {
    const frame = this.#frames.shift();
    return frame ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #parse(): void {
    while (this.#input.length >= 4 && this.#input.length >= 4 + this.#input.readUInt32LE(0)) {
      const end = 4 + this.#input.readUInt32LE(0);
      const frame = { type: this.#input[4] ?? 0, payload: this.#input.toString("latin1", 5, end) };
      this.#input = this.#input.subarray(end);
      this.received++;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#frames.push(frame);
      else waiting(frame);
    }
  }
}

interface Frame {
  readonly type: number;
  /** Latin 1. */
  readonly payload: string;
}

function encodeFrame(type: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32LE(1 + payload.length);
  header[4] = type;
  return Buffer.concat([header, payload]);
}

/** Waits, within the test's own limit, until `condition` holds. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}
