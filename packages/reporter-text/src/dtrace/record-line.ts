/** The line that DTrace begins for each record when it is not quiet. */
import { dtraceProbeName, padText, type RecordEvent } from "@trace/core";

/** The line above the first record. */
export const recordHeader: string = `CPU     ID                    FUNCTION:NAME\n`;

/** CPU, probe id and name, up to the blank before what the clause prints. */
export function renderRecordPrefix({ cpu, probe, probeId }: RecordEvent): string {
  const name = padText(`${probe.function}:${dtraceProbeName(probe.name)}`, 32);
  return `${String(cpu ?? 0).padStart(3)} ${String(probeId).padStart(6)} ${name} `;
}
