#pragma once

#include <stdexcept>

namespace emx::demo {

// The demo cannot go on. The text is for a person.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace emx::demo
