#include "tools/rehearsal/counterparties.hpp"

#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "tools/rehearsal/rehearsal.hpp"

namespace emx::rehearsal {

namespace {

// Orders that are alike to the other side: of one facility, on the same terms.
using Terms = std::tuple<std::uint32_t, bool, std::uint8_t, std::uint8_t>;
struct Alike {
  OrderId one{};
  Province province{};
  std::int64_t orders = 0;
};
struct Book {
  std::map<Terms, Alike> bids;
  std::map<Terms, Alike> asks;
};

std::map<std::uint32_t, Book> books_of(const Rehearsal& before, const Rehearsal& after) {
  std::map<std::uint32_t, Book> books;
  for (const auto& [id, order] : before.orders().open()) {
    if (!after.orders().open().contains(id)) continue;
    Book& book = books[order.instrument];
    Alike& alike =
        (order.side == Side::buy
             ? book.bids
             : book.asks)[{order.facility, order.local_only, order.max_ratio.n, order.max_ratio.d}];
    alike.one = OrderId{id};
    alike.province = before.state().data().facilities[FacilityId{order.facility}].province;
    ++alike.orders;
  }
  return books;
}

using Counts = std::map<std::tuple<std::uint32_t, Side, Province, Code>, std::int64_t>;

void count(std::uint32_t instrument, const Book& book, const engine::Inspection& state,
           Counts& counts) {
  std::map<const Alike*, std::set<Code>> ask_codes;
  for (const auto& [bid_terms, bid] : book.bids) {
    std::set<Code> bid_codes;
    for (const auto& [ask_terms, ask] : book.asks) {
      const Code code = state.bar_between(bid.one, ask.one);
      bid_codes.insert(code);
      ask_codes[&ask].insert(code);
    }
    for (const Code code : bid_codes) {
      counts[{instrument, Side::buy, bid.province, code}] += bid.orders;
    }
  }
  for (const auto& [ask, codes] : ask_codes) {
    for (const Code code : codes) {
      counts[{instrument, Side::sell, ask->province, code}] += ask->orders;
    }
  }
}

}  // namespace

std::vector<CounterpartyChange> compare_counterparties(const Rehearsal& before,
                                                       const Rehearsal& after) {
  std::map<Counts::key_type, std::pair<std::int64_t, std::int64_t>> both;
  for (const auto& [instrument, book] : books_of(before, after)) {
    Counts one;
    Counts other;
    count(instrument, book, before.state(), one);
    count(instrument, book, after.state(), other);
    for (const auto& [of, orders] : one) both[of].first = orders;
    for (const auto& [of, orders] : other) both[of].second = orders;
  }
  std::vector<CounterpartyChange> rows;
  for (const auto& [of, orders] : both) {
    if (orders.first == orders.second) continue;
    const auto& [instrument, side, province, code] = of;
    rows.push_back({instrument, side, province, code, orders.first, orders.second});
  }
  return rows;
}

bool is_of_pairs(std::uint16_t command_kind) {
  switch (static_cast<CommandKind>(command_kind)) {
    case CommandKind::set_link:
    case CommandKind::set_zone:
    case CommandKind::set_firm:
    case CommandKind::set_facility:
    case CommandKind::set_parameters:
      return true;
    default:
      return false;
  }
}

}  // namespace emx::rehearsal
