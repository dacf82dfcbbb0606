/** Collapsed stacks: a line for each path, `outer;inner 12`, as flamegraph.pl and most viewers read them. */
import { flamePaths, type FlameProfile } from "./flame-tree.ts";
import { frameLabel, type Frame } from "./frame.ts";

/** The lines of `profiles`; of several, each is under a frame of its name. */
export function* collapsedStacks(profiles: readonly FlameProfile[]): Generator<string> {
  for (const profile of profiles) {
    const under: readonly Frame[] = profiles.length > 1 ? [{ kind: "key", name: profile.name }] : [];
    for (const { frames, value } of flamePaths(profile))
      yield `${[...under, ...frames].map(collapsedFrame).join(";")} ${value}\n`;
  }
}

/** The format has no escapes: a semicolon parts frames, a line break paths. */
function collapsedFrame(frame: Frame): string {
  return frameLabel(frame).replaceAll(";", ":").replace(/\s+/g, " ").trim();
}
