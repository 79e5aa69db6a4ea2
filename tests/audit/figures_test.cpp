#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"

// The tables of the audit on tests/audit/day.emx, computed by hand. The market is entries 1 to
// 1,163, the day opens at 1,164; the trades are in 1,167, 1,169 and 1,171.

namespace emx::audit {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace testing;

class Figures : public PlayedDay {
 protected:
  template <class Report>
  static json answer(Report&& report) {
    const Answer given = ask(report, folder->path(), true);
    EXPECT_EQ(given.exit_code, ledger_is_valid);
    EXPECT_EQ(given.err, "");
    return json::parse(given.out);
  }
};

TEST_F(Figures, OfTheTrades) {
  const json trades = answer(report_trades)["trades"];
  ASSERT_EQ(trades.size(), 3U);
  const json& first = trades[0];
  EXPECT_EQ(first["trade_no"], 1);
  EXPECT_EQ(first["sequence"], 1'167);
  EXPECT_EQ(first["at"], "2026-06-18 09:00:00.003");
  EXPECT_EQ(first["symbol"], "VOC.AIR.YRD.IND.2630");
  EXPECT_EQ(first["unit"], "kg");
  EXPECT_EQ(first["buyer"], "ZJ063-1");
  EXPECT_EQ(first["seller"], "SH049-1");
  EXPECT_EQ(first["price_fen"], 1'190'000);
  EXPECT_EQ(first["price"], "11,900.00");
  EXPECT_EQ(first["quantity_lots"], 4'000);
  EXPECT_EQ(first["ratio"], "1/1");
  EXPECT_EQ(first["cross_province"], true);
  EXPECT_TRUE(first["code"].is_null());
  EXPECT_EQ(first["aggressor"], "buy");
  EXPECT_EQ(first["years"], 5);
  EXPECT_EQ(first["amount_fen"], 23'800'000);
  EXPECT_EQ(first["amount"], "238,000.00");
  EXPECT_EQ(first["buyer_fee_fen"], 23'800);
  EXPECT_EQ(first["seller_fee_fen"], 23'800);
  const json& key_zone = trades[1];
  EXPECT_EQ(key_zone["ratio"], "3/2");
  EXPECT_EQ(key_zone["quantity_lots"], 1'000);
  EXPECT_EQ(key_zone["credited_lots"], 666);
  EXPECT_EQ(key_zone["retired_lots"], 334);
  EXPECT_EQ(key_zone["amount_fen"], 6'000'000);
  const json& carbon = trades[2];
  EXPECT_EQ(carbon["sequence"], 1'171);
  EXPECT_EQ(carbon["unit"], "t");
  EXPECT_EQ(carbon["price_fen"], 7'000);
  EXPECT_EQ(carbon["quantity_lots"], 300);
  EXPECT_EQ(carbon["amount_fen"], 2'100'000);
  EXPECT_EQ(carbon["years"], 1);
}

TEST_F(Figures, OfTheBalances) {
  const json balances = answer(report_balances)["balances"];
  const auto amount = [&](const std::string& asset, const std::string& account) -> std::int64_t {
    for (const json& row : balances) {
      if (row["asset"] == asset && row["account"] == account) {
        return row[asset == "CNY" ? "amount_fen" : "amount_lots"];
      }
    }
    return -1;
  };
  const std::string voc = "VOC.AIR.YRD.IND.2630";
  EXPECT_EQ(amount("CNY", "ZJ063-1"), 9'400'000'000 - 23'800'000 - 23'800);
  EXPECT_EQ(amount("CNY", "SH049-1"), 47'600'000'000 + 23'800'000 - 23'800);
  EXPECT_EQ(amount("CNY", "ZJ051-1"), 10'000'000'000 - 6'000'000 - 6'000);
  EXPECT_EQ(amount("CNY", "SH065-1"), 16'800'000'000 + 6'000'000 - 6'000);
  EXPECT_EQ(amount("CNY", "SH144-1"), 5'000'000'000 - 2'100'000 - 2'100);
  EXPECT_EQ(amount("CNY", "SH013-1"), 49'400'000'000 + 2'100'000 - 2'100);
  EXPECT_EQ(amount("CNY", "VENUE-FEES"), 2 * (23'800 + 6'000 + 2'100));
  EXPECT_EQ(amount(voc, "ZJ063-1"), 41'362 + 4'000);
  EXPECT_EQ(amount(voc, "SH049-1"), 75'248 - 4'000);
  EXPECT_EQ(amount(voc, "ZJ051-1"), 27'550 + 666);
  EXPECT_EQ(amount(voc, "SH065-1"), 53'664 - 1'000);
  EXPECT_EQ(amount(voc, "ENV-RETIRED"), 334);
  EXPECT_EQ(amount("SHEA25", "SH144-1"), 300);
  EXPECT_EQ(amount("SHEA25", "SH013-1"), 145'028 - 300);
  std::int64_t cash = 0;
  for (const json& row : balances) {
    if (row["asset"] == "CNY") cash += row["amount_fen"].get<std::int64_t>();
  }
  EXPECT_EQ(cash, 0);  // the bank has what was deposited
}

TEST_F(Figures, OfTheQuotas) {
  const json quotas = answer(report_quotas)["quotas"];
  const auto row = [&](const std::string& province, const std::string& pollutant) {
    for (const json& candidate : quotas) {
      if (candidate["year"] == 2026 && candidate["province"] == province &&
          candidate["pollutant"] == pollutant) {
        return candidate;
      }
    }
    return json{};
  };
  const json zj = row("ZJ", "VOC");
  EXPECT_EQ(zj["net_inflow"], (json{{"use_kg", 4'666},
                                    {"cap_kg", 600'000},
                                    {"peak_kg", 4'666},
                                    {"peak_at", 1'169},
                                    {"peak_cap_kg", 600'000},
                                    {"peak_margin_kg", 595'334},
                                    {"tickets_kg", 0}}));
  EXPECT_EQ(zj["net_outflow"]["use_kg"], -4'666);
  EXPECT_EQ(zj["net_outflow"]["peak_kg"], 0);
  EXPECT_TRUE(zj["net_outflow"]["peak_at"].is_null());
  EXPECT_EQ(zj["gross"]["use_kg"], 4'666);
  EXPECT_EQ(zj["inflow_today"]["use_kg"], 4'666);
  EXPECT_EQ(zj["inflow_today"]["cap_kg"], 60'000);
  const json sh = row("SH", "VOC");
  EXPECT_EQ(sh["net_outflow"]["use_kg"], 5'000);
  EXPECT_EQ(sh["net_outflow"]["peak_at"], 1'169);
  EXPECT_EQ(sh["gross"]["use_kg"], 5'000);
  EXPECT_EQ(sh["holding"]["use_kg"], 1'547'980 - 5'000);
  EXPECT_EQ(sh["holding"]["peak_kg"], 1'547'980);  // at the day's opening
  EXPECT_EQ(sh["holding"]["peak_at"], 1'164);
  EXPECT_EQ(row("JS", "VOC")["gross"]["use_kg"], 0);
  EXPECT_EQ(row("JS", "VOC")["gross"]["cap_kg"], 2'800'000);
}

// A peak is held against the cap of its moment, not of now; a block that waits holds room: 15,000
// kg of the seller's, 10,000 of the buyer's at 3/2.
TEST(FiguresOfQuotas, HaveTheCapThenAndTickets) {
  const TempFolder folder;
  play(
      "day 2026-06-18\nphase continuous\nparameters listed=10000\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 4000@11900\n"
      "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 4000@12000\n"
      "quota 2026 SH VOC outflow=150000\n"
      "block SH065-1 sell VOC.AIR.YRD.IND.2630 15000@12000 with ZJ051-1\n"
      "accept-block ZJ051-1 1\n",
      folder.path());
  const json quotas = json::parse(ask(report_quotas, folder.path(), true).out)["quotas"];
  const auto row = [&](const std::string& province) {
    for (const json& candidate : quotas) {
      if (candidate["year"] == 2026 && candidate["province"] == province &&
          candidate["pollutant"] == "VOC") {
        return candidate;
      }
    }
    return json{};
  };
  const json outflow = row("SH")["net_outflow"];
  EXPECT_EQ(outflow["cap_kg"], 150'000);
  EXPECT_EQ(outflow["peak_kg"], 4'000);
  EXPECT_EQ(outflow["peak_cap_kg"], 200'000);
  EXPECT_EQ(outflow["peak_margin_kg"], 196'000);
  EXPECT_EQ(outflow["tickets_kg"], 15'000);
  EXPECT_EQ(row("SH")["net_inflow"]["tickets_kg"], 0);
  EXPECT_EQ(row("ZJ")["gross"]["tickets_kg"], 10'000);
}

TEST_F(Figures, AsTextStandInColumns) {
  const std::string trades = ask(report_trades, folder->path()).out;
  EXPECT_THAT(trades, HasSubstr("    2   1169  2026-06-18 09:00:00.005  VOC.AIR.YRD.IND.2630  "
                                "ZJ051-1  SH065-1  12,000.00  1,000       666      334  kg    3/2  "
                                "   60,000.00    120.00\n"));
  EXPECT_THAT(trades, HasSubstr("3 trades\n"));
  const std::string balances = ask(report_balances, folder->path()).out;
  EXPECT_THAT(balances, HasSubstr("ZJ063-1           93,761,762.00      0.00     0.00    0.00    "
                                  "   93,761,762.00  CNY\n"));
  EXPECT_THAT(balances, HasSubstr("ENV-RETIRED                 334         0        0       0    "
                                  "             334  kg\n"));
  const std::string quotas = ask(report_quotas, folder->path()).out;
  EXPECT_THAT(quotas, AllOf(HasSubstr("2026  ZJ        VOC        net inflow"),
                            HasSubstr("no fill exceeded the cap")));
}

TEST_F(Figures, AreAsTheyStoodThen) {
  const json trades = json::parse(ask(report_trades, folder->path(), true, "1168").out);
  EXPECT_EQ(trades["as_of"]["sequence"], 1'168);
  EXPECT_EQ(trades["trades"].size(), 1U);
  const std::string balances = ask(report_balances, folder->path(), false, "1166").out;
  EXPECT_THAT(balances, HasSubstr("94,000,000.00"));  // ZJ063-1 has not bought yet
  EXPECT_THAT(balances, HasSubstr("as it stood after entry 1166, 2026-06-18 09:00:00.002\n"));
  EXPECT_EQ(answer(report_trades)["as_of"]["sequence"], 1'172);
}

TEST_F(Figures, AsCsvHaveTheKeysOfTheJson) {
  const auto csv = [](auto&& report, const std::string& at = "") {
    std::ostringstream out;
    std::ostringstream err;
    Output output{out, err};
    output.csv = true;
    output.at = moment_from_text(at);
    EXPECT_EQ(report(folder->path(), output), ledger_is_valid) << err.str();
    return out.str();
  };
  const auto heading = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  const std::string trades = csv(report_trades);
  EXPECT_THAT(trades, HasSubstr("\n2,1169,1781744400005000000,2026-06-18 09:00:00.005,"
                                "VOC.AIR.YRD.IND.2630,kg,ZJ051-1,SH065-1,1200000,\"12,000.00\","
                                "1000,666,334,3/2,true,,buy,5,6000000,\"60,000.00\",6000,6000\n"));
  EXPECT_EQ(csv(report_trades, "1166"), heading(trades) + '\n') << "no trade yet";
  const std::string balances = csv(report_balances);
  EXPECT_EQ(heading(balances),
            "asset,account,amount_fen,reserved_fen,pledged_fen,frozen_fen,available_fen,unit,text,"
            "amount_lots,reserved_lots,pledged_lots,frozen_lots,available_lots");
  EXPECT_THAT(balances,
              HasSubstr("\nVOC.AIR.YRD.IND.2630,ENV-RETIRED,,,,,,kg,334,334,0,0,0,334\n"));
  const std::string quotas = csv(report_quotas);
  EXPECT_THAT(quotas, HasSubstr("\n2026,ZJ,VOC,true,4666,600000,4666,1169,600000,595334,0,-4666,"));
  EXPECT_EQ(heading(csv(report_quotas, "1")), heading(quotas));
  const auto lots = [](const std::filesystem::path& data_dir, const Output& output) {
    return report_lots(data_dir, "SH144-1", output);
  };
  EXPECT_THAT(csv(lots), HasSubstr("\nSHEA25,SH144-1,300,t,ISSUE-2026-SH,SH013-1,"));
}

TEST_F(Figures, OfEntriesAreToldInWords) {
  const EntryRange range{1'167, 1};
  const auto report = [&](const std::filesystem::path& data_dir, const Output& output) {
    return report_entries(data_dir, range, output);
  };
  EXPECT_EQ(ask(report, folder->path()).out,
            "1167  2026-06-18 09:00:00.003  firm ZJ063: ZJ063-1 buys 4,000 kg "
            "VOC.AIR.YRD.IND.2630 at 12,000.00 CNY, day (ClOrdID line-5)\n"
            "    accepted as order 4294967297, arrival 2; reserves 240,240.00 CNY\n"
            "    trade 1: ZJ063-1 buys 4,000 kg VOC.AIR.YRD.IND.2630 from SH049-1 at 11,900.00 "
            "CNY, across provinces; credited 4,000, retired 0 at ratio 1/1; left 0 of the bid, 0 "
            "of the ask\n"
            "    bill of trade 1: 238,000.00 CNY for 5 years; fees 238.00 of the buyer, 238.00 of "
            "the seller; 2,002.00 CNY released\n"
            "    posting: 4,000 kg VOC.AIR.YRD.IND.2630 from SH049-1 to ZJ063-1\n"
            "    posting: 238,000.00 CNY from ZJ063-1 to SH049-1\n"
            "    posting: 238.00 CNY from ZJ063-1 to VENUE-FEES\n"
            "    posting: 238.00 CNY from SH049-1 to VENUE-FEES\n"
            "    quota 2026 ZJ VOC: net 4,000, today 4,000, gross 4,000 kg\n"
            "    quota 2026 SH VOC: net -4,000, today -4,000, gross 4,000 kg\n"
            "    demand of ZJ063-1 for VOC: 4,000 of 20,000 kg used\n");
  const json entries = answer(report)["entries"];
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0]["sequence"], 1'167);
  EXPECT_EQ(entries[0]["command"]["kind"], "new_order");
  EXPECT_EQ(entries[0]["events"].size(), 10U);
  EXPECT_EQ(entries[0]["events"][1]["kind"], "trade");
}

TEST_F(Figures, OfEntriesEndWithTheLedger) {
  const auto report = [](const std::filesystem::path& data_dir, const Output& output) {
    return report_entries(data_dir, {1'172, 100}, output);
  };
  EXPECT_EQ(answer(report)["entries"].size(), 1U);
  const auto behind = [](const std::filesystem::path& data_dir, const Output& output) {
    return report_entries(data_dir, {1'173, 100}, output);
  };
  EXPECT_EQ(answer(behind)["entries"].size(), 0U);
}

// A table stands on bytes that hold, or there is none.
TEST_F(Figures, AreNotGivenOfALedgerThatIsNotValid) {
  const TempFolder other;
  std::vector<Entry> entries = read_ledger(folder->path());
  Entry& first = first_with(entries, EventKind::posting);
  auto posting = first.event<PostingEvent>(EventKind::posting);
  posting.debit_account = 1;  // the money comes from a firm that has none yet
  first.set_event(EventKind::posting, posting);
  write_ledger(entries, other.path());
  for (const auto& report : {report_trades, report_balances, report_quotas}) {
    const Answer given = ask(report, other.path());
    EXPECT_EQ(given.exit_code, ledger_is_invalid);
    EXPECT_EQ(given.out, "");
    EXPECT_THAT(given.err, HasSubstr("entry 676: an account is below zero"));
  }
}

}  // namespace
}  // namespace emx::audit
