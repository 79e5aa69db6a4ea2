#include "tests/model/random_market.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <variant>

namespace emx::model {

namespace {

constexpr std::int64_t ample = 1'000'000'000;
// At a thousand ticks a large order is worth more than 2^62 fen.
constexpr std::int64_t dear_tick_fen = 1'000'000'000;
constexpr std::int64_t dear_reference_max = 1'000;
constexpr std::int64_t largest_cap = 1'000'000'000'000'000;
constexpr std::int64_t limit = std::int64_t{1} << 62;

const std::vector<std::string> groups = {"", "", "", "", "", "", "G1", "G2"};

std::int64_t number_after(const std::string& line, const std::string& key) {
  return std::stoll(line.substr(line.find(key) + key.size()));
}

Province province_named(const std::string& name) {
  for (const Province province : all_provinces) {
    if (text(province) == name) return province;
  }
  return Province::sh;
}

Pollutant pollutant_named(const std::string& name) {
  for (const Pollutant pollutant : all_pollutants) {
    if (text(pollutant) == name) return pollutant;
  }
  return Pollutant::co2e;
}

// Whether a facility of the class belongs in the book by market-rules 3.
bool belongs(SourceClass source_class, const SetInstrument& book) {
  if (book.book_class == BookClass::any || source_class == SourceClass::reserve) return true;
  if (book.book_class == BookClass::pwr) return source_class == SourceClass::power;
  if (book.book_class == BookClass::agr) return source_class == SourceClass::agri;
  return source_class == SourceClass::industry || source_class == SourceClass::wwtp ||
         (source_class == SourceClass::power && book.medium == Medium::water);
}

}  // namespace

// --- The market ------------------------------------------------------------------------------

RandomMarket::RandomMarket(std::uint64_t seed) : random_{seed} {
  tightness_ = static_cast<int>(random_.between(15, 85));
  plan_provinces();
  plan_books();
  planned_.emplace_back(DayOpen{today_});
  plan_participants();
  for (const Province province : all_provinces) {
    for (const Pollutant pollutant : pollutants_) {
      if (random_.chance(95)) plan_quota(province, pollutant);
    }
  }
  if (random_.chance(50)) planned_.emplace_back(SetPhase{"", Phase::pre_open});
  planned_.emplace_back(SetPhase{"", Phase::continuous});
}

void RandomMarket::plan_provinces() {
  std::vector<Province> all{std::begin(all_provinces), std::end(all_provinces)};
  const auto count = static_cast<std::size_t>(random_.chance(20) ? 2 : random_.between(3, 4));
  while (provinces_.size() < count) {
    const Province province = random_.pick(all);
    provinces_.push_back(province);
    all.erase(std::find(all.begin(), all.end(), province));
  }
  // The order of definition is not that of the provinces: SKIPs must not depend on it.
  for (int round = 0; round < 3; ++round) {
    for (const Province province : provinces_) {
      if (round > 0 && random_.chance(40)) continue;
      SetZone zone;
      zone.province = province;
      zone.zone = "Z" + std::to_string(round);
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
  book.mid = book.reference;
  books_.push_back(book);
  planned_.emplace_back(terms);
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
  const auto missed_pct = static_cast<int>(random_.between(0, 4) * 10);
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
    firms_.push_back("F" + std::to_string(i));
    planned_.emplace_back(SetFirm{firms_.back(), random_.pick(groups)});
  }
  const std::int64_t facilities = random_.between(6, 20);
  for (std::int64_t i = 0; i < facilities; ++i) plan_facility();
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

void RandomMarket::plan_facility() {
  SetFacility facility;
  const SetZone& zone = random_.pick(zones_);
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
    const std::int64_t approved = random_.chance(50) ? ample : random_.between(50, 4'000);
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
  if (!random_.chance(tightness_)) return random_.chance(5) ? largest_cap : ample;
  if (random_.chance(5)) return 0;
  return std::max<std::int64_t>(0, use + random_.between(-50, 400));
}

void RandomMarket::plan_quota(Province province, Pollutant pollutant) {
  const Use use = use_[{province, pollutant}];
  SetQuota quota;
  quota.year = today_.year;
  quota.province = province;
  quota.pollutant = pollutant;
  quota.inflow_cap = cap_near(use.net);
  quota.outflow_cap = cap_near(-use.net);
  // Use of gross never comes back, so a tight cap ends the trading across provinces.
  quota.gross_cap = random_.chance(75) ? ample : cap_near(use.gross);
  quota.holding_cap = random_.chance(40) ? ample : cap_near(use.held);
  quota.daily_pace = cap_near(use.today);
  planned_.emplace_back(quota);
}

// --- The stream ------------------------------------------------------------------------------

Command RandomMarket::next() {
  if (planned_.empty()) {
    const std::int64_t draw = random_.between(1, 1'000);
    if (draw <= 600) return order();
    if (draw <= 670) return cancel();
    if (draw <= 770) return replace();
    if (draw <= 830) {
      plan_quota(random_.pick(provinces_), random_.pick(pollutants_));
    } else if (draw <= 860) {
      return link();
    } else if (draw <= 885) {
      return zone();
    } else if (draw <= 915) {
      return demand();
    } else if (draw <= 945) {
      return facility();
    } else if (draw <= 955) {
      return group();
    } else if (draw <= 980) {
      return phase();
    } else if (draw <= 985) {
      return reference();
    } else if (draw <= 991) {
      return money_or_rights();
    } else if (draw <= 994) {
      plan_newcomer();
    } else {
      plan_next_day();
    }
  }
  const Command command = planned_.front();
  planned_.pop_front();
  return command;
}

RandomMarket::BookSketch& RandomMarket::book_of(const std::string& symbol) {
  return *std::find_if(books_.begin(), books_.end(),
                       [&](const BookSketch& book) { return book.terms.symbol == symbol; });
}

const SetFacility& RandomMarket::facility_of(const std::string& name) const {
  return *std::find_if(facilities_.begin(), facilities_.end(),
                       [&](const SetFacility& facility) { return facility.facility == name; });
}

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
  if (draw <= 35) return random_.between(1, 40);
  if (draw <= 90) return random_.between(1, 700);
  if (draw <= 97) return random_.between(1, 5'000);
  const std::vector<std::int64_t> odd = {0,       -1,    30'000,        30'001,       99'999,
                                         100'000, limit, 2'147'483'647, 2'147'483'648};
  return random_.pick(odd);
}

void RandomMarket::spoil(NewOrder& order) {
  const SetInstrument& book = book_of(order.symbol).terms;
  switch (random_.between(1, 10)) {
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
    default:
      order.price_fen = random_.chance(50) ? -order.price_fen : 0;
      break;
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
  order.symbol = book.terms.symbol;
  order.facility = facility.facility;
  order.side = random_.chance(50) ? Side::buy : Side::sell;
  order.price_fen = price_near(book) * book.terms.tick_fen;
  order.quantity = quantity();
  order.ioc = random_.chance(15);
  if (random_.chance(5)) spoil(order);
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
  const CancelOrder named = std::get<CancelOrder>(cancel());
  ReplaceOrder replace;
  replace.actor = named.actor;
  replace.order = named.order;
  replace.duplicate = named.duplicate;
  replace.price_fen = 1'000;
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

Command RandomMarket::facility() {
  SetFacility& facility = random_.pick(facilities_);
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
      facility.permit_valid_to = {2026, 6, 17};
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

Command RandomMarket::group() { return SetFirm{random_.pick(firms_), random_.pick(groups)}; }

Command RandomMarket::phase() {
  for (const BookSketch& book : books_) {
    if (book.phase != Phase::continuous && random_.chance(80)) {
      return SetPhase{random_.chance(70) ? book.terms.symbol : "", Phase::continuous};
    }
  }
  const std::vector<Phase> phases = {Phase::pre_open, Phase::pre_open,   Phase::pause,
                                     Phase::halt,     Phase::continuous, Phase::closed};
  if (random_.chance(3)) return SetPhase{"NOX.AIR.NOWHERE", Phase::halt};
  if (random_.chance(5)) return DayOpen{today_};
  const Phase phase = random_.pick(phases);
  const std::string symbol = random_.chance(60) ? random_.pick(books_).terms.symbol : "";
  // A break does not last: the stream would be nothing but refusals.
  for (int i = 0; i < 3; ++i) planned_.push_back(order());
  for (int i = 0; phase == Phase::pre_open && i < 8; ++i) planned_.push_back(order());
  planned_.push_back(cancel());
  planned_.push_back(replace());
  planned_.emplace_back(SetPhase{symbol, Phase::continuous});
  return SetPhase{symbol, phase};
}

Command RandomMarket::reference() {
  BookSketch& book = random_.pick(books_);
  if (random_.chance(10) || book.terms.scheme == Scheme::cea) {
    return SetReferencePrice{"CEA99", 1'000};
  }
  if (random_.chance(10) && book.terms.tick_fen > 1) {
    return SetReferencePrice{book.terms.symbol, book.reference * book.terms.tick_fen + 1};
  }
  book.reference = std::max<std::int64_t>(50, book.mid * random_.between(90, 110) / 100);
  if (book.terms.tick_fen == dear_tick_fen) {
    book.reference = std::min(book.reference, dear_reference_max);
  }
  if (random_.chance(60)) book.mid = book.reference;
  if (std::abs(book.mid - book.reference) * 12 >= book.reference) book.mid = book.reference;
  return SetReferencePrice{book.terms.symbol, book.reference * book.terms.tick_fen};
}

Command RandomMarket::money_or_rights() {
  const std::string facility = random_.chance(90) ? random_.pick(facilities_).facility : "ZJ999-9";
  if (random_.chance(40)) {
    return Deposit{facility, random_.chance(20) ? limit : random_.between(1, 10'000'000)};
  }
  const std::string symbol =
      random_.chance(95) ? random_.pick(books_).terms.symbol : "SO2.AIR.NOWHERE";
  return Issue{facility, symbol, random_.chance(20) ? limit : random_.between(1, 3'000)};
}

// While the market is open: a facility, at times in a new zone, or a new series.
void RandomMarket::plan_newcomer() {
  if (random_.chance(40)) {
    SetZone zone = random_.pick(zones_);
    zone.zone = "N" + std::to_string(zones_.size());
    if (random_.chance(50)) zone.missed.insert(pollutants_.front());
    zones_.push_back(zone);
    planned_.emplace_back(zone);
  }
  if (random_.chance(25) && books_.size() < 8) {
    SetInstrument terms = books_.front().terms;
    terms.last_year = 2033;
    plan_book(terms, terms.symbol + "." + std::to_string(books_.size()));
    for (const SetFacility& facility : facilities_) {
      if (random_.chance(60)) {
        planned_.emplace_back(
            Issue{facility.facility, books_.back().terms.symbol, random_.between(1, 5'000)});
      }
    }
    planned_.emplace_back(SetPhase{books_.back().terms.symbol, Phase::continuous});
  }
  plan_facility();
}

void RandomMarket::plan_next_day() {
  if (random_.chance(20)) {  // too early: not every book is closed
    planned_.emplace_back(DayOpen{{today_.year, 12, 30}});
  }
  planned_.emplace_back(SetPhase{"", Phase::closed});
  Day date = today_;
  if (random_.chance(25) && today_.year < 2029) {
    date = {today_.year + 1, 1, static_cast<int>(random_.between(2, 8))};
  } else if (++date.day > 28) {
    date.day = 1;
    if (++date.month > 12) date = {date.year + 1, 1, 2};
  }
  planned_.emplace_back(DayOpen{date});
  if (date.year != today_.year) {
    today_ = date;
    for (auto& [key, use] : use_) use.net = use.today = use.gross = 0;
    for (const Province province : provinces_) {
      for (const Pollutant pollutant : pollutants_) {
        if (random_.chance(90)) plan_quota(province, pollutant);
      }
    }
  }
  today_ = date;
  planned_.emplace_back(SetPhase{"", Phase::pre_open});
  const std::int64_t early = random_.between(0, 12);
  for (std::int64_t i = 0; i < early; ++i) planned_.push_back(order());
  planned_.emplace_back(SetPhase{"", Phase::continuous});
}

// --- What has happened -------------------------------------------------------------------------

void RandomMarket::observe_post(const std::string& asset, const std::string& from,
                                const std::string& to, std::int64_t amount) {
  if (asset == "cash") return;
  const Pollutant pollutant = book_of(asset).terms.pollutant;
  for (const SetFacility& facility : facilities_) {
    Use& use = use_[{facility.province, pollutant}];
    if (facility.facility == from) use.held -= amount;
    if (facility.facility == to) use.held += amount;
  }
}

void RandomMarket::observe(const Command& command, const std::vector<std::string>& lines) {
  if (std::holds_alternative<DayOpen>(command) && lines.empty()) {
    for (auto& [key, use] : use_) use.today = 0;
  }
  if (const auto* changed = std::get_if<SetPhase>(&command); changed != nullptr) {
    for (BookSketch& book : books_) {
      if (changed->symbol.empty() || changed->symbol == book.terms.symbol) {
        book.phase = changed->phase;
      }
    }
  }
  const auto named = [this](int number) {
    return std::find_if(open_.begin(), open_.end(),
                        [number](const OrderSketch& order) { return order.number == number; });
  };
  const auto close = [&](int number) {
    const auto order = named(number);
    gone_.push_back(*order);
    open_.erase(order);
  };
  for (const std::string& line : lines) {
    std::istringstream words{line};
    std::string kind;
    words >> kind;
    if (kind == "accepted") {
      const auto& sent = std::get<NewOrder>(command);
      open_.push_back({++orders_given_, sent.facility, sent.symbol, sent.side,
                       number_after(line, " price="), sent.quantity, 0});
    } else if (kind == "replaced") {
      const auto order = named(static_cast<int>(number_after(line, "#")));
      order->price = number_after(line, " price=");
      order->quantity = number_after(line, " qty=");
    } else if (kind == "cancelled") {
      close(static_cast<int>(number_after(line, "#")));
    } else if (kind == "trade") {
      const std::string left = line.substr(line.find("left=") + 5);
      const std::pair<int, std::int64_t> sides[] = {
          {static_cast<int>(number_after(line, "buy=#")), std::stoll(left)},
          {static_cast<int>(number_after(line, "sell=#")), number_after(left, "/")}};
      for (const auto& [number, rest] : sides) {
        named(number)->filled = named(number)->quantity - rest;
        if (rest == 0) close(number);
      }
    } else if (kind == "quota") {
      std::string province;
      std::string pollutant;
      words >> province >> pollutant;
      Use& use = use_[{province_named(province), pollutant_named(pollutant)}];
      use.net = number_after(line, "net=");
      use.today = number_after(line, "today=");
      use.gross = number_after(line, "gross=");
    } else if (kind == "post") {
      std::string asset;
      std::string from;
      std::string to;
      std::int64_t amount = 0;
      words >> asset >> from >> to >> amount;
      observe_post(asset, from, to, amount);
    }
  }
}

}  // namespace emx::model
