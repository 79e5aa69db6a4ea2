#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/vocabulary/enums.hpp"
#include "tools/audit/moment.hpp"
#include "tools/audit/reports.hpp"

// What a regulator asks of a ledger (market-rules 15). As the reports of reports.hpp: they stand on
// the ledger's bytes, verified without a replay, and on nothing else. `at`: as it stood then; none:
// at the end of the ledger.

namespace emx::audit {

// Net, gross, holding and the rest of a province against the quota in force, and the entries that
// made it.
struct PositionQuestion {
  Province province{};
  std::optional<Pollutant> pollutant{};
};
[[nodiscard]] int report_position(const std::filesystem::path& data_dir,
                                  const PositionQuestion& question, const Output& output);

// Every order and block of a firm, or of the firms of a control group (as it was at each entry),
// with all that became of it.
// An answer of more rows is not given, but how to ask for less: it would have to be held whole.
inline constexpr std::size_t rows_max_by_default = 100'000;

struct OrdersQuestion {
  Holder by = Holder::firm;  // firm or group
  std::string name;
  std::optional<Moment> from{};  // only what came then or later
  std::optional<Moment> to{};    // and not after this
  std::size_t rows_max = rows_max_by_default;
};
[[nodiscard]] int report_orders(const std::filesystem::path& data_dir,
                                const OrdersQuestion& question, const Output& output);

// Rights by firm and group, their parts, and how concentrated they are.
struct HoldingsQuestion {
  std::optional<Pollutant> pollutant{};
};
[[nodiscard]] int report_holdings(const std::filesystem::path& data_dir,
                                  const HoldingsQuestion& question, const Output& output);

// What was sold, credited and retired by pollutant and zone of the buyer, and whether that is as
// the replacement ratio says; exit code ledger_is_invalid: it is not. `with_trades`: those of a
// ratio that is not 1.
[[nodiscard]] int report_ratios(const std::filesystem::path& data_dir, bool with_trades,
                                const Output& output);

// Every signed document with who handed it in, signed and activated it and what became of it; and
// every rule set that somebody was judged by, with the entries that were.
[[nodiscard]] int report_rules(const std::filesystem::path& data_dir, const Output& output);

// Rights from their issue to who holds them, step by step; those that fit all that is named
// (empty, 0: any). A holder looks back, a batch forward, a trade both ways.
struct ProvenanceQuestion {
  std::string facility{};   // that holds them, or ENV-RETIRED
  std::string batch{};      // that they were issued in
  std::string issued_to{};  // facility
  std::string symbol{};
  std::uint64_t trade_no = 0;                  // that they went through
  std::size_t rows_max = rows_max_by_default;  // steps
};
[[nodiscard]] int report_provenance(const std::filesystem::path& data_dir,
                                    const ProvenanceQuestion& question, const Output& output);

// What was asked of the ledger while an exchange wrote it: by whom, for which office, with what.
struct QueriesQuestion {
  std::optional<Moment> from{};  // only what was asked then or later
  std::optional<Moment> to{};    // and not after this
};
[[nodiscard]] int report_queries(const std::filesystem::path& data_dir,
                                 const QueriesQuestion& question, const Output& output);

// Who would have traded and may not: pairs passed over and deals refused, by provinces and code.
[[nodiscard]] int report_barriers(const std::filesystem::path& data_dir, const Output& output);

}  // namespace emx::audit
