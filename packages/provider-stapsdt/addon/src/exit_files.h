#ifndef TRACE_EXIT_FILES_H_
#define TRACE_EXIT_FILES_H_

#include <string>

namespace trace {

/** Removes the file when this process (not a child that it forks) ends by exit(3). */
void UnlinkAtExit(const std::string& path);

/** Takes that back. False when there was nothing to take back. */
bool KeepAtExit(const std::string& path);

}  // namespace trace

#endif  // TRACE_EXIT_FILES_H_
