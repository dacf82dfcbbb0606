/** Names of code that a just-in-time compiler made, from the files that perf(1) reads them from. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";

interface Entry {
  readonly start: number;
  readonly end: number;
  /** Its place in the file: of two that overlap, the later one is what is there now. */
  readonly order: number;
  readonly symbol: string;
}

/** The symbols of one `/tmp/perf-PID.map` (Linux, tools/perf/Documentation/jit-interface.txt). */
export class PerfMap {
  readonly #entries: readonly Entry[];
  readonly #longest: number;

  /** Lines `START SIZE symbol`, numbers in hexadecimal; others are passed over. */
  constructor(text: string) {
    const entries: Entry[] = [];
    let longest = 0;
    let order = 0;
    for (const [, from = "", length = "", symbol = ""] of text.matchAll(
      /^(?:0x)?([0-9a-f]+) (?:0x)?([0-9a-f]+) (.+)$/gim,
    )) {
      const start = Number.parseInt(from, 16);
      const size = Number.parseInt(length, 16);
      entries.push({ start, end: start + size, order: order++, symbol });
      longest = Math.max(longest, size);
    }
    this.#entries = entries.sort((a, b) => a.start - b.start || a.order - b.order);
    this.#longest = longest;
  }

  /** What is at `address`. */
  find(address: number): string | undefined {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.start ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    let found: Entry | undefined;
    for (let at = low - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.start + this.#longest <= address) break;
      if (address < entry.end && (found === undefined || entry.order > found.order)) found = entry;
    }
    return found?.symbol;
  }
}

/** The most that is read of a map. */
const MAX_BYTES = 256 * 2 ** 20;
/** Milliseconds between two looks at a map that grows. */
const RELOAD_AFTER = 1_000;

interface LoadedMap {
  readonly map: PerfMap | undefined;
  readonly size: number;
  readonly looked: number;
  readonly names: Map<number, string | undefined>;
}

/** Finds symbols in the maps of processes. Maps grow while their processes run; they are read again for what is new. */
export class PerfMaps {
  readonly #maps = new Map<number, LoadedMap>();
  readonly #paths: (pid: number) => readonly string[];

  /** `paths` says where the map of a process may be. */
  constructor(paths: (pid: number) => readonly string[] = perfMapPaths) {
    this.#paths = paths;
  }

  /** The symbol at `address` of the process `pid`. */
  find(pid: number, address: number): string | undefined {
    let loaded = this.#maps.get(pid) ?? this.#load(pid, undefined);
    let symbol = loaded.names.get(address) ?? loaded.map?.find(address);
    if (symbol === undefined && performance.now() - loaded.looked > RELOAD_AFTER) {
      loaded = this.#load(pid, loaded);
      symbol = loaded.map?.find(address);
    }
    loaded.names.set(address, symbol);
    return symbol;
  }

  #load(pid: number, before: LoadedMap | undefined): LoadedMap {
    const looked = performance.now();
    let loaded: LoadedMap = { map: undefined, size: 0, looked, names: new Map() };
    for (const path of this.#paths(pid)) {
      const file = readMap(path, before?.size);
      if (file === "same" && before !== undefined) loaded = { ...before, looked };
      else if (file !== undefined && file !== "same")
        loaded = { map: new PerfMap(file.text), size: file.size, looked, names: new Map() };
      else continue;
      break;
    }
    this.#maps.set(pid, loaded);
    return loaded;
  }
}

/** Where perf(1) looks: in the process's own /tmp under its own pid, where it is in a container, and in ours. */
export function perfMapPaths(pid: number): readonly string[] {
  const here = `/tmp/perf-${pid}.map`;
  try {
    const own = /^NSpid:.*\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? pid;
    return [`/proc/${pid}/root/tmp/perf-${own}.map`, here];
  } catch {
    return [here];
  }
}

/** The text of a map; `same` where it has `knownSize`; undefined where there is none, or no plain file. */
function readMap(
  path: string,
  knownSize: number | undefined,
): { text: string; size: number } | "same" | undefined {
  let file: number;
  try {
    // Anybody may put something there: never wait for the writer of a pipe.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return undefined;
    if (stat.size === knownSize) return "same";
    const size = Math.min(stat.size, MAX_BYTES);
    const bytes = Buffer.alloc(size);
    const read = readSync(file, bytes, 0, size, 0);
    return { text: bytes.toString("utf8", 0, read), size: stat.size };
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
