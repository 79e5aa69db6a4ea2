#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Market-rules 12: transfers, from the trusted list to the day on which they go.

namespace emx::model {

namespace {

constexpr std::int64_t delay_days = 4;

TransferLine line_of(const PendingTransfer& transfer, const std::string& stage) {
  TransferLine line;
  line.number = transfer.number;
  line.stage = stage;
  line.code = text(Code::none);
  line.from = transfer.from;
  line.to = transfer.to;
  line.symbol = transfer.symbol;
  line.due = text(transfer.due);
  line.quantity = transfer.quantity;
  return line;
}

}  // namespace

void ReferenceMarket::run(const Trust& command) {
  const bool known =
      state_.find_facility(command.from) != nullptr && state_.find_facility(command.to) != nullptr;
  if (!known) return refuse(Code::p04_unknown_account);
  const auto place_of = [this](const std::string& facility) {
    return static_cast<std::int64_t>(state_.index_of(*state_.find_facility(facility)));
  };
  if (command.from == command.to) {
    return refuse({Code::o01_quantity, place_of(command.from), place_of(command.to)});
  }
  if (command.trusted) {
    if (!command.approved) return refuse(Code::p06_four_eyes);
    state_.trusted.insert({command.from, command.to});
    return;
  }
  state_.trusted.erase({command.from, command.to});
  std::vector<PendingTransfer> others;
  for (const PendingTransfer& transfer : state_.transfers) {
    if (transfer.from == command.from && transfer.to == command.to) {
      Matching{state_, lines_}.end(transfer, Code::p05_not_your_account);
    } else {
      others.push_back(transfer);
    }
  }
  state_.transfers = others;
}

void ReferenceMarket::run(const Transfer& command) {
  const Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return refuse(Code::p03_unknown_symbol);
  Facility* from = state_.find_facility(command.from);
  const Facility* to = state_.find_facility(command.to);
  if (from == nullptr || to == nullptr) return refuse(Code::p04_unknown_account);
  if (book->terms.scheme == Scheme::cea || book->terms.venue_of_record != "EMX") {
    return refuse(Code::p02_venue);
  }
  if (!state_.has_day) return refuse(Code::p01_phase);
  if (command.quantity < 1) return refuse({Code::o01_quantity, 1, command.quantity});
  if (command.quantity > order_lots_max) {
    return refuse({Code::o01_quantity, order_lots_max, command.quantity});
  }
  if (!command.approved) return refuse(Code::p06_four_eyes);
  if (!state_.trusted.contains({command.from, command.to})) {
    return refuse({Code::p05_not_your_account, static_cast<Wide>(state_.index_of(*from)),
                   static_cast<Wide>(state_.index_of(*to))});
  }
  const Wide available = state_.available_rights(*from, command.symbol);
  if (command.quantity > available) return refuse({Code::l02_rights, available, command.quantity});
  PendingTransfer transfer;
  transfer.number = state_.next_transfer++;
  transfer.from = command.from;
  transfer.to = command.to;
  transfer.symbol = command.symbol;
  transfer.quantity = command.quantity;
  transfer.due = days_after(state_.today, delay_days);
  state_.transfers.push_back(transfer);
  from->held_back[command.symbol].frozen += command.quantity;
  Matching{state_, lines_}.say_held(*from, command.symbol);
  lines_.push_back(line(line_of(transfer, "requested")));
}

void ReferenceMarket::carry_out_transfers() {
  std::vector<PendingTransfer> waiting;
  const std::vector<PendingTransfer> all = state_.transfers;
  for (const PendingTransfer& transfer : all) {
    if (state_.today < transfer.due) {
      waiting.push_back(transfer);
    } else {
      Matching{state_, lines_}.carry_out(transfer);
    }
  }
  state_.transfers = waiting;
}

void Matching::say_held(const Facility& facility, const std::string& symbol) {
  const HeldBack& held = facility.held_back.at(symbol);
  lines_.push_back(line(HeldLine{symbol, facility.terms.facility, held.pledged, held.frozen}));
}

void Matching::end(const PendingTransfer& transfer, Code code) {
  Facility& from = *state_.find_facility(transfer.from);
  from.held_back[transfer.symbol].frozen -= transfer.quantity;
  say_held(from, transfer.symbol);
  TransferLine ended = line_of(transfer, "ended");
  ended.code = text(code);
  lines_.push_back(line(ended));
}

// The receiver as a buyer that has filled nothing yet, the giver as a seller.
void Matching::carry_out(const PendingTransfer& transfer) {
  Facility& from = *state_.find_facility(transfer.from);
  Facility& to = *state_.find_facility(transfer.to);
  Order bid;
  bid.book = state_.index_of(*state_.find_book(transfer.symbol));
  bid.facility = state_.index_of(to);
  bid.quantity = bid.remaining = transfer.quantity;
  Order ask = bid;
  ask.side = Side::sell;
  ask.facility = state_.index_of(from);
  const Trial trial = try_deal(state_, bid, ask, Related::allowed);
  if (trial.quantity < transfer.quantity) return end(transfer, trial.code);

  const Ratio ratio = ratio_of(state_, bid, ask);
  Fill fill;
  fill.sold = transfer.quantity;
  fill.cross = is_cross_province(state_, bid, ask);
  fill.credited = fill.sold * ratio.d / ratio.n;
  fill.retired = fill.sold - fill.credited;
  from.held_back[transfer.symbol].frozen -= fill.sold;
  say_held(from, transfer.symbol);
  TransferLine done = line_of(transfer, "carried-out");
  done.credited = fill.credited;
  done.retired = fill.retired;
  done.ratio_n = ratio.n;
  done.ratio_d = ratio.d;
  lines_.push_back(line(done));
  from.rights[transfer.symbol] -= fill.sold;
  to.rights[transfer.symbol] += fill.credited;
  state_.retired[transfer.symbol] += fill.retired;
  for (const auto& [holder, lots] : {std::pair{transfer.to, fill.credited},
                                     std::pair{std::string{"ENV-RETIRED"}, fill.retired}}) {
    if (lots > 0) lines_.push_back(line(PostLine{transfer.symbol, transfer.from, holder, lots}));
  }
  if (fill.cross) count_quota(bid, ask, fill);
  if (needs_demand(to, state_.books[bid.book])) count_demand(bid, fill);
}

}  // namespace emx::model
