#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/units.hpp"
#include "tools/demo/options.hpp"

namespace emx::demo {

// Caps of a province for a pollutant and year, and what is used of them; kg.
struct Quota {
  std::int64_t net_inflow = 0;  // use; negative: net outflow
  std::int64_t inflow_cap = 0;
  std::int64_t outflow_cap = 0;
  std::int64_t gross_cap = 0;
  std::int64_t holding_cap = 0;
  std::int64_t daily_pace = 0;
};

// A trade as the ledger has it.
struct LedgerTrade {
  std::uint64_t sequence = 0;
  std::string trade_no;
  std::string symbol;
  std::string unit;
  std::string buyer;
  std::string seller;
  Fen price;
  Lots quantity;
  Lots credited;
  std::int64_t years = 0;
  Fen amount;
  std::string code;  // what cut it; empty: nothing
};

// The authorities' side of the venue: `emx admin` and `emx audit`, run as programs, as a person
// would. What is refused or cannot be had is a Failure.
class Authority {
 public:
  explicit Authority(const Options& options);

  // By the person of the venue, or of the joint office.
  void lead(std::vector<std::string> words) const;
  void rule(std::vector<std::string> words) const;
  void set_quota(int year, std::string_view province, std::string_view pollutant,
                 const Quota& quota) const;
  // Trade date, "" before the first day.
  [[nodiscard]] std::string trade_date() const;

  // From the ledger, by the audit.
  [[nodiscard]] Quota quota(int year, std::string_view province, std::string_view pollutant) const;
  [[nodiscard]] std::vector<LedgerTrade> trades_after(std::uint64_t sequence) const;
  // The whole audit; its JSON, valid or not.
  [[nodiscard]] nlohmann::json verify() const;

 private:
  [[nodiscard]] nlohmann::json audit(const std::string& what, bool may_fail = false) const;
  [[nodiscard]] nlohmann::json ask(const Person& person, std::vector<std::string> words) const;

  std::string program_;
  std::string socket_;
  Person venue_;
  Person joint_;
  std::string ledger_;
};

}  // namespace emx::demo
