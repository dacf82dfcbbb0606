// What JavaScript sees of the add-on: the interface Native of src/native.ts.

#include <napi.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exit_files.h"
#include "fire.h"
#include "library.h"
#include "listener.h"
#include "machine.h"

namespace trace {

namespace {

constexpr double kDefaultQueuedBytes = 8 << 20;

// Arguments

uint32_t RequireU32(const Napi::CallbackInfo& info, size_t index, const char* name) {
  const double value = info[index].IsNumber() ? info[index].As<Napi::Number>().DoubleValue() : -1;
  if (!(value >= 0 && value <= UINT32_MAX && value == std::floor(value))) {
    throw Napi::TypeError::New(info.Env(), std::string(name) + " must be an unsigned 32-bit integer");
  }
  return static_cast<uint32_t>(value);
}

int64_t RequireNanoseconds(const Napi::CallbackInfo& info, size_t index, const char* name) {
  const double value = info[index].IsNumber() ? info[index].As<Napi::Number>().DoubleValue() : -1;
  // A century is enough, and two of them still fit.
  if (!(value >= 0)) throw Napi::TypeError::New(info.Env(), std::string(name) + " must be a number of nanoseconds");
  return static_cast<int64_t>(std::min(value, 3.2e18));
}

std::string RequireString(Napi::Env env, const Napi::Value& value, const char* name) {
  if (!value.IsString()) throw Napi::TypeError::New(env, std::string(name) + " must be a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Uint8Array RequireBytes(const Napi::CallbackInfo& info, size_t index, const char* name) {
  if (!info[index].IsTypedArray() || info[index].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(info.Env(), std::string(name) + " must be a Uint8Array");
  }
  return info[index].As<Napi::Uint8Array>();
}

std::shared_ptr<Library> RequireLibrary(const Napi::CallbackInfo& info, size_t index) {
  std::shared_ptr<Library> library = Listener::Instance().FindLibrary(RequireU32(info, index, "libraryId"));
  if (library == nullptr) throw Napi::Error::New(info.Env(), "no library of this id is open");
  return library;
}

uint32_t RequireProbe(const Napi::CallbackInfo& info, size_t index, const Library& library) {
  const uint32_t probe = RequireU32(info, index, "probeIndex");
  if (probe >= library.size()) throw Napi::RangeError::New(info.Env(), "the library has no probe of this index");
  return probe;
}

/** Native memory as an ArrayBuffer, which keeps `owner` alive. */
template <typename Owner>
Napi::ArrayBuffer ShareMemory(Napi::Env env, void* memory, size_t bytes, std::shared_ptr<Owner> owner) {
  auto* kept = new std::shared_ptr<Owner>(std::move(owner));
  return Napi::ArrayBuffer::New(
      env, memory, bytes, [](Napi::Env, void*, std::shared_ptr<Owner>* hint) { delete hint; }, kept);
}

// Environments

/** A registered environment: its way from the listener's thread to a JavaScript function. */
class Registration {
 public:
  /** Throws into JavaScript. */
  static Registration* New(Napi::Env env, Napi::Function on_attention);

  uint32_t id() const { return id_; }
  std::shared_ptr<std::atomic<int32_t>> attention() const { return attention_; }

  /** After this nothing of JavaScript is called, and the object is freed when Node has forgotten it. */
  void Close();

 private:
  Registration() = default;
  static void CallJavaScript(napi_env env, napi_value callback, void* context, void* data);

  uint32_t id_ = 0;
  std::shared_ptr<std::atomic<int32_t>> attention_ = std::make_shared<std::atomic<int32_t>>(0);
  napi_threadsafe_function function_ = nullptr;
};

Registration* Registration::New(Napi::Env env, Napi::Function on_attention) {
  auto registration = std::unique_ptr<Registration>(new Registration);
  napi_threadsafe_function function;
  const napi_status status = napi_create_threadsafe_function(
      env, on_attention, nullptr, Napi::String::New(env, "trace"), 0, 1, nullptr,
      [](napi_env, void*, void* context) { delete static_cast<Registration*>(context); }, registration.get(),
      CallJavaScript, &function);
  if (status != napi_ok) throw Napi::Error::New(env);
  napi_unref_threadsafe_function(env, function);
  registration->function_ = function;
  registration->id_ = Listener::Instance().AddEnvironment(registration->attention_, [function] {
    napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking);
  });
  return registration.release();
}

void Registration::Close() {
  // The listener calls `function_` under the lock that this takes, so never after it.
  Listener::Instance().RemoveEnvironment(id_);
  napi_release_threadsafe_function(function_, napi_tsfn_abort);
}

void Registration::CallJavaScript(napi_env env, napi_value callback, void* context, void*) {
  if (env == nullptr) return;
  const Registration& registration = *static_cast<Registration*>(context);
  Listener::Instance().AcknowledgeWake(registration.id_);
  if (registration.attention_->load(std::memory_order_relaxed) == 0) return;
  napi_value receiver;
  napi_value result;
  if (napi_get_undefined(env, &receiver) != napi_ok) return;
  if (napi_call_function(env, receiver, callback, 0, nullptr, &result) == napi_pending_exception) {
    napi_value dropped;
    napi_get_and_clear_last_exception(env, &dropped);
  }
}

/** What an environment has to give back when it ends. */
struct InstanceData {
  ~InstanceData() {
    for (const auto& [id, count] : opened_libraries) {
      for (size_t i = 0; i < count; i++) Listener::Instance().CloseLibrary(id);
    }
  }
  std::map<uint32_t, size_t> opened_libraries;
  std::map<uint32_t, Registration*> registrations;
};

/** Runs before Node ends the thread-safe functions, whose own hooks are older. */
void CloseRegistrations(void* data) {
  auto* instance = static_cast<InstanceData*>(data);
  for (const auto& [_, registration] : instance->registrations) registration->Close();
  instance->registrations.clear();
}

InstanceData& Instance(Napi::Env env) { return *env.GetInstanceData<InstanceData>(); }

// Libraries

Napi::Value OpenLibrary(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string path = RequireString(env, info[0], "path");
  if (!info[1].IsArray()) throw Napi::TypeError::New(env, "probeNames must be an array");
  const Napi::Array list = info[1].As<Napi::Array>();
  std::vector<std::string> names;
  for (uint32_t i = 0; i < list.Length(); i++) names.push_back(RequireString(env, list.Get(i), "a probe's name"));

  std::string error;
  const std::shared_ptr<Library> library = Listener::Instance().OpenLibrary(path, names, &error);
  if (library == nullptr) throw Napi::Error::New(env, error);
  Instance(env).opened_libraries[library->id()]++;
  const size_t bytes = library->size() * sizeof(uint16_t);
  Napi::Object result = Napi::Object::New(env);
  result.Set("id", library->id());
  result.Set("probeCount", static_cast<double>(library->size()));
  result.Set("semaphores", ShareMemory(env, library->semaphores(), bytes, library));
  result.Set("embedded", ShareMemory(env, library->embedded(), bytes, library));
  return result;
}

void CloseLibrary(const Napi::CallbackInfo& info) {
  std::map<uint32_t, size_t>& opened = Instance(info.Env()).opened_libraries;
  const auto position = opened.find(RequireU32(info, 0, "libraryId"));
  // Only what this environment opened: another's library must not go away under it.
  if (position == opened.end()) return;
  Listener::Instance().CloseLibrary(position->first);
  if (--position->second == 0) opened.erase(position);
}

Napi::Value MakeFire(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto target = std::make_unique<FireTarget>();
  target->library = RequireLibrary(info, 0);
  target->stub = target->library->stub(RequireProbe(info, 1, *target->library));
  const Napi::Uint8Array types = RequireBytes(info, 2, "argumentTypes");
  if (types.ElementLength() > kMaxArguments) throw Napi::RangeError::New(env, "a probe has at most 12 arguments");
  uint32_t string_bytes = kDefaultStringBytes;
  if (!info[3].IsUndefined()) string_bytes = RequireU32(info, 3, "maxStringBytes");
  if (string_bytes < 1 || string_bytes > kMaxStringBytes) {
    throw Napi::RangeError::New(env, "maxStringBytes must be from 1 to 65536");
  }
  target->max_string_bytes = string_bytes;
  target->arity = types.ElementLength();
  target->arena_bytes = 0;
  for (size_t i = 0; i < target->arity; i++) {
    if (types[i] >= kArgumentTypes) throw Napi::RangeError::New(env, "there is no such type of argument");
    target->types[i] = static_cast<ArgumentType>(types[i]);
    if (target->types[i] == ArgumentType::kString) target->arena_bytes += string_bytes + 1;
  }
  napi_value function;
  if (MakeFireFunction(env, std::move(target), &function) != napi_ok) throw Napi::Error::New(env);
  return Napi::Value(env, function);
}

Napi::Value Address(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = RequireLibrary(info, 0);
  const Stub stub = library->stub(RequireProbe(info, 1, *library));
  return Napi::BigInt::New(info.Env(), static_cast<uint64_t>(reinterpret_cast<uintptr_t>(stub)));
}

// The listener

void StartListener(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "options must be an object");
  const Napi::Object options = info[0].As<Napi::Object>();
  const std::string path = RequireString(env, options.Get("path"), "path");
  const Napi::Value limit = options.Get("maxQueuedBytes");
  const double bytes = limit.IsNumber() ? limit.As<Napi::Number>().DoubleValue() : kDefaultQueuedBytes;
  std::string error;
  if (!Listener::Instance().Start(path, static_cast<size_t>(std::clamp(bytes, 0.0, 1e12)), &error)) {
    throw Napi::Error::New(env, error);
  }
}

void StopListener(const Napi::CallbackInfo&) { Listener::Instance().Stop(); }

void SetManifest(const Napi::CallbackInfo& info) {
  const Napi::Uint8Array bytes = RequireBytes(info, 1, "manifest");
  Listener::Instance().SetManifest(RequireU32(info, 0, "environmentId"),
                                   Bytes(bytes.Data(), bytes.Data() + bytes.ByteLength()));
}

Napi::Value RegisterEnvironment(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction()) throw Napi::TypeError::New(env, "onAttention must be a function");
  Registration* const registration = Registration::New(env, info[0].As<Napi::Function>());
  InstanceData& instance = Instance(env);
  // Hooks run newest first, and that of the thread-safe function just made must run after ours.
  napi_remove_env_cleanup_hook(env, CloseRegistrations, &instance);
  napi_add_env_cleanup_hook(env, CloseRegistrations, &instance);
  instance.registrations[registration->id()] = registration;
  Napi::Object result = Napi::Object::New(env);
  result.Set("id", registration->id());
  result.Set("attention", ShareMemory(env, registration->attention().get(), sizeof(int32_t), registration->attention()));
  return result;
}

void UnregisterEnvironment(const Napi::CallbackInfo& info) {
  std::map<uint32_t, Registration*>& registrations = Instance(info.Env()).registrations;
  const auto position = registrations.find(RequireU32(info, 0, "environmentId"));
  if (position == registrations.end()) return;
  position->second->Close();
  registrations.erase(position);
}

const char* KindName(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::kOpen:
      return "open";
    case Event::Kind::kMessage:
      return "message";
    case Event::Kind::kClosed:
      return "closed";
    case Event::Kind::kTimer:
      return "timer";
  }
  return "";
}

Napi::Value TakeMessages(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<Event> events = Listener::Instance().Take(RequireU32(info, 0, "environmentId"));
  Napi::Array result = Napi::Array::New(env, events.size());
  for (uint32_t i = 0; i < events.size(); i++) {
    const Event& event = events[i];
    Napi::Object message = Napi::Object::New(env);
    message.Set("kind", KindName(event.kind));
    if (event.kind == Event::Kind::kTimer) {
      message.Set("timerId", event.subject);
      message.Set("count", event.count);
    } else {
      message.Set("connection", event.subject);
    }
    if (event.kind == Event::Kind::kMessage) {
      message.Set("data", Napi::Buffer<uint8_t>::Copy(env, event.data->data(), event.data->size()));
      message.Set("replay", event.replay);
    }
    result.Set(i, message);
  }
  return result;
}

Napi::Value Send(const Napi::CallbackInfo& info) {
  const Napi::Uint8Array data = RequireBytes(info, 2, "data");
  return Napi::Boolean::New(
      info.Env(), Listener::Instance().Send(RequireU32(info, 0, "environmentId"), RequireU32(info, 1, "connection"),
                                            data.Data(), data.ByteLength()));
}

void Disconnect(const Napi::CallbackInfo& info) { Listener::Instance().Disconnect(RequireU32(info, 0, "connection")); }

Napi::Value Flush(const Napi::CallbackInfo& info) {
  constexpr int64_t kNanosecondsPerMillisecond = 1000000;
  const int64_t timeout = RequireU32(info, 0, "milliseconds") * kNanosecondsPerMillisecond;
  return Napi::Boolean::New(info.Env(), Listener::Instance().Flush(timeout));
}

Napi::Value Arm(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(
      info.Env(), Listener::Instance().Arm(RequireU32(info, 0, "connection"), RequireU32(info, 1, "libraryId"),
                                           RequireU32(info, 2, "probeIndex")));
}

Napi::Value EmbeddedCount(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Library> library = RequireLibrary(info, 0);
  const uint32_t probe = RequireProbe(info, 1, *library);
  return Napi::Number::New(info.Env(), __atomic_load_n(&library->embedded()[probe], __ATOMIC_RELAXED));
}

Napi::Value SetTimer(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(
      info.Env(), Listener::Instance().SetTimer(RequireU32(info, 0, "environmentId"), RequireU32(info, 1, "timerId"),
                                                RequireNanoseconds(info, 2, "firstNs"),
                                                RequireNanoseconds(info, 3, "periodNs")));
}

void ClearTimer(const Napi::CallbackInfo& info) {
  Listener::Instance().ClearTimer(RequireU32(info, 0, "environmentId"), RequireU32(info, 1, "timerId"));
}

// The process

void UnlinkFileAtExit(const Napi::CallbackInfo& info) { UnlinkAtExit(RequireString(info.Env(), info[0], "path")); }

void KeepFileAtExit(const Napi::CallbackInfo& info) { KeepAtExit(RequireString(info.Env(), info[0], "path")); }

Napi::Value GetUprobeOptimization(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), UprobeOptimization());
}

// The following are called in handlers of probes: by the C interface, which has the least to do per call.

napi_value NewDouble(napi_env env, double value) {
  napi_value result = nullptr;
  napi_create_double(env, value, &result);
  return result;
}

napi_value Cpu(napi_env env, napi_callback_info) { return NewDouble(env, std::max(sched_getcpu(), 0)); }

napi_value Gettid(napi_env env, napi_callback_info) {
  static thread_local const long id = syscall(SYS_gettid);
  return NewDouble(env, static_cast<double>(id));
}

napi_value MonotonicNs(napi_env env, napi_callback_info) {
  return NewDouble(env, static_cast<double>(ReadClock(CLOCK_MONOTONIC)));
}

napi_value ThreadCpuNs(napi_env env, napi_callback_info) {
  return NewDouble(env, static_cast<double>(ReadClock(CLOCK_THREAD_CPUTIME_ID)));
}

napi_value RealtimeNs(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_create_bigint_int64(env, ReadClock(CLOCK_REALTIME), &result);
  return result;
}

void ExportPlain(Napi::Env env, Napi::Object exports, const char* name, napi_callback callback) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) != napi_ok) {
    throw Napi::Error::New(env);
  }
  exports.Set(name, Napi::Value(env, function));
}

template <auto callback>
void Export(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<callback>(env, name));
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new InstanceData);
  Export<OpenLibrary>(env, exports, "openLibrary");
  Export<CloseLibrary>(env, exports, "closeLibrary");
  Export<MakeFire>(env, exports, "makeFire");
  Export<Address>(env, exports, "address");
  Export<StartListener>(env, exports, "startListener");
  Export<StopListener>(env, exports, "stopListener");
  Export<SetManifest>(env, exports, "setManifest");
  Export<RegisterEnvironment>(env, exports, "registerEnvironment");
  Export<UnregisterEnvironment>(env, exports, "unregisterEnvironment");
  Export<TakeMessages>(env, exports, "takeMessages");
  Export<Send>(env, exports, "send");
  Export<Disconnect>(env, exports, "disconnect");
  Export<Flush>(env, exports, "flush");
  Export<Arm>(env, exports, "arm");
  Export<EmbeddedCount>(env, exports, "embeddedCount");
  Export<SetTimer>(env, exports, "setTimer");
  Export<ClearTimer>(env, exports, "clearTimer");
  Export<UnlinkFileAtExit>(env, exports, "unlinkAtExit");
  Export<KeepFileAtExit>(env, exports, "keepAtExit");
  Export<GetUprobeOptimization>(env, exports, "uprobeOptimization");
  ExportPlain(env, exports, "cpu", Cpu);
  ExportPlain(env, exports, "gettid", Gettid);
  ExportPlain(env, exports, "monotonicNs", MonotonicNs);
  ExportPlain(env, exports, "realtimeNs", RealtimeNs);
  ExportPlain(env, exports, "threadCpuNs", ThreadCpuNs);
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Initialize)

}  // namespace trace
