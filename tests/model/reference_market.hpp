#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/model/holdings.hpp"
#include "tests/model/market_commands.hpp"
#include "tests/model/reference_matching.hpp"
#include "tests/model/reference_rules.hpp"
#include "tests/model/reference_state.hpp"

namespace emx::model {

// The market of MARKET-RULES.md, slow and obvious: it knows the rulebook and the standard library
// and nothing of the engine. Each command gives the lines of its events, in order.
//
// Its scope: limit orders, DAY and IOC, in anonymous continuous books. It has no capacity limits
// and no bound of an entry. Commands of the authorities are expected to be well formed; it answers
// only unknown names, prices off the tick, sums beyond the limit, and days out of order.
class ReferenceMarket {
 public:
  explicit ReferenceMarket(const Genesis& genesis) { state_.genesis = genesis; }

  [[nodiscard]] std::vector<std::string> apply(const Command& command);

  [[nodiscard]] Holdings holdings() const;

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
  void run(const NewOrder& command);
  void run(const CancelOrder& command);
  void run(const ReplaceOrder& command);

  [[nodiscard]] Code admission(const NewOrder& command);
  [[nodiscard]] Code order_known(const std::string& actor, int order, bool duplicate);
  [[nodiscard]] Code replacement(const ReplaceOrder& command, const Order& order);
  [[nodiscard]] Code funds(const Facility& facility, const Book& book, Side side, Wide more) const;
  // P01 .. O07 as far as new orders and replaces share them; `filled`: of the order so far.
  struct Terms {
    std::int64_t price_fen;
    std::int64_t quantity;
    std::int64_t filled;
    bool ioc;
    bool inexact;
  };
  [[nodiscard]] Code order_terms(const Book& book, const Terms& terms) const;

  void start_pass(Order& order);
  void fixpoint(std::optional<Pollutant> pollutant);  // none: all books
  void refuse(Code code);

  State state_;
  std::vector<std::string> lines_;
};

}  // namespace emx::model
