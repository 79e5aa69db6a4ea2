#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "engine/exchange.hpp"
#include "engine/vocabulary/code.hpp"
#include "ledger/verify.hpp"
#include "tests/audit/played.hpp"

// The whole audit: what it accepts, what it finds, and how it says so.

namespace emx::audit {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace testing;

class Verdict : public ::testing::Test {
 protected:
  Verdict() : ledger{folder.path() / "played"}, copy{folder.path() / "copy"} {
    play_file("tests/audit/day.emx", ledger);
  }

  // In one thread and in two, which must say the same.
  [[nodiscard]] static Answer verify(const std::filesystem::path& data_dir, bool json = false,
                                     const std::optional<ledger::Anchor>& anchor = {}) {
    const auto with_jobs = [&](unsigned jobs) {
      return ask(
          [&](const std::filesystem::path& from, const Output& output) {
            return report_verdict(from, {.anchor = anchor}, output, {.jobs = jobs});
          },
          data_dir, json);
    };
    const Answer one = with_jobs(1);
    Answer two = with_jobs(2);
    EXPECT_EQ(one.exit_code, two.exit_code);
    EXPECT_EQ(timeless(one.out), timeless(two.out));
    EXPECT_EQ(one.err, two.err);
    return two;
  }

  static std::string timeless(const std::string& out) {
    if (!out.starts_with('{')) return out.substr(0, out.rfind(" entries in "));
    auto json = nlohmann::json::parse(out);
    for (const char* key : {"jobs", "taken_ms", "entries_per_second"}) json.erase(key);
    return json.dump();
  }

  // Flips a bit of the text, which stands in one entry.
  static void flip_in_file(const std::filesystem::path& data_dir, const std::string& text) {
    std::fstream stream{data_dir / "ledger" / "data.mdb",
                        std::ios::in | std::ios::out | std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
    const std::size_t place = bytes.rfind(text);
    ASSERT_NE(place, std::string::npos);
    stream.clear();
    stream.seekp(static_cast<std::streamoff>(place));
    stream.put(static_cast<char>(text[0] ^ 0x20));
  }

  // Changes the entries and writes them to `copy`, hashed again from end to end; the sequence of
  // the entry that `change` returns.
  std::uint64_t rewrite(const std::function<Entry&(std::vector<Entry>&)>& change) {
    std::vector<Entry> entries = read_ledger(ledger);
    const std::uint64_t sequence = change(entries).stamp.sequence.value;
    write_ledger(entries, copy);
    return sequence;
  }

  // By its bytes alone, as the ledger's own audit judges.
  [[nodiscard]] static bool bytes_are_valid(const std::filesystem::path& data_dir) {
    ledger::LedgerStore store;
    ledger::StoreOptions options;
    options.access = ledger::StoreOptions::Access::read;
    return store.open(data_dir, options).ok() && ledger::verify(store).result.ok();
  }

  // The replay finds what the bytes do not show, and names the entry.
  void expect_found(std::uint64_t sequence, const std::string& place, const std::string& expected,
                    const std::string& found) {
    EXPECT_TRUE(bytes_are_valid(copy));
    const Answer answer = verify(copy);
    EXPECT_EQ(answer.exit_code, ledger_is_invalid);
    std::string number = std::to_string(sequence);
    if (number.size() > 3) number.insert(number.size() - 3, ",");
    EXPECT_THAT(answer.out,
                AllOf(HasSubstr("invalid: entry " + number), HasSubstr(place),
                      HasSubstr("expected: " + expected), HasSubstr("found:    " + found)));
  }

  TempFolder folder;
  std::filesystem::path ledger;
  std::filesystem::path copy;
};

TEST_F(Verdict, AcceptsWhatWasPlayed) {
  const Answer answer = verify(ledger);
  EXPECT_EQ(answer.exit_code, ledger_is_valid);
  EXPECT_THAT(answer.out, AllOf(HasSubstr("valid: 1,172 entries, head "), HasSubstr("entries/s")));
  EXPECT_THAT(answer.err, IsEmpty());
}

TEST_F(Verdict, SaysWhatItHeldTheLedgerAgainst) {
  EXPECT_THAT(verify(ledger).out, AllOf(HasSubstr("held against the mark of the last close"),
                                        HasSubstr("an older state of the whole folder cannot be")));
  std::filesystem::remove(ledger / "ledger" / "clean");
  EXPECT_THAT(verify(ledger).out, Not(HasSubstr("held against")));
  ledger::Anchor anchor{1'172, {}};
  EXPECT_EQ(verify(ledger, false, anchor).exit_code, ledger_is_invalid);
  const auto json = nlohmann::json::parse(verify(ledger, true).out);
  EXPECT_TRUE(json["held_against"].empty());
  anchor = *ledger::anchor_from_text("1172 " + json["head"].get<std::string>() + "\n");
  const Answer held = verify(ledger, false, anchor);
  EXPECT_EQ(held.exit_code, ledger_is_valid);
  EXPECT_THAT(held.out,
              AllOf(HasSubstr("held against the given anchor"), Not(HasSubstr("cannot be ruled"))));
  anchor.size += 1;
  EXPECT_THAT(verify(ledger, false, anchor).out, HasSubstr("this is an older state of it"));
}

TEST_F(Verdict, AcceptsAFaithfulCopyWithTheSameHead) {
  rewrite([](std::vector<Entry>& entries) -> Entry& { return entries.front(); });
  const auto original = nlohmann::json::parse(verify(ledger, true).out);
  const auto copied = nlohmann::json::parse(verify(copy, true).out);
  EXPECT_EQ(copied["verdict"], "valid");
  EXPECT_EQ(copied["head"], original["head"]);
  EXPECT_EQ(copied["entries"], 1'172);
  EXPECT_TRUE(copied["first_bad"].is_null());
  EXPECT_TRUE(copied["difference"].is_null());
}

// An authority's key changes in the middle of the golden ledger, and its last document comes
// twice: by the key before, which ends with that key, and by the new one.
TEST_F(Verdict, HoldsEachDocumentToTheKeyOfItsTime) {
  std::ifstream file{"tests/exchange/golden.emx"};
  std::string script{std::istreambuf_iterator<char>{file}, {}};
  const auto golden = folder.path() / "golden";
  play(script, golden);
  EXPECT_EQ(verify(golden).exit_code, ledger_is_valid);
  EXPECT_THAT(verify(golden).out, HasSubstr("signatures and replay agree"));

  // Past the desk, which would have turned it away: the document closes with the old signature.
  constexpr std::string_view closing = "rule-document SH 7 1 2027-01-25 signature=";
  const std::size_t first = script.find(closing) + closing.size();
  const std::size_t last = script.rfind(closing) + closing.size();
  ASSERT_LT(first, last);
  const std::string old_signature = script.substr(first, script.find('\n', first) - first);
  script.replace(last, script.find('\n', last) - last, old_signature);
  const auto forged = folder.path() / "forged";
  play(script, forged);
  const Answer answer = verify(forged);
  EXPECT_EQ(answer.exit_code, ledger_is_invalid);
  EXPECT_THAT(answer.out, HasSubstr("rule set 7: the document of SH does not have its signature"));
}

TEST_F(Verdict, FindsAChangedPrice) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry& entry = first_with(entries, EventKind::trade);
    auto trade = entry.event<TradeEvent>(EventKind::trade);
    trade.price_ticks = 1'180;
    entry.set_event(EventKind::trade, trade);
    return entry;
  });
  EXPECT_EQ(sequence, 1'167U);
  expect_found(sequence, "event 2 of 10",
               "trade 1: ZJ063-1 buys 4,000 kg VOC.AIR.YRD.IND.2630 from SH049-1 at 11,900.00 CNY",
               "trade 1: ZJ063-1 buys 4,000 kg VOC.AIR.YRD.IND.2630 from SH049-1 at 11,800.00 CNY");
}

// Double entry holds, no account falls below zero: only the replay knows that it was more.
TEST_F(Verdict, FindsADepositThatGrew) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry& entry = first_with(entries, EventKind::posting);
    auto posting = entry.event<PostingEvent>(EventKind::posting);
    posting.amount += 100;
    entry.set_event(EventKind::posting, posting);
    return entry;
  });
  expect_found(sequence, "event 1 of 1", "posting: 50,000,000.00 CNY from BANK to SH001-1",
               "posting: 50,000,001.00 CNY from BANK to SH001-1");
}

TEST_F(Verdict, FindsAnEventThatIsGone) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry& entry = first_with(entries, EventKind::trade);
    entry.drop_last_event();
    return entry;
  });
  expect_found(sequence, "event 10 of 10", "demand of ZJ063-1 for VOC: 4,000 of 20,000 kg used",
               "no event");
}

TEST_F(Verdict, FindsAnOrderThatWasRefusedAfterTheFact) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry& entry = first_with(entries, EventKind::trade);
    RefusedEvent refused{};
    refused.header.kind = static_cast<std::uint16_t>(EventKind::refused);
    refused.header.size = sizeof refused;
    refused.code = static_cast<std::uint16_t>(Code::l01_cash);
    const auto bytes = std::as_bytes(std::span{&refused, 1});
    entry.events.assign(bytes.begin(), bytes.end());
    entry.events_count = 1;
    return entry;
  });
  expect_found(sequence, "event 1 of 10", "accepted as order",
               "refused L01_CASH: the available cash is too small");
}

TEST_F(Verdict, FindsAChangedCommand) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry& entry = first_with(entries, EventKind::trade);
    auto order = read_record<NewOrderCommand>(entry.command);
    order.quantity_lots = 3'999;
    std::memcpy(entry.command.data(), &order, sizeof order);
    return entry;
  });
  expect_found(sequence, "event 1 of 10", "accepted as order", "accepted as order");
}

// What no event shows, such as which firm's name stands there, is in the digest.
TEST_F(Verdict, FindsAChangedDigest) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    entries[99].digest ^= 1;
    return entries[99];
  });
  expect_found(sequence, "the digest of the state", "", "");
}

TEST_F(Verdict, FindsAChangedRuleSet) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    entries.back().rule_set -= 1;
    return entries.back();
  });
  expect_found(sequence, "the rule set", "675", "674");
}

// Words cannot show every difference; then the byte does.
TEST_F(Verdict, NamesTheByteWhereWordsAreEqual) {
  const std::uint64_t sequence = rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry& entry = first_with(entries, EventKind::bill);
    auto bill = entry.event<BillEvent>(EventKind::bill);
    bill.reserved = 7;
    entry.set_event(EventKind::bill, bill);
    return entry;
  });
  expect_found(sequence, "event 3 of 10", "bill of trade 1", "bill of trade 1");
  EXPECT_THAT(verify(copy).out, AllOf(HasSubstr("(byte 52: 0)"), HasSubstr("(byte 52: 7)")));
}

TEST_F(Verdict, FindsAContinueWhereNothingWasLeft) {
  rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry extra = entries.back();
    extra.stamp.sequence.value += 1;
    ProceedCommand proceed = engine::proceed_command();
    const auto bytes = std::as_bytes(std::span{&proceed, 1});
    extra.command.assign(bytes.begin(), bytes.end());
    entries.push_back(extra);
    return entries.back();
  });
  expect_found(1'173, "the command", "another command, because nothing was left to do", "continue");
}

TEST_F(Verdict, FindsAContinueThatIsMissing) {
  std::string script = "day 2026-06-18\nphase continuous\n";
  for (int i = 0; i < 4'000; ++i) {
    script += "buy AH064-1 VOC.AIR.YRD.IND.2630 1@11000\n";
  }
  const auto long_close = folder.path() / "long";
  play(script + "phase closed\n", long_close);
  EXPECT_EQ(verify(long_close).exit_code, ledger_is_valid);
  std::vector<Entry> entries = read_ledger(long_close);
  ASSERT_EQ(entries.size(), 1'163U + 2 + 4'000 + 2);  // the close and its Continue
  entries.back().command = entries[1'163].command;    // a second DayOpen instead
  write_ledger(entries, copy);
  expect_found(entries.size(), "the command", "continue", "day_open");
}

TEST_F(Verdict, SaysTheSameInJson) {
  rewrite([](std::vector<Entry>& entries) -> Entry& {
    Entry& entry = first_with(entries, EventKind::trade);
    auto trade = entry.event<TradeEvent>(EventKind::trade);
    trade.price_ticks = 1'180;
    entry.set_event(EventKind::trade, trade);
    return entry;
  });
  const Answer answer = verify(copy, true);
  EXPECT_EQ(answer.exit_code, ledger_is_invalid);
  const auto json = nlohmann::json::parse(answer.out);
  EXPECT_EQ(json["verdict"], "invalid");
  EXPECT_EQ(json["first_bad"], 1'167);
  EXPECT_EQ(json["entries"], 1'166);
  EXPECT_EQ(json["difference"]["place"], "event 2 of 10");
  EXPECT_THAT(json["difference"]["expected"].get<std::string>(), HasSubstr("11,900.00"));
  EXPECT_THAT(json["difference"]["found"].get<std::string>(), HasSubstr("11,800.00"));
  EXPECT_THAT(json["reason"].get<std::string>(), HasSubstr("entry 1167"));
}

// --- What is not there, or cannot be judged ---

TEST_F(Verdict, HasNoAnswerWithoutALedger) {
  for (const auto& path :
       {folder.path() / "nothing", folder.path(), std::filesystem::path{"tests/audit/day.emx"}}) {
    const Answer answer = verify(path);
    EXPECT_EQ(answer.exit_code, could_not_run) << path;
    EXPECT_THAT(answer.err, HasSubstr(path.string()));
    EXPECT_THAT(answer.out, IsEmpty());
    const auto json = nlohmann::json::parse(verify(path, true).out);
    EXPECT_EQ(json["verdict"], "could_not_run");
    EXPECT_FALSE(json["reason"].get<std::string>().empty());
  }
}

TEST_F(Verdict, HasNoAnswerForAnotherSemanticsVersion) {
  rewrite([](std::vector<Entry>& entries) -> Entry& {
    auto genesis = read_record<GenesisCommand>(entries[0].command);
    genesis.semantics_version = 2;
    std::memcpy(entries[0].command.data(), &genesis, sizeof genesis);
    return entries[0];
  });
  const Answer answer = verify(copy);
  EXPECT_EQ(answer.exit_code, could_not_run);
  EXPECT_THAT(answer.err, HasSubstr("made under semantics version 2"));
}

TEST_F(Verdict, FindsAFileThatIsCutOff) {
  const auto file = ledger / "ledger" / "data.mdb";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  const Answer answer = verify(ledger);
  EXPECT_EQ(answer.exit_code, ledger_is_invalid);
  EXPECT_THAT(answer.err, HasSubstr("damaged, or ends too early"));
}

// One flipped bit in the middle of the file, wherever it falls.
TEST_F(Verdict, FindsABitThatFlipped) {
  flip_in_file(ledger, "thermal power (coal)");  // of a firm
  const Answer answer = verify(ledger);
  EXPECT_EQ(answer.exit_code, ledger_is_invalid);
  EXPECT_THAT(answer.out, HasSubstr("the chain of hashes is broken"));
}

// The chain is broken in one entry and the replay gives another one: the first of both is named.
TEST_F(Verdict, NamesTheFirstOfWhatTheBytesAndTheReplayShow) {
  const auto change_digest_of = [&](std::uint64_t sequence) {
    std::filesystem::remove_all(copy);
    rewrite([&](std::vector<Entry>& entries) -> Entry& {
      entries[sequence - 1].digest ^= 1;
      return entries[sequence - 1];
    });
    flip_in_file(copy, "thermal power (coal)");
  };
  const auto first_bad = [&] { return nlohmann::json::parse(verify(copy, true).out)["first_bad"]; };
  change_digest_of(1'172);
  const auto flipped = first_bad();
  EXPECT_LT(flipped, 1'172);
  EXPECT_THAT(verify(copy).out, HasSubstr("the chain of hashes is broken"));
  change_digest_of(2);
  EXPECT_GT(flipped, 2);
  EXPECT_EQ(first_bad(), 2);
  EXPECT_THAT(verify(copy).out, HasSubstr("the digest of the state"));
}

TEST_F(Verdict, ReadsALedgerThatAWriterHasOpen) {
  std::array<int, 2> ready{};
  std::array<int, 2> done{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  ASSERT_EQ(::pipe(done.data()), 0);
  const pid_t writer = ::fork();
  if (writer == 0) {
    ledger::LedgerStore store;
    char byte = store.open(ledger).ok() ? 'y' : 'n';
    static_cast<void>(!::write(ready[1], &byte, 1));
    static_cast<void>(!::read(done[0], &byte, 1));
    ::_exit(0);
  }
  char opened = '?';
  ASSERT_EQ(::read(ready[0], &opened, 1), 1);
  EXPECT_EQ(opened, 'y');
  EXPECT_EQ(verify(ledger).exit_code, ledger_is_valid);
  EXPECT_EQ(ask(report_trades, ledger).exit_code, ledger_is_valid);
  ASSERT_EQ(::write(done[1], "d", 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(writer, &status, 0), writer);
  for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
}

}  // namespace
}  // namespace emx::audit
