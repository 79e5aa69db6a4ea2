#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/balances.hpp"
#include "tools/audit/account_parts.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/rights_lots.hpp"

namespace emx::audit {

// Who holds the rights, and how concentrated that is. Rights of facilities only: what was retired
// or is the registry's is held by nobody. Not thread-safe.
class Holdings {
 public:
  struct Row {
    std::uint32_t instrument = 0;
    std::string firm;
    std::string group;  // as it is now; empty: none
    std::int64_t lots = 0;
    AccountParts::Parts parts;
    std::int64_t of_all = 0;  // of the instrument
  };
  // Of a pollutant, of one of its series, or of what of a series was issued in one year.
  struct Concentration {
    std::uint8_t pollutant = 0;
    std::uint32_t instrument = no_id;  // `no_id`: all series
    std::int32_t issued_in = 0;        // civil year, UTC+8; 0: of all years
    std::int64_t lots = 0;
    std::size_t firms = 0;
    std::size_t holders = 0;  // groups, and firms without one
    std::string largest;      // of the holders
    std::int64_t largest_lots = 0;
    std::int64_t hhi_of_firms = 0;  // sum of the squares of the shares in percent: 0 to 10,000
    std::int64_t hhi = 0;           // of the holders
  };

  // Words that are not empty say what is wrong. Requires: entries in order.
  [[nodiscard]] std::string apply(const EntryView& entry);

  // By instrument, the largest first.
  [[nodiscard]] std::vector<Row> rows() const;
  [[nodiscard]] std::vector<Concentration> concentrations() const;
  [[nodiscard]] const market::Names& names() const { return describer_.names(); }

 private:
  Describer describer_;
  ledger::Balances balances_;
  AccountParts parts_;
  RightsLots lots_;
  std::unordered_map<std::uint64_t, std::int32_t> issue_years_;  // by sequence
};

// lots / of_all in hundredths of a percent, cut. 0 of nothing.
[[nodiscard]] std::int64_t share_bp(std::int64_t lots, std::int64_t of_all);

}  // namespace emx::audit
