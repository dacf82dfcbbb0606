#include "listener.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "exit_files.h"
#include "machine.h"

namespace trace {

namespace {

// FrameType of src/native.ts.
constexpr uint8_t kHello = 1;
constexpr uint8_t kArm = 2;
constexpr uint8_t kDisarm = 3;
constexpr uint8_t kMessage = 4;
constexpr uint8_t kKeptMessage = 5;

constexpr size_t kFrameHeaderBytes = 4;
constexpr size_t kMaxFrameBytes = 16 << 20;
constexpr size_t kMaxKeptBytes = 16 << 20;
constexpr size_t kMaxConnections = 64;
/** What one environment may have waiting before tracers are no longer read from. */
constexpr size_t kMaxEventBytes = 32 << 20;
/** What an event takes besides its data, roughly. */
constexpr size_t kEventOverhead = 64;
constexpr size_t kMaxTimers = 1024;
constexpr int64_t kMinPeriod = 100000;
constexpr int64_t kSecond = 1000000000;
constexpr int64_t kAcceptPause = kSecond / 10;
/** What is read or written for one connection before it is another's turn. */
constexpr size_t kTurnBytes = 1 << 20;
constexpr size_t kReadBytes = 64 << 10;

constexpr size_t kMaxSockets = kMaxConnections + 2;

/**
 * The listener's sockets, for the child of a fork: it has no thread to serve them, and a tracer must not take it for
 * its parent. -1 is a free place. Only async-signal-safe work may be done there, hence no lock and no container.
 */
std::array<std::atomic<int>, kMaxSockets> open_sockets;

void RememberSocket(int fd) {
  for (std::atomic<int>& place : open_sockets) {
    int free = -1;
    if (place.compare_exchange_strong(free, fd)) return;
  }
}

void CloseSocket(int fd) {
  for (std::atomic<int>& place : open_sockets) {
    int own = fd;
    if (place.compare_exchange_strong(own, -1)) break;
  }
  close(fd);
}

void CloseSocketsInChild() {
  for (std::atomic<int>& place : open_sockets) {
    const int fd = place.exchange(-1);
    if (fd >= 0) close(fd);
  }
}

uint32_t ReadU32(const uint8_t* bytes) {
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<uint32_t>(bytes[3]) << 24;
}

void AppendU32(Bytes& bytes, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<uint8_t>(value >> shift));
}

Bytes StartFrame(uint8_t type, size_t payload_size) {
  Bytes frame;
  frame.reserve(kFrameHeaderBytes + 1 + payload_size);
  AppendU32(frame, static_cast<uint32_t>(1 + payload_size));
  frame.push_back(type);
  return frame;
}

std::string SystemError(const std::string& what) { return what + ": " + std::strerror(errno); }

bool IsTrusted(int fd) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == geteuid();
}

void RemoveSocketFile(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) unlink(path.c_str());
}

/** A socket that listens at `path`, or -1 and `error`. */
int Bind(const std::string& path, std::string* error) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    *error = path + ": a socket's path has 1 to 107 bytes";
    return -1;
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    *error = SystemError("socket");
    return -1;
  }
  RemoveSocketFile(path);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || chmod(path.c_str(), 0600) != 0 ||
      listen(fd, static_cast<int>(kMaxConnections)) != 0) {
    *error = SystemError(path);
    close(fd);
    return -1;
  }
  return fd;
}

/** Sleeps until one of `polled` is ready or `deadline` has passed. */
int PollUntil(std::vector<pollfd>& polled, int64_t deadline) {
  if (deadline == INT64_MAX) return ppoll(polled.data(), polled.size(), nullptr, nullptr);
  const int64_t rest = std::max<int64_t>(deadline - ReadClock(CLOCK_MONOTONIC), 0);
  const timespec timeout = {static_cast<time_t>(rest / kSecond), static_cast<long>(rest % kSecond)};
  return ppoll(polled.data(), polled.size(), &timeout, nullptr);
}

size_t Weight(const Event& event) { return kEventOverhead + (event.data == nullptr ? 0 : event.data->size()); }

}  // namespace

Listener& Listener::Instance() {
  static Listener& listener = *new Listener;
  return listener;
}

// Libraries

std::shared_ptr<Library> Listener::OpenLibrary(const std::string& path, const std::vector<std::string>& probe_names,
                                               std::string* error) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return libraries_.Open(path, probe_names, error);
}

void Listener::CloseLibrary(uint32_t id) {
  // Freed after the lock, for unmapping is slow.
  std::shared_ptr<Library> last;
  const std::lock_guard<std::mutex> lock(mutex_);
  last = libraries_.Close(id);
  if (last == nullptr) return;
  if (KeepAtExit(last->path())) unlink(last->path().c_str());
  for (auto& [_, connection] : connections_) {
    auto position = connection.armed.lower_bound({id, 0});
    while (position != connection.armed.end() && position->first == id) {
      last->Lower(position->second);
      position = connection.armed.erase(position);
    }
  }
}

std::shared_ptr<Library> Listener::FindLibrary(uint32_t id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return libraries_.Find(id);
}

// Start and stop

bool Listener::Start(const std::string& path, size_t max_queued_bytes, std::string* error) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (listen_fd_ >= 0) {
    if (path == path_) return true;
    *error = "already listening at " + path_;
    return false;
  }
  if (!EnsureThread(error)) return false;
  const int fd = Bind(path, error);
  if (fd < 0) return false;
  RememberSocket(fd);
  listen_fd_ = fd;
  path_ = path;
  max_queued_bytes_ = max_queued_bytes;
  UnlinkAtExit(path);
  WakeThread();
  return true;
}

void Listener::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (listen_fd_ < 0) return;
  RemoveSocketFile(path_);
  KeepAtExit(path_);
  retired_fds_.push_back(listen_fd_);
  listen_fd_ = -1;
  for (auto& [_, connection] : connections_) connection.doomed = true;
  WakeThread();
}

bool Listener::EnsureThread(std::string* error) {
  if (thread_running_) return true;
  wake_fd_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_fd_ < 0) {
    *error = SystemError("eventfd");
    return false;
  }
  for (std::atomic<int>& place : open_sockets) place.store(-1);
  pthread_atfork(nullptr, nullptr, CloseSocketsInChild);

  // The process's signals are for its own threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  pthread_t thread;
  const int failure = pthread_create(
      &thread, &attributes,
      [](void* self) -> void* {
        pthread_setname_np(pthread_self(), "trace-listener");
        static_cast<Listener*>(self)->Run();
        return nullptr;
      },
      this);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure != 0) {
    errno = failure;
    *error = SystemError("pthread_create");
    close(wake_fd_);
    return false;
  }
  thread_running_ = true;
  return true;
}

void Listener::WakeThread() {
  const uint64_t one = 1;
  // Fails only when it is already signalled 2^64 - 2 times.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

// The thread

void Listener::Run() {
  std::vector<pollfd> polled;
  std::vector<uint32_t> polled_connections;
  int64_t now = ReadClock(CLOCK_MONOTONIC);
  for (;;) {
    int64_t deadline;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const int fd : retired_fds_) CloseSocket(fd);
      retired_fds_.clear();
      for (auto position = connections_.begin(); position != connections_.end();) {
        const auto next = std::next(position);
        if (position->second.doomed) CloseConnection(position);
        position = next;
      }
      polled.clear();
      polled_connections.clear();
      polled.push_back({wake_fd_, POLLIN, 0});
      // poll ignores a negative descriptor. Those over the limit wait in the kernel's queue.
      const bool accepting = connections_.size() < kMaxConnections && now >= accept_after_;
      polled.push_back({accepting ? listen_fd_ : -1, POLLIN, 0});
      for (const auto& [id, connection] : connections_) {
        short events = 0;
        if (IsReading(connection)) events |= POLLIN;
        if (!connection.output.empty()) events |= POLLOUT;
        polled.push_back({connection.fd, events, 0});
        polled_connections.push_back(id);
      }
      deadline = NextDeadline(now);
    }
    const int ready = PollUntil(polled, deadline);
    const std::lock_guard<std::mutex> lock(mutex_);
    now = ReadClock(CLOCK_MONOTONIC);
    RunTimers(now);
    if (ready <= 0) continue;
    if (polled[0].revents != 0) {
      uint64_t count;
      [[maybe_unused]] const ssize_t size = read(wake_fd_, &count, sizeof count);
    }
    if (polled[1].revents != 0) Accept(now);
    for (size_t i = 0; i < polled_connections.size(); i++) {
      const short events = polled[i + 2].revents;
      const auto position = connections_.find(polled_connections[i]);
      if (events == 0 || position == connections_.end() || position->second.doomed) continue;
      Connection& connection = position->second;
      try {
        if ((events & POLLIN) != 0) Read(position->first, connection);
        if ((events & POLLOUT) != 0) Write(connection);
      } catch (const std::bad_alloc&) {
        // The process is short of memory: better without a tracer than not at all.
        connection.doomed = true;
      }
      // Nobody reads what is still to come from a tracer that is gone while its input is paused.
      if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0 && (events & POLLIN) == 0) connection.doomed = true;
    }
  }
}

/** When the thread has something to do by itself; INT64_MAX for never. */
int64_t Listener::NextDeadline(int64_t now) const {
  int64_t next = accept_after_ > now ? accept_after_ : INT64_MAX;
  for (const auto& [_, environment] : environments_) {
    for (const auto& [timer_id, timer] : environment.timers) {
      if (!timer.finished) next = std::min(next, timer.deadline);
    }
  }
  return next;
}

void Listener::RunTimers(int64_t now) {
  for (auto& [_, environment] : environments_) {
    bool due = false;
    for (auto& [timer_id, timer] : environment.timers) {
      if (timer.finished || timer.deadline > now) continue;
      due = true;
      if (timer.period == 0) {
        timer.due = 1;
        timer.finished = true;
      } else {
        const int64_t periods = (now - timer.deadline) / timer.period + 1;
        timer.due += static_cast<double>(periods);
        timer.deadline += periods * timer.period;
      }
    }
    if (due) Attract(environment);
  }
}

void Listener::Accept(int64_t now) {
  while (connections_.size() < kMaxConnections && listen_fd_ >= 0) {
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      // Out of descriptors or memory: the tracer stays in the queue, and asking again at once would not end.
      if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) accept_after_ = now + kAcceptPause;
      return;
    }
    if (!IsTrusted(fd)) {
      close(fd);
      continue;
    }
    RememberSocket(fd);
    const uint32_t id = next_connection_++;
    connections_[id].fd = fd;
    for (auto& [_, environment] : environments_) PostOpen(environment, id);
  }
}

bool Listener::IsReading(const Connection& connection) const {
  if (connection.doomed) return false;
  return std::none_of(environments_.begin(), environments_.end(),
                      [](const auto& entry) { return entry.second.event_bytes > kMaxEventBytes; });
}

void Listener::Read(uint32_t id, Connection& connection) {
  uint8_t chunk[kReadBytes];
  for (size_t total = 0; total < kTurnBytes;) {
    const ssize_t size = recv(connection.fd, chunk, sizeof chunk, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) break;
    if (size <= 0) {
      connection.doomed = true;
      break;
    }
    connection.input.insert(connection.input.end(), chunk, chunk + size);
    total += static_cast<size_t>(size);
    if (static_cast<size_t>(size) < sizeof chunk) break;
  }
  ParseFrames(id, connection);
}

void Listener::ParseFrames(uint32_t id, Connection& connection) {
  Bytes& input = connection.input;
  size_t at = 0;
  while (input.size() - at >= kFrameHeaderBytes) {
    const size_t size = ReadU32(&input[at]);
    if (size == 0 || size > kMaxFrameBytes) {
      connection.doomed = true;
      return;
    }
    if (input.size() - at - kFrameHeaderBytes < size) break;
    const uint8_t* frame = &input[at + kFrameHeaderBytes];
    if (!HandleFrame(id, connection, frame[0], frame + 1, size - 1)) {
      connection.doomed = true;
      return;
    }
    at += kFrameHeaderBytes + size;
  }
  input.erase(input.begin(), input.begin() + static_cast<ptrdiff_t>(at));
  if (input.empty()) input.shrink_to_fit();
}

/** False for a frame that no honest tracer sends. */
bool Listener::HandleFrame(uint32_t id, Connection& connection, uint8_t type, const uint8_t* payload, size_t size) {
  switch (type) {
    case kHello:
      return size == 0 && Enqueue(connection, ManifestFrame());
    case kArm:
      if (size % 8 != 0) return false;
      for (size_t at = 0; at < size; at += 8) {
        ArmProbe(connection, ReadU32(payload + at), ReadU32(payload + at + 4));
      }
      return true;
    case kDisarm:
      if (size != 0) return false;
      DisarmAll(connection);
      return true;
    case kMessage:
    case kKeptMessage: {
      const auto data = std::make_shared<const Bytes>(payload, payload + size);
      if (type == kKeptMessage) {
        connection.kept_bytes += size + kEventOverhead;
        if (connection.kept_bytes > kMaxKeptBytes) return false;
        connection.kept.push_back(data);
      }
      for (auto& [_, environment] : environments_) Post(environment, {Event::Kind::kMessage, id, data});
      return true;
    }
    default:
      return false;
  }
}

Bytes Listener::ManifestFrame() const {
  Bytes manifests;
  bool first = true;
  for (const auto& [_, environment] : environments_) {
    if (environment.manifest.empty()) continue;
    if (!first) manifests.push_back('\n');
    first = false;
    manifests.insert(manifests.end(), environment.manifest.begin(), environment.manifest.end());
  }
  Bytes frame = StartFrame(kHello, manifests.size());
  frame.insert(frame.end(), manifests.begin(), manifests.end());
  return frame;
}

bool Listener::Enqueue(Connection& connection, Bytes frame) {
  if (connection.doomed || connection.output_bytes + frame.size() > max_queued_bytes_) return false;
  connection.output_bytes += frame.size();
  connection.output.push_back(std::move(frame));
  return true;
}

void Listener::Write(Connection& connection) {
  for (size_t total = 0; !connection.output.empty() && total < kTurnBytes;) {
    const Bytes& frame = connection.output.front();
    const ssize_t size = send(connection.fd, frame.data() + connection.output_offset,
                              frame.size() - connection.output_offset, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) {
      connection.doomed = true;
      return;
    }
    total += static_cast<size_t>(size);
    connection.output_bytes -= static_cast<size_t>(size);
    connection.output_offset += static_cast<size_t>(size);
    if (connection.output_offset == frame.size()) {
      connection.output.pop_front();
      connection.output_offset = 0;
    }
  }
}

void Listener::CloseConnection(Connections::iterator position) {
  auto& [id, connection] = *position;
  DisarmAll(connection);
  CloseSocket(connection.fd);
  for (auto& [_, environment] : environments_) PostClosed(environment, id);
  connections_.erase(position);
}

// Arming

bool Listener::ArmProbe(Connection& connection, uint32_t library_id, uint32_t index) {
  const std::shared_ptr<Library> library = libraries_.Find(library_id);
  if (library == nullptr || index >= library->size()) return false;
  if (connection.armed.insert({library_id, index}).second) library->Raise(index);
  return true;
}

void Listener::DisarmAll(Connection& connection) {
  for (const auto& [library_id, index] : connection.armed) {
    const std::shared_ptr<Library> library = libraries_.Find(library_id);
    if (library != nullptr) library->Lower(index);
  }
  connection.armed.clear();
}

bool Listener::Arm(uint32_t connection_id, uint32_t library, uint32_t index) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto position = connections_.find(connection_id);
  if (position == connections_.end() || position->second.doomed) return false;
  return ArmProbe(position->second, library, index);
}

// Environments

uint32_t Listener::AddEnvironment(std::shared_ptr<std::atomic<int32_t>> attention, std::function<void()> wake) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const uint32_t id = next_environment_++;
  Environment& environment = environments_[id];
  environment.attention = std::move(attention);
  environment.wake = std::move(wake);
  for (const auto& [connection_id, connection] : connections_) {
    if (connection.doomed) continue;
    PostOpen(environment, connection_id);
    for (const auto& data : connection.kept) Post(environment, {Event::Kind::kMessage, connection_id, data, true});
  }
  return id;
}

void Listener::RemoveEnvironment(uint32_t id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (environments_.erase(id) > 0 && thread_running_) WakeThread();
}

void Listener::AcknowledgeWake(uint32_t id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto position = environments_.find(id);
  if (position != environments_.end()) position->second.wake_sent = false;
}

std::vector<Event> Listener::Take(uint32_t id) {
  std::vector<Event> taken;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto position = environments_.find(id);
  if (position == environments_.end()) return taken;
  Environment& environment = position->second;
  taken.assign(std::make_move_iterator(environment.events.begin()), std::make_move_iterator(environment.events.end()));
  environment.events.clear();
  if (environment.event_bytes > kMaxEventBytes) WakeThread();
  environment.event_bytes = 0;
  for (auto timer = environment.timers.begin(); timer != environment.timers.end();) {
    if (timer->second.due > 0) {
      taken.push_back({Event::Kind::kTimer, timer->first, nullptr, false, timer->second.due});
      timer->second.due = 0;
    }
    timer = timer->second.finished ? environment.timers.erase(timer) : std::next(timer);
  }
  environment.attention->store(0, std::memory_order_relaxed);
  return taken;
}

void Listener::PostOpen(Environment& environment, uint32_t connection) {
  environment.connections.insert(connection);
  Post(environment, {Event::Kind::kOpen, connection, nullptr});
}

void Listener::PostClosed(Environment& environment, uint32_t connection) {
  if (environment.connections.erase(connection) == 0) return;
  // One that still waits to be told of the connection never will be: so these cannot pile up in one that is stuck.
  std::deque<Event>& events = environment.events;
  const auto concerns = [connection](const Event& event) { return event.subject == connection; };
  const bool unheard = std::any_of(events.begin(), events.end(), [&](const Event& event) {
    return concerns(event) && event.kind == Event::Kind::kOpen;
  });
  if (!unheard) {
    Post(environment, {Event::Kind::kClosed, connection, nullptr});
    return;
  }
  for (const Event& event : events) {
    if (concerns(event)) environment.event_bytes -= Weight(event);
  }
  events.erase(std::remove_if(events.begin(), events.end(), concerns), events.end());
}

void Listener::Post(Environment& environment, Event event) {
  environment.event_bytes += Weight(event);
  environment.events.push_back(std::move(event));
  Attract(environment);
}

void Listener::Attract(Environment& environment) {
  environment.attention->store(1, std::memory_order_relaxed);
  if (environment.wake_sent) return;
  environment.wake_sent = true;
  environment.wake();
}

bool Listener::SetManifest(uint32_t id, Bytes manifest) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto position = environments_.find(id);
  if (position == environments_.end()) return false;
  position->second.manifest = std::move(manifest);
  return true;
}

bool Listener::Send(uint32_t environment, uint32_t connection_id, const uint8_t* data, size_t size) {
  if (size + 1 + sizeof(uint32_t) > kMaxFrameBytes) return false;
  Bytes frame = StartFrame(kMessage, sizeof(uint32_t) + size);
  AppendU32(frame, environment);
  frame.insert(frame.end(), data, data + size);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto position = connections_.find(connection_id);
  if (position == connections_.end()) return false;
  const bool idle = position->second.output.empty();
  if (!Enqueue(position->second, std::move(frame))) return false;
  if (idle) WakeThread();
  return true;
}

void Listener::Disconnect(uint32_t connection_id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto position = connections_.find(connection_id);
  if (position == connections_.end()) return;
  position->second.doomed = true;
  WakeThread();
}

bool Listener::Flush(int64_t timeout) {
  const int64_t deadline = ReadClock(CLOCK_MONOTONIC) + timeout;
  for (;;) {
    std::vector<pollfd> waiting;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (auto& [_, connection] : connections_) {
        if (connection.doomed) continue;
        Write(connection);
        if (!connection.doomed && !connection.output.empty()) waiting.push_back({connection.fd, POLLOUT, 0});
      }
    }
    if (waiting.empty()) return true;
    if (ReadClock(CLOCK_MONOTONIC) >= deadline) return false;
    PollUntil(waiting, deadline);
  }
}

bool Listener::SetTimer(uint32_t environment_id, uint32_t timer_id, int64_t first, int64_t period) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::string ignored;
  const auto position = environments_.find(environment_id);
  if (position == environments_.end() || !EnsureThread(&ignored)) return false;
  std::map<uint32_t, Timer>& timers = position->second.timers;
  if (timers.count(timer_id) == 0 && timers.size() >= kMaxTimers) return false;
  timers[timer_id] = Timer{ReadClock(CLOCK_MONOTONIC) + std::max<int64_t>(first, 0),
                           period <= 0 ? 0 : std::max(period, kMinPeriod)};
  WakeThread();
  return true;
}

void Listener::ClearTimer(uint32_t environment_id, uint32_t timer_id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto position = environments_.find(environment_id);
  if (position != environments_.end()) position->second.timers.erase(timer_id);
}

}  // namespace trace
