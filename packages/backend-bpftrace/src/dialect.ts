/**
 * What differs between versions of bpftrace, as data. Measured with 0.17.0 (Debian 12), 0.23.2 (13) and 0.27.0; the
 * versions between are placed by bpftrace's CHANGELOG.
 */

/** The oldest version that is supported. */
export const oldestVersion = "0.17.0";

/** How one version of bpftrace has to be spoken to. */
export interface Dialect {
  /** Bytes of a string, its NUL included. Before 0.22 strings live on the BPF stack of 512 bytes. */
  readonly maxStringSize: number;
  /** Do strings share the BPF stack? Then a clause with several of them can only have shorter ones. */
  readonly stringsOnStack: boolean;
  /** Environment variables that set the limits. A deprecated name is ignored, with a warning. */
  readonly stringSizeVariable: "BPFTRACE_STRLEN" | "BPFTRACE_MAX_STRLEN";
  readonly mapKeysVariable: "BPFTRACE_MAP_KEYS_MAX" | "BPFTRACE_MAX_MAP_KEYS";
  /** Needed for a full map to be told. Later versions always tell, and with -k also each lookup that finds nothing. */
  readonly reportsFullMapsOnlyWithK: boolean;
}

/** The numbers of `0.17.0`; undefined where `version` is no version. */
export function parseVersion(version: string): readonly [number, number, number] | undefined {
  const match = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Is `version` at least `least`? What is no version is taken for the oldest. */
export function versionAtLeast(version: string, least: string): boolean {
  const have = parseVersion(version) ?? [0, 0, 0];
  const want = parseVersion(least) ?? [0, 0, 0];
  for (const [index, part] of want.entries()) {
    const mine = have[index] ?? 0;
    if (mine !== part) return mine > part;
  }
  return true;
}

/** The dialect of `version`. */
export function dialectOf(version: string): Dialect {
  const bigStrings = versionAtLeast(version, "0.22.0");
  const newNames = versionAtLeast(version, "0.20.0");
  return {
    maxStringSize: bigStrings ? 1024 : 200,
    stringsOnStack: !bigStrings,
    stringSizeVariable: newNames ? "BPFTRACE_MAX_STRLEN" : "BPFTRACE_STRLEN",
    mapKeysVariable: newNames ? "BPFTRACE_MAX_MAP_KEYS" : "BPFTRACE_MAP_KEYS_MAX",
    reportsFullMapsOnlyWithK: !versionAtLeast(version, "0.21.0"),
  };
}
