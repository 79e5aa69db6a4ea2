#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/model/random_market.hpp"

// What authorities do: rules, participants, prices, money and rights.

namespace emx::model {

Command RandomMarket::demand() {
  SetDemand demand;
  demand.facility = random_.chance(97) ? random_.pick(facilities_).facility : "AH999-9";
  demand.pollutant = random_.pick(pollutants_);
  const std::int64_t draw = random_.between(1, 100);
  demand.approved = draw <= 20   ? 0
                    : draw <= 50 ? random_.between(1, 100)
                    : draw <= 55 ? largest_cap
                                 : random_.between(100, 4'000);
  return demand;
}

Command RandomMarket::link() {
  if (provinces_.size() == 1) return zone();
  SetLink link;
  link.pollutant = pollutants_.front();
  if (!links_off_.empty() && random_.chance(60)) {
    const auto& [seller, buyer] = *links_off_.begin();
    link.seller = seller;
    link.buyer = buyer;
    link.enabled = true;
    links_off_.erase(links_off_.begin());
    return link;
  }
  link.seller = random_.pick(provinces_);
  do {
    link.buyer = random_.pick(provinces_);
  } while (link.buyer == link.seller);
  link.enabled = false;
  links_off_.insert({link.seller, link.buyer});
  return link;
}

Command RandomMarket::zone() {
  SetZone& zone = random_.pick(zones_);
  const Pollutant pollutant = random_.pick(pollutants_);
  if (random_.chance(30)) {
    zone.key_zone = !zone.key_zone;
  } else if (zone.missed.contains(pollutant)) {
    zone.missed.erase(pollutant);
  } else if (random_.chance(60)) {
    zone.missed.insert(pollutant);
  }
  return zone;
}

// Figures that bind now and then, ratios about those of the rulebook, and sometimes a bad one.
SetParameters RandomMarket::parameters() {
  static const std::vector<std::int64_t> fees = {0, 7, 10, 10, 250, 1'000};
  static const std::vector<std::int64_t> listed_kg = {30'000, 30'000, 2'000, 40};
  static const std::vector<std::int64_t> listed_t = {99'999, 99'999, 60};
  static const std::vector<std::int64_t> extra_t = {1'500, 1'500, 0, 4'000};
  static const std::vector<std::int64_t> gtc_days = {90, 90, 1, 5, 3'660};
  static const std::vector<Replacement> ratios = {{1, 1}, {3, 2}, {3, 2}, {2, 1},     {2, 1},
                                                  {5, 4}, {5, 3}, {7, 2}, {255, 254}, {255, 1}};
  static const std::vector<Replacement> bad = {{1, 2}, {4, 2}, {0, 1}, {3, 0}, {0, 0}};
  SetParameters set{random_genesis(), {3, 2}, {3, 2}, {2, 1}, {1, 1}};
  if (random_.chance(40)) return set;
  set.figures = {random_.pick(fees), random_.pick(listed_kg), random_.pick(listed_t),
                 random_.pick(extra_t), random_.pick(gtc_days)};
  set.key_zone = random_.pick(ratios);
  set.upstream = random_.pick(ratios);
  set.non_attaining = random_.pick(ratios);
  if (random_.chance(40)) set.carbon = random_.pick(ratios);
  std::vector<Replacement*> all = {&set.key_zone, &set.upstream, &set.non_attaining, &set.carbon};
  if (random_.chance(8)) *random_.pick(all) = random_.pick(bad);
  if (random_.chance(3)) set.figures.fee_rate_bp = 1'001;
  if (random_.chance(2)) set.figures.gtc_days = 0;
  if (random_.chance(3)) set.figures.listed_kg_max = 2'147'483'647 + random_.between(0, 1);
  set.ticket_room_pct = random_.chance(50) ? 20 : random_.between(0, random_.chance(3) ? 101 : 100);
  return set;
}

Command RandomMarket::facility() {
  SetFacility& facility = random_.pick(facilities_);
  if (random_.chance(4)) {  // at the ends of what a permit's last day may be, and beyond
    static const std::vector<Day> ends = {
        {1999, 12, 31}, {2000, 1, 1}, {2999, 12, 31}, {3000, 1, 1}};
    SetFacility changed = facility;
    changed.permit_valid_to = random_.pick(ends);
    return changed;
  }
  const Pollutant busy = pollutants_.front();
  const bool impaired = facility.credit == Credit::negative || facility.permit_valid_to < today_ ||
                        !facility.pollutants.contains(busy);
  if (impaired && random_.chance(70)) {
    facility.credit = Credit::good;
    facility.permit_valid_to = {2032, 12, 31};
    facility.pollutants.insert(busy);
    return facility;
  }
  switch (random_.between(1, 6)) {
    case 1:
      // Over already, or with a day to come.
      facility.permit_valid_to = days_after(today_, random_.between(-1, 3));
      break;
    case 2:
      facility.pollutants.erase(busy);
      break;
    case 3:
      facility.credit = random_.chance(60) ? Credit::negative : Credit::watch;
      break;
    case 4:
      facility.ets = facility.ets == Ets::national ? Ets::none : Ets::national;
      break;
    default:
      facility.reach = static_cast<int>(random_.between(1, 4));
      break;
  }
  return facility;
}

const std::string& RandomMarket::some_group() {
  static const std::vector<std::string> groups = {"", "", "", "", "", "", "G1", "G2"};
  return random_.pick(groups);
}

Command RandomMarket::group() { return SetFirm{random_.pick(firms_), some_group()}; }

// Of a listed instrument, within what its ladder holds; sometimes with what may not change.
SetInstrument RandomMarket::other_bands() {
  static const std::vector<std::int64_t> collars = {0, 0, 1, 2, 3, 4};
  static const std::vector<std::int64_t> block_bands = {0, 1, 99, 100};  // at the ends and beyond
  BookSketch& book = random_.pick(books_);
  SetInstrument changed = book.terms;
  if (random_.chance(70)) {
    changed.band_pct = random_.chance(20) ? random_.between(1, 4) : random_.between(6, 13);
  }
  if (random_.chance(50)) changed.block_band_pct = random_.between(5, 45);
  if (random_.chance(4)) changed.block_band_pct = random_.pick(block_bands);
  if (random_.chance(50)) changed.collar_pct = random_.pick(collars);
  if (random_.chance(6)) changed.last_year += 1;
  if (random_.chance(40)) changed.levels_max = 0;
  return changed;
}

SetReferencePrice RandomMarket::reference() {
  const BookSketch& book = random_.pick(books_);
  if (random_.chance(10) || book.terms.scheme == Scheme::cea) {
    return SetReferencePrice{"CEA99", 1'000};
  }
  if (random_.chance(10) && book.terms.tick_fen > 1) {
    return SetReferencePrice{book.terms.symbol, book.reference * book.terms.tick_fen + 1};
  }
  std::int64_t price = std::max<std::int64_t>(50, book.mid * random_.between(90, 110) / 100);
  if (book.terms.tick_fen == dear_tick_fen) price = std::min(price, dear_reference_max);
  return SetReferencePrice{book.terms.symbol, price * book.terms.tick_fen};
}

Command RandomMarket::money_or_rights() {
  const std::string facility = random_.chance(90) ? random_.pick(facilities_).facility : "ZJ999-9";
  if (random_.chance(40)) {
    return Deposit{facility, random_.chance(20) ? largest_amount : random_.between(1, 10'000'000)};
  }
  const std::string symbol =
      random_.chance(95) ? random_.pick(books_).terms.symbol : "SO2.AIR.NOWHERE";
  return Issue{facility, symbol, random_.chance(20) ? largest_amount : random_.between(1, 3'000)};
}

}  // namespace emx::model
