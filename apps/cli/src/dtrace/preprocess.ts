/** Scripts through the machine's C preprocessor, called as libdtrace calls it. */
import { spawnSync } from "node:child_process";
import { encodeText, decodeText } from "@trace/core";
import type { Setting } from "./dtrace-request.ts";
import { DtraceFailure } from "./dtrace-failure.ts";
import { dVersion } from "./d-version.ts";
import { INPUT } from "./program-parts.ts";

/** What D scripts expect to be defined, whatever the machine's preprocessor defines. */
const BEFORE = "-D__linux -D__unix -D__SVR4 -D__SUNW_D=1 -U__GNUC__ -D__SUNW_D_64 -D__Linux".split(" ");

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
  const { status, stdout, error } = spawnSync(
    command,
    [...BEFORE, ...options, `-D__SUNW_D_VERSION=${versionNumber()}`, "-std=c99", INPUT],
    // `#!` is no directive; the line stays, so that those after it keep their numbers.
    { input: encodeText(text.replace(/^#!.*/, "")), stdio: ["pipe", "pipe", "inherit"], maxBuffer: 2 ** 28 },
  );
  if (error !== undefined)
    throw new DtraceFailure(`failed to compile script ${file}: Preprocessor not found`);
  if (status !== 0)
    throw new DtraceFailure(`failed to compile script ${file}: Preprocessor failed to process input program`);
  return decodeText(stdout);
}

/** As in `0x02000007`: 8 bits, 12 and 12 (dtrace.h, DT_VERSION_NUMBER). */
function versionNumber(): string {
  const [major = 0, minor = 0, micro = 0] = dVersion.split(".").map(Number);
  return `0x${((major << 24) | (minor << 12) | micro).toString(16).padStart(8, "0")}`;
}
