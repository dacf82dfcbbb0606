/** The transport of the add-on: its thread listens, arms probes and keeps time while JavaScript is busy. */
import { normalizeInt } from "@trace/core";
import type { Clocks, Transport, TransportMessage } from "./transport.ts";

/** The part of the add-on of `@trace/provider-stapsdt` that the agent needs; documented there (`native.ts`). */
export interface NativeListener {
  startListener(options: { readonly path: string }): void;
  registerEnvironment(onAttention: () => void): { readonly id: number; readonly attention: ArrayBuffer };
  setManifest(environmentId: number, manifest: Uint8Array): void;
  takeMessages(environmentId: number): readonly TransportMessage[];
  send(environmentId: number, connection: number, data: Uint8Array): boolean;
  flush(milliseconds: number): boolean;
  disconnect(connection: number): void;
  arm(connection: number, libraryId: number, probeIndex: number): boolean;
  setTimer(environmentId: number, timerId: number, firstNs: number, periodNs: number): void;
  clearTimer(environmentId: number, timerId: number): void;
  unregisterEnvironment(environmentId: number): void;
  cpu(): number;
  gettid(): number;
  monotonicNs(): number;
  realtimeNs(): bigint;
  threadCpuNs(): number;
}

/**
 * Listens at `path` through the add-on; all environments of the process share the listener.
 *
 * @param onMessages called from the event loop when there are messages to take.
 */
export function nativeTransport(native: NativeListener, path: string, onMessages: () => void): Transport {
  native.startListener({ path });
  const { id, attention } = native.registerEnvironment(onMessages);
  return {
    environment: id,
    attention: new Int32Array(attention),
    takeMessages: () => native.takeMessages(id),
    send: (connection, data) => native.send(id, connection, data),
    flush: (milliseconds) => void native.flush(milliseconds),
    disconnect: (connection) => native.disconnect(connection),
    setManifest: (manifest) => native.setManifest(id, manifest),
    arm: (connection, libraryId, probeIndex) => void native.arm(connection, libraryId, probeIndex),
    setTimer: (timerId, first, period) => native.setTimer(id, timerId, first, period),
    clearTimer: (timerId) => native.clearTimer(id, timerId),
    // The listener goes on for the other environments; the add-on removes its file when the process ends.
    close: () => native.unregisterEnvironment(id),
  };
}

export function nativeClocks(native: NativeListener): Clocks {
  return {
    now: () => native.monotonicNs(),
    wallTime: () => normalizeInt(native.realtimeNs()),
    cpu: () => native.cpu(),
    tid: () => native.gettid(),
    threadCpu: () => native.threadCpuNs(),
  };
}
