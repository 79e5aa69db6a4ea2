#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/model/random_market.hpp"

// What participants do: orders of every type, replaces, cancels.

namespace emx::model {

namespace {

// Whether a facility of the class belongs in the book by market-rules 3.
bool belongs(SourceClass source_class, const SetInstrument& book) {
  if (book.book_class == BookClass::any || source_class == SourceClass::reserve) return true;
  if (book.book_class == BookClass::pwr) return source_class == SourceClass::power;
  if (book.book_class == BookClass::agr) return source_class == SourceClass::agri;
  return source_class == SourceClass::industry || source_class == SourceClass::wwtp ||
         (source_class == SourceClass::power && book.medium == Medium::water);
}

}  // namespace

// Mostly one that the book admits, so that most orders are taken; by chance any other.
const SetFacility& RandomMarket::likely_facility(const SetInstrument& book) {
  for (int attempt = 0; attempt < 12; ++attempt) {
    const SetFacility& facility = random_.pick(facilities_);
    const bool permitted = facility.permit_valid_to >= today_ &&
                           facility.pollutants.contains(book.pollutant) &&
                           facility.credit != Credit::negative;
    const bool near = book.medium != Medium::water || facility.basin == book.basin;
    const bool fits = permitted && near && belongs(facility.source_class, book);
    if (fits || random_.chance(2)) return facility;
  }
  return random_.pick(facilities_);
}

std::int64_t RandomMarket::price_near(const BookSketch& book) {
  return book.mid + random_.between(-2, 2) + random_.between(-2, 2);
}

std::int64_t RandomMarket::quantity() {
  const std::int64_t draw = random_.between(1, 100);
  if (draw <= 10) return 10 * random_.between(1, 4);
  if (draw <= 40) return random_.between(1, 40);
  if (draw <= 90) return random_.between(1, 700);
  if (draw <= 97) return random_.between(1, 5'000);
  const std::vector<std::int64_t> odd = {
      0, -1, 30'000, 30'001, 99'999, 100'000, largest_amount, 2'147'483'647, 2'147'483'648};
  return random_.pick(odd);
}

void RandomMarket::spoil(NewOrder& order) {
  const SetInstrument& book = book_of(order.symbol).terms;
  switch (random_.between(1, 15)) {
    case 1:
      order.symbol = "VOC.AIR.YRD.IND.9999";
      break;
    case 2:
      order.facility = "JS999-9";
      break;
    case 3:
    case 4:
      order.actor = random_.pick(firms_);
      break;
    case 5:
      order.duplicate = true;
      break;
    case 6:
      order.inexact_price = true;
      break;
    case 7:
      order.inexact_quantity = true;
      break;
    case 8:
      order.price_fen += book.tick_fen > 1 ? random_.between(1, book.tick_fen - 1) : 1'000;
      break;
    case 9:
      order.price_fen += book.tick_fen * 1'000;
      break;
    case 10:
      order.price_fen = random_.chance(50) ? -order.price_fen : 0;
      break;
    default:
      spoil_terms(order);
      break;
  }
}

// Each is refused O01 where it counts.
void RandomMarket::spoil_terms(NewOrder& order) {
  switch (random_.between(1, 7)) {
    case 1:
      order.min_quantity = random_.chance(50) ? -1 : order.quantity + 1;
      break;
    case 2:
      order.min_quantity = 1;
      order.time_in_force = random_.chance(50) ? TimeInForce::fok : TimeInForce::day;
      break;
    case 3:
      order.display_quantity = random_.chance(50) ? -1 : order.quantity + 1;
      break;
    case 4:
      order.max_ratio = {0, static_cast<int>(random_.between(1, 3))};
      break;
    case 5:
      order.max_ratio = {static_cast<int>(random_.between(1, 3)), 0};
      break;
    default:
      order.time_in_force = TimeInForce::gtd;
      order.expire_date = days_after(today_, -random_.between(1, 400));
      break;
  }
}

void RandomMarket::give_time_in_force(NewOrder& order) {
  // Of an order that is not GTD the date means nothing.
  if (random_.chance(30)) order.expire_date = days_after(today_, random_.between(-2, 6));
  const bool continuous = book_of(order.symbol).phase == Phase::continuous;
  std::int64_t draw = random_.between(1, 100);
  // Outside continuous trading what cannot rest is refused.
  if (!continuous && random_.chance(95)) draw = random_.between(1, 78);
  if (draw <= 52) return;
  if (draw <= 65) {
    order.time_in_force = TimeInForce::gtc;
  } else if (draw <= 78) {
    order.time_in_force = TimeInForce::gtd;
    order.expire_date =
        days_after(today_, random_.chance(80) ? random_.between(0, 3) : random_.between(4, 400));
  } else if (draw <= 88) {
    order.time_in_force = TimeInForce::ioc;
    if (random_.chance(40)) {
      order.min_quantity = random_.between(1, std::max<std::int64_t>(1, order.quantity));
    }
  } else if (draw <= 94) {
    order.time_in_force = TimeInForce::fok;
  } else {
    order.type = OrderType::market;
    order.time_in_force = static_cast<TimeInForce>(random_.between(0, 4));
    order.price_fen = random_.between(-3, 3) * random_.between(0, 1'000'000);
    const bool some = order.time_in_force != TimeInForce::fok && random_.chance(20);
    if (some) order.min_quantity = random_.between(1, std::max<std::int64_t>(1, order.quantity));
  }
}

void RandomMarket::give_terms(NewOrder& order) {
  if (!random_.chance(variety_)) return;
  const BookSketch& book = book_of(order.symbol);
  if (random_.chance(40)) {
    const std::int64_t whole = std::max<std::int64_t>(1, order.quantity);
    order.display_quantity = random_.between(1, random_.chance(60) ? whole / 4 + 1 : whole);
  }
  if (random_.chance(many_classes_ ? 50 : 14)) order.local_only = true;
  if (random_.chance(14)) {
    const std::vector<MaxRatio> ratios = {{1, 1}, {1, 1}, {3, 2}, {3, 2},
                                          {2, 1}, {5, 4}, {1, 2}, {255, 127}};
    order.max_ratio = random_.pick(ratios);
  }
  if (random_.chance(8)) order.refuse_if_no_headroom = true;
  const bool may_be_passive = book.phase == Phase::continuous || random_.chance(3);
  if (may_be_passive && random_.chance(10)) {
    order.post_only = true;
    // Mostly where it does not cross.
    const std::int64_t away = random_.between(-1, 4);
    const std::int64_t price = order.side == Side::buy ? book.mid - away : book.mid + away;
    if (order.type == OrderType::limit) order.price_fen = price * book.terms.tick_fen;
  }
}

Command RandomMarket::order() {
  BookSketch& book = random_.chance(40) ? books_.front() : random_.pick(books_);
  if (book.terms.scheme == Scheme::cea && random_.chance(80)) return order();
  if (random_.chance(4)) {
    const std::int64_t drift = book.mid + random_.between(-1, 1);
    if (std::abs(drift - book.reference) * 12 < book.reference) book.mid = drift;
  }
  const SetFacility& facility = likely_facility(book.terms);
  NewOrder order;
  order.actor = facility.firm;
  order.session = static_cast<int>(random_.between(1, 3));
  order.symbol = book.terms.symbol;
  order.facility = facility.facility;
  order.side = random_.chance(50) ? Side::buy : Side::sell;
  order.price_fen = price_near(book) * book.terms.tick_fen;
  order.quantity = quantity();
  if (!open_.empty() && random_.chance(12)) {
    // The counterpart of an order that rests: the two are used up together.
    const OrderSketch& other = random_.pick(open_);
    if (other.symbol == order.symbol) {
      order.side = other.side == Side::buy ? Side::sell : Side::buy;
      order.price_fen = other.price * book.terms.tick_fen;
      order.quantity = other.quantity - other.filled;
    }
  }
  give_time_in_force(order);
  give_terms(order);
  if (random_.chance(5)) spoil(order);
  order.at_ms = now_ms_;
  return order;
}

Command RandomMarket::cancel() {
  CancelOrder cancel;
  cancel.order = static_cast<int>(random_.between(0, orders_given_ + 2));
  if (!open_.empty() && random_.chance(85)) cancel.order = random_.pick(open_).number;
  cancel.actor = random_.pick(firms_);
  for (const std::vector<OrderSketch>* orders : {&open_, &gone_}) {
    for (const OrderSketch& order : *orders) {
      if (order.number == cancel.order && random_.chance(93)) {
        cancel.actor = facility_of(order.facility).firm;
      }
    }
  }
  cancel.duplicate = random_.chance(4);
  return cancel;
}

Command RandomMarket::replace() {
  CancelOrder named = std::get<CancelOrder>(cancel());
  if (!open_.empty() && random_.chance(60)) {
    for (const OrderSketch& order : open_) {
      if (!order.special || random_.chance(60)) continue;
      named.order = order.number;
      named.actor = facility_of(order.facility).firm;
    }
  }
  ReplaceOrder replace;
  replace.actor = named.actor;
  replace.order = named.order;
  replace.duplicate = named.duplicate;
  replace.price_fen = 1'000;
  replace.at_ms = now_ms_;
  replace.quantity = quantity();
  for (const OrderSketch& order : open_) {
    if (order.number != named.order) continue;
    const BookSketch& book = book_of(order.symbol);
    std::int64_t price = order.price;
    if (random_.chance(50)) price = price_near(book);
    replace.price_fen = price * book.terms.tick_fen;
    switch (random_.between(1, 5)) {
      case 1:
        break;
      case 2:
        replace.quantity = order.quantity;
        break;
      case 3:
        replace.quantity = order.filled + random_.between(0, 3);
        break;
      default:
        replace.quantity = random_.between(order.filled, std::max(order.filled, order.quantity));
        break;
    }
    if (random_.chance(3)) replace.price_fen += 1;
    if (random_.chance(3)) replace.price_fen += 500 * book.terms.tick_fen;
  }
  replace.inexact_price = random_.chance(1);
  replace.inexact_quantity = random_.chance(1);
  return replace;
}

Command RandomMarket::mass_cancel() {
  MassCancel cancel;
  if (random_.chance(70)) {
    cancel.actor = random_.pick(firms_);
    if (!open_.empty() && random_.chance(70)) {
      cancel.actor = facility_of(random_.pick(open_).facility).firm;
    }
    if (random_.chance(10)) cancel.firm = random_.pick(firms_);  // means nothing
  } else if (random_.chance(60)) {
    cancel.firm = random_.chance(90) ? random_.pick(firms_) : "F999";
  }
  if (random_.chance(40)) cancel.symbol = random_.pick(books_).terms.symbol;
  if (random_.chance(5)) cancel.symbol = "VOC.AIR.YRD.IND.9999";
  if (random_.chance(40)) cancel.session = static_cast<int>(random_.between(1, 4));
  if (random_.chance(40)) cancel.side = random_.chance(50) ? Side::buy : Side::sell;
  cancel.on_disconnect = random_.chance(30);
  // The whole market at once only now and then: the stream would be nothing but new books.
  const bool all = cancel.actor.empty() && cancel.firm.empty() && cancel.symbol.empty();
  if (all && random_.chance(60)) cancel.side = Side::buy;
  return cancel;
}

}  // namespace emx::model
