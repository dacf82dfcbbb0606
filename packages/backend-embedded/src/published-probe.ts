/** Probes as processes publish them. */
import type { Manifest, ManifestProbe, ManifestProvider } from "@trace/agent";
import { formatProbe, type ProbeDescription } from "@trace/core";
import type { Link } from "./link.ts";

/** A probe, and how to arm it in one environment. */
export interface PublishedProbe {
  readonly description: ProbeDescription;
  /** The environment that has it. */
  readonly environment: number;
  readonly library: number | null;
  readonly index: number;
}

/** The probes in what the environments of a process publish. */
export function publishedProbes(link: Link, manifests: readonly Manifest[]): readonly PublishedProbe[] {
  return manifests.flatMap(({ environment, providers }) =>
    providers.flatMap((provider) =>
      provider.probes.map((probe, index) => ({
        description: describeProbe(link, provider, probe),
        environment,
        library: provider.library,
        index,
      })),
    ),
  );
}

/** The description of a probe as seen from the tracer: its pid, and a path that it can open. */
export function describeProbe(
  link: Pick<Link, "pid" | "root">,
  provider: Pick<ManifestProvider, "name" | "module" | "path">,
  probe: ManifestProbe,
): ProbeDescription {
  return {
    family: "usdt",
    provider: provider.name,
    module: provider.module,
    function: probe.name,
    name: probe.name,
    arguments: probe.arguments,
    pid: link.pid,
    ...(provider.path === undefined ? {} : { path: link.root + provider.path }),
  };
}

/** What makes two published probes one: environments of a process publish the same ones. */
export function probeIdentity(description: ProbeDescription): string {
  return formatProbe(description);
}

/** Each of `probes` once. */
export function distinctProbes(probes: readonly ProbeDescription[]): readonly ProbeDescription[] {
  return [...new Map(probes.map((probe) => [probeIdentity(probe), probe])).values()];
}
