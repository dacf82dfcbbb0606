#include "fire.h"

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

namespace trace {

namespace {

/**
 * Where the strings of the thread's current call are. A tracer in the kernel cannot page memory in, so it has been
 * written to before; one block serves all calls, because a tracer reads it while the probe fires.
 */
thread_local std::vector<char> string_arena;

/** The low 64 bits of the two's complement of `value`, cut toward zero; 0 for what is not finite. */
uint64_t WrapToInteger(double value) {
  if (std::fabs(value) < 0x1p63) return static_cast<uint64_t>(static_cast<int64_t>(value));
  if (!std::isfinite(value)) return 0;
  const double wrapped = std::fmod(value, 0x1p64);
  return static_cast<uint64_t>(wrapped < 0 ? wrapped + 0x1p64 : wrapped);
}

uint64_t IntegerBits(napi_env env, napi_value value) {
  double number;
  if (napi_get_value_double(env, value, &number) == napi_ok) return WrapToInteger(number);
  uint64_t bits = 0;
  bool lossless;
  if (napi_get_value_bigint_uint64(env, value, &bits, &lossless) == napi_ok) return bits;
  bool truth = false;
  napi_get_value_bool(env, value, &truth);
  return truth ? 1 : 0;
}

/** As the calling convention passes an integer of the type: extended to the whole register. */
uint64_t ExtendInteger(ArgumentType type, uint64_t bits) {
  switch (type) {
    case ArgumentType::kInt8:
      return static_cast<uint64_t>(static_cast<int8_t>(bits));
    case ArgumentType::kUint8:
      return static_cast<uint8_t>(bits);
    case ArgumentType::kInt16:
      return static_cast<uint64_t>(static_cast<int16_t>(bits));
    case ArgumentType::kUint16:
      return static_cast<uint16_t>(bits);
    case ArgumentType::kInt32:
      return static_cast<uint64_t>(static_cast<int32_t>(bits));
    case ArgumentType::kUint32:
      return static_cast<uint32_t>(bits);
    default:
      return bits;
  }
}

uint64_t DoubleBits(napi_env env, napi_value value) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) {
    bool lossless;
    int64_t integer = 0;
    napi_get_value_bigint_int64(env, value, &integer, &lossless);
    number = static_cast<double>(integer);
  }
  uint64_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  return bits;
}

/** Copies the string to `*free`, moves that past it, and returns its address; 0 for what is no string. */
uint64_t CopyString(napi_env env, napi_value value, size_t max_bytes, char** free) {
  size_t length = 0;
  char* const start = *free;
  if (napi_get_value_string_utf8(env, value, start, max_bytes + 1, &length) != napi_ok) {
    napi_valuetype type;
    if (napi_typeof(env, value, &type) != napi_ok ||
        (type != napi_number && type != napi_bigint && type != napi_boolean)) {
      return 0;
    }
    napi_value text;
    if (napi_coerce_to_string(env, value, &text) != napi_ok ||
        napi_get_value_string_utf8(env, text, start, max_bytes + 1, &length) != napi_ok) {
      return 0;
    }
  }
  *free = start + length + 1;
  return reinterpret_cast<uint64_t>(start);
}

napi_value Fire(napi_env env, napi_callback_info info) {
  size_t count = kMaxArguments;
  napi_value values[kMaxArguments];
  void* data;
  if (napi_get_cb_info(env, info, &count, values, nullptr, &data) != napi_ok) return nullptr;
  const FireTarget& target = *static_cast<const FireTarget*>(data);

  if (string_arena.size() < target.arena_bytes) string_arena.resize(target.arena_bytes);
  char* free = string_arena.data();
  uint64_t a[kMaxArguments] = {};
  for (size_t i = 0; i < target.arity; i++) {
    const ArgumentType type = target.types[i];
    switch (type) {
      case ArgumentType::kDouble:
        a[i] = DoubleBits(env, values[i]);
        break;
      case ArgumentType::kString:
        a[i] = CopyString(env, values[i], target.max_string_bytes, &free);
        break;
      default:
        a[i] = ExtendInteger(type, IntegerBits(env, values[i]));
    }
  }
  target.stub(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]);
  return nullptr;
}

}  // namespace

napi_status MakeFireFunction(napi_env env, std::unique_ptr<FireTarget> target, napi_value* result) {
  napi_status status = napi_create_function(env, "fire", NAPI_AUTO_LENGTH, Fire, target.get(), result);
  if (status != napi_ok) return status;
  status = napi_add_finalizer(
      env, *result, target.get(), [](napi_env, void* data, void*) { delete static_cast<FireTarget*>(data); }, nullptr,
      nullptr);
  if (status == napi_ok) target.release();
  return status;
}

}  // namespace trace
