#ifndef TRACE_LISTENER_H_
#define TRACE_LISTENER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "library.h"

namespace trace {

using Bytes = std::vector<uint8_t>;

/** Something a JavaScript environment is told: NativeMessage in src/native.ts. */
struct Event {
  enum class Kind { kOpen, kMessage, kClosed, kTimer };
  Kind kind;
  /** The connection, or for a timer its id. */
  uint32_t subject;
  std::shared_ptr<const Bytes> data;
  bool replay = false;
  /** How often a timer was due. */
  double count = 0;
};

/**
 * The native side of the embedded backend: one thread per process, which sleeps in poll, talks to tracers, arms and
 * disarms probes without any help of JavaScript, keeps timers, and tells the environments (the main thread and the
 * workers) that there is something for them. It knows nothing of Node.
 *
 * Every method may be called from any thread and none waits for a tracer.
 */
class Listener {
 public:
  /** The process's one. Never destroyed: its thread runs until the process ends. */
  static Listener& Instance();

  // Libraries: their arming is bookkeeping of the listener.
  std::shared_ptr<Library> OpenLibrary(const std::string& path, const std::vector<std::string>& probe_names,
                                       std::string* error);
  void CloseLibrary(uint32_t id);
  std::shared_ptr<Library> FindLibrary(uint32_t id);

  /** Returns false and sets `error` when the socket cannot be bound or the thread not started. */
  bool Start(const std::string& path, size_t max_queued_bytes, std::string* error);
  void Stop();

  /**
   * `wake` is called while there is something to take, once until AcknowledgeWake; it must not call back and is not
   * called any more when RemoveEnvironment has returned.
   */
  uint32_t AddEnvironment(std::shared_ptr<std::atomic<int32_t>> attention, std::function<void()> wake);
  void RemoveEnvironment(uint32_t id);
  void AcknowledgeWake(uint32_t id);
  std::vector<Event> Take(uint32_t id);
  bool SetManifest(uint32_t id, Bytes manifest);

  bool Send(uint32_t environment, uint32_t connection, const uint8_t* data, size_t size);
  void Disconnect(uint32_t connection);
  /** The one method that waits: at most `timeout` nanoseconds, until all that was sent is with the kernel. */
  bool Flush(int64_t timeout);
  bool Arm(uint32_t connection, uint32_t library, uint32_t index);

  /** Both in nanoseconds; `period` 0 for once. False when there is no such environment, or the thread has none. */
  bool SetTimer(uint32_t environment, uint32_t timer, int64_t first, int64_t period);
  void ClearTimer(uint32_t environment, uint32_t timer);

 private:
  struct Timer {
    int64_t deadline;
    int64_t period;
    double due = 0;
    bool finished = false;
  };

  struct Environment {
    std::shared_ptr<std::atomic<int32_t>> attention;
    std::function<void()> wake;
    bool wake_sent = false;
    /** The connections that it has been told of, or will be by `events`. */
    std::set<uint32_t> connections;
    std::deque<Event> events;
    size_t event_bytes = 0;
    std::map<uint32_t, Timer> timers;
    Bytes manifest;
  };

  struct Connection {
    int fd;
    /** To be closed by the thread, which alone closes sockets: no other can then be given their numbers early. */
    bool doomed = false;
    Bytes input;
    std::deque<Bytes> output;
    size_t output_offset = 0;
    size_t output_bytes = 0;
    std::set<std::pair<uint32_t, uint32_t>> armed;
    std::vector<std::shared_ptr<const Bytes>> kept;
    size_t kept_bytes = 0;
  };

  using Connections = std::map<uint32_t, Connection>;

  Listener() = default;

  bool EnsureThread(std::string* error);
  void Run();
  void WakeThread();
  int64_t NextDeadline(int64_t now) const;
  void RunTimers(int64_t now);

  void Accept(int64_t now);
  void Read(uint32_t id, Connection& connection);
  void Write(Connection& connection);
  void ParseFrames(uint32_t id, Connection& connection);
  bool HandleFrame(uint32_t id, Connection& connection, uint8_t type, const uint8_t* payload, size_t size);
  bool Enqueue(Connection& connection, Bytes frame);
  Bytes ManifestFrame() const;
  void CloseConnection(Connections::iterator position);
  bool IsReading(const Connection& connection) const;

  bool ArmProbe(Connection& connection, uint32_t library, uint32_t index);
  void DisarmAll(Connection& connection);

  void PostOpen(Environment& environment, uint32_t connection);
  void PostClosed(Environment& environment, uint32_t connection);
  void Post(Environment& environment, Event event);
  void Attract(Environment& environment);

  std::mutex mutex_;
  LibraryTable libraries_;
  std::map<uint32_t, Environment> environments_;
  Connections connections_;
  uint32_t next_environment_ = 1;
  uint32_t next_connection_ = 1;
  size_t max_queued_bytes_ = 0;
  bool thread_running_ = false;
  int wake_fd_ = -1;
  int listen_fd_ = -1;
  /** When to try again to accept, after the process ran out of descriptors. */
  int64_t accept_after_ = 0;
  std::string path_;
  /** A listening socket that the thread still has to close. */
  std::vector<int> retired_fds_;
};

}  // namespace trace

#endif  // TRACE_LISTENER_H_
