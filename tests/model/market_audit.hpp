#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/holdings.hpp"
#include "tests/model/market_commands.hpp"
#include "tests/model/parsed_line.hpp"

namespace emx::model {

// What must hold of any market under MARKET-RULES.md, whoever matched its orders. Reads commands
// and event lines as an outsider does, keeps its own books from them, and shares no code with the
// matching; so it judges the reference market as well as the engine.
//
// Every finding starts with its topic:
//   rights, cash   nothing appears or disappears (market-rules 11)
//   posting        postings move what trades and bills say
//   available      nobody has promised more than he has
//   quota          counters are as the trades make them, no cap is breached, approvals included (7)
//   net            the sum of net is minus what was retired across provinces (7)
//   pair           what traded was allowed to, and no pair that is allowed to rests (5, 8.4)
//   skip           whoever was passed over at a better price is covered by a SKIP, and a SKIP names
//                  what is there (8.2)
//   order          prices, quantities and reservations of an order fit together (8.1, 11)
//   terms          an order trades and rests as it asked to, and no longer (8.6)
//   call           a call gives one price to all, at the volume it announced (9)
//   mass           a mass cancel takes what it names and nothing else
//   transfer       rights go between those that trust, on their day, whole, as a trade's would (12)
//   block          both sides agree to it, it trades whole or not at all, and within its time (9)
//   rules          a set of rules comes into force with two persons, not before its day
//   hold           a freeze or pledge changes what it says, at the cost of the newest orders and of
//                  no more of them than it needs (10)
//   view           no order that a viewer is shown crosses one of the viewer's own (8.3)
class MarketAudit {
 public:
  using Lines = std::vector<std::string>;

  // Empty: nothing is wrong with the command's lines nor with what it left behind.
  [[nodiscard]] Lines check(const Command& command, const Lines& lines);

  // Compares what somebody holds, as the market has it, with what was issued and deposited.
  [[nodiscard]] Lines check(const Holdings& holdings) const;

 private:
  struct Order {
    int number = 0;
    std::string facility;
    std::string symbol;
    Side side = Side::buy;
    bool open = true;
    NewOrder terms;
    Day accepted_on;
    Day expires{9999, 1, 1};
    std::int64_t price = 0;
    std::int64_t arrival = 0;
    std::int64_t priority = 0;  // counted as the rulebook counts it: no line says it
    std::int64_t shown = 0;     // all, in the order's own pass
    std::int64_t quantity = 0;
    std::int64_t remaining = 0;
    std::int64_t reserved = 0;
    std::string ratio;  // of the run of fills that ends with the last
    std::int64_t run_sold = 0;
    std::int64_t run_credited = 0;
  };
  struct Counters {
    std::int64_t net = 0;
    std::int64_t today = 0;
    std::int64_t gross = 0;
  };
  struct HeldBack {
    std::int64_t pledged = 0;
    std::int64_t frozen = 0;
    friend bool operator==(const HeldBack&, const HeldBack&) = default;
  };
  struct Pending {
    std::string from;
    std::string to;
    std::string symbol;
    std::int64_t quantity = 0;
    Day due;
  };
  struct Block {
    std::string facility;
    std::string counterparty;
    std::string symbol;
    Side side = Side::buy;
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    std::int64_t reserved = 0;
    std::int64_t other_reserved = 0;
    std::int64_t room = 0;  // that it holds of the buyer's province
    std::int64_t expires_ms = 0;
    bool confirmed = false;
    bool other_may = false;  // the counterparty, which is not tested until it accepts

    // What of the asset the facility reserves for it.
    [[nodiscard]] std::int64_t reserved_of(const std::string& whose, bool cash) const {
      std::int64_t sum = 0;
      if (whose == facility && cash == (side == Side::buy)) sum += reserved;
      if (whose == counterparty && cash != (side == Side::buy)) sum += other_reserved;
      return sum;
    }
  };
  struct Cancelled {
    int order;
    std::string code;
    std::int64_t released;
  };
  struct Approval {
    std::int64_t approved = 0;
    std::int64_t credited = 0;
  };
  struct Call {
    std::int64_t price = 0;
    std::int64_t left = 0;  // of the volume announced
  };
  // What a plain order would be shown, or one as the viewer's own is.
  struct Viewer {
    std::string facility;
    std::string symbol;
    Side side = Side::buy;
    bool local_only = false;
    int ratio_n = 0;
    int ratio_d = 0;
    friend auto operator<=>(const Viewer&, const Viewer&) = default;
  };
  // An order that a SKIP has to cover: `by` passed over `order`.
  struct Passed {
    int by;
    int order;
  };
  using Account = std::pair<std::string, std::string>;  // asset, holder
  using Where = std::pair<Province, Pollutant>;

  void take(const SetZone& command);
  void take(const SetLink& command);
  void take(const SetInstrument& command);
  void take(const SetFirm& command);
  void take(const SetFacility& command);
  void take(const SetQuota& command);
  void take(const SetDemand& command);
  void take(const SetReferencePrice&) {}
  void take(const Deposit& command);
  void take(const Issue& command);
  void take(const DayOpen& command);
  void take(const SetPhase& command);
  void take(const SetLimit&) {}
  void take(const KillSwitch& command);
  void take(const NewOrder&) {}
  void take(const CancelOrder&) {}
  void take(const ReplaceOrder&) {}
  void take(const MassCancel&) {}
  void take(const Indicative&) {}
  void take(const Withdraw& command);
  void take(const Freeze& command);
  void take(const Pledge& command);
  void take(const Trust& command);
  void take(const Transfer&) {}
  void take(const SetAuthorityKey&) {}
  void take(const RuleRecord& command);
  void take(const RuleDocument& command);
  void take(const ActivateRules&) {}
  void take(const WithdrawRules&) {}
  void take(const SubmitBlock&) {}
  void take(const AnswerBlock&) {}
  void take(const BlockSession& command);
  void take(const Tick&) {}
  void take(const Query&) {}
  void take(const SetParameters& command) { parameters_ = command; }
  void take(const SetCalendar& command) { calendar_[command.year] = command.days; }

  void read(const Command& command, const ParsedLine& line);
  void read_accepted(const NewOrder& command, const ParsedLine& line);
  void read_replaced(const ParsedLine& line);
  void read_cancelled(const ParsedLine& line);
  void read_trade(const ParsedLine& line);
  void read_bill(const ParsedLine& line);
  void read_skip(const ParsedLine& line);
  void read_uncrossed(const ParsedLine& line);
  void read_band(const ParsedLine& line);
  void read_collar(const ParsedLine& line);
  void read_held(const ParsedLine& line);
  void read_transfer(const Command& command, const ParsedLine& line);
  void read_rule_set(const Command& command, const ParsedLine& line);
  void read_rule(const ParsedLine& line);
  void read_block(const Command& command, const ParsedLine& line);
  void read_block_trade(const ParsedLine& line);
  void read_block_bill(const ParsedLine& line);
  void judge_new_block(const Command& command, const Block& block);
  [[nodiscard]] bool is_acceptance(const Command& command, const Block& block) const;
  [[nodiscard]] static bool may_follow_refusal(const Lines& lines);
  void judge_ticket(const Command& command, const Block& block);
  [[nodiscard]] SetQuota open_caps(const Where& where) const;
  void judge_end(const Command& command, const Block& block, const std::string& code);
  void judge_blocks();
  [[nodiscard]] static Order side_of(const Block& block, bool submitter);
  void judge_transfers();
  void show(Order& order);
  void fill(Order& order, std::int64_t quantity, bool in_call);
  void judge_entry(const Order& order, const ParsedLine& line);
  void judge_end(const Command& command, const Order& order, const std::string& code);
  void judge_match(const Order& bid, const Order& ask, const ParsedLine& line, bool in_call);
  void judge_ratio(Order& bid, const Order& ask, const ParsedLine& line);
  void count(const Order& bid, const Order& ask, const ParsedLine& line);
  void count_fill(const Order& bid, const Order& ask, std::int64_t sold, std::int64_t credited,
                  std::int64_t retired);
  void judge_caps(const Order& bid, const Order& ask);

  // The pass ends with the first line that does not belong to its fills.
  void end_pass();
  void note_passed_in_pass(const Order& taker, const Order& maker);
  void note_passed_in_fixpoint(const Order& bid, const Order& ask);
  void judge_skips();

  void judge_accounts();
  void judge_holds();
  void judge_hold(const std::string& facility, const std::string& symbol);
  void judge_net();
  void judge_resting_pairs();
  void judge_views();
  void judge_taker();
  void judge_time(const Command& command);
  void judge_calls();
  void judge_mass(const MassCancel& command);
  void find(const std::string& topic, const std::string& text);
  [[nodiscard]] static std::string named(int order);

  [[nodiscard]] bool executable(const Order& bid, const Order& ask) const;
  [[nodiscard]] bool may_trade_on(const Day& day) const;
  [[nodiscard]] bool has_no_day_left(const Order& order) const;
  [[nodiscard]] bool crossed_pair_in(const std::string& symbol) const;
  [[nodiscard]] bool names(const MassCancel& command, const Order& order) const;
  [[nodiscard]] Replacement ratio_between(const Order& bid, const Order& ask) const;
  [[nodiscard]] bool may_hold_orders(const Order& order) const;
  [[nodiscard]] bool is_beyond_collar(const std::string& symbol, std::int64_t price) const;
  [[nodiscard]] bool may_hold_orders_of(const Order& order) const;
  [[nodiscard]] bool belongs(const Order& order) const;
  [[nodiscard]] bool is_killed(const Order& order) const;
  [[nodiscard]] bool room_across(const Order& bid, const Order& ask) const;
  [[nodiscard]] bool crosses(const Order& a, const Order& b) const;
  [[nodiscard]] static bool ahead(const Order& a, const Order& b);
  [[nodiscard]] bool across(const Order& bid, const Order& ask) const;
  [[nodiscard]] bool misses(const SetFacility& facility, Pollutant pollutant) const;
  [[nodiscard]] const SetZone& zone_of(const SetFacility& facility) const;
  [[nodiscard]] std::string class_of(const Order& order) const;
  [[nodiscard]] std::int64_t held(Province province, Pollutant pollutant) const;
  [[nodiscard]] const SetInstrument& book_of(const Order& order) const;
  [[nodiscard]] const SetFacility& facility_of(const Order& order) const;
  [[nodiscard]] bool is_reserve(const Order& order) const;

  Day today_;
  std::map<std::pair<Province, std::string>, SetZone> zones_;
  std::map<std::string, std::string> group_of_firm_;
  std::map<std::string, SetInstrument> books_;
  std::map<std::string, SetFacility> facilities_;
  std::map<std::string, Phase> phases_;
  std::map<std::string, std::int64_t> references_;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> limits_;  // of prices
  std::map<std::string, std::int64_t> last_trades_;                      // of the trade date
  SetParameters parameters_;  // a genesis that was not told has the usual figures
  std::map<int, std::set<Day>> calendar_;
  std::set<std::pair<Pollutant, std::pair<Province, Province>>> links_off_;
  std::set<std::pair<Scope, std::string>> killed_;
  std::map<std::pair<int, Where>, SetQuota> caps_;
  std::map<Where, Counters> counters_;
  std::map<Pollutant, std::int64_t> retired_across_;  // this year
  std::map<std::pair<std::string, Pollutant>, Approval> approvals_;
  std::map<int, Order> orders_;
  std::map<Account, std::int64_t> posted_;                 // by the postings
  std::map<Account, std::int64_t> expected_;               // by trades, bills, deposits and issues
  std::map<std::string, std::int64_t> brought_in_;         // and not taken out again, by asset
  std::map<Account, HeldBack> held_back_;                  // by the lines
  std::map<Account, HeldBack> held_expected_;              // by the commands
  std::set<std::pair<std::string, std::string>> trusted_;  // from, to
  std::map<std::int64_t, Pending> pending_;                // transfers, by number
  std::map<std::int64_t, Block> blocks_;                   // that are open, by number
  bool block_session_ = false;
  std::int64_t now_ms_ = 0;
  std::map<std::string, std::vector<Rule>> drafts_;     // by authority
  std::map<std::string, std::vector<Rule>> handed_in_;  // and closed
  std::int64_t trades_ = 0;
  std::int64_t priorities_ = 0;

  // Of the command at hand.
  Lines found_;
  std::vector<std::string> lines_due_;  // quota and demand lines that a trade must be followed by
  int taker_ = 0;
  std::vector<Cancelled> cancelled_;
  std::vector<Block> ended_blocks_;
  std::set<std::set<std::string>> tickets_;  // of the trade date, by the pair's firms
  Block traded_block_;
  bool in_pass_ = false;
  std::set<std::string> ended_calls_;  // by symbol: those that owe a price if they have one
  std::set<std::string> owed_calls_;   // of them: those with a pair that may trade
  std::map<std::string, Call> calls_;  // those that gave one
  std::vector<Passed> passed_in_pass_;
  std::vector<Passed> due_in_pass_;
  std::map<int, std::vector<Passed>> passed_at_last_fill_;  // by bid of the fixpoint
  std::vector<ParsedLine> pass_skips_;
  std::vector<ParsedLine> fixpoint_skips_;
  ParsedLine last_trade_;
};

}  // namespace emx::model
