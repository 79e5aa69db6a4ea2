#include <algorithm>
#include <string>
#include <vector>

#include "tests/model/random_market.hpp"

// What a random market begins with, and what is added to it later.

namespace emx::model {

namespace {

std::string named(const char* stem, std::int64_t number) {
  return std::string{stem}.append(std::to_string(number));
}

}  // namespace

void RandomMarket::plan_provinces() {
  std::vector<Province> all{std::begin(all_provinces), std::end(all_provinces)};
  const std::int64_t few = random_.between(1, 2);
  const auto count = static_cast<std::size_t>(many_classes_        ? 4
                                              : random_.chance(15) ? few
                                                                   : random_.between(3, 4));
  while (provinces_.size() < count) {
    const Province province = random_.pick(all);
    provinces_.push_back(province);
    all.erase(std::find(all.begin(), all.end(), province));
  }
  // The order of definition is not that of the provinces: SKIPs must not depend on it.
  for (int round = 0; round < 3; ++round) {
    for (const Province province : provinces_) {
      if (round > 0 && !many_classes_ && random_.chance(40)) continue;
      SetZone zone;
      zone.province = province;
      zone.zone = named("Z", round);
      zone.basin = random_.chance(85) ? "TAIHU" : "CHAOHU";
      zone.key_zone = random_.chance(30);
      zones_.push_back(zone);
    }
  }
}

void RandomMarket::plan_book(SetInstrument terms, const std::string& symbol) {
  terms.symbol = symbol;
  BookSketch book;
  book.terms = terms;
  book.reference = terms.tick_fen == dear_tick_fen ? random_.between(700, dear_reference_max)
                                                   : random_.between(100, 1'500);
  if (random_.chance(35)) book.terms.collar_pct = random_.between(1, 4);
  book.mid = book.reference;
  books_.push_back(book);
  if (random_.chance(4)) {
    SetInstrument unsaid = book.terms;  // which a new one must say
    unsaid.levels_max = 0;
    planned_.emplace_back(unsaid);
  }
  planned_.emplace_back(book.terms);
  if (terms.scheme != Scheme::cea && random_.chance(97)) {
    planned_.emplace_back(SetReferencePrice{symbol, book.reference * terms.tick_fen});
  }
}

void RandomMarket::plan_pollutant_books(Pollutant pollutant, bool water) {
  SetInstrument terms;
  terms.pollutant = pollutant;
  terms.medium = water ? Medium::water : Medium::air;
  terms.basin = water ? "TAIHU" : "YRD";
  const std::string stem = std::string{text(pollutant)} + (water ? ".WAT.TAIHU" : ".AIR.YRD");
  plan_book(terms, stem + ".IND.2630");
  if (random_.chance(60)) {
    SetInstrument later = terms;
    later.first_year = 2027;
    later.last_year = 2031;
    plan_book(later, stem + ".IND.2731");
  }
  if (random_.chance(15)) {
    SetInstrument ending = terms;
    ending.last_year = 2026 + static_cast<int>(random_.between(0, 1));
    plan_book(ending, stem + ".IND.26" + std::to_string(ending.last_year - 2'000));
  }
  if (random_.chance(30)) {
    SetInstrument other = terms;
    other.book_class = water ? BookClass::ind : BookClass::pwr;
    if (water) other.basin = "CHAOHU";
    const std::string name{text(pollutant)};
    plan_book(other, water ? name + ".WAT.CHAOHU.IND.2630" : stem + ".PWR.2630");
  }
  if (random_.chance(20)) {
    SetInstrument farm = terms;
    farm.book_class = BookClass::agr;
    plan_book(farm, stem + ".AGR.2630");
  }
  pollutants_.push_back(pollutant);
}

void RandomMarket::plan_books() {
  const bool water = random_.chance(40);
  const std::vector<Pollutant> of_air = {Pollutant::so2, Pollutant::nox, Pollutant::voc};
  const std::vector<Pollutant> of_water = {Pollutant::cod, Pollutant::nh3n, Pollutant::tp};
  plan_pollutant_books(random_.pick(water ? of_water : of_air), water);
  if (random_.chance(50)) {
    SetInstrument shea;
    shea.pollutant = Pollutant::co2e;
    shea.scheme = Scheme::shea;
    shea.medium = Medium::carbon;
    shea.book_class = BookClass::any;
    shea.tick_fen = 1;
    plan_book(shea, "SHEA25");
    if (random_.chance(50)) {
      shea.scheme = Scheme::cea;
      shea.venue_of_record = "CEEX";
      plan_book(shea, "CEA25");
    }
  }
  if (random_.chance(25)) {
    // Another pollutant at prices that reach the limit of amounts (O02).
    SetInstrument dear;
    dear.pollutant = water ? Pollutant::so2 : Pollutant::cod;
    dear.medium = water ? Medium::air : Medium::water;
    dear.basin = water ? "YRD" : "TAIHU";
    dear.tick_fen = dear_tick_fen;
    plan_book(dear, std::string{text(dear.pollutant)} + ".DEAR.IND.2630");
    pollutants_.push_back(dear.pollutant);
  }
  const auto missed_pct = static_cast<int>(many_classes_ ? 60 : random_.between(0, 4) * 10);
  for (SetZone& zone : zones_) {
    for (const Pollutant pollutant : pollutants_) {
      if (random_.chance(missed_pct)) zone.missed.insert(pollutant);
    }
    planned_.emplace_back(zone);
  }
}

void RandomMarket::plan_participants() {
  const std::int64_t firms = random_.between(6, 18);
  for (std::int64_t i = 1; i <= firms; ++i) {
    firms_.push_back(named("F", i));
    planned_.emplace_back(SetFirm{firms_.back(), some_group()});
  }
  const std::int64_t facilities = random_.between(6, 20);
  for (std::int64_t i = 0; i < facilities; ++i) plan_facility(random_.pick(zones_));
}

SourceClass RandomMarket::source_class() {
  const std::int64_t draw = random_.between(1, 100);
  if (draw <= 7) return SourceClass::reserve;
  if (draw <= 10) return SourceClass::fin;
  if (draw <= 23) return SourceClass::wwtp;
  // As many as there are books for them.
  const SetInstrument& book = random_.pick(books_).terms;
  if (book.book_class == BookClass::pwr && draw <= 80) return SourceClass::power;
  if (book.book_class == BookClass::agr && draw <= 80) return SourceClass::agri;
  if (draw >= 97) return random_.chance(50) ? SourceClass::power : SourceClass::agri;
  return SourceClass::industry;
}

void RandomMarket::plan_facility(const SetZone& zone) {
  SetFacility facility;
  facility.firm = random_.pick(firms_);
  facility.province = zone.province;
  facility.zone = zone.zone;
  facility.basin = zone.basin;
  facility.facility =
      std::string{text(zone.province)} + "0" + std::to_string(facilities_.size() + 1) + "-1";
  facility.pollutants = {std::begin(all_pollutants), std::end(all_pollutants)};
  if (random_.chance(4)) facility.pollutants.erase(pollutants_.front());
  if (random_.chance(8))
    facility.permit_valid_to = {2026, 6, static_cast<int>(random_.between(17, 24))};
  facility.source_class = source_class();
  facility.ets = random_.chance(15) ? Ets::national : random_.chance(50) ? Ets::sh : Ets::none;
  facility.credit = random_.chance(4)    ? Credit::negative
                    : random_.chance(10) ? Credit::watch
                                         : Credit::good;
  facility.reach = static_cast<int>(random_.between(1, 4));
  facilities_.push_back(facility);
  planned_.emplace_back(facility);
  plan_holdings(facility);
}

void RandomMarket::plan_holdings(const SetFacility& facility) {
  for (const Pollutant pollutant : pollutants_) {
    if (random_.chance(8)) continue;
    const std::int64_t approved = random_.chance(50) ? ample_cap : random_.between(50, 4'000);
    planned_.emplace_back(SetDemand{facility.facility, pollutant, approved});
  }
  const std::int64_t cash =
      random_.chance(85) ? 100'000'000'000'000'000 : random_.between(0, 5'000'000);
  if (cash > 0) planned_.emplace_back(Deposit{facility.facility, cash});
  for (const BookSketch& book : books_) {
    if (random_.chance(20)) continue;
    planned_.emplace_back(Issue{facility.facility, book.terms.symbol, random_.between(1, 20'000)});
  }
}

std::int64_t RandomMarket::cap_near(std::int64_t use) {
  if (!random_.chance(tightness_)) return random_.chance(5) ? largest_cap : ample_cap;
  if (random_.chance(5)) return 0;
  return std::max<std::int64_t>(0, use + random_.between(-50, 400));
}

SetQuota RandomMarket::quota_of(Province province, Pollutant pollutant) {
  const Use use = use_[{province, pollutant}];
  SetQuota quota;
  quota.year = today_.year;
  quota.province = province;
  quota.pollutant = pollutant;
  quota.inflow_cap = cap_near(use.net);
  quota.outflow_cap = cap_near(-use.net);
  // Use of gross never comes back, so a tight cap ends the trading across provinces.
  quota.gross_cap = random_.chance(75) ? ample_cap : cap_near(use.gross);
  quota.holding_cap = random_.chance(40) ? ample_cap : cap_near(use.held);
  quota.daily_pace = cap_near(use.today);
  return quota;
}

void RandomMarket::plan_quota(Province province, Pollutant pollutant) {
  planned_.emplace_back(quota_of(province, pollutant));
}

}  // namespace emx::model
