#ifndef TRACE_LIBRARY_H_
#define TRACE_LIBRARY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trace {

/** A probe's stub, called with all the integer arguments that a probe can have. */
using Stub = void (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                      uint64_t, uint64_t, uint64_t);

constexpr size_t kMaxArguments = 12;

/**
 * A loaded probe library. It is unmapped with the last `shared_ptr`: JavaScript's views of its memory and its fire
 * functions hold one each, so that closing a library never leaves them dangling.
 */
class Library {
 public:
  /** Loads the file. Returns null and sets `error` when it is not a library that carries these probes. */
  static std::shared_ptr<Library> Load(uint32_t id, const std::string& path,
                                       const std::vector<std::string>& probe_names, std::string* error);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  uint32_t id() const { return id_; }
  const std::string& path() const { return path_; }
  size_t size() const { return stubs_.size(); }
  Stub stub(size_t index) const { return stubs_[index]; }
  uint16_t* semaphores() const { return semaphores_; }
  uint16_t* embedded() const { return embedded_.get(); }

  /** Arms a probe on behalf of an embedded tracer. The caller serializes this and Lower. */
  void Raise(size_t index);
  void Lower(size_t index);

 private:
  Library(uint32_t id, std::string path, void* handle);

  const uint32_t id_;
  const std::string path_;
  void* const handle_;
  std::vector<Stub> stubs_;
  uint16_t* semaphores_ = nullptr;
  std::unique_ptr<uint16_t[]> embedded_;
};

/** The libraries open in the process, each counted by its path. The caller serializes all calls. */
class LibraryTable {
 public:
  std::shared_ptr<Library> Open(const std::string& path, const std::vector<std::string>& probe_names,
                                std::string* error);
  /** Null when there is none of that id. */
  std::shared_ptr<Library> Find(uint32_t id) const;
  /** Gives back one Open; returns the library when it was the last. */
  std::shared_ptr<Library> Close(uint32_t id);

 private:
  struct Entry {
    std::shared_ptr<Library> library;
    size_t opened;
  };
  uint32_t next_id_ = 1;
  std::map<uint32_t, Entry> entries_;
};

}  // namespace trace

#endif  // TRACE_LIBRARY_H_
