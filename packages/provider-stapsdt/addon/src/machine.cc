#include "machine.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

namespace trace {

int64_t ReadClock(int clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

#if defined(__x86_64__)

namespace {

/** A filter may kill whoever makes a system call that it does not know. */
bool MayMakeUnknownSystemCalls() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind("Seccomp:", 0) == 0) return line.find('0') != std::string::npos;
  }
  return false;
}

constexpr long kUprobeSystemCall = 336;

}  // namespace

const char* UprobeOptimization() {
  if (!MayMakeUnknownSystemCalls()) return "unknown";
  // Called by anyone but the kernel's own trampoline it fails, and how it fails tells the kernel's generation
  // (arch/x86/kernel/uprobes.c).
  if (syscall(kUprobeSystemCall) != -1) return "unknown";
  if (errno == ENXIO) return "nop5";
  if (errno == EPROTO) return "nop10";
  return errno == ENOSYS ? "none" : "unknown";
}

#else

const char* UprobeOptimization() { return "none"; }

#endif

}  // namespace trace
