#include "tools/scenario/figure_text.hpp"

#include <algorithm>

#include "tools/market/amount_text.hpp"

namespace emx::scenario {

std::string money_text(std::int64_t fen) {
  std::string text = market::cny(fen);
  std::erase(text, ',');
  return text;
}

std::string price_text(std::int64_t fen) {
  return fen % 100 == 0 ? std::to_string(fen / 100) : money_text(fen);
}

std::string terms_text(std::int64_t lots, std::int64_t price_fen) {
  return std::to_string(lots) + '@' + price_text(price_fen);
}

}  // namespace emx::scenario
