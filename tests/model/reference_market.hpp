#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/model/holdings.hpp"
#include "tests/model/market_commands.hpp"
#include "tests/model/reference_matching.hpp"
#include "tests/model/reference_rules.hpp"
#include "tests/model/reference_state.hpp"
#include "tests/model/views.hpp"

namespace emx::model {

// The market of MARKET-RULES.md, slow and obvious: it knows the rulebook and the standard library
// and nothing of the engine. Each command gives the lines of its events, in order.
//
// Its scope: every order type and phase of anonymous books, calls included. Of capacities it has
// those of zones, instruments and price levels, and no bound of an entry. Commands of the
// authorities are expected to be well formed; it answers only unknown names, prices off the tick,
// sums beyond the limit, and days out of order.
class ReferenceMarket {
 public:
  explicit ReferenceMarket(const Genesis& genesis) : capacities_{genesis.capacities} {
    state_.parameters.figures = genesis;
  }

  // `cut_behind`: the last trade before each place where the bound of an entry cut what the command
  // does. Where that is, is no matter of the rules; that a pass then goes on as a new one is. Of a
  // command that was cut the SKIPs are not those of the rules.
  [[nodiscard]] std::vector<std::string> apply(const Command& command,
                                               const std::set<std::int64_t>& cut_behind = {});

  [[nodiscard]] Holdings holdings() const;

  // What a book shows (8.3), to all and to one who looks. Requires: the names are known.
  [[nodiscard]] ListedLevels depth(const std::string& symbol, Side side);
  [[nodiscard]] ListedLevels executable_depth(const ViewOf& view);
  // The view with each open order's own terms of what it could trade with.
  [[nodiscard]] std::vector<ViewOf> views_of_open_orders() const;
  // Best price of the viewer's own open orders of just these terms.
  [[nodiscard]] std::optional<std::int64_t> best_own_price(const ViewOf& view);

 private:
  void run(const SetZone& command);
  void run(const SetLink& command);
  void run(const SetInstrument& command);
  void run(const SetFirm& command);
  void run(const SetFacility& command);
  void run(const SetQuota& command);
  void run(const SetDemand& command);
  void run(const SetReferencePrice& command);
  void run(const Deposit& command);
  void run(const Issue& command);
  void run(const DayOpen& command);
  void run(const SetPhase& command);
  void run(const SetLimit& command);
  void run(const KillSwitch& command);
  void run(const NewOrder& command);
  void run(const CancelOrder& command);
  void run(const ReplaceOrder& command);
  void run(const MassCancel& command);
  void run(const Indicative& command);
  void run(const Withdraw& command);
  void run(const Freeze& command);
  void run(const Pledge& command);
  void run(const Trust& command);
  void run(const Transfer& command);
  void run(const SetAuthorityKey& command);
  void run(const RuleRecord& command);
  void run(const RuleDocument& command);
  void run(const ActivateRules& command);
  void run(const WithdrawRules& command);
  void run(const SubmitBlock& command);
  void run(const AnswerBlock& command);
  void run(const BlockSession& command);
  void run(const Tick&) {}
  void run(const SetParameters& command);
  void run(const SetCalendar& command);
  void run(const Query& command);

  void hold_back(Facility* facility, const std::string& symbol, std::int64_t amount, bool approved,
                 std::int64_t HeldBack::*part);

  // New orders.
  [[nodiscard]] Refusal admission(const NewOrder& command);
  [[nodiscard]] Order order_of(const NewOrder& command);
  [[nodiscard]] Refusal terms_refusal(const NewOrder& command, const Order& order) const;
  [[nodiscard]] bool fillable(const Order& order) const;
  void start_pass(Order& order);

  // Replaces and cancels.
  [[nodiscard]] Refusal order_known(const std::string& actor, int order, bool duplicate);
  [[nodiscard]] Refusal replacement(const ReplaceOrder& command, const Order& order,
                                    const Order& changed);

  // What both share. `price_fen` is what was sent; of the order only what both kinds have is seen.
  [[nodiscard]] Refusal phase_refusal(const Order& order) const;
  [[nodiscard]] Refusal tick_refusal(const Book& book, std::int64_t price_fen, bool inexact) const;
  [[nodiscard]] Refusal price_refusal(const Book& book, std::int64_t price_fen) const;
  [[nodiscard]] Refusal amount_refusal(const Order& order) const;
  [[nodiscard]] Refusal size_refusal(const Order& order) const;
  [[nodiscard]] Refusal rate_refusal(const std::string& firm);
  [[nodiscard]] Refusal scope_refusal(const SetLimit& command);
  [[nodiscard]] Refusal limit_refusal(LimitKind kind, Code code, const Order& order,
                                      Wide value) const;
  [[nodiscard]] Refusal open_orders_refusal(const Order& order) const;
  [[nodiscard]] Refusal carbon_refusal(const Order& order, std::int64_t more) const;
  [[nodiscard]] Refusal entry_and_demand_refusal(const Order& order) const;
  // The price of the best order it may trade with now.
  [[nodiscard]] std::optional<std::int64_t> price_now(const Order& order);
  [[nodiscard]] Refusal post_only_refusal(const Order& order);
  [[nodiscard]] Refusal funds_refusal(const Order& order, Wide more) const;

  // Blocks.
  [[nodiscard]] Refusal block_side_refusal(const Order& side, const SubmitBlock& sent);
  void accept(const Block& block);
  void end_blocks(Code code, const std::function<bool(const Block&)>& fits);
  void end_block(const Block& block, Code code);
  void take_ticket(const Block& block, const Order& other);
  void carry_out(const Block& block);
  void expire_blocks();
  [[nodiscard]] std::size_t answer_lines(const Command& command) const;

  void expire_at_close(std::size_t book);
  void carry_out_transfers();
  [[nodiscard]] Refusal rule_set_refusal(Authority authority, int version) const;
  [[nodiscard]] Refusal version_refusal(int version) const;
  void bring_rules_into_force();
  void set(const SetZone& rule);
  void set(const SetLink& rule);
  void set(const SetQuota& rule);
  void set(const SetParameters& rule);
  void set(const SetCalendar& rule);
  void set(const SetInstrument& rule);
  void set(const SetReferencePrice& rule);
  void set(const SetLimit& rule);
  // Of a rule that comes as a command alone.
  [[nodiscard]] bool must_be_signed(const Rule& rule) const;
  [[nodiscard]] static Refusal unsigned_rule(const Rule& rule);  // P09
  // What the rules before one in the same set take of what there is room for.
  struct Ahead {
    std::int64_t zones = 0;
    std::int64_t instruments = 0;
  };
  // Why a rule may not apply; `document`: that it stands in, or nothing.
  [[nodiscard]] Refusal rule_refusal(const Rule& rule, Ahead& ahead,
                                     const std::vector<Rule>* document);
  [[nodiscard]] Refusal rule_refusal(const Rule& rule);  // of one alone
  [[nodiscard]] Refusal zone_refusal(const SetZone& rule, Ahead& ahead);
  [[nodiscard]] Refusal instrument_refusal(const SetInstrument& rule, Ahead& ahead);
  [[nodiscard]] Refusal reference_refusal(const SetReferencePrice& rule,
                                          const std::vector<Rule>* document);
  // The first record of a set that may not apply, counted with all before it.
  struct Fault {
    Refusal refusal;
    Authority authority;
    std::int64_t record;
  };
  [[nodiscard]] std::optional<Fault> fault_of(const std::map<Authority, Document>& documents);
  void set_bands();
  void expire_before(const Day& date);
  void fixpoint(std::optional<Pollutant> pollutant);  // at the command's end; none: all books
  void run_fixpoint();
  void retest(const Facility& facility);
  void retest_all();
  void refuse(const Refusal& refusal);

  Capacities capacities_;
  State state_;
  std::vector<std::string> lines_;
  // Of the command at hand: the pollutants whose books its fixpoint visits, and its own book.
  std::set<Pollutant> moved_;
  std::optional<std::size_t> own_;
};

}  // namespace emx::model
