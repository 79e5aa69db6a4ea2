#pragma once

namespace emx {

// Ends the process with file, line and a backtrace-friendly abort. Called by check().
[[noreturn]] void check_failed(const char* file, int line);

// Third form of failure: "we are wrong". On in release builds, one condition each. A failed check
// stops the process before a wrong state can be made durable or shown to anyone.
// (__builtin_FILE rather than std::source_location: clang 14 with libstdc++ refuses the latter.)
inline void check(bool condition, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (!condition) [[unlikely]] {
    check_failed(file, line);
  }
}

}  // namespace emx
