/** The command line of `trace`: argument parsing and composition only. */
import { errorDiagnostic, TraceError } from "@trace/core";
import yargs from "yargs";
import { compileCommand } from "./commands/compile.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { dtraceCommand, dtraceCommandName } from "./commands/dtrace.ts";
import { listCommand } from "./commands/list.ts";
import { mergeCommand } from "./commands/merge.ts";
import { recordCommand } from "./commands/record.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { exitStatus, statusOf } from "./exit-status.ts";
import { say, sayDiagnostic } from "./messages.ts";

const EPILOGUE = `A program says at which probes to do what. In D, the language of DTrace:

  shop*:::checkout                     at every checkout of a provider named shop..
  /arg2 > 1000/                        if it was over 10.00,
  { @[copyinstr(arg1)] = count(); }    count by country

  tick-1s { printa(@); }               show the table every second

Programs need nothing but Node: processes that create a provider with @trace/provider-stapsdt
can be traced by their user. With bpftrace and root, the same script sees any program with USDT probes.

Exit status: 0 done; 1 failed while tracing; 2 usage; 64 errors in the script; 65 no such probe;
66 no such target; 67 not permitted; 68 backend not usable; 69 the backend cannot do this program;
else the status that the program gave to exit().`;

/** Runs the command line `args` and sets the exit status of the process. */
export async function runCommandLine(args: readonly string[], version: string): Promise<void> {
  if (args[0] === dtraceCommandName) {
    process.exitCode = await dtraceCommand(args.slice(1)).catch(report);
    return;
  }
  const parser = yargs([...args])
    .scriptName("trace")
    .locale("en")
    .usage("trace COMMAND\n\nOne tracing program, every tracer.")
    .command(runCommand)
    .command(recordCommand)
    .command(reportCommand)
    .command(mergeCommand)
    .command(listCommand)
    .command(compileCommand)
    .command(doctorCommand)
    .command(dtraceCommandName, "Take the command line of dtrace(8); alias dtrace='trace dtrace'")
    .demandCommand(1, "Say what to do: trace run, record, report, merge, list, compile or doctor.")
    .strict()
    .version(version)
    .help()
    .alias("help", "h")
    .wrap(Math.min(100, process.stdout.columns || 100))
    .epilogue(EPILOGUE)
    .fail((message: string | null, error: Error | undefined, failed) => {
      if (error !== undefined) throw error;
      failed.showHelp((text) => say(`${text}\n`));
      throw new TraceError(errorDiagnostic("USAGE", message ?? "wrong usage"));
    })
    .exitProcess(false);
  try {
    await parser.parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (TraceError.isInstance(error)) {
    for (const diagnostic of error.diagnostics) sayDiagnostic(diagnostic);
    return statusOf(error.diagnostics);
  }
  // The reader of our output has gone (trace ... | head): that is its right.
  if ((error as NodeJS.ErrnoException).code === "EPIPE") return exitStatus.success;
  say(`trace: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitStatus.failed;
}
