#include "engine/vocabulary/check.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace emx {

namespace {

void say(const char* text) {
  // Nothing useful is left to do when standard error cannot be written.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
}

}  // namespace

void check_failed(const char* file, int line) {
  std::array<char, 16> digits{};
  std::to_chars(digits.data(), digits.data() + digits.size() - 1, line);
  say("emx: internal check failed at ");
  say(file);
  say(":");
  say(digits.data());
  say("; the process stops before a wrong state can spread. Keep the core file and report it.\n");
  std::abort();
}

}  // namespace emx
