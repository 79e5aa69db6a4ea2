#include "tools/why/judgement.hpp"

#include <utility>

#include "tools/market/amount_text.hpp"

namespace emx::why {

bool Judgement::test(Code code, std::string name, std::string compared, bool passed,
                     const SetBys& by) {
  failed = failed || !passed;
  return note_test(finding, {code, std::move(name), std::move(compared), passed}, by);
}

bool Judgement::test(Code code, std::string name, std::string compared, bool passed,
                     const SetBys& by, std::int64_t limit, std::int64_t value) {
  if (test(code, std::move(name), std::move(compared), passed, by)) return true;
  finding.agrees = finding.agrees && limit == refused.limit && value == refused.value;
  return false;
}

std::string Judgement::lots(std::int64_t count, const Asked& asked) const {
  return market::grouped(count) + ' ' + std::string{context.words.names().unit(asked.instrument)};
}

std::int64_t Judgement::price_ticks(const Asked& asked) const {
  const auto book = state.book(InstrumentId{asked.instrument});
  if (asked.market) return (asked.side == Side::buy ? book.upper : book.lower).value;
  return asked.price_fen / what(asked).tick_fen;
}

}  // namespace emx::why
