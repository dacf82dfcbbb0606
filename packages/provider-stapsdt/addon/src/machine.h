#ifndef TRACE_MACHINE_H_
#define TRACE_MACHINE_H_

#include <cstdint>

namespace trace {

/** Nanoseconds of one of the clocks of clock_gettime(2). */
int64_t ReadClock(int clock);

/** Which nop the kernel turns into a call when a tracer probes it: "none", "nop5", "nop10" or "unknown". */
const char* UprobeOptimization();

}  // namespace trace

#endif  // TRACE_MACHINE_H_
