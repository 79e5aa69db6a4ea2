#include "tests/model/reference_state.hpp"

#include <algorithm>
#include <stdexcept>

namespace emx::model {

std::string text(Code code) {
  switch (code) {
    case Code::none:
      return "NONE";
    case Code::e01_permit:
      return "E01_PERMIT";
    case Code::e02_credit:
      return "E02_CREDIT";
    case Code::e03_related:
      return "E03_RELATED";
    case Code::e04_basin:
      return "E04_BASIN";
    case Code::e05_power:
      return "E05_POWER";
    case Code::e06_agri:
      return "E06_AGRI";
    case Code::e07_link:
      return "E07_LINK";
    case Code::e08_attain:
      return "E08_ATTAIN";
    case Code::e10_double_ets:
      return "E10_DOUBLE_ETS";
    case Code::e11_not_emitter:
      return "E11_NOT_EMITTER";
    case Code::q01_net_inflow:
      return "Q01_NET_INFLOW";
    case Code::q02_net_outflow:
      return "Q02_NET_OUTFLOW";
    case Code::q03_gross:
      return "Q03_GROSS";
    case Code::q04_holding:
      return "Q04_HOLDING";
    case Code::q05_pace:
      return "Q05_PACE";
    case Code::d01_demand:
      return "D01_DEMAND";
    case Code::o01_quantity:
      return "O01_QUANTITY";
    case Code::o02_value:
      return "O02_VALUE";
    case Code::o05_price:
      return "O05_PRICE";
    case Code::o06_tick_or_lot:
      return "O06_TICK_OR_LOT";
    case Code::o07_use_block:
      return "O07_USE_BLOCK";
    case Code::l01_cash:
      return "L01_CASH";
    case Code::l02_rights:
      return "L02_RIGHTS";
    case Code::p01_phase:
      return "P01_PHASE";
    case Code::p02_venue:
      return "P02_VENUE";
    case Code::p03_unknown_symbol:
      return "P03_UNKNOWN_SYMBOL";
    case Code::p04_unknown_account:
      return "P04_UNKNOWN_ACCOUNT";
    case Code::p05_not_your_account:
      return "P05_NOT_YOUR_ACCOUNT";
    case Code::x01_local_only:
      return "X01_LOCAL_ONLY";
    case Code::c01_expired:
      return "C01_EXPIRED";
    case Code::c03_requested:
      return "C03_REQUESTED";
    case Code::d02_duplicate_cl_ord_id:
      return "D02_DUPLICATE_CLORDID";
    case Code::d03_unknown_order:
      return "D03_UNKNOWN_ORDER";
    case Code::d04_too_late:
      return "D04_TOO_LATE";
  }
  throw std::logic_error("a code without a name");
}

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

Wide State::fee(Wide amount) const { return (genesis.fee_rate_bp * amount + 5'000) / 10'000; }

Wide State::reservation(const Order& order) const {
  if (order.side == Side::sell) return order.remaining;
  const Wide rest = amount(books[order.book], order.price, order.remaining);
  return rest + fee(order.spent + rest) - order.charged;
}

Wide State::available_cash(const Facility& facility) const {
  Wide sum = facility.cash;
  for (const Order& order : orders) {
    if (order.open && order.side == Side::buy && &facilities[order.facility] == &facility) {
      sum -= reservation(order);
    }
  }
  return sum;
}

Wide State::available_rights(const Facility& facility, const std::string& symbol) const {
  const auto rights = facility.rights.find(symbol);
  Wide sum = rights == facility.rights.end() ? 0 : rights->second;
  for (const Order& order : orders) {
    if (order.open && order.side == Side::sell && &facilities[order.facility] == &facility &&
        books[order.book].terms.symbol == symbol) {
      sum -= reservation(order);
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

bool ranks_ahead(const Order& a, const Order& b) {
  if (a.price != b.price) return a.side == Side::buy ? a.price > b.price : a.price < b.price;
  return a.arrival < b.arrival;
}

bool crosses(const Order& bid, const Order& ask) { return bid.price >= ask.price; }

}  // namespace emx::model
