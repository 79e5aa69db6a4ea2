#include "tests/model/reference_market.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "tests/model/event_lines.hpp"

namespace emx::model {

std::vector<std::string> ReferenceMarket::apply(const Command& command,
                                                const std::set<std::int64_t>& cut_behind) {
  lines_.clear();
  state_.cut_behind = cut_behind;
  moved_.clear();
  own_.reset();
  std::visit(
      [this](const auto& c) {
        if constexpr (requires { c.at_ms; }) state_.now_ms = std::max(state_.now_ms, c.at_ms);
      },
      command);
  expire_blocks();
  const std::vector<std::string> expired = std::exchange(lines_, {});
  std::visit([this](const auto& c) { run(c); }, command);
  const auto behind = static_cast<std::ptrdiff_t>(answer_lines(command));
  lines_.insert(lines_.begin() + behind, expired.begin(), expired.end());
  run_fixpoint();
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

void ReferenceMarket::refuse(const Refusal& refusal) {
  lines_.push_back(line(RefusedLine{text(refusal.code), refusal.limit, refusal.value}));
}

void ReferenceMarket::fixpoint(std::optional<Pollutant> pollutant) {
  if (pollutant) {
    moved_.insert(*pollutant);
  } else {
    moved_.insert(std::begin(all_pollutants), std::end(all_pollutants));
  }
}

// Once a command: its own book first, then the others in load order.
void ReferenceMarket::run_fixpoint() {
  std::vector<std::size_t> books;
  const auto visit = [&](std::size_t book) {
    if (moved_.contains(state_.books[book].terms.pollutant)) books.push_back(book);
  };
  if (own_) visit(*own_);
  for (std::size_t i = 0; i < state_.books.size(); ++i) {
    if (i != own_) visit(i);
  }
  if (!books.empty()) Matching{state_, lines_}.fixpoint(books);
}

// --- Participants and rules -----------------------------------------------------------------

void ReferenceMarket::run(const SetZone& command) {
  if (must_be_signed(command)) return refuse(unsigned_rule(command));
  const Refusal refusal = rule_refusal(command);
  if (refusal != Code::none) return refuse(refusal);
  set(command);
  fixpoint(std::nullopt);
}

void ReferenceMarket::run(const SetLink& command) {
  if (must_be_signed(command)) return refuse(unsigned_rule(command));
  set(command);
  fixpoint(command.pollutant);
}

void ReferenceMarket::run(const SetQuota& command) {
  if (must_be_signed(command)) return refuse(unsigned_rule(command));
  set(command);
  fixpoint(command.pollutant);
}

void ReferenceMarket::set(const SetZone& command) {
  if (SetZone* known = state_.find_zone(command.province, command.zone)) {
    *known = command;
  } else {
    state_.zones.push_back(command);
  }
}

void ReferenceMarket::set(const SetLink& command) {
  if (command.enabled) {
    state_.links_off.erase({command.pollutant, command.seller, command.buyer});
  } else {
    state_.links_off.insert({command.pollutant, command.seller, command.buyer});
  }
}

void ReferenceMarket::run(const SetParameters& command) {
  if (must_be_signed(command)) return refuse(unsigned_rule(command));
  const Refusal refusal = rule_refusal(command);
  if (refusal != Code::none) return refuse(refusal);
  set(command);
  fixpoint(std::nullopt);
}

// Resting orders keep the fee they were accepted with.
void ReferenceMarket::set(const SetParameters& command) { state_.parameters = command; }

void ReferenceMarket::run(const SetCalendar& command) {
  if (must_be_signed(command)) return refuse(unsigned_rule(command));
  const Refusal refusal = rule_refusal(command);
  if (refusal != Code::none) return refuse(refusal);
  set(command);
}

void ReferenceMarket::set(const SetCalendar& command) {
  state_.calendar[command.year] = command.days;
}

void ReferenceMarket::run(const SetInstrument& command) {
  if (must_be_signed(command)) return refuse(unsigned_rule(command));
  const Refusal refusal = rule_refusal(command);
  if (refusal != Code::none) return refuse(refusal);
  set(command);
}

void ReferenceMarket::set(const SetInstrument& command) {
  Book* listed = state_.find_book(command.symbol);
  if (listed == nullptr) {
    Book book;
    book.terms = command;
    state_.books.push_back(book);
    return;
  }
  listed->terms.band_pct = command.band_pct;
  listed->terms.block_band_pct = command.block_band_pct;
  listed->terms.collar_pct = command.collar_pct;
  if (command.collar_pct == 0) listed->last_trade = 0;
}

void ReferenceMarket::run(const SetFirm& command) {
  Firm* known = state_.find_firm(command.firm);
  if (known != nullptr && known->group != command.group &&
      state_.killed.contains({Scope::group, known->group})) {
    const std::int64_t number = known - state_.firms.data();
    lines_.push_back(line(RefusedLine{text(Code::k01_killed), 2, number}));  // 2: a group
    return;
  }
  if (!command.group.empty()) state_.groups.insert(command.group);
  if (known != nullptr) {
    known->group = command.group;
    if (state_.killed.contains({Scope::group, command.group})) retest_all();
  } else {
    state_.firms.push_back({command.firm, command.group});
  }
  fixpoint(std::nullopt);
}

void ReferenceMarket::run(const SetFacility& command) {
  const Day until = command.permit_valid_to;
  constexpr Day first{2000, 1, 1};
  constexpr Day last{2999, 12, 31};
  if (until != Day{} && (until < first || until > last)) {
    return refuse({Code::o01_quantity, number_of(until < first ? first : last), number_of(until)});
  }
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

  retest(*facility);
  fixpoint(std::nullopt);
}

// The kill switch and the entry rules of section 5, once more.
void ReferenceMarket::retest(const Facility& facility) {
  Matching matching{state_, lines_};
  for (Order* order : state_.open_orders(facility)) {
    const Book& book = state_.books[order->book];
    const Code code = state_.is_killed(facility, book)
                          ? Code::k01_killed
                          : entry_code(state_, facility, book, order->side);
    if (code != Code::none) matching.cancel(*order, code);
  }
  const std::size_t id = state_.index_of(facility);
  const std::vector<Block> blocks = state_.blocks;
  for (const Block& block : blocks) {
    const bool submits = block.offer.facility == id;
    if (!submits && block.counterparty != id) continue;
    const Book& book = state_.books[block.offer.book];
    const bool buys = submits == block.offer.is_buy();
    const Code code = state_.is_killed(facility, book)
                          ? Code::k01_killed
                          : entry_code(state_, facility, book, buys ? Side::buy : Side::sell);
    if (code != Code::none) end_block(block, code);
  }
}

void ReferenceMarket::retest_all() {
  for (const Facility& facility : state_.facilities) retest(facility);
}

void ReferenceMarket::set(const SetQuota& command) {
  state_.caps[{command.year, command.province, command.pollutant}] = {
      command.inflow_cap, command.outflow_cap, command.gross_cap, command.holding_cap,
      command.daily_pace};
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
  const Refusal refusal = rule_refusal(command);
  if (refusal != Code::none) return refuse(refusal);
  set(command);
  set_bands();
}

void ReferenceMarket::set(const SetReferencePrice& command) {
  Book& book = *state_.find_book(command.symbol);
  book.reference = command.price_fen / book.terms.tick_fen;
  book.band_due = true;
}

// The price limits that are due, in load order, and the orders outside of them.
void ReferenceMarket::set_bands() {
  for (std::size_t i = 0; i < state_.books.size(); ++i) {
    Book& book = state_.books[i];
    if (!book.band_due) continue;
    book.band_due = false;
    book.has_reference = true;
    book.lower = (book.reference * (100 - book.terms.band_pct) + 99) / 100;
    book.upper = book.reference * (100 + book.terms.band_pct) / 100;
    lines_.push_back(line(BandLine{book.terms.symbol, book.reference, book.lower, book.upper}));
    Matching matching{state_, lines_};
    for (const Side side : {Side::buy, Side::sell}) {
      for (Order* order : state_.ranked(i, side)) {
        if (order->price < book.lower || order->price > book.upper) {
          matching.cancel(*order, Code::o05_price);
        }
      }
    }
  }
}

void ReferenceMarket::run(const Deposit& command) {
  Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return refuse(Code::p04_unknown_account);
  const std::int64_t room = amount_max - state_.deposited;
  if (command.amount_fen > room) return refuse({Code::o02_value, room, command.amount_fen});
  state_.deposited += command.amount_fen;
  facility->cash += command.amount_fen;
  lines_.push_back(line(PostLine{"cash", "BANK", command.facility, command.amount_fen}));
}

void ReferenceMarket::run(const Issue& command) {
  if (state_.find_book(command.symbol) == nullptr) return refuse(Code::p03_unknown_symbol);
  Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return refuse(Code::p04_unknown_account);
  std::int64_t& issued = state_.issued[command.symbol];
  const std::int64_t room = issued_max - issued;
  if (command.quantity > room) return refuse({Code::o02_value, room, command.quantity});
  issued += command.quantity;
  if (state_.find_book(command.symbol)->is_carbon()) {
    state_.allocated[facility->terms.firm] += command.quantity;
  }
  facility->rights[command.symbol] += command.quantity;
  lines_.push_back(line(PostLine{command.symbol, "REGISTRY", command.facility, command.quantity}));
}

}  // namespace emx::model
