#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tests/audit/played.hpp"
#include "tools/admin/operators.hpp"

namespace emx::rehearsal::testing {

// Shanghai sells, Zhejiang wants to buy more: its inflow cap of 400 is used, and 600 of its bid
// stand locked over the ask. An ask of Jiangsu rests above.
inline constexpr std::string_view locked_scene =
    "quota 2026 ZJ VOC inflow=400\n"
    "day 2026-06-18\n"
    "phase continuous\n"
    "sell SH049-1 VOC.AIR.YRD.IND.2630 1000@12000\n"
    "sell JS066-1 VOC.AIR.YRD.IND.2630 500@12100\n"
    "buy ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000\n";

// A ledger that real parts played, and what a dry run says of an act there.
class Rehearsing : public ::testing::Test {
 protected:
  // A ledger in the place of the one before.
  void play(std::string_view scene);

  [[nodiscard]] audit::testing::Answer ask(nlohmann::json request, bool as_json = true,
                                           std::uint32_t person = 1) const;
  // In JSON; an act that would be applied, or refused by the exchange.
  [[nodiscard]] nlohmann::json said_of(const nlohmann::json& request) const;

  audit::testing::TempFolder folder;
  std::optional<admin::Operators> persons;
  bool is_draft = false;
  std::int64_t now_ns = 0;  // before the ledger's end: the act is asked for at that
  std::filesystem::path data_dir;

 private:
  int played_ = 0;
};

}  // namespace emx::rehearsal::testing
