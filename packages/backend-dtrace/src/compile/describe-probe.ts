/** Probes as DTrace's probe descriptions. Names come out of files that anybody may have written. */
import {
  dtraceProbeName,
  isGlob,
  matchProbe,
  type CompileContext,
  type ProbeDescription,
  type ProbePoint,
  type UsdtPoint,
} from "@trace/core";
import type { programProbes } from "@trace/engine";
import { printPoint } from "@trace/lang-d";
import { Refusal } from "./refusal.ts";

/** The longest name of each part that DTrace keeps (`DTRACE_PROVNAMELEN` and its kin, less the NUL). */
const longest = { provider: 63, module: 63, function: 127, name: 63 } as const;

/** What a clause of the script is attached to. */
export interface Attachment {
  /** Probe descriptions in D. */
  readonly descriptions: readonly string[];
  /** The probes that they mean. */
  readonly probes: readonly ProbeDescription[];
  /** Some may not be there yet. */
  readonly late: boolean;
}

/** Where a clause with `points` is attached. Throws a Refusal. */
export function attachmentOf(
  points: readonly ProbePoint[],
  { probes, target }: CompileContext,
  own: ReturnType<typeof programProbes>,
  allowUnmatched: boolean,
): Attachment {
  const descriptions = new Set<string>();
  const attached = new Set<ProbeDescription>();
  let late = false;
  for (const point of points) {
    if (point.kind === "never") continue;
    if (point.kind === "usdt") {
      const matched = probes.filter((probe) => matchProbe(point, probe));
      for (const probe of matched) {
        attached.add(probe);
        descriptions.add(describeProbe(probe, point));
      }
      const mayCome = point.optional === true || allowUnmatched;
      if (matched.length > 0 || !mayCome || target.kind !== "process" || isGlob(point.provider)) continue;
      late = true;
      descriptions.add(describeLate(point, target.pid));
      continue;
    }
    const isTimer = point.kind === "timer";
    const probe = own.find((one) =>
      isTimer ? one.probe.name === point.name && one.timer !== undefined : one.probe.family === point.kind,
    );
    if (probe === undefined) continue;
    attached.add(probe.probe);
    descriptions.add(printPoint(point));
  }
  return { descriptions: [...descriptions], probes: [...attached], late };
}

/** The probe by provider and name, and by what else the point asks for: what a file is called may change. */
function describeProbe(probe: ProbeDescription, point: UsdtPoint): string {
  const { provider, pid, module, name } = probe;
  const owner = `${provider}${pid ?? ""}`;
  if (pid === undefined)
    throw new Refusal(`tracing ${provider}:::${name} of no process`, point.span, "name a process with -p");
  if (!/^[A-Za-z_][\w.-]*$/.test(owner) || owner.length > longest.provider)
    throw new Refusal(
      `naming the provider ${JSON.stringify(provider)}`,
      point.span,
      "names of up to 50 letters, digits and underscores can be traced",
    );
  if (probe.arguments.some(({ type }) => type === "double"))
    throw new Refusal(
      `attaching to ${provider}:::${name}, which has an argument in a floating-point register`,
      point.span,
      "pass the number as an integer, or use another backend",
    );
  const hasModule = point.module !== "" || point.path !== undefined;
  return [
    owner,
    hasModule ? part(module, longest.module) : "",
    point.function === "" ? "" : part(probe.function, longest.function),
    part(dtraceProbeName(name), longest.name),
  ].join(":");
}

function describeLate(point: UsdtPoint, pid: number): string {
  const provider = point.provider.endsWith(String(pid)) ? point.provider : `${point.provider}${pid}`;
  if (!/^[A-Za-z_][\w.-]*$/.test(provider))
    throw new Refusal(
      `waiting for a provider called ${JSON.stringify(point.provider)}`,
      point.span,
      "name it in full",
    );
  const { pid: _, ...rest } = point;
  return printPoint({ ...rest, provider });
}

/** One part of a description: a character that it cannot hold is any one, what is too long is cut. */
function part(name: string, most: number): string {
  const text = name.replaceAll(/[^\w.-]/gu, "?");
  return text.length > most ? `${text.slice(0, most - 1)}*` : text;
}
