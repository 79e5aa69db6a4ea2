#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "tests/model/random_market.hpp"

// What comes while the market runs: facilities, zones and books, set alone or by a rule set.

namespace emx::model {

// Mostly one; at times more than there is room for. What needs a signature comes in a document (see
// next()).
void RandomMarket::plan_newcomer() {
  if (random_.chance(40)) {
    for (int more = random_.chance(8) ? 6 : 1; more > 0; --more) {
      planned_.emplace_back(new_zone(random_.pick(provinces_)));
    }
  }
  if (random_.chance(35)) {
    for (int more = random_.chance(8) ? 7 : 1; more > 0; --more) planned_.emplace_back(new_book());
  }
  if (random_.chance(60)) plan_facility(random_.pick(zones_));
}

SetZone RandomMarket::new_zone(Province province) {
  SetZone zone = random_.pick(zones_);
  zone.province = province;
  zone.zone = "N" + std::to_string(++names_given_);
  if (random_.chance(50)) zone.missed.insert(pollutants_.front());
  return zone;
}

SetInstrument RandomMarket::new_book() {
  SetInstrument terms = books_.front().terms;
  terms.last_year = 2033;
  terms.symbol += "." + std::to_string(++names_given_);
  return terms;
}

void RandomMarket::take_in(const Rule& rule) {
  if (const auto* zone = std::get_if<SetZone>(&rule)) take_in(*zone);
  if (const auto* book = std::get_if<SetInstrument>(&rule)) take_in(*book);
}

// A facility settles in a new zone, before all else that is planned.
void RandomMarket::take_in(const SetZone& zone) {
  for (const SetZone& known : zones_) {
    if (known.province == zone.province && known.zone == zone.zone) return;
  }
  zones_.push_back(zone);
  std::deque<std::optional<Command>> later = std::exchange(planned_, {});
  plan_facility(zone);
  planned_.insert(planned_.end(), later.begin(), later.end());
}

// A new book gets rights and, mostly, a price, and trades like the others.
void RandomMarket::take_in(const SetInstrument& book) {
  for (const BookSketch& known : books_) {
    if (known.terms.symbol == book.symbol) return;
  }
  const std::int64_t reference = books_.front().reference;
  books_.push_back({book, reference, reference, Phase::closed});
  std::deque<std::optional<Command>> later = std::exchange(planned_, {});
  if (random_.chance(75)) {
    planned_.emplace_back(SetReferencePrice{book.symbol, reference * book.tick_fen});
  }
  for (const SetFacility& facility : facilities_) {
    if (random_.chance(60)) {
      planned_.emplace_back(Issue{facility.facility, book.symbol, random_.between(1, 5'000)});
    }
  }
  if (!night_) planned_.emplace_back(SetPhase{book.symbol, Phase::continuous});
  planned_.insert(planned_.end(), later.begin(), later.end());
}

}  // namespace emx::model
