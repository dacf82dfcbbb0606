#ifndef TRACE_FIRE_H_
#define TRACE_FIRE_H_

#include <node_api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "library.h"

namespace trace {

/** How an argument is converted: NativeArgumentType in src/native.ts. */
enum class ArgumentType : uint8_t { kInt8, kUint8, kInt16, kUint16, kInt32, kUint32, kInt64, kUint64, kDouble, kString };

constexpr uint8_t kArgumentTypes = static_cast<uint8_t>(ArgumentType::kString) + 1;
constexpr uint32_t kDefaultStringBytes = 4096;
constexpr uint32_t kMaxStringBytes = 65536;

/** What a fire function needs to know; it keeps the library mapped. */
struct FireTarget {
  std::shared_ptr<Library> library;
  Stub stub;
  size_t arity;
  std::array<ArgumentType, kMaxArguments> types;
  size_t max_string_bytes;
  /** Bytes of the thread's arena that the strings of one call may need. */
  size_t arena_bytes;
};

/** Makes the JavaScript function; it owns `target`. */
napi_status MakeFireFunction(napi_env env, std::unique_ptr<FireTarget> target, napi_value* result);

}  // namespace trace

#endif  // TRACE_FIRE_H_
