/** Runs trace programs through bpftrace. */
export { bpftraceBackend, type BpftraceOptions } from "./bpftrace-backend.ts";
