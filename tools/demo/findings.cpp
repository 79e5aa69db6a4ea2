#include "tools/demo/findings.hpp"

#include <ostream>

#include "tools/market/amount_text.hpp"

namespace emx::demo {

void Findings::mismatch(std::string_view what, std::string_view expected, std::string_view found) {
  ++wrong_;
  out_ << "   WRONG: " << what << ": expected " << expected << ", found " << found << '\n';
}

void Findings::expect_quietly(std::string_view what, std::string_view expected,
                              std::string_view found) {
  if (expected != found) return mismatch(what, expected, found);
  ++right_;
}

void Findings::expect(std::string_view what, std::string_view expected, std::string_view found) {
  expect_quietly(what, expected, found);
  if (expected == found) out_ << "   as expected: " << what << ": " << found << '\n';
}

void Findings::expect(std::string_view what, std::int64_t expected, std::int64_t found) {
  expect(what, market::grouped(expected), market::grouped(found));
}

void Findings::expect(std::string_view what, Lots expected, Lots found) {
  expect(what, expected.value, found.value);
}

void Findings::expect(std::string_view what, Fen expected, Fen found) {
  expect(what, market::cny(expected.value) + " CNY", market::cny(found.value) + " CNY");
}

}  // namespace emx::demo
