#include "tests/model/reference_market.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <variant>

#include "tests/model/event_lines.hpp"

namespace emx::model {

std::vector<std::string> ReferenceMarket::apply(const Command& command) {
  lines_.clear();
  std::visit([this](const auto& c) { run(c); }, command);
  return std::exchange(lines_, {});
}

Holdings ReferenceMarket::holdings() const {
  Holdings holdings;
  for (const Facility& facility : state_.facilities) {
    holdings.cash[facility.terms.facility] = facility.cash;
    for (const auto& [symbol, lots] : facility.rights) {
      holdings.rights[symbol][facility.terms.facility] = lots;
    }
  }
  holdings.retired = state_.retired;
  holdings.venue_fees = state_.venue_fees;
  return holdings;
}

void ReferenceMarket::refuse(Code code) { lines_.push_back(line(RefusedLine{text(code)})); }

// Books in load order; for a change that no book leads.
void ReferenceMarket::fixpoint(std::optional<Pollutant> pollutant) {
  std::vector<std::size_t> books;
  for (std::size_t i = 0; i < state_.books.size(); ++i) {
    if (!pollutant || state_.books[i].terms.pollutant == *pollutant) books.push_back(i);
  }
  Matching{state_, lines_}.fixpoint(books);
}

// --- Participants and rules -----------------------------------------------------------------

void ReferenceMarket::run(const SetZone& command) {
  if (SetZone* known = state_.find_zone(command.province, command.zone)) {
    *known = command;
  } else {
    state_.zones.push_back(command);
  }
  fixpoint(std::nullopt);
}

void ReferenceMarket::run(const SetLink& command) {
  if (command.enabled) {
    state_.links_off.erase({command.pollutant, command.seller, command.buyer});
  } else {
    state_.links_off.insert({command.pollutant, command.seller, command.buyer});
  }
  fixpoint(command.pollutant);
}

void ReferenceMarket::run(const SetInstrument& command) {
  Book book;
  book.terms = command;
  state_.books.push_back(book);
}

void ReferenceMarket::run(const SetFirm& command) {
  if (Firm* known = state_.find_firm(command.firm)) {
    known->group = command.group;
  } else {
    state_.firms.push_back({command.firm, command.group});
  }
  fixpoint(std::nullopt);
}

void ReferenceMarket::run(const SetFacility& command) {
  Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) {
    Facility added;
    added.terms = command;
    state_.facilities.push_back(added);
    return;
  }
  facility->terms.permit_valid_to = command.permit_valid_to;
  facility->terms.pollutants = command.pollutants;
  facility->terms.reach = command.reach;
  facility->terms.ets = command.ets;
  facility->terms.credit = command.credit;

  std::vector<Order*> open;
  for (Order& order : state_.orders) {
    if (order.open && &state_.facilities[order.facility] == facility) open.push_back(&order);
  }
  std::sort(open.begin(), open.end(),
            [](const Order* a, const Order* b) { return a->arrival < b->arrival; });
  Matching matching{state_, lines_};
  for (Order* order : open) {
    const Code code = entry_code(state_, *facility, state_.books[order->book], order->side);
    if (code != Code::none) matching.cancel(*order, code);
  }
  fixpoint(std::nullopt);
}

void ReferenceMarket::run(const SetQuota& command) {
  state_.caps[{command.year, command.province, command.pollutant}] = {
      command.inflow_cap, command.outflow_cap, command.gross_cap, command.holding_cap,
      command.daily_pace};
  fixpoint(command.pollutant);
}

void ReferenceMarket::run(const SetDemand& command) {
  Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return refuse(Code::p04_unknown_account);
  facility->demand[command.pollutant] = {command.approved, 0};
  Matching{state_, lines_}.cancel_without_demand(*facility, command.pollutant);
  fixpoint(command.pollutant);
}

// --- Prices, money and rights ---------------------------------------------------------------

void ReferenceMarket::run(const SetReferencePrice& command) {
  Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return refuse(Code::p03_unknown_symbol);
  if (command.price_fen % book->terms.tick_fen != 0) return refuse(Code::o06_tick_or_lot);
  const std::int64_t reference = command.price_fen / book->terms.tick_fen;
  const std::int64_t band = book->terms.band_pct;
  book->has_reference = true;
  book->lower = (reference * (100 - band) + 99) / 100;
  book->upper = reference * (100 + band) / 100;
  lines_.push_back(line(BandLine{command.symbol, reference, book->lower, book->upper}));

  Matching matching{state_, lines_};
  const auto index = static_cast<std::size_t>(book - state_.books.data());
  for (const Side side : {Side::buy, Side::sell}) {
    for (Order* order : state_.ranked(index, side)) {
      if (order->price < book->lower || order->price > book->upper) {
        matching.cancel(*order, Code::o05_price);
      }
    }
  }
}

void ReferenceMarket::run(const Deposit& command) {
  Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return refuse(Code::p04_unknown_account);
  if (Wide{state_.deposited} + command.amount_fen > amount_max) return refuse(Code::o02_value);
  state_.deposited += command.amount_fen;
  facility->cash += command.amount_fen;
  lines_.push_back(line(PostLine{"cash", "BANK", command.facility, command.amount_fen}));
}

void ReferenceMarket::run(const Issue& command) {
  if (state_.find_book(command.symbol) == nullptr) return refuse(Code::p03_unknown_symbol);
  Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return refuse(Code::p04_unknown_account);
  std::int64_t& issued = state_.issued[command.symbol];
  if (Wide{issued} + command.quantity > issued_max) return refuse(Code::o02_value);
  issued += command.quantity;
  facility->rights[command.symbol] += command.quantity;
  lines_.push_back(line(PostLine{command.symbol, "REGISTRY", command.facility, command.quantity}));
}

// --- Days and phases ------------------------------------------------------------------------

void ReferenceMarket::run(const DayOpen& command) {
  const bool all_closed = std::all_of(state_.books.begin(), state_.books.end(),
                                      [](const Book& b) { return b.phase == Phase::closed; });
  if (!all_closed) return refuse(Code::p01_phase);
  if (state_.has_day && command.date <= state_.today) return refuse(Code::p01_phase);
  // No order of this scope outlives a closed book, so none is left to expire or to test again.
  if (command.date.year != state_.today.year) state_.used.clear();
  for (auto& [key, used] : state_.used) used.today = 0;
  state_.today = command.date;
  state_.has_day = true;
}

void ReferenceMarket::run(const SetPhase& command) {
  if (!command.symbol.empty() && state_.find_book(command.symbol) == nullptr) {
    return refuse(Code::p03_unknown_symbol);
  }
  Matching matching{state_, lines_};
  std::set<Pollutant> started;
  std::vector<std::size_t> own;
  for (std::size_t i = 0; i < state_.books.size(); ++i) {
    Book& book = state_.books[i];
    if (!command.symbol.empty() && book.terms.symbol != command.symbol) continue;
    if (!command.symbol.empty()) own.push_back(i);
    const bool starts = command.phase == Phase::continuous && book.phase != Phase::continuous;
    if (starts) started.insert(book.terms.pollutant);
    book.phase = command.phase;
    if (command.phase != Phase::closed) continue;
    for (const Side side : {Side::buy, Side::sell}) {
      for (Order* order : state_.ranked(i, side)) matching.cancel(*order, Code::c01_expired);
    }
  }
  std::vector<std::size_t> books = own;
  for (std::size_t i = 0; i < state_.books.size(); ++i) {
    const bool is_own = std::find(own.begin(), own.end(), i) != own.end();
    if (!is_own && started.contains(state_.books[i].terms.pollutant)) books.push_back(i);
  }
  if (!started.empty()) matching.fixpoint(books);
}

}  // namespace emx::model
