/** Run-time USDT probes for Node. */
export { createProvider, type ProviderOptions } from "./create-provider.ts";
export { loadNative, type NativeResult } from "./load-native.ts";
export type { Native } from "./native.ts";
