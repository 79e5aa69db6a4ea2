#include "tests/model/dense_scene.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tests/model/random.hpp"

namespace emx::model {

namespace {

constexpr std::array first_pollutants{Pollutant::voc, Pollutant::cod};
constexpr std::array provinces{Province::zj, Province::js};
constexpr std::array max_ratios{MaxRatio{1, 1}, MaxRatio{3, 2}, MaxRatio{2, 1}};

class DenseScene {
 public:
  explicit DenseScene(std::uint64_t seed) : random_{seed}, one_class_{one_in(4)} {}

  Stage make() {
    add_books();
    const std::int64_t facilities = between(4, 9);
    for (std::int64_t i = 0; i < facilities; ++i) add_facility("F" + std::to_string(i));
    for (int i = 0; i < 2; ++i) stage_.run(quota());
    for (int round = 0; round < 3; ++round) trade();
    return std::move(stage_);
  }

 private:
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return random_.between(least, most);
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

  void add_books() {
    SetInstrument later;
    later.symbol = "VOC.AIR.YRD.IND.2731";
    later.basin = "YRD";
    later.first_year = 2027;
    later.last_year = 2031;
    stage_.add_book(later, 1'198'000);
    SetInstrument water;
    water.symbol = "COD.WAT.TAIHU.IND.2630";
    water.basin = "TAIHU";
    water.pollutant = Pollutant::cod;
    water.medium = Medium::water;
    stage_.add_book(water, 1'198'000);
    books_ = {Stage::voc, Stage::voc, Stage::voc, later.symbol, water.symbol};
    stage_.run(SetZone{Province::zj, "bad", "TAIHU", {Pollutant::voc, Pollutant::cod}, false});
  }

  void add_facility(const std::string& name) {
    static const std::vector<std::string> zones{"plain", "plain", "plain", "key", "key", "bad"};
    SetFacility terms;
    terms.facility = terms.firm = name;
    terms.province = random_.pick(provinces);
    terms.zone = random_.pick(zones);
    if (terms.zone == "bad") terms.province = Province::zj;
    terms.basin = "TAIHU";
    terms.pollutants = {all_pollutants, all_pollutants + 7};
    if (one_class_) {
      terms.province = Province::zj;
      terms.zone = "plain";
    }
    terms.reach = static_cast<int>(between(1, 3));
    if (one_in(10)) terms.source_class = SourceClass::reserve;
    stage_.add(terms);
    facilities_.push_back(name);
    stage_.run(SetFirm{name, random_.pick(groups_)});
    for (const Pollutant pollutant : first_pollutants) {
      if (one_in(2)) stage_.run(SetDemand{name, pollutant, between(5, 60)});
    }
  }

  SetQuota quota() {
    SetQuota caps = Stage::caps(random_.pick(provinces), random_.pick(first_pollutants));
    const auto facilities = static_cast<std::int64_t>(facilities_.size());
    switch (between(0, 5)) {
      case 0:
        caps.inflow_cap = between(0, 40);
        break;
      case 1:
        caps.outflow_cap = between(0, 40);
        break;
      case 2:
        caps.gross_cap = between(0, 80);
        break;
      case 3:
        caps.holding_cap = 2'000'000 * facilities + between(-30, 30);
        break;
      case 4:
        caps.daily_pace = between(0, 40);
        break;
      default:
        break;
    }
    return caps;
  }

  NewOrder order() {
    NewOrder order = stage_.order(one_in(2) ? Side::buy : Side::sell, random_.pick(facilities_),
                                  between(1, 25), between(1'190, 1'202), random_.pick(books_));
    order.local_only = one_in(3);
    if (one_in(3)) order.max_ratio = random_.pick(max_ratios);
    if (one_in(4)) order.display_quantity = between(1, order.quantity);
    return order;
  }

  NewOrder small_order() {
    const Side side = one_in(2) ? Side::buy : Side::sell;
    const std::int64_t price = side == Side::buy ? between(1'197, 1'200) : between(1'195, 1'198);
    NewOrder order = stage_.order(side, random_.pick(facilities_), between(1, 5), price,
                                  !one_class_ && one_in(2) ? books_.front() : books_.back());
    order.local_only = !one_class_ && one_in(6);
    if (one_in(3)) order.max_ratio = random_.pick(max_ratios);
    if (one_in(2)) order.display_quantity = between(1, std::min(order.quantity, std::int64_t{2}));
    return order;
  }

  void trade() {
    if (!one_in(4)) stage_.phase(one_in(3) ? Phase::opening_call : Phase::pre_open);
    const bool small = one_class_ || one_in(2);
    for (std::int64_t orders = between(5, small ? 50 : 30); orders > 0; --orders) {
      stage_.run(small ? small_order() : order());
    }
    stage_.phase(Phase::continuous);
    for (std::int64_t acts = between(0, 3); acts > 0; --acts) stage_.run(act());
  }

  Command act() {
    switch (between(0, 3)) {
      case 0:
        return quota();
      case 1:
        return SetLink{Pollutant::voc, Province::js, Province::zj, one_in(2)};
      case 2:
        return SetFirm{random_.pick(facilities_), random_.pick(groups_)};
      default:
        return SetDemand{random_.pick(facilities_), Pollutant::voc, between(0, 60)};
    }
  }

  Random random_;
  bool one_class_;  // of all orders, so that many are walked over
  Stage stage_;
  std::vector<std::string> books_;
  std::vector<std::string> facilities_;
  std::vector<std::string> groups_{"", "", "G1", "G2"};
};

}  // namespace

Stage dense_scene(std::uint64_t seed) { return DenseScene{seed}.make(); }

}  // namespace emx::model
