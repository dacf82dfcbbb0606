#include "exit_files.h"

#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <set>

namespace trace {

namespace {

struct ExitFiles {
  std::mutex mutex;
  pid_t owner = 0;
  std::set<std::string> paths;
};

/** Never destroyed: the exit handler uses it while destructors of statics run. */
ExitFiles& Files() {
  static ExitFiles& files = *new ExitFiles;
  return files;
}

void RemoveFiles() {
  ExitFiles& files = Files();
  // Exit may have been called by a signal handler that interrupted a holder of the lock: then the files stay.
  const std::unique_lock<std::mutex> lock(files.mutex, std::try_to_lock);
  if (!lock.owns_lock() || files.owner != getpid()) return;
  for (const std::string& path : files.paths) unlink(path.c_str());
}

}  // namespace

void UnlinkAtExit(const std::string& path) {
  ExitFiles& files = Files();
  const std::lock_guard<std::mutex> lock(files.mutex);
  if (files.owner != getpid()) {
    if (files.owner == 0) std::atexit(RemoveFiles);
    files.owner = getpid();
    files.paths.clear();
  }
  files.paths.insert(path);
}

bool KeepAtExit(const std::string& path) {
  ExitFiles& files = Files();
  const std::lock_guard<std::mutex> lock(files.mutex);
  return files.owner == getpid() && files.paths.erase(path) > 0;
}

}  // namespace trace
