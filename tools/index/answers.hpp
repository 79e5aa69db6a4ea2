#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/audit/reports.hpp"

// What a person asks of DATA_DIR/index. Each reads the index, and the entries that it names from
// the ledger, in a child process (a damaged file can crash LMDB), also while emxd runs; and says up
// to which entry the index goes. Text, or JSON with stable keys.

namespace emx::index {

enum AnswerCode : int {
  answered = 0,
  nothing_there = 1,  // up to where the index goes
  no_answer = 2,      // no index, or one that cannot be used; no ledger
};

// Entries that are told at most, from the first on; how many there are is said in any case.
inline constexpr std::uint64_t told_by_default = 1'000;

// Of an order by its id, or a trade by its number.
struct NumberLookUp {
  std::uint64_t number = 0;
  std::uint64_t count = told_by_default;
};
[[nodiscard]] int report_order(const std::filesystem::path& data_dir, const NumberLookUp& look_up,
                               const audit::Output& output);
[[nodiscard]] int report_trade(const std::filesystem::path& data_dir, const NumberLookUp& look_up,
                               const audit::Output& output);

// Of a facility, or one of the venue's own accounts (ENV-RETIRED); on these trade dates only.
struct AccountLookUp {
  std::string code;
  std::optional<Date> from{};
  std::optional<Date> to{};
  std::uint64_t count = told_by_default;
};
[[nodiscard]] int report_account(const std::filesystem::path& data_dir,
                                 const AccountLookUp& look_up, const audit::Output& output);

// The first and the last entry of a trade date.
[[nodiscard]] int report_day(const std::filesystem::path& data_dir, Date date,
                             const audit::Output& output);

// What `emx audit position` says of a province as of the last entry before the next trade date was
// opened; what was set after midnight, and before that, is in it.
struct PositionLookUp {
  Province province{};
  Date date{};
};
[[nodiscard]] int report_position(const std::filesystem::path& data_dir,
                                  const PositionLookUp& look_up, const audit::Output& output);

// Of what it is, how far it goes, and who writes it.
[[nodiscard]] int report_status(const std::filesystem::path& data_dir, const audit::Output& output);

}  // namespace emx::index
