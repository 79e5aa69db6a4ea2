#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/large_pages.hpp"
#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/refusal_words.hpp"
#include "engine/vocabulary/time_of_day.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx {
namespace {

// Passing one meaning as another must not compile.
static_assert(!std::is_convertible_v<int, PriceTicks>);
static_assert(!std::is_convertible_v<Lots, PriceTicks>);
static_assert(!std::is_constructible_v<PriceTicks, Lots>);
static_assert(!std::is_convertible_v<FirmId, FacilityId>);
static_assert(std::is_constructible_v<Lots, std::int64_t>);

// Numbers of persons begin with 1, so a zero is nobody, and so is the venue's own schedule.
TEST(FourEyes, AreOfTwoDifferentPersons) {
  const auto by = [](std::uint32_t actor, std::uint32_t approver) {
    CommandHeader header{};
    header.actor = actor;
    header.approver = approver;
    return has_four_eyes(header);
  };
  EXPECT_TRUE(by(operator_actor(1), 2));
  EXPECT_TRUE(by(operator_actor(2), 1));
  EXPECT_FALSE(by(operator_actor(1), 0));
  EXPECT_FALSE(by(operator_actor(2), 2));
  EXPECT_FALSE(by(operator_actor(2), operator_actor(2)));
  EXPECT_FALSE(by(operator_actor(0), 2));
  EXPECT_FALSE(by(operator_actor(2), no_id & ~operator_bit));
  for (const std::uint32_t nobody : {no_id, 0U, 7U}) EXPECT_FALSE(by(nobody, 2)) << nobody;
}

TEST(Date, AgreesWithKnownDays) {
  EXPECT_EQ(date_of(1970, 1, 1).value, 0);
  EXPECT_EQ(date_of(2000, 2, 29).value, 11'016);
  EXPECT_EQ(date_of(2026, 11, 19).value, 20'776);
}

TEST(Date, ComesBackFromItsCivilFormForEveryDayOfFourCenturies) {
  for (std::int32_t day = -80'000; day < 80'000; ++day) {
    const CivilDate civil = civil_of(Date{day});
    ASSERT_EQ(date_of(civil.year, civil.month, civil.day).value, day);
  }
}

TEST(TimeOfDay, IsReadToTheMinuteTheSecondOrTheMillisecond) {
  EXPECT_EQ(ms_of_day_from_text("00:00"), 0);
  EXPECT_EQ(ms_of_day_from_text("09:30"), 34'200'000);
  EXPECT_EQ(ms_of_day_from_text("09:30:15"), 34'215'000);
  EXPECT_EQ(ms_of_day_from_text("23:59:59.999"), 86'399'999);
  for (const char* text :
       {"", "9:30", "09:3", "24:00", "09:60", "09:30:60", "09.30", "ab:cd", "-1:30",
        "09:30:", "09:30:15.", "09:30:15.25", "09:30:15.2500", "09:30 "}) {
    EXPECT_FALSE(ms_of_day_from_text(text)) << text;
  }
}

TEST(Date, RefusesTextsThatAreNoDay) {
  EXPECT_EQ(date_from_text("2026-06-18"), date_of(2026, 6, 18));
  for (const char* text : {"2026-02-29", "2026-13-01", "2026-00-01", "2026-06-31", "2026-6-18",
                           "2026/06/18", "20260618", "", "2026-06-18 ", "a026-06-18"}) {
    EXPECT_FALSE(date_from_text(text)) << text;
  }
  EXPECT_EQ(text_of(date_of(2026, 6, 8)), "2026-06-08");
}

TEST(TradingDays, AreMondayToFriday) {
  const TradingDays days = monday_to_friday(2028);
  EXPECT_EQ(days_of_year(2028), 366);
  EXPECT_EQ(days_of_year(2100), 365);
  std::int32_t count = 0;
  for (std::int32_t day = 0; day < 384; ++day) count += has_day(days, day) ? 1 : 0;
  EXPECT_EQ(count, 260);
  EXPECT_FALSE(has_day(days, 0));  // a Saturday
  EXPECT_TRUE(has_day(days, 2));
  EXPECT_TRUE(is_weekend(date_of(1969, 12, 28)));  // before the epoch, too
  EXPECT_FALSE(is_weekend(date_of(1969, 12, 29)));
}

TEST(TradingDays, TakeEachExceptionOnce) {
  TradingDays days = monday_to_friday(2026);
  EXPECT_EQ(set_exception(days, 2026, date_of(2026, 10, 1), false), "");
  EXPECT_FALSE(has_day(days, 273));
  const TradingDays once = days;
  EXPECT_EQ(set_exception(days, 2026, date_of(2026, 10, 1), false), "2026-10-01 is named twice");
  EXPECT_NE(set_exception(days, 2026, date_of(2026, 10, 1), true), "");
  EXPECT_NE(set_exception(days, 2026, date_of(2026, 10, 3), false), "");
  EXPECT_NE(set_exception(days, 2026, date_of(2027, 10, 1), false), "");
  EXPECT_EQ(days, once);
}

TEST(Money, RefusesProductsBeyondTwoToTheSixtyTwo) {
  const std::int64_t most = amount_max.value;
  EXPECT_EQ(checked_product(most, 1, 1), amount_max);
  EXPECT_FALSE(checked_product(most, 2, 1));
  EXPECT_FALSE(checked_product(std::int64_t{1} << 31, std::int64_t{1} << 31, 2));
  EXPECT_EQ(checked_product(most, most, 0), Fen{0});
  EXPECT_FALSE(checked_product(most, most, most));
}

// Market-rules 2: SO2 8,074 kg at 6,000 CNY and NOx 21,648 kg at 4,500 for five years.
TEST(Money, GivesThePublishedSumOfTheJingdeDeals) {
  const auto so2 = checked_product(8'074, 600, 5);
  const auto nox = checked_product(21'648, 450, 5);
  ASSERT_TRUE(so2 && nox);
  EXPECT_EQ(*so2, Fen{24'222'000});
  EXPECT_EQ(*nox, Fen{48'708'000});
  EXPECT_EQ(*so2 + *nox, Fen{72'930'000});
}

TEST(Money, RoundsFeesHalfUp) {
  EXPECT_EQ(fee_of(499, 10), Fen{0});
  EXPECT_EQ(fee_of(500, 10), Fen{1});
  EXPECT_EQ(fee_of(1'499, 10), Fen{1});
  EXPECT_EQ(fee_of(1'500, 10), Fen{2});
  EXPECT_EQ(fee_of(amount_max.value, 10'000), amount_max);
  EXPECT_EQ(fee_of(Int128{amount_max.value} * 16, 100), Fen{737'869'762'948'382'065});
}

TEST(Code, HasOneNameAndOneSentenceForEachNumber) {
  std::set<std::string_view> names;
  int known = 0;
  for (unsigned number = 0; number < 1'000; ++number) {
    const auto code = static_cast<Code>(number);
    if (!is_known(code)) {
      EXPECT_EQ(name_of(code), "?");
      continue;
    }
    ++known;
    EXPECT_TRUE(names.insert(name_of(code)).second) << name_of(code);
    EXPECT_FALSE(words_of(code).empty());
  }
  EXPECT_EQ(known, 57);  // the table of market-rules 16, and none
}

TEST(RefusalWords, TellWhoMayTradeWhat) {
  const std::int64_t today = date_of(2026, 6, 18).value;
  EXPECT_EQ(figures_in_words(Code::e01_permit, today - 1, today),
            "the permit ended on 2026-06-17, trade date 2026-06-18");
  EXPECT_EQ(figures_in_words(Code::e01_permit, 0, today), "no permit, trade date 2026-06-18");
  EXPECT_EQ(figures_in_words(Code::e01_permit, 0b11, 0b100),
            "the permit covers SO2, NOX; this is VOC");
  EXPECT_EQ(figures_in_words(Code::e01_permit, 0, 0b1000000),
            "the permit covers no pollutant; this is CO2E");
  EXPECT_EQ(figures_in_words(Code::e02_credit, 1, 2), "credit NEGATIVE, at worst WATCH");
  EXPECT_EQ(figures_in_words(Code::e10_double_ets, 1, 1),
            "covered by scheme NATIONAL, the instrument is SHEA");
  EXPECT_EQ(figures_in_words(Code::e05_power, 2, 1), "class POWER, the book is IND");
  EXPECT_EQ(figures_in_words(Code::e06_agri, 3, 2), "class INDUSTRY, the book is AGR");
  EXPECT_EQ(figures_in_words(Code::e11_not_emitter, 2, 6), "class FIN, the book is IND");
}

TEST(RefusalWords, TellWhatTheKillSwitchStops) {
  const auto words = [](Scope scope, std::int64_t named) {
    return figures_in_words(Code::k01_killed, static_cast<std::int64_t>(scope), named);
  };
  EXPECT_EQ(words(Scope::all, 0), "all orders");
  EXPECT_EQ(words(Scope::firm, 7), "all orders of the firm");
  EXPECT_EQ(words(Scope::group, 7), "all orders of the firm's group");
  EXPECT_EQ(words(Scope::instrument, 7), "all orders in the instrument");
  EXPECT_EQ(words(Scope::province, 2), "all orders of ZJ");
  EXPECT_EQ(words(Scope::basin, 0), "all orders of the facility's basin");
  EXPECT_EQ(words(Scope::basin, 1), "all orders in the basin's instruments");
}

TEST(RefusalWords, LeavePlainNumbersAlone) {
  EXPECT_EQ(figures_in_words(Code::l02_rights, 1, 2), "");
  EXPECT_EQ(figures_in_words(Code::e04_basin, 0, 0), "");
}

TEST(Enums, ComeBackFromTheirNames) {
  EXPECT_EQ(from_name<Province>("ZJ"), Province::zj);
  EXPECT_EQ(from_name<Pollutant>("NH3N"), Pollutant::nh3n);
  EXPECT_EQ(from_name<Phase>("pre-open"), Phase::pre_open);
  EXPECT_FALSE(from_name<Province>("BJ"));
  EXPECT_FALSE(is_known(static_cast<Phase>(0)));
  EXPECT_EQ(name_of(static_cast<Side>(9)), "?");
}

TEST(Digest, DependsOnEveryWordAndItsPlaceButNotOnTheOrderOfCells) {
  const auto cell = [](std::uint64_t a, std::uint64_t b) {
    return cell_hash(Cell::cash).word(a).word(b).value();
  };
  EXPECT_NE(cell(1, 2), cell(2, 1));
  EXPECT_NE(cell(0, 0), cell(0, 1));
  EXPECT_NE(cell_hash(Cell::cash).word(std::uint64_t{1}).value(),
            cell_hash(Cell::rights).word(std::uint64_t{1}).value());
  Digest a;
  a.add(cell(1, 1));
  a.add(cell(2, 2));
  Digest b;
  b.add(cell(2, 2));
  b.add(cell(3, 3));
  b.add(cell(1, 1));
  EXPECT_NE(a.value(), b.value());
  b.remove(cell(3, 3));
  EXPECT_EQ(a.value(), b.value());
}

// A hash that let single bits pass would let faults pass.
TEST(Digest, ChangesForEverySingleBit) {
  std::set<std::uint64_t> seen;
  for (unsigned bit = 0; bit < 64; ++bit) {
    EXPECT_TRUE(seen.insert(cell_hash(Cell::cash).word(std::uint64_t{1} << bit).value()).second);
  }
}

TEST(EventBatch, NumbersItsEventsAndKeepsItsBounds) {
  EventBatch batch;
  for (std::uint32_t i = 0; batch.has_room_for(1); ++i) {
    const SkipEvent& event = batch.add<SkipEvent>(EventKind::skip);
    EXPECT_EQ(event.header.index, i);
  }
  EXPECT_EQ(batch.count(), entry_events_max);
  EXPECT_LE(batch.bytes().size(), std::size_t{entry_bytes_max});
  std::uint32_t seen = 0;
  EXPECT_TRUE(for_each_event(batch.bytes(), [&](const EventHeader& header, auto bytes) {
    EXPECT_EQ(header.index, seen++);
    EXPECT_EQ(bytes.size(), sizeof(SkipEvent));
  }));
  EXPECT_EQ(seen, batch.count());
  EXPECT_FALSE(for_each_event(batch.bytes().first(41), [](const auto&, auto) {}));
}

TEST(EventBatch, GivesEventsThatWereBuiltBeforeItsOwnHeader) {
  EventBatch batch;
  SkipEvent built{};
  built.header.index = 7;
  built.quantity_lots = 12;
  batch.add<RefusedEvent>(EventKind::refused);
  batch.add(EventKind::skip, built);
  const auto event = read_record<SkipEvent>(batch.bytes().subspan(sizeof(RefusedEvent)));
  EXPECT_EQ(event.header.kind, static_cast<std::uint16_t>(EventKind::skip));
  EXPECT_EQ(event.header.size, sizeof(SkipEvent));
  EXPECT_EQ(event.header.index, 1);
  EXPECT_EQ(event.quantity_lots, 12);
}

// What was there before shows nowhere.
TEST(EventBatch, StartsEventsFromZero) {
  EventBatch batch;
  batch.add<SkipEvent>(EventKind::skip).quantity_lots = 12;
  batch.clear();
  EXPECT_EQ(batch.add<SkipEvent>(EventKind::skip).quantity_lots, 0);
}

// Small ones stand at cache lines, large ones at large pages; all of it can be written.
TEST(LargePages, StandAligned) {
  for (const std::size_t bytes : {std::size_t{1}, (std::size_t{2} << 20) - 1, std::size_t{2} << 20,
                                  (std::size_t{5} << 20) + 1}) {
    LargeVector<std::byte> memory(bytes, std::byte{7});
    const std::size_t unit = bytes < std::size_t{2} << 20 ? 64 : std::size_t{2} << 20;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % unit, 0U) << bytes;
    EXPECT_EQ(memory.back(), std::byte{7});

    const LargeBlock block = make_large_block(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.get()) % unit, 0U) << bytes;
    block[bytes - 1] = std::byte{7};
  }
}

}  // namespace
}  // namespace emx
