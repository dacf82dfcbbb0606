/** The contract of a provider: probes declared in a program, fired by it. */
import type { ArgumentType } from "../probe/probe-description.ts";

/** One argument of a probe: `"cents: int64"`. */
export type ArgumentDeclaration = `${string}: ${ArgumentType}`;

/** The arguments of a probe in order, at most 12: `["order: string", "cents: int64"]`. */
export type ProbeDeclaration = readonly ArgumentDeclaration[];

/** The probes of a provider by name: `{ request__start: ["id: uint32", "url: string"] }`. */
export type ProviderDeclaration = Readonly<Record<string, ProbeDeclaration>>;

/** The JavaScript type in which an argument of type `T` is given. Integers wrap to their width. */
export type ArgumentInput<T extends ArgumentType> = T extends "string"
  ? string
  : T extends "json"
    ? unknown
    : T extends "int64" | "uint64" | "pointer"
      ? number | bigint
      : number;

/** The parameters of `fire` for a declaration: `[string, number | bigint]`. */
export type FireArguments<D extends ProbeDeclaration> = {
  [Index in keyof D]: D[Index] extends `${string}: ${infer T extends ArgumentType}`
    ? ArgumentInput<T>
    : never;
};

/** The most arguments a probe can have: what tracers can read (BPF's and SystemTap's `arg0` to `arg11`). */
export const maxProbeArguments = 12;

/** A probe of a run-time provider. */
export interface Probe<D extends ProbeDeclaration = ProbeDeclaration> {
  readonly name: string;
  /** Is anybody watching? Cheap enough to ask before computing arguments. */
  readonly enabled: boolean;
  /** Fires the probe. Costs about a nanosecond when nobody watches. Never throws. */
  readonly fire: (...values: FireArguments<D>) => void;
  /** Fires with arguments that are computed only when somebody watches. An exception of `compute` is its caller's. */
  fireLazy(compute: () => Readonly<FireArguments<D>>): void;
}

/** A provider: a named set of probes that tracers can find. */
export interface Provider<D extends ProviderDeclaration = ProviderDeclaration> {
  readonly name: string;
  readonly probes: { readonly [Name in keyof D]: Probe<D[Name]> };
  /** Can kernel tracers see it (by the library file at `path`), or the embedded backend alone, and why? */
  readonly native:
    | { readonly available: true; readonly path: string }
    | { readonly available: false; readonly reason: string };
  /** Removes the probes and the library file. Firing afterwards does nothing. The name can be used again. */
  dispose(): void;
  [Symbol.dispose](): void;
}
