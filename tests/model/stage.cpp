#include "tests/model/stage.hpp"

#include <set>

namespace emx::model {

Stage::Stage() {
  for (const Province province : all_provinces) {
    run(SetZone{province, "plain", "TAIHU", {}, false});
    run(SetZone{province, "key", "TAIHU", {}, true});
    for (const Pollutant pollutant : all_pollutants) {
      if (pollutant != Pollutant::co2e) run(caps(province, pollutant));
    }
  }
  run(DayOpen{{2026, 6, 18}});
  SetInstrument terms;
  terms.symbol = voc;
  terms.basin = "YRD";
  add_book(terms, 1'198'000);
}

Stage::Lines Stage::run(const Command& command) {
  Lines lines = market_.apply(command);
  record_.emplace_back(command, lines);
  return lines;
}

void Stage::add_book(const SetInstrument& terms, std::int64_t reference_fen) {
  run(terms);
  books_.push_back(terms);
  run(SetReferencePrice{terms.symbol, reference_fen});
  run(SetPhase{terms.symbol, Phase::continuous});
}

void Stage::add(const SetFacility& terms) {
  run(SetFirm{terms.firm, ""});
  run(terms);
  run(Deposit{terms.facility, ample * 1'000});
  for (const SetInstrument& book : books_) {
    run(Issue{terms.facility, book.symbol, 1'000'000});
    if (book.pollutant != Pollutant::co2e) run(SetDemand{terms.facility, book.pollutant, ample});
  }
}

void Stage::add(const std::string& name, Province province, const std::string& zone) {
  SetFacility terms;
  terms.facility = name;
  terms.firm = name;
  terms.province = province;
  terms.zone = zone;
  terms.basin = "TAIHU";
  terms.pollutants = {all_pollutants, all_pollutants + 7};
  add(terms);
}

NewOrder Stage::order(Side side, const std::string& facility, std::int64_t quantity,
                      std::int64_t price, const std::string& symbol) const {
  NewOrder order;
  order.actor = facility;
  order.symbol = symbol;
  order.facility = facility;
  order.side = side;
  order.quantity = quantity;
  for (const SetInstrument& book : books_) {
    if (book.symbol == symbol) order.price_fen = price * book.tick_fen;
  }
  return order;
}

Stage::Lines Stage::buy(const std::string& facility, std::int64_t quantity, std::int64_t price,
                        const std::string& symbol) {
  return run(order(Side::buy, facility, quantity, price, symbol));
}

Stage::Lines Stage::sell(const std::string& facility, std::int64_t quantity, std::int64_t price,
                         const std::string& symbol) {
  return run(order(Side::sell, facility, quantity, price, symbol));
}

Stage::Lines Stage::buy_ioc(const std::string& facility, std::int64_t quantity,
                            std::int64_t price) {
  NewOrder sent = order(Side::buy, facility, quantity, price, voc);
  sent.time_in_force = TimeInForce::ioc;
  return run(sent);
}

Stage::Lines Stage::replace(const std::string& facility, int number, std::int64_t quantity,
                            std::int64_t price) {
  ReplaceOrder sent;
  sent.actor = facility;
  sent.order = number;
  sent.price_fen = price * books_.front().tick_fen;
  sent.quantity = quantity;
  return run(sent);
}

Stage::Lines Stage::cancel(const std::string& facility, int number) {
  return run(CancelOrder{facility, number, false});
}

Stage::Lines Stage::phase(Phase phase) { return run(SetPhase{"", phase}); }

Stage::Lines Stage::next_day(const Day& date) {
  phase(Phase::closed);
  return run(DayOpen{date});
}

SetQuota Stage::caps(Province province, Pollutant pollutant) {
  return {2026, province, pollutant, ample, ample, ample, ample, ample};
}

}  // namespace emx::model
