/** The in-process side of the embedded backend, and the protocol that both sides speak. */
export {
  Agent,
  type LocalTracer,
  type ProviderDefinition,
  type ProviderLibrary,
  type PublishedProvider,
} from "./agent.ts";
export * from "./directory.ts";
export * from "./frame.ts";
export { processClocks } from "./loop-transport.ts";
export { useEngine } from "./load-engine.ts";
export { nativeClocks, nativeTransport, type NativeListener } from "./native-transport.ts";
export type { Handler, ProbeCounters } from "./probe-slot.ts";
export * from "./protocol.ts";
export { processAgent } from "./registry.ts";
export { socketTransport } from "./socket-transport.ts";
export type { Clocks, Transport, TransportMessage } from "./transport.ts";
