// Debian packages: installed here, or unpacked from another suite beside this system.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { run } from "./step.mjs";

const quiet = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };

/**
 * Installs what of these packages is not installed yet. Needs root.
 * @param {readonly string[]} names
 */
export async function installPackages(names) {
  await run("apt-get", ["-qq", "update"], quiet);
  await run("apt-get", ["-qq", "-y", "--no-install-recommends", "install", ...names], quiet);
}

/** @param {string} name */
export function isInstalled(name) {
  const query = spawnSync("dpkg-query", ["-W", "-f=${db:Status-Status}", name], { encoding: "utf8" });
  return query.stdout === "installed";
}

/**
 * The loader and the library folder of each Debian architecture.
 * @type {Record<string, { loader: string, libraries: string } | undefined>}
 */
const architectures = {
  amd64: { loader: "usr/lib64/ld-linux-x86-64.so.2", libraries: "usr/lib/x86_64-linux-gnu" },
  arm64: { loader: "usr/lib/ld-linux-aarch64.so.1", libraries: "usr/lib/aarch64-linux-gnu" },
};

async function machineArchitecture() {
  return (await run("dpkg", ["--print-architecture"])).trim();
}

/** Where this machine's architecture has its loader and libraries, from the root of a file system. */
export async function architectureLayout() {
  const architecture = await machineArchitecture();
  const layout = architectures[architecture];
  if (!layout) throw new Error(`no layout known for the architecture ${architecture}`);
  return layout;
}

/**
 * Unpacks a package of another suite with everything it needs down to libc, beside this system, and
 * writes a wrapper that runs its program with its own loader and libraries. Leaves the system's
 * packages as they are.
 * @param {{ suite: string, name: string, program: string, into: string }} what `program` is a path
 *   from the root, such as usr/bin/bpftrace; `into` a folder, filled whole or not at all
 * @returns {Promise<string>} the path of the wrapper
 */
export async function unpackFromSuite({ suite, name, program, into }) {
  const wrapper = join(into, basename(program));
  if (existsSync(wrapper)) return wrapper;

  const architecture = await machineArchitecture();
  const layout = await architectureLayout();

  mkdirSync(dirname(into), { recursive: true });
  const work = mkdtempSync(`${into}.`);
  try {
    const env = { ...process.env, APT_CONFIG: writeAptWorld(join(work, "apt"), suite, architecture) };
    await run("apt-get", ["-qq", "update"], { env });
    await run("apt-get", ["-qq", "-y", "--no-install-recommends", "--download-only", "install", name], {
      env,
    });
    const archives = join(work, "apt/cache/archives");
    for (const archive of readdirSync(archives).filter((file) => file.endsWith(".deb"))) {
      await run("dpkg-deb", ["-x", join(archives, archive), join(work, "root")]);
    }
    rmSync(join(work, "apt"), { recursive: true });
    const tree = join(into, "root");
    const command = `"${tree}/${layout.loader}" --library-path "${tree}/${layout.libraries}" "${tree}/${program}" "$@"`;
    writeFileSync(join(work, basename(program)), `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
    rmSync(into, { recursive: true, force: true });
    renameSync(work, into);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return wrapper;
}

/**
 * An apt of its own that knows one suite and believes that nothing is installed.
 * @param {string} dir
 * @param {string} suite
 * @param {string} architecture
 * @returns {string} its configuration file, for APT_CONFIG
 */
function writeAptWorld(dir, suite, architecture) {
  for (const part of ["lists/partial", "cache/archives/partial"])
    mkdirSync(join(dir, part), { recursive: true });
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  writeFileSync(join(dir, "sources.list"), `deb [signed-by=${keyring}] ${debianMirror()} ${suite} main\n`);
  writeFileSync(join(dir, "status"), "");
  const settings = {
    "Dir::State": `${dir}/`,
    "Dir::State::status": join(dir, "status"),
    "Dir::State::lists": join(dir, "lists"),
    "Dir::Cache": join(dir, "cache"),
    "Dir::Etc::sourcelist": join(dir, "sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "APT::Architecture": architecture,
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
  };
  const file = join(dir, "apt.conf");
  const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";\n`);
  writeFileSync(file, `${lines.join("")}APT::Architectures { "${architecture}"; };\n`);
  return file;
}

/** The mirror that this machine's own apt uses: from deb822 (`URIs: ...`) or one-line (`deb ...`) sources. */
function debianMirror() {
  const folder = "/etc/apt/sources.list.d";
  const files = [
    "/etc/apt/sources.list",
    ...(existsSync(folder) ? readdirSync(folder).map((f) => join(folder, f)) : []),
  ];
  for (const file of files.filter((candidate) => existsSync(candidate))) {
    const [, mirror] =
      /^(?:URIs:|deb)\s.*?(\S+:\S+\/debian)\/?(?:\s|$)/m.exec(readFileSync(file, "utf8")) ?? [];
    if (mirror) return mirror;
  }
  throw new Error("no Debian mirror in the apt sources of this machine");
}
