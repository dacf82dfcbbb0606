#include "library.h"

#include <dlfcn.h>

#include <utility>

namespace trace {

namespace {

/** SEMAPHORES_SYMBOL of @trace/elf. */
constexpr const char* kSemaphoresSymbol = "__trace_semaphores";

std::string LastLoaderError() {
  const char* message = dlerror();
  return message == nullptr ? "unknown error of the dynamic loader" : message;
}

}  // namespace

Library::Library(uint32_t id, std::string path, void* handle) : id_(id), path_(std::move(path)), handle_(handle) {}

Library::~Library() { dlclose(handle_); }

std::shared_ptr<Library> Library::Load(uint32_t id, const std::string& path,
                                       const std::vector<std::string>& probe_names, std::string* error) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    *error = LastLoaderError();
    return nullptr;
  }
  std::shared_ptr<Library> library(new Library(id, path, handle));
  library->semaphores_ = static_cast<uint16_t*>(dlsym(handle, kSemaphoresSymbol));
  if (library->semaphores_ == nullptr) {
    *error = path + " has no " + kSemaphoresSymbol;
    return nullptr;
  }
  for (const std::string& name : probe_names) {
    void* stub = dlsym(handle, name.c_str());
    if (stub == nullptr) {
      *error = LastLoaderError();
      return nullptr;
    }
    library->stubs_.push_back(reinterpret_cast<Stub>(stub));
  }
  library->embedded_ = std::make_unique<uint16_t[]>(probe_names.size());
  return library;
}

// The kernel changes the same counter when one of its tracers comes or goes, by a plain read, add and write
// (kernel/events/uprobes.c, __update_ref_ctr): no atomic operation of ours can exclude that it overlaps with this
// one. The window is a few nanoseconds per arming; Lower never takes the counter below zero because of it.
void Library::Raise(size_t index) {
  __atomic_fetch_add(&embedded_[index], 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&semaphores_[index], 1, __ATOMIC_SEQ_CST);
}

void Library::Lower(size_t index) {
  uint16_t value = __atomic_load_n(&semaphores_[index], __ATOMIC_SEQ_CST);
  while (value > 0 && !__atomic_compare_exchange_n(&semaphores_[index], &value, static_cast<uint16_t>(value - 1),
                                                   false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  __atomic_fetch_sub(&embedded_[index], 1, __ATOMIC_SEQ_CST);
}

std::shared_ptr<Library> LibraryTable::Open(const std::string& path, const std::vector<std::string>& probe_names,
                                            std::string* error) {
  for (auto& [id, entry] : entries_) {
    if (entry.library->path() != path) continue;
    if (entry.library->size() != probe_names.size()) {
      *error = path + " is open with another number of probes";
      return nullptr;
    }
    entry.opened++;
    return entry.library;
  }
  std::shared_ptr<Library> library = Library::Load(next_id_, path, probe_names, error);
  if (library != nullptr) entries_[next_id_++] = Entry{library, 1};
  return library;
}

std::shared_ptr<Library> LibraryTable::Find(uint32_t id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second.library;
}

std::shared_ptr<Library> LibraryTable::Close(uint32_t id) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || --found->second.opened > 0) return nullptr;
  std::shared_ptr<Library> library = std::move(found->second.library);
  entries_.erase(found);
  return library;
}

}  // namespace trace
