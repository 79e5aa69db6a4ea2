#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Market-rules 10 and 11: what leaves an account, and what authorities hold back in it.

namespace emx::model {

void ReferenceMarket::run(const Withdraw& command) {
  Facility* facility = state_.find_facility(command.facility);
  if (facility == nullptr) return refuse(Code::p04_unknown_account);
  if (command.amount_fen < 1) return refuse({Code::o01_quantity, 1, command.amount_fen});
  if (!command.approved) return refuse(Code::p06_four_eyes);
  const Wide available = state_.available_cash(*facility);
  if (command.amount_fen > available) {
    return refuse({Code::l01_cash, available, command.amount_fen});
  }
  facility->cash -= command.amount_fen;
  state_.deposited -= command.amount_fen;
  lines_.push_back(line(PostLine{"cash", command.facility, "BANK", command.amount_fen}));
}

void ReferenceMarket::run(const Freeze& command) {
  hold_back(state_.find_facility(command.facility), command.symbol, command.amount,
            command.approved, &HeldBack::frozen);
}

void ReferenceMarket::run(const Pledge& command) {
  hold_back(state_.find_facility(command.facility), command.symbol, command.amount,
            command.approved, &HeldBack::pledged);
}

// More is taken from what is available, then from the newest orders that reserve of it.
void ReferenceMarket::hold_back(Facility* facility, const std::string& symbol, std::int64_t amount,
                                bool approved, std::int64_t HeldBack::*part) {
  const bool cash = symbol.empty();
  if (!cash && state_.find_book(symbol) == nullptr) return refuse(Code::p03_unknown_symbol);
  if (facility == nullptr) return refuse(Code::p04_unknown_account);
  if (amount == 0) return refuse({Code::o01_quantity, 1, 0});
  if (amount < 0 && !approved) return refuse(Code::p06_four_eyes);
  HeldBack& held = facility->held_back[symbol];
  Wide free = held.*part;
  for (const PendingTransfer& transfer : state_.transfers) {  // what is on its way stays frozen
    const bool theirs = transfer.from == facility->terms.facility && transfer.symbol == symbol;
    if (theirs && part == &HeldBack::frozen) free -= transfer.quantity;
  }
  if (free + amount < 0) return refuse({Code::o01_quantity, -free, amount});
  const Code lack = cash ? Code::l01_cash : Code::l02_rights;
  const Wide total = cash ? facility->cash : facility->rights[symbol];
  const Wide most = total - facility->held_back_of(symbol);
  if (amount > most) return refuse({lack, most, amount});
  std::vector<Order*> orders = state_.open_orders(*facility);
  std::reverse(orders.begin(), orders.end());
  for (Order* order : orders) {
    const Wide available =
        cash ? state_.available_cash(*facility) : state_.available_rights(*facility, symbol);
    if (available >= amount) break;
    const bool reserves =
        cash ? order->is_buy()
             : !order->is_buy() && state_.books[order->book].terms.symbol == symbol;
    if (reserves) Matching{state_, lines_}.cancel(*order, lack);
  }
  end_blocks(lack, [&](const Block& block) {
    const Wide available =
        cash ? state_.available_cash(*facility) : state_.available_rights(*facility, symbol);
    const auto reserves = [&](const Order& side) {
      const bool of_it =
          cash ? side.is_buy() : !side.is_buy() && state_.books[side.book].terms.symbol == symbol;
      return of_it && &state_.facilities[side.facility] == facility;
    };
    return available < amount && (reserves(block.offer) || (block.other && reserves(*block.other)));
  });
  held.*part += amount;
  lines_.push_back(
      line(HeldLine{cash ? "cash" : symbol, facility->terms.facility, held.pledged, held.frozen}));
}

}  // namespace emx::model
