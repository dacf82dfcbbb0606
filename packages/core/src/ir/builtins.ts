/** The facts a program can ask of a firing. Meanings follow dtrace(1) "Variables", with Linux's notion of ids. */
import { int32, int64, string, uint32, uint64, type Type } from "../value/type.ts";

/** The name of a builtin; {@link builtins} says what each is. */
export type BuiltinName =
  | "pid"
  | "tid"
  | "ppid"
  | "uid"
  | "gid"
  | "execname"
  | "cpu"
  | "timestamp"
  | "vtimestamp"
  | "walltimestamp"
  | "errno"
  | "probeprov"
  | "probemod"
  | "probefunc"
  | "probename"
  | "probeid"
  | "epid"
  | "target";

/** Each builtin with its type. */
export const builtins: Readonly<Record<BuiltinName, Type>> = {
  /** Process id of the process that fires; of the tracer in begin, end and timer clauses. */
  pid: int32,
  /** Thread id (Linux tid). */
  tid: int32,
  ppid: int32,
  uid: uint32,
  gid: uint32,
  /** Name of the process, at most 15 bytes (proc(5), comm). */
  execname: string,
  /** Index of the CPU that fires; 0 where the backend cannot know. */
  cpu: uint32,
  /** Nanoseconds of a clock that only goes forward; one reading per firing. */
  timestamp: uint64,
  /** Nanoseconds of CPU time of the thread. */
  vtimestamp: uint64,
  /** Nanoseconds since 1970-01-01 00:00 UTC. */
  walltimestamp: int64,
  /** errno of the last system call of the thread. */
  errno: int32,
  /** The probe's four parts as DTrace writes them (`shop1234`, `request-start`). */
  probeprov: string,
  probemod: string,
  probefunc: string,
  probename: string,
  /** A number for the probe, unique within the run. */
  probeid: uint32,
  /** A number for the clause at this probe (DTrace's epid), unique within the run. */
  epid: uint32,
  /** The pid of the program's target; 0 without one. */
  target: int32,
};
