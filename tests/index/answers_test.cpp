#include "tools/index/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/index/indexed.hpp"
#include "tools/audit/entry_text.hpp"
#include "tools/audit/questions.hpp"
#include "tools/index/entry_teller.hpp"
#include "tools/index/index_reader.hpp"
#include "tools/index/rebuild.hpp"

// What is looked up, against what a reading of the whole ledger finds, in words.

namespace emx::index {
namespace {

using audit::testing::Answer;
using nlohmann::json;
using ::testing::HasSubstr;
using namespace testing;

// The numbers, or codes, that stand in a text behind a word: "order 7" and "order 8,".
std::set<std::string> named_after(const std::string& word, const std::string& text) {
  std::set<std::string> found;
  for (std::size_t at = text.find(word + ' '); at != std::string::npos;
       at = text.find(word + ' ', at + 1)) {
    if (at != 0 && std::isalpha(static_cast<unsigned char>(text[at - 1])) != 0) continue;
    const std::size_t begin = at + word.size() + 1;
    const std::size_t end = text.find_first_not_of("0123456789", begin);
    if (end != begin) found.insert(text.substr(begin, end - begin));
  }
  return found;
}

bool names(const std::string& text, const std::string& code) {
  for (std::size_t at = text.find(code); at != std::string::npos; at = text.find(code, at + 1)) {
    const auto is_part = [&](std::size_t place) {
      return place < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[place])) != 0 || text[place] == '-');
    };
    if (!is_part(at - 1) && !is_part(at + code.size())) return true;
  }
  return false;
}

class Answers : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    audit::testing::play(two_days, folder->path());
    index_up_to(folder->path());
    const Answer answer = audit::testing::ask(
        [](const std::filesystem::path& data_dir, const audit::Output& output) {
          return audit::report_entries(data_dir, {1, 1'000'000}, output);
        },
        folder->path(), true);
    entries = json::parse(answer.out)["entries"];
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }

  template <class Report>
  static json ask_json(Report&& report, int exit_code = answered) {
    const Answer answer = audit::testing::ask(report, folder->path(), true);
    EXPECT_EQ(answer.exit_code, exit_code) << answer.err;
    return json::parse(answer.out, nullptr, false);
  }
  template <class Report>
  static Answer ask_text(Report&& report) {
    return audit::testing::ask(report, folder->path());
  }

  static inline TempFolder* folder = nullptr;
  static inline json entries;  // of the whole ledger, in words
};

auto of_order(std::uint64_t id) {
  return [id](const auto& dir, const auto& output) { return report_order(dir, {id}, output); };
}
auto of_account(const AccountLookUp& look_up) {
  return [look_up](const auto& dir, const auto& output) {
    return report_account(dir, look_up, output);
  };
}
int rebuild_all(const std::filesystem::path& dir, const audit::Output& output) {
  return rebuild(dir, 1, output);
}
auto of_day(const std::string& date) {
  return [date](const auto& dir, const auto& output) {
    return report_day(dir, *date_from_text(date), output);
  };
}

std::set<std::uint64_t> numbers_of(const json& list) {
  std::set<std::uint64_t> numbers;
  for (const json& entry : list) numbers.insert(entry["sequence"].get<std::uint64_t>());
  return numbers;
}

TEST_F(Answers, HaveEveryOrderTradeAndAccountThatAScanFinds) {
  std::map<std::string, std::set<std::uint64_t>> orders;
  std::map<std::string, std::set<std::uint64_t>> trades;
  std::map<std::string, std::string> owners;
  std::map<std::string, std::set<std::uint64_t>> accounts{
      {"BANK", {}}, {"REGISTRY", {}}, {"VENUE-FEES", {}}, {"ENV-RETIRED", {}}};
  for (const json& entry : entries) {
    const auto command = entry["command"]["text"].get<std::string>();
    if (command.starts_with("facility ")) accounts[command.substr(9, command.find(' ', 9) - 9)];
  }
  for (const json& entry : entries) {
    const auto sequence = entry["sequence"].get<std::uint64_t>();
    const auto command = entry["command"]["text"].get<std::string>();
    std::string all = command;
    for (const json& event : entry["events"]) all += '\n' + event["text"].get<std::string>();
    for (const std::string& id : named_after("order", all)) {
      if (id != "0") orders[id].insert(sequence);
    }
    for (const std::string& number : named_after("trade", all)) trades[number].insert(sequence);
    for (auto& [code, of] : accounts) {
      if (!names(all, code)) continue;
      of.insert(sequence);
      for (const std::string& id : named_after("accepted as order", all)) owners[id] = code;
    }
    for (const json& event : entry["events"]) {
      const std::string kind = event["kind"];
      if (kind != "order_cancelled" && kind != "order_replaced" && kind != "skip") continue;
      for (const std::string& id : named_after("order", event["text"])) {
        accounts[owners[id]].insert(sequence);
      }
    }
  }
  // The words of a trade do not name its orders.
  for (const audit::testing::Entry& entry : audit::testing::read_ledger(folder->path())) {
    ASSERT_TRUE(for_each_event(entry.events, [&](const EventHeader& header, auto event) {
      if (static_cast<EventKind>(header.kind) != EventKind::trade) return;
      const auto trade = read_record<TradeEvent>(event);
      for (const std::uint64_t id : {trade.buy_order_id, trade.sell_order_id}) {
        orders[std::to_string(id)].insert(entry.stamp.sequence.value);
      }
    }));
  }
  ASSERT_GE(orders.size(), 10U);
  ASSERT_GE(trades.size(), 4U);
  ASSERT_GE(accounts.size(), 150U);

  IndexReader reader;
  ledger::LedgerStore store;
  ASSERT_TRUE(reader.open(folder->path(), store).ok());
  const auto found = [&](Kind kind, std::uint64_t number) {
    std::vector<std::uint64_t> list;
    const ledger::Result result = reader.entries_of(kind, number, {1, reader.indexed()}, list);
    EXPECT_TRUE(result.ok()) << result.message;
    return std::set<std::uint64_t>{list.begin(), list.end()};
  };
  for (const auto& [id, expected] : orders) {
    EXPECT_EQ(found(Kind::order, std::stoull(id)), expected) << "order " << id;
  }
  for (const auto& [number, expected] : trades) {
    EXPECT_EQ(found(Kind::trade, std::stoull(number)), expected) << "trade " << number;
  }
  std::uint32_t facility = 0;
  for (const json& entry : entries) {
    const auto command = entry["command"]["text"].get<std::string>();
    if (!command.starts_with("facility ")) continue;
    const std::string code = command.substr(9, command.find(' ', 9) - 9);
    EXPECT_EQ(found(Kind::account, facility++), accounts[code]) << code;
  }
  EXPECT_EQ(found(Kind::account, account_env_retired.value), accounts["ENV-RETIRED"]);
  EXPECT_EQ(found(Kind::account, account_venue_fees.value), accounts["VENUE-FEES"]);
  EXPECT_EQ(found(Kind::account, account_bank.value), accounts["BANK"]);
  // And no others.
  std::size_t of_orders = 0;
  for (const ledger::IndexLink& link : links_of(folder->path())) {
    if (link.kind != Kind::order) continue;
    ++of_orders;
    EXPECT_TRUE(orders.contains(std::to_string(link.number)));
  }
  EXPECT_GT(of_orders, orders.size());
}

// Though only these entries are read, and those that names and orders come from.
TEST_F(Answers, TellEntriesInTheWordsOfAScan) {
  // Both have orders that the close cancels, in one entry.
  for (const char* code : {"SH049-1", "ZJ063-1"}) {
    const json account = ask_json(of_account({code}));
    EXPECT_GT(account["entries"].size(), 8U);
    EXPECT_EQ(account["indexed_to"], entries.size());
    for (const json& entry : account["entries"]) {
      EXPECT_EQ(entry, entries[entry["sequence"].get<std::size_t>() - 1]);
    }
  }
  // And each entry of the days by itself.
  IndexReader reader;
  ledger::LedgerStore store;
  ASSERT_TRUE(reader.open(folder->path(), store).ok());
  for (std::uint64_t sequence = 1'164; sequence <= entries.size(); ++sequence) {
    EntryTeller teller{store, reader};
    ASSERT_TRUE(teller.open().ok());
    const ledger::Result told = teller.tell(
        sequence, [&](const EntryView& entry, const audit::EntryWords& words, const auto& sender) {
          EXPECT_EQ(json(audit::json_of(entry, words, sender)), entries[sequence - 1]);
        });
    EXPECT_TRUE(told.ok()) << told.message;
  }
  ASSERT_TRUE(store.close().ok());
  const std::string text = ask_text(of_account({"SH049-1"})).out;
  EXPECT_THAT(text, HasSubstr("entries up to entry " + std::to_string(entries.size()) +
                              ", the last of the ledger\n"));
  EXPECT_THAT(text, HasSubstr("refused O05_PRICE"));
}

TEST_F(Answers, TellAtMostAsManyAsAreAskedFor) {
  const json all = ask_json(of_account({"SH049-1"}));
  const json some = ask_json(of_account({.code = "SH049-1", .count = 3}));
  ASSERT_EQ(some["entries"].size(), 3U);
  EXPECT_EQ(some["entries"][2], all["entries"][2]);
  EXPECT_EQ(some["entries_count"], all["entries"].size());
  EXPECT_EQ(all["entries_count"], all["entries"].size());
  EXPECT_THAT(ask_text(of_account({.code = "SH049-1", .count = 3})).out,
              HasSubstr("... and " + std::to_string(all["entries"].size() - 3) +
                        " more, from entry " + all["entries"][3]["sequence"].dump() + " on"));
}

TEST_F(Answers, OfAnAccountAreCutToTradeDates) {
  const json first = ask_json(of_day("2026-06-18"));
  const json second = ask_json(of_day("2026-06-22"));
  const auto second_first = second["first"]["sequence"].get<std::uint64_t>();
  EXPECT_EQ(first["first"]["sequence"], 1'164);
  EXPECT_EQ(first["last"]["sequence"], second_first - 1);
  EXPECT_EQ(first["over"], true);
  EXPECT_EQ(second["last"]["sequence"], entries.size());
  EXPECT_EQ(second["over"], false);
  EXPECT_EQ(ask_json(of_day("2026-06-20"), nothing_there)["first"], nullptr);

  const std::set<std::uint64_t> all = numbers_of(ask_json(of_account({"SH049-1"}))["entries"]);
  const auto of = [&](const std::string& from, const std::string& to) {
    const auto look_up = AccountLookUp{"SH049-1", date_from_text(from), date_from_text(to)};
    const Answer answer = audit::testing::ask(of_account(look_up), folder->path(), true);
    return numbers_of(json::parse(answer.out)["entries"]);
  };
  const auto cut = [&](std::uint64_t from, std::uint64_t to) {
    return std::set<std::uint64_t>{all.lower_bound(from), all.lower_bound(to)};
  };
  const std::uint64_t end = entries.size() + 1;
  EXPECT_EQ(of("", "2026-06-18"), cut(1, second_first));
  EXPECT_EQ(of("2026-06-18", "2026-06-18"), cut(1'164, second_first));
  EXPECT_EQ(of("2026-06-22", ""), cut(second_first, end));
  EXPECT_EQ(of("2026-06-01", "2026-12-31"), cut(1'164, end));
  EXPECT_TRUE(of("2026-06-20", "2026-06-21").empty());
  EXPECT_TRUE(of("", "2026-06-17").empty());
}

// The same rows as `audit position` gives of the day's last entry.
TEST_F(Answers, HaveTheAuditsPositionAtADaysEnd) {
  for (const std::string day : {"2026-06-18", "2026-06-22"}) {
    const auto last = ask_json(of_day(day))["last"]["sequence"].get<std::uint64_t>();
    for (const Province province : {Province::sh, Province::zj, Province::ah}) {
      SCOPED_TRACE(day);
      const json indexed = ask_json([&](const auto& dir, const auto& output) {
        return report_position(dir, {province, *date_from_text(day)}, output);
      });
      const json audited = ask_json([&](const auto& dir, audit::Output output) {
        output.at = audit::Moment{last, 0, 0};
        return audit::report_position(dir, {.province = province}, output);
      });
      EXPECT_GT(indexed["position"].size(), 5U);
      EXPECT_EQ(indexed["position"], audited["position"]);
      EXPECT_EQ(indexed["as_of"], audited["as_of"]);
    }
  }
}

// What was set after a day's close and before the next day's opening is the day's that ended: a
// cap, which the index keeps for each day, as it was.
TEST(PositionAtADaysEnd, HasTheCapThatWasSetBeforeTheNextDay) {
  const TempFolder mine;
  audit::testing::play(
      "day 2026-06-18\nphase continuous\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 4000@11900\nbuy ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000\n"
      "quota 2026 ZJ VOC inflow=700000\nphase closed\nquota 2026 ZJ VOC inflow=600000\n"
      "day 2026-06-22\nquota 2026 ZJ VOC inflow=500000\nphase continuous\nphase closed\n"
      "quota 2026 ZJ VOC inflow=400000\n",
      mine.path());
  index_up_to(mine.path());
  const auto cap_at = [&](const std::string& date) {
    const Answer answer = audit::testing::ask(
        [&](const auto& dir, const auto& output) {
          return report_position(dir, {Province::zj, *date_from_text(date)}, output);
        },
        mine.path(), true);
    EXPECT_EQ(answer.exit_code, answered) << answer.err;
    const json rows = json::parse(answer.out)["position"];
    for (const json& row : rows) {
      if (row["year"] == 2026 && row["pollutant"] == "VOC" && row["measure"] == "net inflow") {
        return std::pair{row["cap_kg"].get<std::int64_t>(), row["use_kg"].get<std::int64_t>()};
      }
    }
    ADD_FAILURE() << answer.out;
    return std::pair{std::int64_t{0}, std::int64_t{0}};
  };
  EXPECT_EQ(cap_at("2026-06-18").first, 600'000);
  EXPECT_EQ(cap_at("2026-06-22").first, 400'000);
  EXPECT_GT(cap_at("2026-06-18").second, 0);
}

TEST_F(Answers, SayWhatThereIsNot) {
  EXPECT_EQ(ask_text(of_order(12)).exit_code, nothing_there);
  EXPECT_THAT(ask_text(of_order(12)).out, HasSubstr("order 12: nothing up to entry "));
  const Answer nobody = ask_text(of_account({"NOBODY"}));
  EXPECT_EQ(nobody.exit_code, nothing_there);
  EXPECT_THAT(nobody.out, HasSubstr("account NOBODY: nothing up to entry "));
  const TempFolder empty;
  const Answer none = audit::testing::ask(of_order(12), empty.path());
  EXPECT_EQ(none.exit_code, no_answer);
  EXPECT_THAT(none.err, HasSubstr("there is no index in "));
}

TEST_F(Answers, SayHowFarTheIndexIsBehindAndRebuildItWhole) {
  const ledger::testing::TempFolder mine;  // a disk with room
  copy_files(folder->path(), mine.path());
  std::filesystem::remove_all(mine.path() / "index");
  index_up_to(mine.path(), {1'170});
  const auto behind = std::to_string(entries.size() - 1'170);
  const Answer status = audit::testing::ask(report_status, mine.path(), true);
  EXPECT_EQ(status.exit_code, answered) << status.err;
  EXPECT_EQ(json::parse(status.out)["lag_entries"], entries.size() - 1'170);
  EXPECT_EQ(json::parse(status.out)["written_by"], nullptr);
  EXPECT_THAT(audit::testing::ask(of_order(12), mine.path()).out,
              HasSubstr("up to entry 1170; the " + behind + " after it are not in the index yet"));
  {
    ledger::IndexFile writer;
    ASSERT_TRUE(writer.open(mine.path(), ledger::IndexFile::Mode::write).ok());
    const Answer refused = audit::testing::ask(rebuild_all, mine.path());
    EXPECT_EQ(refused.exit_code, no_answer);
    EXPECT_THAT(refused.err, HasSubstr("is writing the index"));
    ASSERT_TRUE(writer.close().ok());
  }
  const Answer rebuilt = audit::testing::ask(rebuild_all, mine.path());
  EXPECT_EQ(rebuilt.exit_code, answered) << rebuilt.err;
  EXPECT_EQ(links_of(mine.path()), links_of(folder->path()));
  EXPECT_EQ(json::parse(audit::testing::ask(report_status, mine.path(), true).out)["lag_entries"],
            0);
}

}  // namespace
}  // namespace emx::index
