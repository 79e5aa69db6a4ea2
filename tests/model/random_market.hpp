#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/market_commands.hpp"

namespace emx::model {

// SplitMix64: the same numbers from the same seed, on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed} {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  // In [low, high], both included.
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
    const auto width = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(next() % width);
  }

  [[nodiscard]] bool chance(int percent) { return between(1, 100) <= percent; }

  template <class Container>
  [[nodiscard]] auto& pick(Container& from) {
    return from[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(from.size()) - 1))];
  }

 private:
  std::uint64_t state_;
};

// A random market and an endless stream of commands for it, both from one seed: a few provinces
// and zones, books that share a pollutant and so its quotas, caps and approvals close to what is
// used, orders within a few ticks. What has happened is learnt from the event lines, so that
// cancels name open orders and new caps lie near their use.
class RandomMarket {
 public:
  explicit RandomMarket(std::uint64_t seed);

  [[nodiscard]] Command next();

  // To be called with every command and its lines before the next one is asked for.
  void observe(const Command& command, const std::vector<std::string>& lines);

 private:
  struct BookSketch {
    SetInstrument terms;
    std::int64_t reference = 0;  // ticks
    std::int64_t mid = 0;        // ticks
    Phase phase = Phase::closed;
  };
  struct OrderSketch {
    int number;
    std::string facility;
    std::string symbol;
    Side side;
    std::int64_t price;
    std::int64_t quantity;
    std::int64_t filled;
  };
  struct Use {
    std::int64_t net = 0;
    std::int64_t today = 0;
    std::int64_t gross = 0;
    std::int64_t held = 0;
  };

  void plan_provinces();
  void plan_books();
  void plan_pollutant_books(Pollutant pollutant, bool water);
  void plan_book(SetInstrument terms, const std::string& symbol);
  void plan_participants();
  void plan_facility();
  void plan_holdings(const SetFacility& facility);
  void plan_quota(Province province, Pollutant pollutant);
  void plan_newcomer();
  void plan_next_day();

  [[nodiscard]] Command order();
  [[nodiscard]] Command cancel();
  [[nodiscard]] Command replace();
  [[nodiscard]] Command demand();
  [[nodiscard]] Command link();
  [[nodiscard]] Command zone();
  [[nodiscard]] Command facility();
  [[nodiscard]] Command group();
  [[nodiscard]] Command phase();
  [[nodiscard]] Command reference();
  [[nodiscard]] Command money_or_rights();

  void spoil(NewOrder& order);
  [[nodiscard]] SourceClass source_class();
  [[nodiscard]] const SetFacility& likely_facility(const SetInstrument& book);
  [[nodiscard]] std::int64_t price_near(const BookSketch& book);
  [[nodiscard]] std::int64_t quantity();
  [[nodiscard]] std::int64_t cap_near(std::int64_t use);
  [[nodiscard]] BookSketch& book_of(const std::string& symbol);
  [[nodiscard]] const SetFacility& facility_of(const std::string& name) const;

  void observe_post(const std::string& asset, const std::string& from, const std::string& to,
                    std::int64_t amount);

  Random random_;
  std::deque<Command> planned_;
  std::vector<Province> provinces_;
  std::vector<SetZone> zones_;
  std::vector<std::string> firms_;
  std::vector<SetFacility> facilities_;
  std::vector<BookSketch> books_;
  std::vector<Pollutant> pollutants_;  // of the books, without carbon; the first is the busy one
  std::vector<OrderSketch> open_;
  std::vector<OrderSketch> gone_;
  std::set<std::pair<Province, Province>> links_off_;  // of the busy pollutant
  std::map<std::pair<Province, Pollutant>, Use> use_;
  Day today_{2026, 6, 18};
  int orders_given_ = 0;
  int tightness_ = 0;  // percent of the caps that are tight
};

}  // namespace emx::model
