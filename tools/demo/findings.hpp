#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "engine/vocabulary/units.hpp"

namespace emx::demo {

// Holds what was found to what is expected, and says so: a short line for what is as it should be,
// a clear one for what is not.
class Findings {
 public:
  explicit Findings(std::ostream& out) : out_{out} {}

  void expect(std::string_view what, std::string_view expected, std::string_view found);
  void expect(std::string_view what, std::int64_t expected, std::int64_t found);
  void expect(std::string_view what, Lots expected, Lots found);  // "kg" is in `what`
  void expect(std::string_view what, Fen expected, Fen found);
  // Said only when it is not so.
  void expect_quietly(std::string_view what, std::string_view expected, std::string_view found);

  [[nodiscard]] int wrong() const { return wrong_; }
  [[nodiscard]] int right() const { return right_; }

 private:
  void mismatch(std::string_view what, std::string_view expected, std::string_view found);

  std::ostream& out_;
  int wrong_ = 0;
  int right_ = 0;
};

}  // namespace emx::demo
