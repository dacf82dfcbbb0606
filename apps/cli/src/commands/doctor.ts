/** `trace doctor`: which backends work here, and what to do about those that do not. */
import type { CommandModule } from "yargs";
import { exitStatus } from "../exit-status.ts";
import { count } from "../messages.ts";
import { loadBackends } from "../plugins.ts";

interface DoctorArguments {
  clean: boolean | undefined;
}

/** The `doctor` command. */
export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: "doctor",
  describe: "Say which backends work on this machine, and what the others need",
  builder: (yargs) =>
    yargs.option("clean", { type: "boolean", describe: "Remove what crashed processes left behind" }),
  handler: async (options) => {
    process.exitCode = await examine(options.clean === true);
  },
};

async function examine(clean: boolean): Promise<number> {
  let usable = 0;
  for (const backend of await loadBackends()) {
    const { usable: works, version, summary, hint } = await backend.detect();
    if (works) usable++;
    const label = version === undefined ? backend.name : `${backend.name} ${version}`;
    process.stdout.write(`${works ? "yes" : "no "}  ${label.padEnd(18)} ${summary}\n`);
    if (!works && hint !== undefined) process.stdout.write(`     ${"".padEnd(18)} ${hint}\n`);
  }
  if (clean) {
    const { sweepDirectory, userDirectory } = await import("@trace/agent");
    const directory = userDirectory(process.env, process.geteuid?.() ?? 0);
    const removed = sweepDirectory(directory);
    for (const path of removed) process.stdout.write(`removed ${path}\n`);
    process.stdout.write(`${count(removed.length, "file")} of ended processes removed from ${directory}\n`);
  }
  return usable > 0 ? exitStatus.success : exitStatus.backendUnusable;
}
