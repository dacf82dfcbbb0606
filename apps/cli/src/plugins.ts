/** What this command is composed of. A new backend, language or reporter is a line here. */
import { bpftraceBackend } from "@trace/backend-bpftrace";
import { embeddedBackend } from "@trace/backend-embedded";
import { errorDiagnostic, TraceError, type Backend, type Language, type Reporter } from "@trace/core";
import { dLanguage } from "@trace/lang-d";
import { jsonReporter } from "@trace/reporter-json";
import { textReporter } from "@trace/reporter-text";

/** `TRACE_BPFTRACE` names the bpftrace to use, where it is not the one in PATH. */
const { TRACE_BPFTRACE: bpftrace } = process.env;

/** In order of preference: what costs the target least first. */
export const backends: readonly Backend[] = [
  embeddedBackend(),
  bpftraceBackend(bpftrace === undefined || bpftrace === "" ? {} : { command: [bpftrace] }),
];

export const languages: readonly Language[] = [dLanguage()];

export const reporters: Readonly<Record<string, () => Reporter>> = {
  text: textReporter,
  json: jsonReporter,
};

/** The backend called `name`, or all. TraceError BACKEND_UNKNOWN for another name. */
export function selectBackends(name: string | undefined): readonly Backend[] {
  if (name === undefined) return backends;
  const backend = backends.find((one) => one.name === name);
  if (backend !== undefined) return [backend];
  throw new TraceError(
    errorDiagnostic("BACKEND_UNKNOWN", `there is no backend '${name}'`, {
      hint: `choose one of ${backends.map((one) => one.name).join(", ")}`,
    }),
  );
}
