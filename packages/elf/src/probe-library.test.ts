import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { requireTool } from "@trace/test-requirements";
import { fc } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  bytesSource,
  readBuildId,
  readElfFile,
  readProbesFrom,
  readSymbols,
  writeProbeLibrary,
} from "./index.ts";
import type { ElfResult, ProbeLibrary, ProbeLibraryOptions } from "./index.ts";

const probeArgument = fc.record({ size: fc.constantFrom(1, 2, 4, 8), signed: fc.boolean() });
const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,20}$/);
const libraryOptions = fc.record({
  machine: fc.constantFrom("x86-64", "aarch64"),
  provider: name,
  probes: fc.uniqueArray(fc.record({ name, arguments: fc.array(probeArgument, { maxLength: 12 }) }), {
    selector: (probe) => probe.name,
    minLength: 1,
    maxLength: 30,
  }),
  nop: fc.constantFrom("nop1", "nop5", "nop10"),
});

function valueOf<T>(result: ElfResult<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function write(options: ProbeLibraryOptions): ProbeLibrary {
  return valueOf(writeProbeLibrary(options));
}

const integers = [
  { size: 1, signed: true },
  { size: 2, signed: false },
  { size: 4, signed: true },
  { size: 8, signed: false },
] as const;
const twelve = [...integers, ...integers, ...integers];

function expectRoundTrip(options: ProbeLibraryOptions): void {
  const { bytes, buildId, layout } = write(options);
  const probes = valueOf(readProbesFrom(bytesSource(bytes)));
  expect(probes.map((probe) => probe.name)).toEqual(options.probes.map((probe) => probe.name));
  for (const [index, probe] of probes.entries()) {
    const wanted = options.probes[index]!;
    const place = layout[index]!;
    expect(probe.provider).toBe(options.provider);
    expect(probe.operands.map(({ size, type }) => ({ size, signed: type === "signed" }))).toEqual(
      wanted.arguments,
    );
    expect(probe.operands.every((operand) => operand.place.kind !== "other")).toBe(true);
    expect(probe.function).toBe(wanted.name);
    expect(probe.fileOffset).toBe(place.stubOffset);
    expect(probe.semaphoreOffset).toBe(place.semaphoreOffset);
    expect(bytes[place.semaphoreOffset]).toBe(0);
  }
  const file = valueOf(readElfFile(bytesSource(bytes)));
  expect(file.machine).toBe(options.machine);
  expect(valueOf(readBuildId(file))).toBe(buildId);
  const symbols = new Map(valueOf(readSymbols(file)).map((symbol) => [symbol.name, symbol]));
  for (const probe of layout) {
    expect(symbols.get(probe.stubSymbol)).toMatchObject({
      kind: "function",
      address: BigInt(probe.stubOffset),
    });
    expect(symbols.get(probe.semaphoreSymbol)).toMatchObject({ kind: "object", size: 2n });
  }
  const offsets = layout.map((probe) => probe.semaphoreOffset);
  expect(symbols.get("__trace_semaphores")?.address).toBe(BigInt(offsets[0]!));
  expect(offsets).toEqual(offsets.map((_, index) => offsets[0]! + 2 * index));
}

describe("a written library", () => {
  test("reads back as what was asked for", () => {
    fc.assert(fc.property(libraryOptions, expectRoundTrip));
  });

  test("is the same for the same probes, and another for others", () => {
    const options = { machine: "x86-64", provider: "p", probes: [{ name: "a", arguments: [] }] } as const;
    expect(write(options)).toEqual(write(options));
    expect(write(options).buildId).not.toBe(write({ ...options, nop: "nop5" }).buildId);
  });

  test("passes arguments by the System V convention on x86-64", () => {
    const { layout } = write({
      machine: "x86-64",
      provider: "p",
      probes: [{ name: "a", arguments: twelve }],
    });
    expect(layout[0]?.argumentText).toBe(
      "-1@%dil 2@%si -4@%edx 8@%rcx -1@%r8b 2@%r9w -4@8(%rsp) 8@16(%rsp) -1@24(%rsp) 2@32(%rsp) -4@40(%rsp) 8@48(%rsp)",
    );
  });

  test("passes arguments by the AAPCS64 convention on aarch64", () => {
    const { layout } = write({
      machine: "aarch64",
      provider: "p",
      probes: [{ name: "a", arguments: twelve }],
    });
    expect(layout[0]?.argumentText).toBe(
      "-1@x0 2@x1 -4@x2 8@x3 -1@x4 2@x5 -4@x6 8@x7 -1@[sp, 0] 2@[sp, 8] -4@[sp, 16] 8@[sp, 24]",
    );
  });

  test.each([
    ["x86-64", "nop1", "90 c3"],
    ["x86-64", "nop5", "0f 1f 44 00 00 c3"],
    ["x86-64", "nop10", "66 2e 0f 1f 84 00 00 00 00 00 c3"],
    ["aarch64", "nop1", "1f 20 03 d5 c0 03 5f d6"],
  ] as const)("has stubs of %s %s as %s", (machine, nop, code) => {
    const probes = ["a", "b"].map((each) => ({ name: each, arguments: [] }));
    const { bytes, layout } = write({ machine, provider: "p", probes, nop });
    for (const { stubOffset } of layout) {
      const expected = code.split(" ").map((byte) => Number.parseInt(byte, 16));
      expect([...bytes.subarray(stubOffset, stubOffset + expected.length)]).toEqual(expected);
      expect(stubOffset % 16).toBe(0);
    }
  });

  test.each([
    ["no probes", "p", []],
    ["a name with a blank", "p", [{ name: "a b", arguments: [] }]],
    ["an empty provider name", "", [{ name: "a", arguments: [] }]],
    [
      "a probe twice",
      "p",
      [
        { name: "a", arguments: [] },
        { name: "a", arguments: [] },
      ],
    ],
    [
      "a probe named as another's semaphore",
      "p",
      [
        { name: "a", arguments: [] },
        { name: "p_a_semaphore", arguments: [] },
      ],
    ],
    ["thirteen arguments", "p", [{ name: "a", arguments: [...twelve, integers[0]] }]],
  ])("is refused with %s", (_, provider, probes) => {
    const result = writeProbeLibrary({ machine: "x86-64", provider, probes });
    expect(result).toMatchObject({ ok: false, error: { code: "ELF_BAD_PROBE" } });
  });
});

describe("a library file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trace-elf-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function save(options: Partial<ProbeLibraryOptions>): string {
    const path = join(folder, "probes.so");
    const probes = [
      { name: "start", arguments: twelve },
      { name: "done", arguments: [] },
    ];
    writeFileSync(path, write({ machine: "x86-64", provider: "demo", probes, ...options }).bytes);
    return path;
  }

  test.for(["x86-64", "aarch64"] as const)(
    "for %s is accepted by readelf without a warning",
    (machine, context) => {
      requireTool(context, "readelf");
      const run = spawnSync("readelf", ["--all", "--wide", save({ machine })], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      expect(run.stdout).toContain("Provider: demo\n    Name: start\n");
    },
  );

  test("is loaded by the dynamic loader", (context) => {
    requireTool(context, "linux");
    if (process.arch !== "x64" && process.arch !== "arm64") context.skip(`no libraries for ${process.arch}`);
    const path = save({ machine: process.arch === "x64" ? "x86-64" : "aarch64" });
    // Node loads it first and misses the symbols of an add-on then: a loader's refusal would read otherwise.
    const module = { exports: {} };
    expect(() => process.dlopen(module, path)).toThrow(/did not self-register/);
  });
});
