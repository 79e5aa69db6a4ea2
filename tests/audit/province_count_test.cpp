#include "tools/audit/province_count.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/played.hpp"
#include "tools/audit/describer.hpp"

// The count of province quotas, on its own: no replay stands behind it here.

namespace emx::audit {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace testing;

class Counting : public PlayedDay {
 protected:
  Counting() : entries{read_ledger(folder->path())} {}

  // The first words there are, with their entry.
  [[nodiscard]] std::string count() const {
    Describer describer;
    ProvinceCount provinces;
    for (const Entry& entry : entries) {
      describer.take_names(entry.view());
      const std::string words = provinces.apply(entry.view(), describer.names());
      if (!words.empty()) return std::to_string(entry.stamp.sequence.value) + ": " + words;
    }
    return {};
  }

  // The command that set the caps of a province for VOC in 2026.
  SetQuotaCommand& quota(Province province) {
    for (Entry& entry : entries) {
      const auto kind = read_record<CommandHeader>(entry.command).kind;
      if (kind != static_cast<std::uint16_t>(CommandKind::set_quota)) continue;
      auto* command = reinterpret_cast<SetQuotaCommand*>(entry.command.data());
      if (command->year == 2026 && command->province == static_cast<std::uint8_t>(province) &&
          command->pollutant == static_cast<std::uint8_t>(Pollutant::voc)) {
        return *command;
      }
    }
    throw std::logic_error{"no such quota"};
  }

  std::vector<Entry> entries;
};

TEST_F(Counting, AgreesWithTheLedger) { EXPECT_THAT(count(), IsEmpty()); }

TEST_F(Counting, FindsACounterThatIsToldWrong) {
  Entry& entry = first_with(entries, EventKind::quota_used);
  auto used = entry.event<QuotaUsedEvent>(EventKind::quota_used);
  used.gross_kg -= 1;
  entry.set_event(EventKind::quota_used, used);
  EXPECT_EQ(count(),
            "1167: quota 2026 ZJ VOC: the trades give a gross of 4,000 kg, the ledger tells 3,999");
}

// Each cap at what is used of it, which is allowed, and 1 kg below.
TEST_F(Counting, FindsACapThatWasExceeded) {
  struct Row {
    Province province;
    std::int64_t SetQuotaCommand::*cap;
    std::int64_t used;
    const char* words;
  };
  for (const Row& row :
       {Row{Province::zj, &SetQuotaCommand::inflow_cap_kg, 4'666, "net inflow of 4,666 kg"},
        Row{Province::zj, &SetQuotaCommand::gross_cap_kg, 4'666, "gross of 4,666 kg"},
        Row{Province::zj, &SetQuotaCommand::daily_pace_kg, 4'666, "inflow today of 4,666 kg"},
        Row{Province::sh, &SetQuotaCommand::outflow_cap_kg, 5'000, "net outflow of 5,000 kg"},
        Row{Province::sh, &SetQuotaCommand::gross_cap_kg, 5'000, "gross of 5,000 kg"}}) {
    const std::int64_t before = quota(row.province).*row.cap;
    quota(row.province).*row.cap = row.used;
    EXPECT_THAT(count(), IsEmpty()) << row.words;
    quota(row.province).*row.cap = row.used - 1;
    EXPECT_THAT(count(), HasSubstr("1169: quota 2026")) << row.words;
    EXPECT_THAT(count(), HasSubstr(row.words));
    quota(row.province).*row.cap = before;
  }
}

// The writer that exceeds a cap is the one that would not tell.
TEST_F(Counting, FindsACounterThatIsNotTold) {
  Entry& entry = first_with(entries, EventKind::quota_used);
  auto used = entry.event<QuotaUsedEvent>(EventKind::quota_used);
  used.header.kind = static_cast<std::uint16_t>(EventKind::more_to_do);  // nothing to the count
  entry.set_event(EventKind::quota_used, used);
  EXPECT_EQ(count(),
            "1167: quota 2026 ZJ VOC: it is not told after a cross-province trade of the province");
}

TEST_F(Counting, FindsACounterThatIsToldTwice) {
  Entry& entry = first_with(entries, EventKind::quota_used);
  const auto first = entry.event<QuotaUsedEvent>(EventKind::quota_used);
  auto* second = entry.events.data() + entry.place_of(EventKind::quota_used) + sizeof first;
  std::memcpy(second, &first, sizeof first);
  EXPECT_THAT(count(), HasSubstr("it is told without a cross-province trade of the province"));
}

TEST_F(Counting, FindsAHoldingCapThatWasExceeded) {
  quota(Province::zj).holding_cap_kg = 1;
  EXPECT_THAT(count(), HasSubstr("1167: quota 2026 ZJ VOC: the holding of"));
}

// A seller's own inflow cap may be below its use: it was lowered, and does not bound a sale.
TEST_F(Counting, HoldsEachSideToItsOwnCaps) {
  quota(Province::sh).inflow_cap_kg = 0;
  quota(Province::sh).holding_cap_kg = 0;
  quota(Province::zj).outflow_cap_kg = 0;
  EXPECT_THAT(count(), IsEmpty());
}

TEST(CountingATransfer, HoldsItsCountersToWhatItSays) {
  const TempFolder folder;
  play(
      "day 2026-06-18\ntrust SH065-1 ZJ051-1 approved-by=2\n"
      "transfer SH065-1 ZJ051-1 VOC.AIR.YRD.IND.2630 300 approved-by=2\nday 2026-06-22\n",
      folder.path());
  const std::vector<Entry> entries = read_ledger(folder.path());
  const auto count = [&](std::int64_t credited) {
    Describer describer;
    ProvinceCount provinces;
    std::string words;
    for (Entry entry : entries) {
      if (entry.stamp.sequence.value == entries.size()) {
        auto transfer = entry.event<TransferEvent>(EventKind::transfer);
        transfer.credited_lots = credited;
        entry.set_event(EventKind::transfer, transfer);
      }
      describer.take_names(entry.view());
      words = provinces.apply(entry.view(), describer.names());
      if (!words.empty()) break;
    }
    return words;
  };
  EXPECT_EQ(count(200), "");
  EXPECT_THAT(count(199), HasSubstr("ZJ VOC"));
}

}  // namespace
}  // namespace emx::audit
