/** `trace list`: the probes of processes, programs and libraries. */
import { existsSync } from "node:fs";
import {
  errorDiagnostic,
  formatProbe,
  matchGlob,
  TraceError,
  type ProbeArgument,
  type ProbeDescription,
} from "@trace/core";
import { listProbes, mergeProbes } from "@trace/session";
import type { CommandModule } from "yargs";
import { exitStatus } from "../exit-status.ts";
import { say, sayDiagnostic } from "../messages.ts";
import { checkPid } from "../options/pid.ts";
import { loadBackends } from "../plugins.ts";

interface ListArguments {
  what: string[] | undefined;
  pid: number | undefined;
  backend: string | undefined;
}

/** The `list` command. */
export const listCommand: CommandModule<object, ListArguments> = {
  command: "list [what..]",
  describe: "List probes with their arguments",
  builder: (yargs) =>
    yargs
      .usage("trace list [-p PID] [FILE..] [PATTERN..]")
      .positional("what", {
        type: "string",
        array: true,
        describe:
          "Files with a / in their name: programs and libraries; else patterns as in D: 'shop*:::check*'",
      })
      .option("pid", {
        alias: "p",
        type: "number",
        requiresArg: true,
        describe: "The probes of this process",
      })
      .option("backend", {
        alias: "b",
        type: "string",
        requiresArg: true,
        describe: "Only what this backend can attach to",
      })
      .example("trace list", "the probes of all your processes that publish some")
      .example("trace list -p 4711 'shop*:::'", "one provider of a process")
      .example("trace list /usr/bin/python3.11", "the probes of a program"),
  handler: async (options) => {
    process.exitCode = await list(options);
  },
};

async function list(options: ListArguments): Promise<number> {
  const what = options.what ?? [];
  const paths = what.filter((one) => one.includes("/"));
  const patterns = what.filter((one) => !one.includes("/"));
  const absent = paths.find((path) => !existsSync(path));
  if (absent !== undefined)
    throw new TraceError(errorDiagnostic("TARGET_NOT_FOUND", `there is no file ${absent}`));

  const pid = options.pid === undefined ? undefined : checkPid(options.pid);
  const lists = await listProbes(await loadBackends(options.backend), {
    target: pid === undefined ? { kind: "system" } : { kind: "process", pid },
    paths,
  });
  const onlyFiles = paths.length > 0 && pid === undefined;
  const probes = mergeProbes(lists)
    .filter((probe) => !onlyFiles || paths.some((path) => probe.path === path))
    .filter((probe) => patterns.length === 0 || patterns.some((pattern) => matchesPattern(pattern, probe)));
  for (const probe of probes) process.stdout.write(`${probeLine(probe)}\n`);
  if (probes.length > 0) return exitStatus.success;

  const errors = lists.flatMap((one) => one.error?.diagnostics ?? []);
  for (const diagnostic of errors) sayDiagnostic(diagnostic);
  if (errors.length === 0) {
    say(
      patterns.length > 0
        ? `trace: no probe matches ${patterns.join(" or ")}`
        : "trace: no probes found; a process must have created a provider, or a file carry USDT notes",
    );
  }
  return exitStatus.noProbe;
}

/** `provider:module:function:name`, right-aligned as in D: fewer parts are the last ones; an empty part is any. */
function matchesPattern(pattern: string, probe: ProbeDescription): boolean {
  const fields = pattern.split(":");
  const parts = formatProbe(probe).split(":");
  const [provider = ""] = parts;
  return fields.every((field, index) => {
    const at = parts.length - fields.length + index;
    const part = parts[at] ?? "";
    return matchGlob(field, part) || (at === 0 && provider !== "" && matchGlob(field, probe.provider));
  });
}

/** As in `shop4711:4711-shop.so::checkout(order: string, cents: int64)`. */
export function probeLine(probe: ProbeDescription): string {
  return `${formatProbe(probe)}(${probe.arguments.map(argumentText).join(", ")})`;
}

function argumentText({ name, type }: ProbeArgument): string {
  return name === undefined ? type : `${name}: ${type}`;
}
