import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { requireTool } from "@trace/test-requirements";
import { fc } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  bytesSource,
  findProcessProbes,
  listProcessFiles,
  readBuildId,
  readElfFile,
  readProbes,
  readProbesFrom,
  readSymbols,
  writeProbeLibrary,
} from "./index.ts";

const library = writeProbeLibrary({
  machine: "x86-64",
  provider: "demo",
  probes: ["one", "two", "three"].map((name) => ({
    name,
    arguments: [
      { size: 8, signed: false },
      { size: 4, signed: true },
    ],
  })),
});
if (!library.ok) throw new Error(library.error.message);
const valid = library.value.bytes;

/** Everything that can be read of a file; a failure of any part is fine, an exception is not. */
function readEverything(bytes: Uint8Array): void {
  const source = bytesSource(bytes);
  readProbesFrom(source);
  const file = readElfFile(source);
  if (!file.ok) return;
  readBuildId(file.value);
  readSymbols(file.value);
}

describe("a malformed file", () => {
  const mutation = fc.record({
    at: fc.nat({ max: valid.length - 1 }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.constantFrom(new Uint8Array(8).fill(0xff), new Uint8Array(8), new Uint8Array(4).fill(0x7f)),
    ),
  });
  // Most of the file is padding: aim at the headers and the tables.
  const header = fc.record({
    at: fc.nat({ max: 0x440 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });
  const tail = fc.record({
    at: fc.integer({ min: 0x2000, max: valid.length - 1 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });

  test("never makes the reader throw, hang, or read what is not there", () => {
    const mutations = fc.array(fc.oneof(mutation, header, tail), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(mutations, fc.option(fc.nat({ max: valid.length })), (changes, cut) => {
        const bytes = valid.slice(0, cut ?? valid.length);
        for (const { at, bytes: replacement } of changes) {
          if (at + replacement.length <= bytes.length) bytes.set(replacement, at);
        }
        expect(() => readEverything(bytes)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });

  test("of random bytes is no ELF file", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const result = readProbesFrom(bytesSource(bytes));
        expect(result).toMatchObject({ ok: false, error: { code: "ELF_NOT_ELF" } });
      }),
    );
  });

  test.each([
    ["a 32-bit file", 4, 1, "ELF_UNSUPPORTED"],
    ["a big-endian file", 5, 2, "ELF_UNSUPPORTED"],
    ["section headers of another size", 58, 1, "ELF_MALFORMED"],
    ["section headers outside", 46, 0x7f, "ELF_MALFORMED"],
    ["program headers outside", 38, 0x7f, "ELF_MALFORMED"],
  ])("such as %s gets its own error", (_, at, value, code) => {
    const bytes = valid.slice();
    bytes[at] = value;
    const result = readProbesFrom(bytesSource(bytes));
    expect(result).toMatchObject({ ok: false, error: { code, hint: expect.any(String) } });
  });

  test("without section headers has no probes to be found", () => {
    const bytes = valid.slice();
    bytes.fill(0, 40, 48);
    expect(readProbesFrom(bytesSource(bytes))).toEqual({ ok: true, value: [] });
  });
});

test("a library that prelinking moved has its probes where it is now", () => {
  const bytes = valid.slice();
  const view = new DataView(bytes.buffer);
  const before = readProbesFrom(bytesSource(bytes));
  const sections = Number(view.getBigUint64(40, true));
  for (let index = 1; index < view.getUint16(60, true); index++) {
    const address = sections + index * 64 + 16;
    if (view.getBigUint64(address, true) !== 0n)
      view.setBigUint64(address, view.getBigUint64(address, true) + 0x10000n, true);
  }
  for (let index = 0; index < view.getUint16(56, true); index++) {
    const address = 64 + index * 56 + 16;
    view.setBigUint64(address, view.getBigUint64(address, true) + 0x10000n, true);
  }
  const after = readProbesFrom(bytesSource(bytes));
  if (!before.ok || !after.ok) throw new Error("not readable");
  expect(after.value.map((probe) => probe.location)).toEqual(
    before.value.map((probe) => probe.location + 0x10000n),
  );
  expect(after.value.map((probe) => probe.semaphore)).toEqual(
    before.value.map((probe) => probe.semaphore + 0x10000n),
  );
  expect(after.value.map((probe) => probe.fileOffset)).toEqual(before.value.map((probe) => probe.fileOffset));
});

test("a path that cannot be read says so", () => {
  expect(readProbes("/no/such/file")).toMatchObject({ ok: false, error: { code: "ELF_CANNOT_READ" } });
  expect(readProbes("/")).toMatchObject({ ok: false, error: { code: "ELF_CANNOT_READ" } });
  expect(listProcessFiles(2 ** 30)).toMatchObject({ ok: false, error: { code: "ELF_NO_PROCESS" } });
});

describe("a C program with sys/sdt.h", () => {
  let folder: string;
  let program: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "trace-elf-"));
    program = join(folder, "with probes");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("shows its probes, with semaphores, operands and functions", (context) => {
    requireTool(context, "sys/sdt.h");
    writeFileSync(
      `${program}.c`,
      `#define _SDT_HAS_SEMAPHORES 1
      __extension__ unsigned short demo_guarded_semaphore __attribute__((section(".probes")));
      #include <sys/sdt.h>
      static char text[] = "text";
      __attribute__((noinline)) void work(int a, unsigned char b, long c) {
        DTRACE_PROBE4(demo, guarded, a, b, c, text);
      }
      int main(int argc, char **argv) { work(argc, 'x', -1); return 0; }`,
    );
    execFileSync("cc", ["-O2", "-g", "-o", program, `${program}.c`]);
    const probes = readProbes(program);
    if (!probes.ok) throw new Error(probes.error.message);
    const [probe] = probes.value;
    expect(probes.value).toHaveLength(1);
    expect(probe).toMatchObject({ provider: "demo", name: "guarded", function: "work" });
    expect(probe!.operands.map(({ size, type }) => [size, type])).toEqual([
      [4, "signed"],
      [1, "unsigned"],
      [8, "signed"],
      [8, "unsigned"],
    ]);
    expect(probe!.operands.every(({ place }) => place.kind !== "other")).toBe(true);
    const bytes = readFileSync(program);
    expect(bytes.readUInt16LE(probe!.semaphoreOffset)).toBe(0);
    expect(bytes[probe!.fileOffset!]).toBe(process.arch === "x64" ? 0x90 : 0x1f);
  });
});

test("probes of a running process are found through its mappings", (context) => {
  requireTool(context, "linux");
  const files = listProcessFiles(process.pid);
  if (!files.ok) throw new Error(files.error.message);
  const program = files.value.find((file) => file.path === process.execPath);
  expect(program).toMatchObject({ deleted: false });
  expect(readFileSync(program!.openPath).subarray(1, 4).toString()).toBe("ELF");
  const probes = findProcessProbes(process.pid);
  expect(probes.ok && probes.value.every((found) => found.probes.length > 0)).toBe(true);
});
