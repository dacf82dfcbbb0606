/** Scripts through the machine's C preprocessor, called as libdtrace calls it. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeText, decodeText } from "@trace/core";
import type { Setting } from "./dtrace-request.ts";
import { DtraceFailure } from "./dtrace-failure.ts";
import { dVersion } from "./d-version.ts";
import { INPUT } from "./program-parts.ts";

/** What D scripts expect to be defined, whatever the machine's preprocessor defines. */
const BEFORE = "-D__linux -D__unix -D__SVR4 -D__SUNW_D=1 -U__GNUC__ -D__SUNW_D_64 -D__Linux".split(" ");

/** What the preprocessor may make of a script, at most. */
const MOST_BYTES = 2 ** 28;

/** Settings that are options of the preprocessor. */
const OPTIONS: Readonly<Record<string, (value: string) => readonly string[]>> = {
  incdir: (value) => [`-I${value}`],
  define: (value) => [`-D${value}`],
  undef: (value) => [`-U${value}`],
  cpphdrs: () => ["-H"],
  cppargs: (value) => value.split(/\s+/).filter((word) => word !== ""),
};

/** The text of script `file`, preprocessed. Throws a DtraceFailure. */
export function preprocess(file: string, text: string, settings: readonly Setting[]): string {
  const command = settings.findLast(({ name }) => name === "cpppath")?.value ?? "cpp";
  const options = settings.flatMap(({ name, value = "" }) => OPTIONS[name]?.(value) ?? []);
  // `#!` is no directive; the line stays, so that those after it keep their numbers.
  const input = openUnnamed(encodeText(text.replace(/^#!.*/, "")));
  const { status, stdout, error } = spawnSync(
    command,
    [...BEFORE, ...options, `-D__SUNW_D_VERSION=${versionNumber()}`, "-std=c99", INPUT],
    { stdio: [input, "pipe", "inherit"], maxBuffer: MOST_BYTES },
  );
  closeSync(input);
  if (error !== undefined)
    throw new DtraceFailure(`failed to compile script ${file}: Preprocessor not found`);
  if (status !== 0)
    throw new DtraceFailure(`failed to compile script ${file}: Preprocessor failed to process input program`);
  return decodeText(stdout);
}

/** A file without a name that holds `bytes`: the preprocessor opens its input by path, which Node's pipes do not have. */
function openUnnamed(bytes: Uint8Array): number {
  const directory = mkdtempSync(join(tmpdir(), "trace-cpp-"));
  try {
    const file = join(directory, "script.d");
    writeFileSync(file, bytes);
    return openSync(file, "r");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** As in `0x02000007`: 8 bits, 12 and 12 (dtrace.h, DT_VERSION_NUMBER). */
function versionNumber(): string {
  const [major = 0, minor = 0, micro = 0] = dVersion.split(".").map(Number);
  return `0x${((major << 24) | (minor << 12) | micro).toString(16).padStart(8, "0")}`;
}
