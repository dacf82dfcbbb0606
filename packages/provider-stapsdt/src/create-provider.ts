/** The application's side: declaring a provider and getting probes to fire. */
import { basename } from "node:path";
import { isMainThread } from "node:worker_threads";
import {
  nativeClocks,
  nativeTransport,
  prepareDirectory,
  processAgent,
  socketPath,
  socketTransport,
  sweepDirectory,
  userDirectory,
  type Agent,
  type Handler,
  type ProviderLibrary,
} from "@trace/agent";
import {
  TraceError,
  type ArgumentType,
  type Probe,
  type Provider,
  type ProviderDeclaration,
} from "@trace/core";
import { buildLibrary, placeLibrary } from "./library-file.ts";
import { loadNative, type NativeResult } from "./load-native.ts";
import { NativeArgumentType, type Native } from "./native.ts";
import { parseDeclaration, type DeclaredProbe } from "./parse-declaration.ts";
import { waitForTracer } from "./wait-for-tracer.ts";

export interface ProviderOptions {
  /** What tracers see as the probes' module. Default: the name of the library's file, or of the provider. */
  readonly module?: string;
  /** Bytes of a string argument that kernel tracers can read, 1 to 65,536. Default 4096. */
  readonly maxStringBytes?: number;
  /** False: no library for kernel tracers; the embedded backend alone can watch. */
  readonly native?: boolean;
}

/**
 * Declares a provider: its probes can be fired, and tracers find them, from now on until it is disposed.
 *
 * Throws a TraceError for a declaration that is wrong (see {@link parseDeclaration}), never for what the machine lacks:
 * where no library can be made, `native` of the result says why, and the embedded backend alone can watch.
 *
 * @example
 * const shop = createProvider("shop", { checkout: ["order: string", "cents: int64"] });
 * shop.probes.checkout.fire("A-17", 4200);
 */
export function createProvider<const D extends ProviderDeclaration>(
  name: string,
  declaration: D,
  options: ProviderOptions = {},
): Provider<D> {
  const declared = parseDeclaration(name, declaration);
  const agent = processAgent();
  const addon = loadNative();
  const directory = userDirectory(process.env, process.geteuid?.() ?? 0);
  const ground = openGround(agent, addon, directory);
  const opened = openLibrary(name, declared, options, addon, ground, directory);
  const published = agent.publish({
    name,
    module: options.module ?? (opened.library === undefined ? name : basename(opened.library.path)),
    probes: declared,
    ...(opened.library === undefined ? {} : { library: opened.library }),
  });
  const wait = process.env["TRACE_WAIT"];
  // Without the add-on nobody could answer a tracer while this thread is held.
  if (wait !== undefined && isMainThread) waitForTracer(wait, addon.native !== undefined);

  const dispose = (): void => {
    published.withdraw();
    opened.close();
  };
  const probes = Object.fromEntries(published.probes.map((probe): [string, Probe] => [probe.name, probe]));
  return {
    name,
    probes: probes as Provider<D>["probes"],
    native:
      opened.library === undefined
        ? { available: false, reason: opened.reason }
        : { available: true, path: opened.library.path },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/** Is there a directory to publish in? If not, why. */
type Ground = { readonly reason?: never } | { readonly reason: string };

/** Prepares the directory, and makes the environment reachable by tracers. */
function openGround(agent: Agent, addon: NativeResult, directory: string): Ground {
  try {
    prepareDirectory(directory);
  } catch (error) {
    return { reason: messageOf(error) };
  }
  if (agent.isListening) return {};
  sweepDirectory(directory);
  if (process.env["TRACE_DISABLE"] !== "1") listen(agent, addon, directory);
  return {};
}

function listen(agent: Agent, { native }: NativeResult, directory: string): void {
  const path = socketPath(directory, process.pid, native === undefined ? agent.thread : 0);
  try {
    if (native === undefined) agent.listen((onMessages) => socketTransport(path, onMessages));
    else agent.listen((onMessages) => nativeTransport(native, path, onMessages), nativeClocks(native));
  } catch {
    // Kernel tracers still see the probes; the embedded backend says that the process has no provider.
  }
}

type Opened =
  | { readonly library: ProviderLibrary; close(): void }
  | { readonly library?: never; readonly reason: string; close(): void };

function openLibrary(
  name: string,
  declared: readonly DeclaredProbe[],
  options: ProviderOptions,
  addon: NativeResult,
  ground: Ground,
  directory: string,
): Opened {
  const without = (reason: string): Opened => ({ reason, close() {} });
  if (options.native === false) return without("the option native is false");
  if (addon.native === undefined) return without(addon.reason);
  if (ground.reason !== undefined) return without(ground.reason);
  const { native } = addon;
  try {
    const path = placeLibrary(directory, name, buildLibrary(name, declared, native.uprobeOptimization()));
    native.unlinkAtExit(path);
    const { id, semaphores, embedded } = native.openLibrary(
      path,
      declared.map((probe) => probe.name),
    );
    return {
      library: {
        id,
        path,
        semaphores: new Uint16Array(semaphores),
        embedded: new Uint16Array(embedded),
        fire: (index) =>
          makeFire(native, id, index, declared[index] as DeclaredProbe, options.maxStringBytes),
      },
      close: closeOnce(native, id),
    };
  } catch (error) {
    return without(messageOf(error));
  }
}

function closeOnce(native: Native, libraryId: number): () => void {
  let isOpen = true;
  return () => {
    if (isOpen) native.closeLibrary(libraryId);
    isOpen = false;
  };
}

const NATIVE_TYPES: Readonly<Record<ArgumentType, NativeArgumentType>> = {
  int8: NativeArgumentType.int8,
  uint8: NativeArgumentType.uint8,
  int16: NativeArgumentType.int16,
  uint16: NativeArgumentType.uint16,
  int32: NativeArgumentType.int32,
  uint32: NativeArgumentType.uint32,
  int64: NativeArgumentType.int64,
  uint64: NativeArgumentType.uint64,
  double: NativeArgumentType.f64,
  string: NativeArgumentType.string,
  json: NativeArgumentType.string,
  pointer: NativeArgumentType.uint64,
};

/** What fires a probe's stub; JSON is made here, and is empty where that fails. */
function makeFire(
  native: Native,
  libraryId: number,
  index: number,
  probe: DeclaredProbe,
  maxStringBytes: number | undefined,
): Handler {
  const types = probe.arguments.map((argument) => argument.type);
  const fire = native.makeFire(
    libraryId,
    index,
    Uint8Array.from(types, (type) => NATIVE_TYPES[type]),
    maxStringBytes,
  );
  if (!types.includes("json")) return fire;
  return (...values) => fire(...values.map((value, at) => (types[at] === "json" ? jsonText(value) : value)));
}

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  if (TraceError.isInstance(error) || error instanceof Error) return error.message;
  return String(error);
}
