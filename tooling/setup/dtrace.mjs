// DTrace as Debian has it, made fit for the machines that CI has.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { architectureLayout } from "./debian-package.mjs";

/** What a script needs that uses no type of the kernel: reading those takes most of DTrace's start. */
const quickLibraries = ["errno.d", "regs.d", "signal.d", "unistd.d"];

/** What is beside the libraries of every kernel version. */
const common = ["bpf_dlib.o", "drti", "include"];

/**
 * @param {string} into where DTrace was unpacked
 * @returns {Promise<{ program: string, library: string }>} a program that runs it, and a folder of libraries for
 *   `-x syslibdir` with which it starts quickly
 */
export async function prepareDtrace(into) {
  const program = join(into, "run-dtrace");
  const library = join(into, "quick-library");
  if (existsSync(program)) return { program, library };
  const layout = await architectureLayout();
  const tree = join(into, "root");
  const libraries = join(tree, layout.libraries);
  const installed = join(libraries, "dtrace");
  const versions = readdirSync(installed).filter((name) => existsSync(join(installed, name, "io.d")));
  for (const version of versions) patchIo(join(installed, version, "io.d"));

  mkdirSync(library, { recursive: true });
  for (const name of common) cpSync(join(installed, name), join(library, name), { recursive: true });
  const [first = ""] = versions;
  for (const name of quickLibraries) {
    const [from] = [join(installed, name), join(installed, first, name)].filter((path) => existsSync(path));
    if (from !== undefined) cpSync(from, join(library, name));
  }
  // It looks at the name it is called by.
  const command = `"${tree}/${layout.loader}" --argv0 dtrace --library-path "${libraries}" "${tree}/usr/sbin/dtrace"`;
  writeFileSync(program, `#!/bin/sh\nexec ${command} -x syslibdir="${installed}" "$@"\n`, { mode: 0o755 });
  return { program, library };
}

/**
 * Every start reads io.d, which names a variable of the kernel that one without CONFIG_KALLSYMS_ALL does not tell.
 * @param {string} path
 */
function patchIo(path) {
  const text = readFileSync(path, "utf8");
  const name = /stringof\(\(\(struct blk_major_name \*\*\)&vmlinux`major_names\)[^;]*/g;
  writeFileSync(path, text.replaceAll(name, '"<unknown>"'));
}
