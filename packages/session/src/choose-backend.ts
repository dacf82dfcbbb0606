/** Which backend runs a program. */
import {
  checkCapabilities,
  errorDiagnostic,
  TraceError,
  type Backend,
  type Detection,
  type Diagnostic,
  type ProbeDescription,
  type Program,
} from "@trace/core";
import type { BackendProbes } from "./find-probes.ts";
import { matchProgram, pointText } from "./match-program.ts";

/** A backend that can run the program, and the probes it attaches to. */
export interface Choice {
  readonly backend: Backend;
  readonly detection: Detection;
  readonly probes: readonly ProbeDescription[];
}

/**
 * The first of the backends, in the order of `lists` (cheapest for the target first), that is usable, can do all of the
 * program, and sees its probes. Rejects with a TraceError that says what stands in the way of the one that came
 * furthest: BACKEND_UNUSABLE, CAPABILITY_MISSING, PROBE_NO_MATCH, or what its list said.
 */
export async function chooseBackend(
  program: Program,
  lists: readonly BackendProbes[],
  detect: (backend: Backend) => Promise<Detection> = (backend) => backend.detect(),
): Promise<Choice> {
  let closest: { diagnostics: readonly Diagnostic[]; progress: number } | undefined;
  const refuse = (progress: number, diagnostics: readonly Diagnostic[]): void => {
    if (closest === undefined || progress > closest.progress) closest = { diagnostics, progress };
  };
  for (const { backend, probes, error } of lists) {
    const detection = await detect(backend);
    if (!detection.usable) {
      refuse(error === undefined && matchProgram(program, probes).missing.length === 0 ? 1 : 0, [
        errorDiagnostic(
          "BACKEND_UNUSABLE",
          `the ${backend.name} backend is not usable: ${detection.summary}`,
          detection.hint === undefined ? {} : { hint: detection.hint },
        ),
      ]);
      continue;
    }
    const refusals = checkCapabilities(program, backend.name, backend.capabilities(detection));
    if (refusals.length > 0) {
      refuse(2, refusals);
      continue;
    }
    const { matched, missing } = matchProgram(program, probes);
    if (missing.length === 0) return { backend, detection, probes: matched };
    refuse(error === undefined ? 4 : 3, error?.diagnostics ?? missing.map((point) => noMatch(point, lists)));
  }
  throw new TraceError(
    closest?.diagnostics ?? errorDiagnostic("BACKEND_UNKNOWN", "there is no backend to run the program"),
  );
}

function noMatch(point: Parameters<typeof pointText>[0], lists: readonly BackendProbes[]): Diagnostic {
  const known = lists.flatMap((list) => list.probes);
  const hint =
    known.length === 0
      ? "the target has no probes; `trace list` shows the processes that have"
      : `the target has ${[...new Set(known.map((probe) => `${probe.provider}:::${probe.name}`))].slice(0, 5).join(", ")}; see \`trace list\``;
  return errorDiagnostic("PROBE_NO_MATCH", `no probe matches '${pointText(point)}'`, {
    ...(point.span === undefined ? {} : { span: point.span }),
    hint,
  });
}
