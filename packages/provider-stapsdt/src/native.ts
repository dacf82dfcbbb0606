import type { UprobeOptimization } from "@trace/elf";

/**
 * The native add-on (`addon/`), exactly as it exports itself.
 *
 * One copy is loaded per process; the main thread and every worker are an *environment* of it. Wrong types of
 * arguments throw a `TypeError`; a failure of the system (a file that cannot be loaded, a socket that cannot be
 * bound) throws an `Error` whose message names it. Nothing that a tracer sends can make any of these throw.
 */
export interface Native {
  // Libraries

  /**
   * Loads a library written by `writeProbeLibrary` of `@trace/elf`; one already open under this path is shared,
   * also with other environments. The path must never be reused for a different file.
   *
   * @param probeNames the probes in the order in which they were written.
   */
  openLibrary(path: string, probeNames: readonly string[]): NativeLibrary;

  /**
   * Gives back one `openLibrary`. The last one ends the arming of the library's probes by embedded tracers.
   *
   * Memory and code stay mapped while an `ArrayBuffer` of it or a function of `makeFire` exists in any environment,
   * so nothing that JavaScript holds can dangle. An environment that ends closes what it left open.
   */
  closeLibrary(libraryId: number): void;

  /**
   * A function that fires the probe: it converts its arguments and calls the probe's stub. It does not look at the
   * semaphore: the caller does, in JavaScript.
   *
   * - integers take a number, bigint or boolean and keep the low bits of two's complement;
   * - `f64` passes the IEEE bits as a 64-bit integer;
   * - `string` is copied as UTF-8, cut to whole characters within `maxStringBytes`, and NUL-terminated into memory
   *   of the calling thread that stays resident; the pointer is valid during the call;
   * - `null`, `undefined`, a missing argument, and what cannot be converted are 0.
   *
   * @param argumentTypes at most 12 of {@link NativeArgumentType}.
   * @param maxStringBytes per string, without the NUL: 1 to 65,536, default 4,096.
   */
  makeFire(
    libraryId: number,
    probeIndex: number,
    argumentTypes: Uint8Array,
    maxStringBytes?: number,
  ): (...values: readonly unknown[]) => void;

  /** Address of the probe's stub, a C function of up to 12 integer arguments; valid until the library is closed. */
  address(libraryId: number, probeIndex: number): bigint;

  // The listener: the native side of the embedded backend

  /**
   * Starts listening for tracers on a Unix socket and sets its mode to 0600; the caller makes its folder, of mode
   * 0700. A stale socket file at the path is replaced. Starting again at the same path does nothing; at another
   * path it throws.
   */
  startListener(options: {
    /** At most 107 bytes. */
    readonly path: string;
    /** Bytes of frames that one connection may have waiting, to be sent; default 8 MiB. */
    readonly maxQueuedBytes?: number;
  }): void;

  /** Closes every connection, stops listening and removes the socket file. */
  stopListener(): void;

  /**
   * What a tracer that says HELLO is answered, natively and at once. Each environment gives its own; a tracer gets
   * those of all environments, oldest first, separated by one newline byte.
   */
  setManifest(environmentId: number, manifest: Uint8Array): void;

  /**
   * Makes the calling environment one that hears of tracers and timers. It hears of the connections already open, of
   * their kept messages, and of everything from then on. It ends with {@link Native.unregisterEnvironment} or with
   * the environment itself.
   *
   * @param onAttention called from the event loop when there is something to take, which does not keep the process
   * alive. What it throws is dropped.
   */
  registerEnvironment(onAttention: () => void): NativeEnvironment;

  unregisterEnvironment(environmentId: number): void;

  /** Everything that waits for the environment, in order; clears its attention word. Empty when there is nothing. */
  takeMessages(environmentId: number): NativeMessage[];

  /**
   * Queues a MESSAGE frame to a tracer, prefixed by the environment's id; never blocks.
   *
   * @returns false when nothing was queued: the connection is closed, or too much waits for it already.
   */
  send(environmentId: number, connection: number, data: Uint8Array): boolean;

  /** Ends a connection as if the tracer had closed it. */
  disconnect(connection: number): void;

  /**
   * Blocks until everything that was sent to tracers has been handed to the system, for the end of the process.
   *
   * @param milliseconds how long at most; false when that was not enough.
   */
  flush(milliseconds: number): boolean;

  /** Arms a probe on behalf of a tracer, as its ARM frame does. False when there is no such connection or probe. */
  arm(connection: number, libraryId: number, probeIndex: number): boolean;

  /** How many tracers of the embedded backend have armed the probe. */
  embeddedCount(libraryId: number, probeIndex: number): number;

  /**
   * Sets or replaces a timer of the environment. It is kept by the listener's thread, so that it is due also while
   * JavaScript is busy; the environment finds it at its next `takeMessages`.
   *
   * @param firstNs nanoseconds from now.
   * @param periodNs nanoseconds, at least 100,000 (less is taken as that); 0 for a timer that is due once.
   * @returns false when there is no such environment or it has 1,024 timers already.
   */
  setTimer(environmentId: number, timerId: number, firstNs: number, periodNs: number): boolean;

  clearTimer(environmentId: number, timerId: number): void;

  // The process

  /**
   * Removes the file when the process ends by `exit`, also by `process.exit`, not when a signal kills it; and, of an
   * open library, with its last `closeLibrary`.
   */
  unlinkAtExit(path: string): void;

  /** Takes back an {@link Native.unlinkAtExit}. */
  keepAtExit(path: string): void;

  /** Which nop the kernel wants in order to optimize a probe; asks the kernel, unless a seccomp filter is active. */
  uprobeOptimization(): UprobeOptimization;

  /** The processor the thread runs on, from 0. */
  cpu(): number;

  /** The kernel's id of the calling thread. */
  gettid(): number;

  /** CLOCK_MONOTONIC in nanoseconds, exact for the first 104 days after boot and within 2 ns for years. */
  monotonicNs(): number;

  /** CLOCK_REALTIME in nanoseconds since 1970. */
  realtimeNs(): bigint;

  /** CLOCK_THREAD_CPUTIME_ID of the calling thread in nanoseconds. */
  threadCpuNs(): number;
}

/** How `makeFire` converts an argument. */
export const NativeArgumentType = {
  int8: 0,
  uint8: 1,
  int16: 2,
  uint16: 3,
  int32: 4,
  uint32: 5,
  int64: 6,
  uint64: 7,
  f64: 8,
  string: 9,
} as const;
export type NativeArgumentType = (typeof NativeArgumentType)[keyof typeof NativeArgumentType];

export interface NativeLibrary {
  /** The key by which ARM frames name the library; never reused in a process. */
  readonly id: number;
  readonly probeCount: number;
  /** `Uint16Array` of the probes' semaphores: the library's own memory, which kernel and listener change. */
  readonly semaphores: ArrayBuffer;
  /** `Uint16Array`: how much of each semaphore is due to embedded tracers. Kernel tracers watch when it is less. */
  readonly embedded: ArrayBuffer;
}

export interface NativeEnvironment {
  /** Positive; never reused in a process. */
  readonly id: number;
  /** `Int32Array` of one word, not zero while there is something to take. Written by another thread. */
  readonly attention: ArrayBuffer;
}

/** Something that happened. Connections have positive ids, which are never reused in a process. */
export type NativeMessage =
  | { readonly kind: "open"; readonly connection: number }
  | {
      readonly kind: "message";
      readonly connection: number;
      readonly data: Buffer;
      /** Came before this environment was registered. */
      readonly replay: boolean;
    }
  | { readonly kind: "closed"; readonly connection: number }
  | {
      readonly kind: "timer";
      readonly timerId: number;
      /** How often it has been due since it was last taken. */
      readonly count: number;
    };

/**
 * Frames between tracer and process: u32 length of what follows, u8 type, payload; little-endian, at most 16 MiB.
 *
 * | type | from the tracer | from the process |
 * |---|---|---|
 * | hello | asks for the manifest; no payload | the manifest |
 * | arm | pairs of u32 library id and u32 probe index, unknown ones ignored | |
 * | disarm | all that this connection armed; no payload | |
 * | message | for every environment | u32 environment id, data |
 * | keptMessage | as message, also for environments that register later | |
 *
 * Frames of a connection are handled in order, so the answer to a hello after an arm says that it is done. A frame
 * of any other form ends the connection.
 */
export const FrameType = { hello: 1, arm: 2, disarm: 3, message: 4, keptMessage: 5 } as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];
