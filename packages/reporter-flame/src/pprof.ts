/** pprof: the profile.proto of google/pprof, gzip-compressed as it is kept on disk. */
import { gzipSync } from "node:zlib";
import {
  Function as PprofFunction,
  Line,
  Location,
  Mapping,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from "pprof-format";
import { flamePaths, type FlameProfile } from "./flame-tree.ts";
import { frameIdentity, type Frame } from "./frame.ts";

/** The file. Several profiles are several sample types of one. */
export function pprofFile(profiles: readonly FlameProfile[]): Uint8Array {
  const builder = new ProfileBuilder();
  const samples = profiles.flatMap((profile, index) =>
    Array.from(
      flamePaths(profile),
      ({ frames, value }) =>
        new Sample({
          // Innermost first.
          locationId: frames.map((frame) => builder.location(frame)).reverse(),
          value: profiles.map((_, other) => (other === index ? value : 0)),
        }),
    ),
  );
  const { strings, mappings, locations, functions } = builder;
  const sampleType = profiles.map(
    ({ name, unit }) => new ValueType({ type: strings.dedup(name), unit: strings.dedup(unit) }),
  );
  const profile = new Profile({
    sampleType,
    sample: samples,
    mapping: [...mappings.values()],
    location: [...locations.values()],
    function: functions,
    stringTable: strings,
  });
  return gzipSync(profile.encode());
}

/** The tables that samples refer to; ids start at 1. */
class ProfileBuilder {
  readonly strings: StringTable = new StringTable();
  readonly locations = new Map<string, Location>();
  readonly mappings = new Map<string, Mapping>();
  readonly functions: PprofFunction[] = [];

  location(frame: Frame): number {
    const identity = frameIdentity(frame);
    let location = this.locations.get(identity);
    if (location === undefined) {
      const { name, file, line, module } = frame;
      const fn = new PprofFunction({
        id: this.functions.length + 1,
        name: this.strings.dedup(name),
        systemName: this.strings.dedup(name),
        filename: this.strings.dedup(file ?? ""),
        startLine: line ?? 0,
      });
      this.functions.push(fn);
      location = new Location({
        id: this.locations.size + 1,
        mappingId: module === undefined ? 0 : this.#mapping(module),
        line: [new Line({ functionId: fn.id, line: line ?? 0 })],
      });
      this.locations.set(identity, location);
    }
    return Number(location.id);
  }

  #mapping(module: string): number {
    let mapping = this.mappings.get(module);
    if (mapping === undefined) {
      mapping = new Mapping({
        id: this.mappings.size + 1,
        filename: this.strings.dedup(module),
        hasFunctions: true,
      });
      this.mappings.set(module, mapping);
    }
    return Number(mapping.id);
  }
}
