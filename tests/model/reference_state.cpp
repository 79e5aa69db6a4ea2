#include "tests/model/reference_state.hpp"

#include <algorithm>
#include <stdexcept>

namespace emx::model {

SetZone* State::find_zone(Province province, std::string_view name) {
  for (SetZone& zone : zones) {
    if (zone.province == province && zone.zone == name) return &zone;
  }
  return nullptr;
}

Firm* State::find_firm(std::string_view name) {
  for (Firm& firm : firms) {
    if (firm.name == name) return &firm;
  }
  return nullptr;
}

Facility* State::find_facility(std::string_view name) {
  for (Facility& facility : facilities) {
    if (facility.terms.facility == name) return &facility;
  }
  return nullptr;
}

Book* State::find_book(std::string_view symbol) {
  for (Book& book : books) {
    if (book.terms.symbol == symbol) return &book;
  }
  return nullptr;
}

Order* State::find_order(int number) {
  for (Order& order : orders) {
    if (order.number == number) return &order;
  }
  return nullptr;
}

std::int64_t State::number_of_firm(std::string_view name) const {
  for (std::size_t i = 0; i < firms.size(); ++i) {
    if (firms[i].name == name) return static_cast<std::int64_t>(i);
  }
  return 0xFFFFFFFF;
}

std::size_t State::index_of(const Book& book) const {
  return static_cast<std::size_t>(&book - books.data());
}

std::size_t State::index_of(const Facility& facility) const {
  return static_cast<std::size_t>(&facility - facilities.data());
}

const SetZone& State::zone_of(const Facility& facility) const {
  for (const SetZone& zone : zones) {
    if (zone.province == facility.terms.province && zone.zone == facility.terms.zone) return zone;
  }
  throw std::logic_error("a facility in no zone");
}

const std::string& State::group_of(const Facility& facility) const {
  for (const Firm& firm : firms) {
    if (firm.name == facility.terms.firm) return firm.group;
  }
  throw std::logic_error("a facility of no firm");
}

Caps State::caps_of(Province province, Pollutant pollutant) const {
  const auto row = caps.find({today.year, province, pollutant});
  return row == caps.end() ? Caps{} : row->second;
}

Caps State::open_caps_of(Province province, Pollutant pollutant) const {
  Caps left = caps_of(province, pollutant);
  for (const Block& block : blocks) {
    if (!block.holds_room || books[block.offer.book].terms.pollutant != pollutant) continue;
    if (facilities[block.bid().facility].terms.province == province) {
      for (std::int64_t* cap : {&left.inflow, &left.gross, &left.holding, &left.pace}) {
        *cap -= block.credited;
      }
    }
    if (facilities[block.ask().facility].terms.province == province) {
      left.outflow -= block.ask().quantity;
      left.gross -= block.ask().quantity;
    }
  }
  return left;
}

std::vector<const Order*> State::block_orders() const {
  std::vector<const Order*> bound;
  for (const Block& block : blocks) {
    bound.push_back(&block.offer);
    if (block.other) bound.push_back(&*block.other);
  }
  return bound;
}

Used State::used_of(Province province, Pollutant pollutant) const {
  const auto row = used.find({province, pollutant});
  return row == used.end() ? Used{} : row->second;
}

std::int64_t State::held(Province province, Pollutant pollutant) const {
  std::int64_t sum = 0;
  for (const Book& book : books) {
    if (book.terms.pollutant != pollutant) continue;
    for (const Facility& facility : facilities) {
      if (facility.terms.province != province) continue;
      const auto rights = facility.rights.find(book.terms.symbol);
      if (rights != facility.rights.end()) sum += rights->second;
    }
  }
  return sum;
}

std::int64_t State::years(const Book& book) const {
  return book.is_carbon() ? 1 : book.terms.last_year - today.year + 1;
}

Wide State::amount(const Book& book, std::int64_t price, std::int64_t quantity) const {
  const std::int64_t per = book.is_carbon() ? 1 : 1'000;
  return Wide{quantity} * price * book.terms.tick_fen * years(book) / per;
}

bool State::may_trade_on(const Day& day) const {
  const auto year = calendar.find(day.year);
  return year == calendar.end() || year->second.contains(day);
}

Wide State::fee(const Order& order, Wide amount) const {
  return (order.fee_rate_bp * amount + 5'000) / 10'000;
}

std::int64_t State::listed_max(const Book& book) const {
  return book.is_carbon() ? parameters.figures.listed_carbon_t_max
                          : parameters.figures.listed_kg_max;
}

Wide State::reservation(const Order& order) const {
  if (order.side == Side::sell) return order.remaining;
  const Wide rest = amount(books[order.book], order.price, order.remaining);
  return rest + fee(order, order.spent + rest) - order.charged;
}

Wide Facility::held_back_of(const std::string& symbol) const {
  const auto found = held_back.find(symbol);
  if (found == held_back.end()) return 0;
  return Wide{found->second.pledged} + found->second.frozen;
}

Wide State::available_cash(const Facility& facility) const {
  Wide sum = facility.cash - facility.held_back_of("");
  for (const Order& order : orders) {
    if (order.open && order.side == Side::buy && &facilities[order.facility] == &facility) {
      sum -= reservation(order);
    }
  }
  for (const Order* side : block_orders()) {
    if (side->is_buy() && &facilities[side->facility] == &facility) sum -= reservation(*side);
  }
  return sum;
}

Wide State::available_rights(const Facility& facility, const std::string& symbol) const {
  const auto rights = facility.rights.find(symbol);
  Wide sum = rights == facility.rights.end() ? 0 : rights->second;
  sum -= facility.held_back_of(symbol);
  for (const Order& order : orders) {
    if (order.open && order.side == Side::sell && &facilities[order.facility] == &facility &&
        books[order.book].terms.symbol == symbol) {
      sum -= reservation(order);
    }
  }
  for (const Order* side : block_orders()) {
    if (!side->is_buy() && &facilities[side->facility] == &facility &&
        books[side->book].terms.symbol == symbol) {
      sum -= reservation(*side);
    }
  }
  return sum;
}

std::vector<Order*> State::ranked(std::size_t book, Side side) {
  std::vector<Order*> list;
  for (Order& order : orders) {
    if (order.open && order.book == book && order.side == side) list.push_back(&order);
  }
  std::sort(list.begin(), list.end(),
            [](const Order* a, const Order* b) { return ranks_ahead(*a, *b); });
  return list;
}

std::vector<Order*> State::open_orders(const Facility& facility) {
  std::vector<Order*> list;
  for (Order& order : orders) {
    if (order.open && &facilities[order.facility] == &facility) list.push_back(&order);
  }
  std::sort(list.begin(), list.end(),
            [](const Order* a, const Order* b) { return a->arrival < b->arrival; });
  return list;
}

void Order::show_anew() {
  const std::int64_t shown = display_quantity == 0 ? remaining : display_quantity;
  hidden = remaining - std::min(shown, remaining);
}

bool ranks_ahead(const Order& a, const Order& b) {
  if (a.price != b.price) return a.side == Side::buy ? a.price > b.price : a.price < b.price;
  return a.priority < b.priority;
}

bool crosses(const Order& bid, const Order& ask) { return bid.price >= ask.price; }

}  // namespace emx::model
