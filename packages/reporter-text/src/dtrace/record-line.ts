/** The line that DTrace begins for each record when it is not quiet. */
import { dtraceProbeName, padText, type RecordEvent } from "@trace/core";

/** What stands before the output of a clause. */
export interface RecordLayout {
  /** The line above the first record. */
  readonly header: string;
  /** Up to the blank before what the clause prints. */
  prefix(event: RecordEvent): string;
}

/** The columns CPU, probe id and name, or CPU and name indented by entry and return; `hideIds` leaves out numbers. */
export function recordLayout(hideIds: boolean, flowIndent: boolean): RecordLayout {
  return flowIndent ? flowLayout(hideIds) : columnLayout(hideIds);
}

function columnLayout(hideIds: boolean): RecordLayout {
  const title = "FUNCTION:NAME".padStart(32);
  return {
    header: `${hideIds ? "" : "CPU     ID "}${title}\n`,
    prefix: ({ cpu = 0, probe, probeId }) => {
      const name = padText(`${probe.function}:${dtraceProbeName(probe.name)}`, 32);
      return hideIds ? `${name} ` : `${cpuColumn(cpu)} ${String(probeId).padStart(6)} ${name} `;
    },
  };
}

/** Columns of a name in the flow, and blanks for each level. */
const FLOW_COLUMNS = 41;
const FLOW_INDENT = 2;

function flowLayout(hideIds: boolean): RecordLayout {
  const depths = new Map<number, number>();
  const line = (cpu: string, name: string): string =>
    `${hideIds ? "" : `${cpu} `}${padText(name, FLOW_COLUMNS, true)}`;
  return {
    header: `${line("CPU", "FUNCTION")}\n`,
    prefix: ({ cpu = 0, probe }) => {
      const depth = depths.get(cpu) ?? 0;
      const name = dtraceProbeName(probe.name);
      const arrow = probe.family === "syscall" ? "=" : "-";
      const indented = (level: number, text: string): string =>
        `${line(cpuColumn(cpu), `${" ".repeat(level * FLOW_INDENT)}${text}`)} `;
      if (/(^|-)entry$/.test(name)) {
        depths.set(cpu, depth + 1);
        return indented(depth, ` ${arrow}> ${probe.function}`);
      }
      if (/(^|-)return$/.test(name)) {
        const outer = Math.max(depth - 1, 0);
        depths.set(cpu, outer);
        return indented(outer, ` <${arrow} ${probe.function}`);
      }
      return indented(depth, `| ${probe.function}:${name}`);
    },
  };
}

function cpuColumn(cpu: number): string {
  return String(cpu).padStart(3);
}
