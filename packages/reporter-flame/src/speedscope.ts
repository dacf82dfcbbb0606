/** The file format of speedscope (its src/lib/file-format-spec.ts): a sampled profile for each of ours. */
import { flamePaths, type FlameProfile, type FlameUnit } from "./flame-tree.ts";
import { frameIdentity, type Frame } from "./frame.ts";

const UNITS: Readonly<Record<FlameUnit, string>> = {
  count: "none",
  none: "none",
  nanoseconds: "nanoseconds",
  bytes: "bytes",
};

/** The file, in pieces. */
export function* speedscopeFile(profiles: readonly FlameProfile[], name: string): Generator<string> {
  const frames = new FrameTable();
  yield `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"trace","name":${JSON.stringify(name)},"profiles":[`;
  for (const [index, profile] of profiles.entries()) {
    const weights: number[] = [];
    const unit = UNITS[profile.unit];
    yield `${index === 0 ? "" : ","}\n{"type":"sampled","name":${JSON.stringify(profile.name)},"unit":"${unit}","samples":[`;
    for (const path of flamePaths(profile)) {
      yield `${weights.length === 0 ? "" : ",\n"}[${path.frames.map((frame) => frames.index(frame)).join(",")}]`;
      weights.push(Number(path.value));
    }
    const end = weights.reduce((sum, weight) => sum + weight, 0);
    yield `],"weights":[${weights.join(",")}],"startValue":0,"endValue":${end}}`;
  }
  yield `\n],"shared":{"frames":[${frames.list.map(frameJson).join(",\n")}]}}\n`;
}

/** Each frame once, by number. */
class FrameTable {
  readonly list: Frame[] = [];
  readonly #indexes = new Map<string, number>();

  index(frame: Frame): number {
    const identity = frameIdentity(frame);
    let index = this.#indexes.get(identity);
    if (index === undefined) {
      index = this.list.push(frame) - 1;
      this.#indexes.set(identity, index);
    }
    return index;
  }
}

function frameJson({ name, file, line, module }: Frame): string {
  const place = file ?? module;
  return JSON.stringify({
    name,
    ...(place === undefined ? {} : { file: place }),
    ...(line === undefined ? {} : { line }),
  });
}
