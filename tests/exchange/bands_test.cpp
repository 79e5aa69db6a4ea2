#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <vector>

#include "tests/exchange/floor.hpp"

// What may change of a listed instrument (market-rules 17, Instruments): how far its prices may go,
// and from when; and reference prices of a rule set.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Date trade_date = date_of(2026, 6, 18);
constexpr Date tomorrow = date_of(2026, 6, 19);
constexpr OrderTerms gtc{.time_in_force = TimeInForce::gtc};

class Bands : public ::testing::Test {
 protected:
  Bands() {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.add("ZJ", Province::zj);
  }

  Outcome set(const std::function<void(SetInstrumentCommand&)>& change) {
    SetInstrumentCommand command = instrument_of({});
    change(command);
    return floor.apply(CommandKind::set_instrument, command);
  }
  Outcome band(std::uint16_t pct) {
    return set([=](auto& c) { c.band_pct = pct; });
  }
  Outcome collar(std::uint16_t pct) {
    return set([=](auto& c) { c.collar_pct = pct; });
  }
  Outcome next_day() {
    floor.phase(Phase::closed);
    return floor.day(tomorrow);
  }

  // Rules of the joint office, for a day.
  template <class Rule>
  Outcome sign(CommandKind kind, const Rule& rule, std::uint16_t number = 0) {
    SetAuthorityKeyCommand key{};
    key.header.approver = second_person;
    key.authority = static_cast<std::uint8_t>(Authority::joint);
    floor.apply(CommandKind::set_authority_key, key);
    RuleRecordCommand command{};
    command.version = 1;
    command.record_kind = static_cast<std::uint16_t>(kind);
    command.record = number;
    command.authority = key.authority;
    std::memcpy(command.body.data(), reinterpret_cast<const char*>(&rule) + sizeof(CommandHeader),
                sizeof rule - sizeof(CommandHeader));
    return floor.apply(CommandKind::rule_record, command);
  }
  static SetReferencePriceCommand price(std::string_view symbol, Fen fen) {
    SetReferencePriceCommand command{};
    command.symbol = Symbol{symbol};
    command.price_fen = fen.value;
    return command;
  }
  static SetInstrumentCommand later_series() {
    return instrument_of({.symbol = "VOC.AIR.YRD.IND.3135", .first_year = 2031, .last_year = 2035});
  }
  Outcome activate(std::uint16_t records, Date effective = trade_date) {
    RuleDocumentCommand document{};
    document.version = 1;
    document.records = records;
    document.effective_date = effective.value;
    document.authority = static_cast<std::uint8_t>(Authority::joint);
    EXPECT_EQ(floor.apply(CommandKind::rule_document, document).refused, Code::none);
    ActivateRulesCommand activation{};
    activation.header.approver = second_person;
    activation.version = 1;
    activation.parts_mask = 1U << 4;
    activation.documents[4] = floor.entries();  // which closed it
    return floor.apply(CommandKind::activate_rules, activation);
  }

  Floor floor;
};

TEST_F(Bands, CountFromTheNextReferencePrice) {
  floor.buy("ZJ", 1, 10'800_cny, gtc);
  const std::uint64_t before = floor.exchange().rule_set();
  const Outcome changed = band(5);
  EXPECT_EQ(changed.refused, Code::none);
  EXPECT_GT(floor.exchange().rule_set(), before);
  EXPECT_THAT(changed.bands, IsEmpty());
  EXPECT_EQ(floor.buy("ZJ", 2, 10'790_cny, gtc).refused, Code::none) << "the limits are the old";
  const Outcome moved = floor.reference(voc, 11'980_cny);
  ASSERT_THAT(moved.bands, SizeIs(1));
  EXPECT_EQ(moved.bands[0].lower_ticks, 1'139);  // 11,980 - 5 %: 11,381
  EXPECT_EQ(moved.bands[0].upper_ticks, 1'257);
  EXPECT_THAT(moved.cancel_codes(), ElementsAre(Code::o05_price, Code::o05_price));
  EXPECT_EQ(floor.buy("ZJ", 2, 11'380_cny).refused, Code::o05_price);
  EXPECT_EQ(floor.buy("ZJ", 2, 11'390_cny).refused, Code::none);
}

TEST_F(Bands, CountFromTheNextDay) {
  floor.buy("ZJ", 1, 10'800_cny, gtc);
  floor.buy("ZJ", 2, 11'390_cny, gtc);
  floor.sell("SH", 3, 12'580_cny, gtc);
  band(5);
  const Outcome opened = next_day();
  ASSERT_THAT(opened.bands, SizeIs(1));
  EXPECT_EQ(opened.bands[0].reference_ticks, 1'198);
  EXPECT_EQ(opened.bands[0].lower_ticks, 1'139);
  ASSERT_THAT(opened.cancelled, SizeIs(2));
  EXPECT_EQ(opened.cancelled[0].remaining_lots, 1);
  EXPECT_EQ(opened.cancelled[1].remaining_lots, 3);
  EXPECT_THAT(opened.cancel_codes(), ElementsAre(Code::o05_price, Code::o05_price));
  floor.phase(Phase::closed);
  EXPECT_THAT(floor.day(date_of(2026, 6, 22)).bands, IsEmpty()) << "told once";
}

TEST_F(Bands, ThatComeBackBeforeTheDayChangeNothing) {
  floor.buy("ZJ", 1, 10'800_cny, gtc);
  band(5);
  band(10);
  const Outcome opened = next_day();
  EXPECT_THAT(opened.bands, IsEmpty());
  EXPECT_THAT(opened.cancelled, IsEmpty());
}

// Each book by itself, in load order; a book without a reference price has no limits to renew.
TEST_F(Bands, OfSeveralBooksAreToldInLoadOrder) {
  const BookTerms other{.symbol = "VOC.AIR.YRD.IND.2731", .first_year = 2027, .last_year = 2031};
  floor.book(other);
  floor.book({.symbol = "VOC.AIR.YRD.IND.2832", .first_year = 2028, .last_year = 2032});
  floor.reference(other.symbol, 11'000_cny);
  for (const BookTerms& terms :
       {other, BookTerms{},
        BookTerms{.symbol = "VOC.AIR.YRD.IND.2832", .first_year = 2028, .last_year = 2032}}) {
    SetInstrumentCommand command = instrument_of(terms);
    command.band_pct = 5;
    EXPECT_EQ(floor.apply(CommandKind::set_instrument, command).refused, Code::none);
  }
  const Outcome opened = next_day();
  ASSERT_THAT(opened.bands, SizeIs(2));
  EXPECT_EQ(opened.bands[0].instrument, 0U);
  EXPECT_EQ(opened.bands[1].instrument, 1U);
}

TEST_F(Bands, FitTheLadderAroundTheReference) {
  // 2,048 levels around 11,980 CNY: 85 % are 2,037, 86 % 2,061.
  EXPECT_EQ(band(85).refused, Code::none);
  const Outcome wide = band(86);
  EXPECT_EQ(wide.refused, Code::o11_capacity);
  EXPECT_EQ(wide.limit, 2'048);
  EXPECT_EQ(wide.value, 2'061);
  EXPECT_EQ(band(0).refused, Code::o01_quantity);
  EXPECT_EQ(band(100).refused, Code::o01_quantity);
  // What was taken holds for the next reference as well: it is tested with the new band.
  EXPECT_EQ(floor.reference(voc, 12'100_cny).refused, Code::o11_capacity);
}

TEST_F(Bands, OfBlocksCountAtOnce) {
  const auto submit = [&](Fen price) {
    SubmitBlockCommand command{};
    command.facility = AccountCode{"SH"};
    command.counterparty = AccountCode{"ZJ"};
    command.symbol = Symbol{voc};
    command.side = static_cast<std::uint8_t>(Side::sell);
    command.price_fen = price.value;
    command.quantity_lots = 30'001;
    command.minutes = 30;
    return floor.apply(CommandKind::submit_block, command, 0).refused;
  };
  EXPECT_EQ(submit(10'000_cny), Code::none);
  set([](auto& c) { c.block_band_pct = 5; });
  EXPECT_EQ(submit(10'000_cny), Code::o05_price);
  AnswerBlockCommand answer{};
  answer.block_no = 1;
  answer.answer = static_cast<std::uint8_t>(BlockAnswer::accept);
  EXPECT_EQ(floor.apply(CommandKind::answer_block, answer, 1).refused, Code::o05_price)
      << "an open block is tested again";
}

TEST_F(Bands, OfBlocksAreOneToNinetyNinePercent) {
  const auto block_band = [this](std::uint16_t pct) {
    const Outcome outcome = set([=](auto& c) { c.block_band_pct = pct; });
    EXPECT_TRUE(outcome.refused == Code::none || outcome.refused == Code::o01_quantity);
    return std::pair{outcome.limit, outcome.value};
  };
  EXPECT_EQ(block_band(1), std::pair(0L, 0L));
  EXPECT_EQ(block_band(99), std::pair(0L, 0L));
  EXPECT_EQ(block_band(0), std::pair(1L, 0L));
  EXPECT_EQ(block_band(100), std::pair(99L, 100L));
}

TEST_F(Bands, OfTheCollarCountAtOnce) {
  floor.sell("SH", 10, 12'900_cny);
  collar(3);
  const Outcome stopped = floor.buy("ZJ", 10, 12'900_cny);
  EXPECT_THAT(stopped.collars, SizeIs(1));
  EXPECT_THAT(stopped.trades, IsEmpty());
}

// Trades that no collar saw are no anchor: neither those before it, nor those after it was gone.
TEST_F(Bands, OfACollarKnowOnlyTheTradesUnderIt) {
  const auto trade = [&](Fen price) {
    floor.sell("SH", 10, price);
    return floor.buy("ZJ", 10, price);
  };
  EXPECT_THAT(trade(12'600_cny).trades, SizeIs(1));
  collar(3);
  EXPECT_THAT(trade(12'300_cny).trades, SizeIs(1));  // 2.7 % from the reference
  EXPECT_THAT(trade(12'600_cny).trades, SizeIs(1));  // 2.4 % from the last trade
  collar(0);
  EXPECT_THAT(trade(11'000_cny).trades, SizeIs(1));
  collar(3);
  EXPECT_THAT(trade(12'600_cny).collars, SizeIs(1));  // 5.2 % from the reference
}

TEST_F(Bands, AreAllThatMayChange) {
  const std::function<void(SetInstrumentCommand&)> changes[] = {
      [](auto& c) { c.basin = BasinCode{"TAIHU"}; },
      [](auto& c) { c.venue_of_record = Text<8>{"OTHER"}; },
      [](auto& c) { c.tick_fen = 2'000; },
      [](auto& c) { c.pollutant = static_cast<std::uint8_t>(Pollutant::nox); },
      [](auto& c) { c.book_class = static_cast<std::uint8_t>(BookClass::pwr); },
      [](auto& c) { c.first_year = 2025; },
      [](auto& c) { c.last_year = 2031; },
      [](auto& c) { c.lot = 2; },
      [](auto& c) { c.levels_max = 4'096; },
  };
  for (const auto& change : changes) {
    EXPECT_EQ(set(change).refused, Code::d02_duplicate_cl_ord_id);
  }
  EXPECT_EQ(set([](auto& c) { c.approval_ref = Text<24>{"ANOTHER"}; }).refused, Code::none);
  EXPECT_EQ(set([](auto& c) { c.approval_ref = {}; }).refused, Code::p02_venue);
  EXPECT_EQ(set([](auto&) {}).refused, Code::none) << "said again";
}

// No tool need know how many levels a listed instrument has.
TEST_F(Bands, ChangeWithoutTheLevelsOfTheInstrument) {
  EXPECT_EQ(set([](auto& c) {
              c.levels_max = 0;
              c.band_pct = 85;
            }).refused,
            Code::none);
  const Outcome wide = set([](auto& c) {
    c.levels_max = 0;
    c.band_pct = 86;
  });
  EXPECT_EQ(wide.refused, Code::o11_capacity);
  EXPECT_EQ(wide.limit, 2'048);
  EXPECT_EQ(wide.value, 2'061);
  EXPECT_EQ(set([](auto&) {}).refused, Code::none) << "it has those it had";
  SetInstrumentCommand later = later_series();
  later.levels_max = 0;
  const Outcome outcome = floor.apply(CommandKind::set_instrument, later);
  EXPECT_EQ(outcome.refused, Code::o01_quantity) << "a new one has none yet";
  EXPECT_EQ(outcome.limit, 1);
  EXPECT_EQ(outcome.value, 0);
}

TEST_F(Bands, OfARuleSetKeepTheLevels) {
  SetInstrumentCommand rule = instrument_of({});
  rule.levels_max = 0;
  rule.band_pct = 85;
  EXPECT_EQ(sign(CommandKind::set_instrument, rule).refused, Code::none);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(voc, 12'050_cny), 1).refused,
            Code::o11_capacity);  // 2,049 levels
  EXPECT_EQ(activate(1).refused, Code::none);
  EXPECT_EQ(band(86).refused, Code::p09_unsigned_rule);
  EXPECT_EQ(floor.reference(voc, 12'050_cny).refused, Code::o11_capacity);
  EXPECT_EQ(floor.reference(voc, 11'990_cny).refused, Code::none);
}

TEST_F(Bands, TakeNoRoomOfInstruments) {
  for (int i = 0; i < 40; ++i) EXPECT_EQ(band(9).refused, Code::none);
}

TEST_F(Bands, OfARuleSetCountOnItsDay) {
  floor.buy("ZJ", 1, 10'800_cny, gtc);
  SetInstrumentCommand rule = instrument_of({});
  rule.band_pct = 5;
  EXPECT_EQ(sign(CommandKind::set_instrument, rule).refused, Code::none);
  EXPECT_THAT(activate(1, tomorrow).cancelled, IsEmpty());
  const Outcome opened = next_day();
  EXPECT_THAT(opened.rules, SizeIs(1));
  EXPECT_THAT(opened.bands, SizeIs(1));
  EXPECT_THAT(opened.cancel_codes(), ElementsAre(Code::o05_price));
}

TEST_F(Bands, OfAReferencePriceThatARuleSetBrings) {
  floor.buy("ZJ", 1, 10'800_cny, gtc);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price("VOC.NOWHERE", 12'500_cny)).refused,
            Code::p03_unknown_symbol);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(voc, 0_cny)).refused, Code::o05_price);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(voc, 12'505_cny)).refused,
            Code::o06_tick_or_lot);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(voc, 400'000_cny)).refused,
            Code::o11_capacity);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(voc, 12'500_cny)).refused, Code::none);
  const Outcome outcome = activate(1);
  ASSERT_THAT(outcome.bands, SizeIs(1));
  EXPECT_EQ(outcome.bands[0].lower_ticks, 1'125);
  EXPECT_EQ(outcome.bands[0].upper_ticks, 1'375);
  EXPECT_THAT(outcome.cancel_codes(), ElementsAre(Code::o05_price));
}

// A new series with its first price, in one set; not the other way round, and not by the record
// of a document that was begun anew.
TEST_F(Bands, OfAnInstrumentThatTheSameSetLists) {
  const Symbol listed = later_series().symbol;
  const std::string_view symbol = listed.view();
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(symbol, 9'000_cny)).refused,
            Code::p03_unknown_symbol);
  EXPECT_EQ(sign(CommandKind::set_instrument, later_series()).refused, Code::none);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(symbol, 9'005_cny), 1).refused,
            Code::o06_tick_or_lot);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(symbol, 9'000_cny), 1).refused,
            Code::none);
  EXPECT_EQ(floor.reference(symbol, 9'000_cny).refused, Code::p03_unknown_symbol)
      << "it is not listed yet";
  const Outcome outcome = activate(2);
  EXPECT_EQ(outcome.refused, Code::none);
  ASSERT_THAT(outcome.bands, SizeIs(1));
  EXPECT_EQ(outcome.bands[0].instrument, 1U);
  floor.phase(Phase::continuous);
  EXPECT_EQ(floor.buy("ZJ", 1, 9'000_cny, {.symbol = symbol}).refused, Code::none);
}

// So is a limit of it, which counts as soon as there are orders.
TEST_F(Bands, AndLimitsOfAnInstrumentThatTheSameSetLists) {
  const Symbol symbol = later_series().symbol;
  SetLimitCommand limit{};
  limit.name = symbol;
  limit.kind = static_cast<std::uint8_t>(LimitKind::order_quantity);
  limit.scope = static_cast<std::uint8_t>(Scope::instrument);
  limit.value = 5;
  EXPECT_EQ(sign(CommandKind::set_limit, limit).refused, Code::p03_unknown_symbol);
  EXPECT_EQ(sign(CommandKind::set_instrument, later_series()).refused, Code::none);
  EXPECT_EQ(sign(CommandKind::set_limit, limit).refused, Code::p03_unknown_symbol)
      << "the first record of a document that is begun anew";
  EXPECT_EQ(sign(CommandKind::set_limit, limit, 1).refused, Code::none);
  limit.scope = static_cast<std::uint8_t>(Scope::firm);
  EXPECT_EQ(sign(CommandKind::set_limit, limit, 2).refused, Code::p04_unknown_account);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(symbol.view(), 9'000_cny), 2).refused,
            Code::none);
  const Outcome outcome = activate(3);
  EXPECT_EQ(outcome.refused, Code::none);
  EXPECT_THAT(outcome.rules, SizeIs(3));
  floor.phase(Phase::continuous);
  EXPECT_EQ(floor.buy("ZJ", 5, 9'000_cny, {.symbol = symbol.view()}).refused, Code::none);
  EXPECT_EQ(floor.buy("ZJ", 6, 9'000_cny, {.symbol = symbol.view()}).refused, Code::o01_quantity);
  floor.reference(voc, 11'980_cny);
  EXPECT_EQ(floor.buy("ZJ", 6, 11'980_cny).refused, Code::none) << "it is of that one alone";
}

TEST_F(Bands, OfADocumentBegunAnewAreForgotten) {
  sign(CommandKind::set_instrument, later_series());
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(later_series().symbol.view(), 9'000_cny))
                .refused,
            Code::p03_unknown_symbol);
}

// The price is tested with the band that comes with it, and both stand in one event.
TEST_F(Bands, AndPriceOfOneSetCountTogether) {
  SetInstrumentCommand rule = instrument_of({});
  rule.band_pct = 50;
  sign(CommandKind::set_instrument, rule);
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(voc, 20'490_cny), 1).refused,
            Code::o11_capacity);  // 2,049 levels
  EXPECT_EQ(sign(CommandKind::set_reference_price, price(voc, 20'460_cny), 1).refused, Code::none);
  const Outcome outcome = activate(2);
  ASSERT_THAT(outcome.bands, SizeIs(1));
  EXPECT_EQ(outcome.bands[0].lower_ticks, 1'023);
  EXPECT_EQ(outcome.bands[0].upper_ticks, 3'069);
}

}  // namespace
}  // namespace emx::engine::testing
