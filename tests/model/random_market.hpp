#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/market_commands.hpp"
#include "tests/model/random.hpp"

namespace emx::model {

inline constexpr std::int64_t ample_cap = 1'000'000'000;
// At a thousand ticks a large order is worth more than 2^62 fen.
inline constexpr std::int64_t dear_tick_fen = 1'000'000'000;
inline constexpr std::int64_t dear_reference_max = 1'000;
inline constexpr std::int64_t largest_cap = 1'000'000'000'000'000;
inline constexpr std::int64_t largest_amount = std::int64_t{1} << 62;
inline constexpr std::int64_t listed_max = 2'000;  // what is above is a block
inline constexpr int last_random_year = 2030;      // no date goes beyond: all tenures end here

// What random markets are founded with: few carbon rights beyond a group's allocations, and room
// for few more zones and books than they begin with.
[[nodiscard]] Genesis random_genesis();

// A random market and an endless stream of commands for it, both from one seed: a few provinces
// and zones, books that share a pollutant and so its quotas, caps and approvals close to what is
// used, orders of every type within a few ticks, days that follow each other fast. What has
// happened is learnt from the event lines, so that cancels name open orders and new caps lie near
// their use.
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
    bool special;  // an iceberg or post-only: replaced more often than others
  };
  struct Use {
    std::int64_t net = 0;
    std::int64_t today = 0;
    std::int64_t gross = 0;
    std::int64_t held = 0;
  };

  struct Target {
    std::string facility;
    std::string symbol;  // "": its cash
    std::int64_t has = 0;
  };

  [[nodiscard]] Target target();
  void plan_provinces();
  void plan_books();
  void plan_pollutant_books(Pollutant pollutant, bool water);
  void plan_book(SetInstrument terms, const std::string& symbol);
  void plan_participants();
  void plan_facility(const SetZone& zone);
  void plan_holdings(const SetFacility& facility);
  void plan_quota(Province province, Pollutant pollutant);
  void plan_newcomer();
  [[nodiscard]] SetZone new_zone(Province province);
  [[nodiscard]] SetInstrument new_book();
  void take_in(const Rule& rule);
  void take_in(const SetZone& zone);
  void take_in(const SetInstrument& book);
  void plan_trading(std::int64_t commands);
  void plan_call(const std::string& symbol, Phase call);
  void plan_freeing_call();
  void plan_end_of_day();
  void plan_next_day();

  [[nodiscard]] Command drawn();
  void sign(const Rule& rule);
  [[nodiscard]] std::optional<Rule> needs_signature(const Command& command) const;
  [[nodiscard]] Command trading();
  [[nodiscard]] Command order();
  [[nodiscard]] Command cancel();
  [[nodiscard]] Command replace();
  [[nodiscard]] Command mass_cancel();
  [[nodiscard]] Command indicative();
  [[nodiscard]] Command query();
  [[nodiscard]] Command demand();
  [[nodiscard]] Command link();
  [[nodiscard]] Command zone();
  [[nodiscard]] SetParameters parameters();
  [[nodiscard]] SetCalendar calendar();
  [[nodiscard]] bool may_trade_on(const Day& day) const;
  [[nodiscard]] Command facility();
  [[nodiscard]] const std::string& some_group();  // mostly none
  [[nodiscard]] Command group();
  [[nodiscard]] Command phase();
  [[nodiscard]] SetReferencePrice reference();
  [[nodiscard]] SetInstrument other_bands();
  [[nodiscard]] Command money_or_rights();
  [[nodiscard]] Command limit();
  void plan_kill();
  [[nodiscard]] Command withdraw();
  [[nodiscard]] Command hold();
  void plan_transfer();
  void plan_block();
  void plan_freeing_block(const SubmitBlock& block);
  void plan_room_for_ticket(const SubmitBlock& block);
  void plan_freeing_ticket(const SubmitBlock& block);
  void plan_wait(const SubmitBlock& block, const AnswerBlock& answer);
  void plan_inflow(Province province, Pollutant pollutant, std::int64_t room);
  void plan_pair(const SetFacility& buyer, const SetFacility& seller, const BookSketch& book);
  [[nodiscard]] const SetFacility& buyer_of(const SubmitBlock& block);
  [[nodiscard]] const SetFacility& seller_of(const SubmitBlock& block);
  [[nodiscard]] SubmitBlock block_of(const BookSketch& book);
  void plan_rule_set();
  void plan_new_key(Authority authority);
  void plan_lapsing_set();
  [[nodiscard]] bool plan_set_without_zones();
  [[nodiscard]] bool plan_set_without_levels();
  void name_documents(ActivateRules& activation);
  void plan_document(Authority authority, int version, const std::vector<Rule>& rules,
                     const Day& effective);
  [[nodiscard]] std::map<Authority, std::vector<Rule>> some_rules();

  void give_time_in_force(NewOrder& order);
  void give_terms(NewOrder& order);
  void spoil(NewOrder& order);
  void spoil_terms(NewOrder& order);
  [[nodiscard]] SourceClass source_class();
  [[nodiscard]] const SetFacility& likely_facility(const SetInstrument& book);
  [[nodiscard]] std::int64_t price_near(const BookSketch& book);
  [[nodiscard]] std::int64_t quantity();
  [[nodiscard]] SetQuota quota_of(Province province, Pollutant pollutant);
  [[nodiscard]] std::int64_t cap_near(std::int64_t use);
  [[nodiscard]] BookSketch& book_of(const std::string& symbol);
  [[nodiscard]] const SetFacility& facility_of(const std::string& name) const;

  void observe_post(const std::string& asset, const std::string& from, const std::string& to,
                    std::int64_t amount);

  Random random_;
  std::deque<std::optional<Command>> planned_;  // none: what participants do, drawn in its turn
  std::vector<Province> provinces_;
  std::vector<SetZone> zones_;
  std::vector<std::string> firms_;
  std::vector<SetFacility> facilities_;
  std::vector<BookSketch> books_;
  std::vector<Pollutant> pollutants_;  // of the books, without carbon; the first is the busy one
  std::vector<OrderSketch> open_;
  std::vector<OrderSketch> gone_;
  int blocks_given_ = 0;
  std::set<std::pair<Province, Province>> links_off_;  // of the busy pollutant
  std::map<std::pair<Province, Pollutant>, Use> use_;
  Day today_{2026, 6, 18};
  std::map<int, std::set<Day>> calendar_;       // as far as it is known
  std::optional<SetCalendar> signed_calendar_;  // of the last joint document
  std::vector<SetLimit> limits_;                // that hold
  std::vector<Command> holds_;                  // more of which may be held back
  std::map<std::pair<std::string, std::string>, std::int64_t> held_of_;  // by symbol ("": cash)
  int rule_sets_ = 0;                                                    // activated so far
  std::map<Authority, int> keys_;                                        // who signs, by which
  int keys_given_ = 1;                                                   // by number
  bool rules_wait_ = false;                                              // for their day
  std::set<Authority> signers_;                                          // come to have keys
  std::map<Authority, std::vector<Rule>> drafts_;
  std::map<Authority, std::vector<Rule>> handed_in_;  // and closed
  int names_given_ = 0;                               // to zones and books that came later
  std::map<Authority, int> closed_;  // documents of the next one that lie closed, by number
  int documents_closed_ = 0;         // so far
  int orders_given_ = 0;
  int variety_ = 0;    // percent of the orders that are given further terms
  int tightness_ = 0;  // percent of the caps that are tight
  bool many_classes_ = false;
  bool night_ = false;  // all is closed, and the next day has not begun
  std::int64_t now_ms_ = 0;
};

}  // namespace emx::model
