#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "gateway/appl_window.hpp"
#include "gateway/cl_ord_ids.hpp"
#include "gateway/client_session.hpp"
#include "gateway/connection.hpp"
#include "gateway/delivery.hpp"
#include "gateway/dictionaries.hpp"
#include "gateway/frame_summary.hpp"
#include "gateway/gateway.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/logon_throttle.hpp"
#include "gateway/message_rate.hpp"
#include "gateway/password.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/resend.hpp"
#include "gateway/session_store.hpp"
#include "gateway/tag_scan.hpp"
#include "tests/gateway/fix_client.hpp"
#include "tests/gateway/house.hpp"

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

// --- Passwords ---

TEST(Password, MatchesItsOwnHashOnly) {
  const std::string hash = make_password_hash("secret", 1'000);
  EXPECT_TRUE(is_password_hash(hash));
  EXPECT_TRUE(password_matches("secret", hash));
  EXPECT_FALSE(password_matches("Secret", hash));
  EXPECT_FALSE(password_matches("", hash));
  EXPECT_NE(hash, make_password_hash("secret", 1'000));  // salted
}

// Against another implementation, Python's hashlib:
// pbkdf2_hmac("sha256", b"secret", bytes(range(16)), 1000).
TEST(Password, IsThePbkdf2OfTheStandard) {
  EXPECT_TRUE(password_matches("secret",
                               "pbkdf2-sha256$1000$000102030405060708090a0b0c0d0e0f$"
                               "4efb2bbb6d2eb58ea8deaed54417ae2fd87fd50a8a8568709363da60d4560606"));
}

TEST(Password, RefusesWhatIsNoHash) {
  const std::string good = make_password_hash("x", 1'000);
  for (const std::string& bad :
       {std::string{}, std::string{"secret"}, good + "0", good.substr(1),
        good.substr(0, good.size() - 1), "pbkdf2-sha256$1$" + good.substr(19),
        "pbkdf2-sha256$99999999$" + good.substr(19)}) {
    EXPECT_FALSE(is_password_hash(bad)) << bad;
    EXPECT_FALSE(password_matches("x", bad)) << bad;
  }
}

// --- Throttle ---

TEST(LogonThrottle, BlocksPerCompIdAndPeerUntilTheWindowIsOver) {
  LogonThrottle throttle{{.failures_max = 2, .window = milliseconds{100}, .entries_max = 10}};
  const LogonThrottle::Time start{};
  throttle.failed("A", "peer", start);
  EXPECT_FALSE(throttle.blocks("A", "peer", start));
  throttle.failed("A", "peer", start + milliseconds{50});
  EXPECT_TRUE(throttle.blocks("A", "peer", start + milliseconds{99}));
  EXPECT_FALSE(throttle.blocks("A", "elsewhere", start + milliseconds{99}));
  EXPECT_FALSE(throttle.blocks("B", "peer", start + milliseconds{99}));
  EXPECT_FALSE(throttle.blocks("A", "peer", start + milliseconds{100}));
  throttle.failed("A", "peer", start + milliseconds{100});  // a new window
  EXPECT_FALSE(throttle.blocks("A", "peer", start + milliseconds{101}));
}

TEST(LogonThrottle, SuccessWipesTheSlate) {
  LogonThrottle throttle{{.failures_max = 1, .window = milliseconds{100}, .entries_max = 10}};
  throttle.failed("A", "peer", {});
  ASSERT_TRUE(throttle.blocks("A", "peer", {}));
  throttle.succeeded("A", "peer");
  EXPECT_FALSE(throttle.blocks("A", "peer", {}));
}

TEST(LogonThrottle, ForgetsTheOldestWhenFull) {
  LogonThrottle throttle{{.failures_max = 1, .window = milliseconds{1'000}, .entries_max = 3}};
  for (int i = 0; i < 5; ++i) {
    throttle.failed("A" + std::to_string(i), "peer", LogonThrottle::Time{} + milliseconds{i});
  }
  EXPECT_EQ(throttle.size(), 3U);
  EXPECT_FALSE(throttle.blocks("A0", "peer", {}));
  EXPECT_TRUE(throttle.blocks("A4", "peer", {}));
}

// However many strangers try meanwhile.
TEST(LogonGate, RemembersWhoGuessesATruePassword) {
  LogonGate gate{"EMX", {.failures_max = 1, .window = milliseconds{60'000}, .entries_max = 3}};
  gate.add("ALPHA1", {.username = "ALPHA1", .password_hash = "hash"});
  const auto logon = [&](const std::string& comp_id) {
    return gate.examine(frame_of({{35, "A"},
                                  {34, "1"},
                                  {49, comp_id},
                                  {52, "19700101-00:00:00"},
                                  {56, "EMX"},
                                  {98, "0"},
                                  {108, "30"},
                                  {553, comp_id},
                                  {554, "guess"},
                                  {1137, "9"}}),
                        {.address = "peer", .certified = {}}, {.steady = {}, .utc_ns = 0});
  };
  LogonAttempt guess = logon("ALPHA1");
  ASSERT_EQ(guess.refusal, "");
  EXPECT_EQ(guess.password_hash, "hash");
  gate.conclude(guess, "peer", false, {});
  for (int i = 0; i < 10; ++i) {
    LogonAttempt stranger = logon("STRANGER-" + std::to_string(i));
    EXPECT_EQ(stranger.password_hash, "");
    gate.conclude(stranger, "peer", false, {});
    EXPECT_EQ(stranger.refusal, guess.refusal);
  }
  EXPECT_EQ(logon("ALPHA1").status, SessionStatus::account_locked);
}

// --- Messages by hand ---

TEST(RawMessage, FramesLikeAnyone) {
  FieldText fields;
  fields.add(35, '5').add(34, std::uint64_t{1}).add(58, "bye");
  EXPECT_EQ(framed("FIXT.1.1", fields.text()), frame_of({{35, "5"}, {34, "1"}, {58, "bye"}}));
}

TEST(RawMessage, PossibleDuplicateKeepsAllButTheTimes) {
  const std::string first =
      frame_of({{35, "8"}, {34, "9"}, {49, "EMX"}, {52, "T1"}, {56, "A"}, {17, "5-0"}});
  EXPECT_EQ(possible_duplicate(first, "T2"), frame_of({{35, "8"},
                                                       {34, "9"},
                                                       {43, "Y"},
                                                       {49, "EMX"},
                                                       {52, "T2"},
                                                       {56, "A"},
                                                       {122, "T1"},
                                                       {17, "5-0"}}));
}

TEST(RawMessage, WritesUtcTimeInMilliseconds) {
  EXPECT_EQ(utc_timestamp(0), "19700101-00:00:00.000");
  EXPECT_EQ(utc_timestamp(1'781'764'200'123'999'999), "20260618-06:30:00.123");
  EXPECT_EQ(utc_timestamp(4'102'444'799'999'000'000), "20991231-23:59:59.999");
}

TEST(RawMessage, ReadsUtcTimes) {
  EXPECT_EQ(utc_ns_of("19700101-00:00:00"), 0);
  EXPECT_EQ(utc_ns_of("20260618-06:30:00.123"), 1'781'764'200'123'000'000);
  EXPECT_EQ(utc_ns_of("20260618-06:30:00.123456"), 1'781'764'200'123'456'000);
  EXPECT_EQ(utc_ns_of("20260618-06:30:00.123456789"), 1'781'764'200'123'456'789);
  EXPECT_EQ(utc_ns_of("20240229-23:59:60"), utc_ns_of("20240301-00:00:00"));
  for (const char* none :
       {"", "noon", "20260618", "20260618-06:30", "20260618 06:30:00", "20260618-06:30:00.1",
        "20260618-06:30:00,123", "20260230-06:30:00", "20260018-06:30:00", "20260618-24:00:00",
        "20260618-06:60:00", "20260618-06:30:61", "2026061a-06:30:00", "-0260618-06:30:00"}) {
    EXPECT_FALSE(utc_ns_of(none)) << none;
  }
}

// 64 bits of nanoseconds have no others.
TEST(RawMessage, ReadsUtcTimesOfItsYearsOnly) {
  EXPECT_EQ(utc_ns_of("16780101-00:00:00"), -9'214'560'000'000'000'000);
  EXPECT_EQ(utc_ns_of("22611231-23:59:60.999999999"), 9'214'646'400'999'999'999);
  for (const char* none : {"00010101-00:00:00", "16770101-00:00:00", "22630101-00:00:00",
                           "25540721-23:34:33.709551616", "99991231-23:59:59.999"}) {
    EXPECT_FALSE(utc_ns_of(none)) << none;
  }
}

TEST(FrameSummary, SeesWhatQuickFixMustNot) {
  EXPECT_TRUE(summary_of(frame_of({{35, "0"}, {34, "5"}})).is_sound);
  EXPECT_EQ(summary_of(frame_of({{35, "0"}, {34, "5"}})).msg_seq_num, 5U);
  EXPECT_EQ(summary_of(frame_of({{35, "AE"}, {34, "5"}})).type, "AE");
  for (const char* number : {"2147483648", "-1", "", "5x"}) {
    EXPECT_FALSE(summary_of(frame_of({{35, "0"}, {34, number}})).msg_seq_num) << number;
    EXPECT_FALSE(summary_of(frame_of({{35, "0"}, {34, number}, {34, "5"}})).msg_seq_num) << number;
  }
  EXPECT_FALSE(summary_of(frame_of({{35, "0"}})).msg_seq_num);
  for (const auto& [tag, value] : std::vector<std::pair<int, std::string>>{{7, "0"},
                                                                           {7, "x"},
                                                                           {16, "2147483647"},
                                                                           {36, "99999999999"},
                                                                           {58, "\x01x=1"},
                                                                           {58, "\x01-=1"}}) {
    const FrameSummary summary = summary_of(frame_of({{35, "2"}, {34, "5"}, {tag, value}}));
    EXPECT_FALSE(summary.is_sound) << tag << "=" << value;
    EXPECT_EQ(summary.msg_seq_num, 5U) << tag << "=" << value;
  }
  // Of these QuickFIX can say which they are.
  for (const int tag : {0, -4, 100'000}) {
    EXPECT_TRUE(summary_of(frame_of({{35, "0"}, {34, "5"}, {tag, "x"}})).is_sound) << tag;
  }
}

// Never more than the fields in question: the client is answered about its own message.
// Whatever a dictionary of ours has as a number.
TEST(FrameSummary, SeesNumbersThatQuickFixCannotCount) {
  const FIX::DataDictionaryProvider dictionaries = load_dictionaries();
  int seen = 0;
  for (const FIX::DataDictionary* dictionary :
       {&dictionaries.getSessionDataDictionary(FIX::BeginString{"FIX.4.4"}),
        &dictionaries.getSessionDataDictionary(FIX::BeginString{"FIXT.1.1"}),
        &dictionaries.getApplicationDataDictionary(FIX::ApplVerID{"9"})}) {
    for (int tag = 11; tag < 10'000; ++tag) {
      FIX::TYPE::Type type{};
      if (!dictionary->getFieldType(tag, type)) continue;
      const bool is_number = type == FIX::TYPE::Int || type == FIX::TYPE::SeqNum ||
                             type == FIX::TYPE::NumInGroup || type == FIX::TYPE::Length;
      if (!is_number || tag == 34) continue;
      ++seen;
      const auto summary = [&](const std::string& value) {
        return summary_of(frame_of({{35, "D"}, {34, "5"}, {tag, value}}));
      };
      EXPECT_TRUE(summary("123456789").is_sound) << tag;
      EXPECT_FALSE(summary("1234567890").is_sound) << tag;
      EXPECT_FALSE(summary("-1234567890x").is_sound) << tag;
      const std::string made = made_sound(frame_of({{35, "D"}, {34, "5"}, {tag, "1234567890"}}));
      EXPECT_EQ(find_tag(made, static_cast<std::uint32_t>(tag)), tag == 16 ? "0" : "?") << tag;
    }
  }
  EXPECT_GT(seen, 80);
}

TEST(FrameSummary, MakesAMessageSound) {
  const auto made = [](const Fields& fields) { return made_sound(frame_of(fields)); };
  EXPECT_EQ(made({{35, "2"}, {34, "5"}, {7, "0"}, {16, "2147483647"}}),
            frame_of({{35, "2"}, {34, "5"}, {7, "1"}, {16, "0"}}));
  EXPECT_EQ(made({{35, "4"}, {34, "5"}, {36, "9999999999"}, {123, "Y"}}),
            frame_of({{35, "4"}, {34, "5"}, {36, "?"}, {123, "Y"}}));
  EXPECT_EQ(made({{35, "2"}, {34, "5"}, {7, "-1"}, {16, "-1"}}),
            frame_of({{35, "2"}, {34, "5"}, {7, "?"}, {16, "?"}}));
  EXPECT_EQ(made({{35, "D"}, {34, "5"}, {58, "\x01x=1"}, {11, "A-1"}}),
            frame_of({{35, "D"}, {34, "5"}, {58, ""}, {0, "?"}, {11, "A-1"}}));
  const std::string sound = frame_of({{35, "D"}, {34, "5"}, {11, "A-1"}});
  EXPECT_EQ(made_sound(sound), sound);
  EXPECT_TRUE(
      summary_of(made({{35, "2"}, {34, "5"}, {7, "0"}, {16, "99999999999999999999"}})).is_sound);
}

TEST(FrameSummary, TakesTheHeaderAlone) {
  EXPECT_EQ(header_of(frame_of({{35, "R"}, {34, "5"}, {49, "A"}, {11, "A-1"}, {43, "Y"}})),
            frame_of({{35, "R"}, {34, "5"}, {49, "A"}, {43, "Y"}}));
}

TEST(FrameSummary, KnowsProperTypesThatAreNotSpoken) {
  for (const char* type : {"R", "s", "Z", "AS", "6"})
    EXPECT_TRUE(is_foreign_application_type(type)) << type;
  for (const char* type :
       {"D", "F", "G", "8", "9", "AE", "AR", "V", "x", "j", "A", "0", "5", "", "?", "zz", "AEX"}) {
    EXPECT_FALSE(is_foreign_application_type(type)) << type;
  }
}

// --- Numbers ---

struct StoreParts {
  explicit StoreParts(StoreLimits limits = {.block = 100, .window_messages = 1'000})
      : store{limits, [this](std::uint32_t to) { asked.push_back(to); }} {
    store.resume(1, 1, 1 + limits.block);
  }
  void send(const std::string& type) {
    store.set(store.getNextSenderMsgSeqNum(),
              frame_of({{35, type}, {34, std::to_string(store.next_out())}, {52, "T"}}));
    store.incrNextSenderMsgSeqNum();
  }

  std::vector<std::uint32_t> asked;
  SessionStore store;
};

TEST(SessionStore, ReservesBeforeItRunsOutAndTellsWhenItHas) {
  StoreParts parts;
  for (int i = 0; i < 49; ++i) parts.send("8");
  EXPECT_TRUE(parts.asked.empty());
  parts.send("8");
  EXPECT_EQ(parts.asked, std::vector<std::uint32_t>{151});
  for (int i = 0; i < 50; ++i) parts.send("8");  // as far as is reserved
  EXPECT_EQ(parts.store.next_out(), 101U);
  EXPECT_TRUE(parts.store.covers(101));   // all that was sent
  EXPECT_FALSE(parts.store.covers(102));  // what would be sent next
  parts.send("8");
  EXPECT_FALSE(parts.store.covers(parts.store.next_out()));
  parts.store.reserved(151);
  EXPECT_TRUE(parts.store.covers(parts.store.next_out()));
}

TEST(SessionStore, ResetOfTheSessionIsNotObeyed) {
  StoreParts parts;
  parts.send("8");
  parts.store.incrNextTargetMsgSeqNum();
  parts.store.reset();
  EXPECT_EQ(parts.store.next_out(), 2U);
  EXPECT_EQ(parts.store.next_in(), 2U);
}

TEST(SessionStore, KeepsAWindowOfApplicationMessages) {
  StoreParts parts{{.block = 100, .window_messages = 3}};
  for (const char* type : {"A", "8", "8", "0", "8"}) parts.send(type);
  EXPECT_TRUE(parts.store.message(2).empty());  // out of the window
  EXPECT_FALSE(parts.store.message(3).empty());
  EXPECT_TRUE(parts.store.message(4).empty());  // a heartbeat
  EXPECT_FALSE(parts.store.message(5).empty());
  EXPECT_TRUE(parts.store.message(6).empty());
  EXPECT_EQ(parts.store.next_message(1, 9), 3U);
  EXPECT_EQ(parts.store.window_begin(), 3U);
  EXPECT_EQ(parts.store.next_message(4, 4), 5U);
}

std::vector<FixMessage> resent(const SessionStore& store, SessionStore::Range range,
                               std::uint32_t slice) {
  Resend resend{"EMX", "A"};
  EXPECT_TRUE(resend.add(range));
  std::vector<FixMessage> messages;
  while (!resend.is_done()) {
    std::uint32_t in_slice = 0;
    resend.send_slice(store, "FIXT.1.1", slice, [&](std::string_view bytes) {
      FixMessage message;
      TagScan scan{bytes};
      while (const auto field = scan.next()) {
        message.fields.emplace_back(static_cast<int>(field->tag), field->value);
      }
      messages.push_back(message);
      ++in_slice;
    });
    EXPECT_LE(in_slice, slice);
    EXPECT_GT(in_slice, 0U);
  }
  return messages;
}

// Whatever is asked for, and in whatever slices: the answer covers it without a hole.
TEST(Resend, CoversEachRangeWithoutAHole) {
  StoreParts parts{{.block = 100, .window_messages = 12}};
  for (const char* type : {"A", "8", "8", "0", "0", "8", "9", "0", "j", "8", "0", "8", "8", "5"})
    parts.send(type);
  for (std::uint32_t begin = 1; begin <= 14; ++begin) {
    for (std::uint32_t end = begin; end <= 14; ++end) {
      for (const std::uint32_t slice : {1U, 3U, 100U}) {
        std::uint32_t next = begin;
        for (const FixMessage& message : resent(parts.store, {begin, end}, slice)) {
          ASSERT_EQ(message.at(34), std::to_string(next));
          EXPECT_EQ(message.at(43), "Y");
          if (message.type() == "4") {
            next = static_cast<std::uint32_t>(std::stoul(message.at(36)));
          } else {
            EXPECT_FALSE(parts.store.message(next).empty());
            ++next;
          }
        }
        EXPECT_EQ(next, end + 1);
      }
    }
  }
}

TEST(Resend, TakesABoundedNumberOfRequests) {
  Resend resend{"EMX", "A"};
  int taken = 0;
  while (taken < 1'000 && resend.add({1, 2})) ++taken;
  EXPECT_LT(taken, 100);
  EXPECT_TRUE(Resend("EMX", "A").add({5, 4}));  // nothing to do
}

// --- Delivery ---

OutMessage report_of(std::uint64_t entry) {
  return {.type = "8", .body = std::to_string(entry), .entry = entry};
}

struct DeliveryParts {
  explicit DeliveryParts(Delivery::Limits limits = {.waiting_max = 100, .window = 10})
      : delivery{limits} {}
  void add(std::uint64_t entry) { EXPECT_TRUE(delivery.add(report_of(entry))); }
  // Gives numbers from next_out on, as long as reports may have them; returns their entries.
  std::vector<std::uint64_t> hand_over() {
    std::vector<std::uint64_t> entries;
    while (const OutMessage* const report = delivery.next(next_out)) {
      entries.push_back(report->entry);
      delivery.handed(next_out++);
    }
    return entries;
  }
  std::string ask() { return delivery.ask(next_out++); }
  std::uint64_t watermark(std::uint64_t entries_done) {
    delivery.advance(entries_done);
    return delivery.watermark().entry;
  }

  Delivery delivery;
  std::uint32_t next_out = 1;
};

using Entries = std::vector<std::uint64_t>;

TEST(Delivery, AdvancesByProofOnly) {
  DeliveryParts parts;
  parts.delivery.restore({.entry = 10});
  EXPECT_EQ(parts.watermark(20), 20U);  // nothing to prove
  parts.add(25);
  EXPECT_EQ(parts.watermark(26), 24U);  // waits
  EXPECT_EQ(parts.hand_over(), Entries{25});
  EXPECT_EQ(parts.watermark(30), 24U);  // unproven
  const std::string question = parts.ask();
  parts.add(35);
  EXPECT_EQ(parts.hand_over(), Entries{35});  // after the question
  parts.delivery.answered("something else");
  parts.delivery.answered("EMX-0-900");
  EXPECT_EQ(parts.watermark(40), 24U);
  EXPECT_TRUE(parts.delivery.has_question());
  parts.delivery.answered(question);
  EXPECT_EQ(parts.watermark(40), 34U);
  EXPECT_FALSE(parts.delivery.has_question());
  parts.delivery.answered(parts.ask());
  EXPECT_EQ(parts.watermark(40), 40U);
}

TEST(Delivery, AnswerOfALostConnectionProvesNothing) {
  DeliveryParts parts;
  parts.add(5);
  parts.hand_over();
  const std::string question = parts.ask();
  parts.delivery.disconnected();
  parts.delivery.answered(question);
  EXPECT_EQ(parts.watermark(9), 4U);
}

// What the client may lack, it can ask for.
TEST(Delivery, GivesNumbersWithinTheWindowOnly) {
  DeliveryParts parts;
  for (std::uint64_t entry = 1; entry <= 25; ++entry) parts.add(entry);
  EXPECT_EQ(parts.hand_over().size(), 10U);
  EXPECT_TRUE(parts.delivery.should_ask_soon(parts.next_out));
  const std::string question = parts.ask();
  EXPECT_FALSE(parts.delivery.should_ask_soon(parts.next_out));
  EXPECT_EQ(parts.delivery.next(parts.next_out), nullptr);
  parts.delivery.answered(question);
  EXPECT_EQ(parts.hand_over().size(), 10U);
  EXPECT_EQ(parts.watermark(25), 10U);
}

// Other messages may fill the window, too.
TEST(Delivery, TellsAgainWhatLeftTheWindow) {
  DeliveryParts parts;
  for (std::uint64_t entry = 1; entry <= 12; ++entry) parts.add(entry);
  parts.hand_over();
  const std::string question = parts.ask();
  parts.delivery.forget_below(3);  // the first two
  parts.delivery.answered(question);
  EXPECT_EQ(parts.watermark(12), 0U) << "the first two are to come again";
  EXPECT_TRUE(parts.delivery.next(parts.next_out)->possible_resend);
  EXPECT_EQ(parts.hand_over(), (Entries{1, 2, 11, 12}));
  parts.delivery.answered(parts.ask());
  EXPECT_EQ(parts.watermark(12), 12U);
}

TEST(Delivery, TellsAgainWhenTheNumbersStartAgain) {
  DeliveryParts parts;
  for (std::uint64_t entry = 1; entry <= 3; ++entry) parts.add(entry);
  parts.hand_over();
  parts.delivery.renumber();
  parts.next_out = 1;
  EXPECT_TRUE(parts.delivery.next(1)->possible_resend);
  EXPECT_EQ(parts.hand_over(), (Entries{1, 2, 3}));
}

TEST(Delivery, StaysBelowWhatFoundNoRoom) {
  DeliveryParts parts{{.waiting_max = 1, .window = 10}};
  parts.add(6);
  EXPECT_FALSE(parts.delivery.add(report_of(7)));
  parts.hand_over();
  parts.delivery.answered(parts.ask());
  EXPECT_EQ(parts.watermark(20), 6U);
}

// The n-th report has the number n, and what is known to be had is counted by whole entries.
TEST(Delivery, NumbersItsReportsForEver) {
  DeliveryParts parts{{.waiting_max = 4, .window = 10}};
  parts.delivery.restore({.entry = 10, .reports = 100});
  for (const std::uint64_t entry : {12U, 12U, 15U, 15U}) parts.add(entry);
  EXPECT_FALSE(parts.delivery.add(report_of(15)));
  EXPECT_FALSE(parts.delivery.add(report_of(16)));
  EXPECT_EQ(parts.delivery.reports(), 106U);
  const auto numbers_up_to = [&](std::uint64_t entry) {
    parts.delivery.advance(entry);
    return parts.delivery.watermark().reports;
  };
  EXPECT_EQ(numbers_up_to(16), 100U);
  EXPECT_EQ(parts.watermark(16), 11U);
  const auto hand_one = [&] {
    const std::uint64_t number = parts.delivery.next(parts.next_out)->appl_seq_num;
    parts.delivery.handed(parts.next_out++);
    return number;
  };
  for (std::uint64_t number = 101; number <= 103; ++number) EXPECT_EQ(hand_one(), number);
  const std::string question = parts.ask();
  EXPECT_EQ(hand_one(), 104U);
  parts.delivery.answered(
      question);  // one of the entry 15 is proven, one is not, one found no room
  EXPECT_EQ(numbers_up_to(16), 102U);
  EXPECT_EQ(parts.watermark(16), 14U);
  parts.delivery.renumber();
  parts.next_out = 1;
  EXPECT_EQ(hand_one(), 104U) << "the same again";
  parts.delivery.answered(parts.ask());
  EXPECT_EQ(numbers_up_to(16), 102U);
  EXPECT_EQ(parts.watermark(16), 14U) << "what found no room holds it";
  parts.add(17);
  EXPECT_EQ(hand_one(), 107U);
}

TEST(Delivery, CountsFromWhereItBegins) {
  DeliveryParts parts;
  for (const std::uint64_t entry : {3U, 4U, 4U, 6U, 7U}) parts.add(entry);
  parts.delivery.begin_behind(4);
  EXPECT_EQ(parts.delivery.next(1)->appl_seq_num, 1U);
  parts.delivery.begin_behind(5);
  EXPECT_EQ(parts.delivery.next(1)->appl_seq_num, 1U);
  EXPECT_EQ(parts.watermark(7), 5U);
  EXPECT_EQ(parts.delivery.watermark().reports, 0U);
  parts.add(9);
  EXPECT_EQ(parts.delivery.reports(), 3U);
  EXPECT_EQ(parts.hand_over(), (Entries{6, 7, 9}));
  parts.delivery.answered(parts.ask());
  EXPECT_EQ(parts.watermark(9), 9U);
  EXPECT_EQ(parts.delivery.watermark().reports, 3U);
}

// What found no room behind the beginning is told by the next life, with its number.
TEST(Delivery, CountsWhatFoundNoRoomFromWhereItBegins) {
  Delivery delivery{{.waiting_max = 2, .window = 10}};
  EXPECT_TRUE(delivery.add(report_of(10)));
  EXPECT_TRUE(delivery.add(report_of(11)));
  EXPECT_FALSE(delivery.add(report_of(14)));
  delivery.begin_behind(13);
  EXPECT_TRUE(delivery.add(report_of(18)));
  EXPECT_EQ(delivery.next(1)->appl_seq_num, 2U);
  delivery.advance(20);
  EXPECT_EQ(delivery.watermark().entry, 13U);
  Delivery next_life{{.waiting_max = 2, .window = 10}};
  next_life.restore(delivery.watermark());
  EXPECT_TRUE(next_life.add(report_of(14)));
  EXPECT_TRUE(next_life.add(report_of(18)));
  EXPECT_EQ(next_life.reports(), 2U);
}

// --- Reports that can be sent again ---

std::vector<std::uint64_t> numbers_in(const ApplWindow::Reports& reports) {
  std::vector<std::uint64_t> numbers;
  for (const auto& report : reports) numbers.push_back(report->appl_seq_num);
  return numbers;
}

void add_reports(ApplWindow& window, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t number = first; number <= last; ++number) {
    OutMessage report = report_of(number);
    report.appl_seq_num = number;
    window.add(report);
  }
}

TEST(ApplWindow, HasAllOfARangeOrNothing) {
  ApplWindow window{10};
  EXPECT_FALSE(window.newest());
  EXPECT_TRUE(window.reports({1, 1}).empty());
  add_reports(window, 1, 12);
  add_reports(window, 9, 11);  // once more
  EXPECT_EQ(window.newest()->begin, 3U);
  EXPECT_EQ(window.newest()->end, 12U);
  EXPECT_EQ(window.reports({3, 12}).size(), 10U);
  EXPECT_EQ(numbers_in(window.reports({5, 6})), (Entries{5, 6}));
  EXPECT_EQ(numbers_in(window.reports({12, 12})), Entries{12});
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [begin, end] :
       {std::pair<std::uint64_t, std::uint64_t>{2, 5}, {12, 13}, {13, 13}, {1, most}, {0, 0}}) {
    EXPECT_TRUE(window.reports({begin, end}).empty()) << begin;
  }
  const auto held = window.reports({3, 4});
  add_reports(window, 13, 30);
  EXPECT_EQ(numbers_in(held), (Entries{3, 4})) << "whatever the window has";
}

TEST(ApplWindow, IsBrokenWhereReportsWereLeftOut) {
  ApplWindow window{10};
  add_reports(window, 5, 7);
  EXPECT_EQ(window.newest()->begin, 5U);
  add_reports(window, 10, 12);
  EXPECT_EQ(window.newest()->begin, 10U);
  EXPECT_EQ(window.reports({5, 7}).size(), 3U);
  for (const std::uint64_t end : {8U, 9U, 10U, 11U}) {
    EXPECT_TRUE(window.reports({7, end}).empty()) << end;
  }
  EXPECT_TRUE(window.reports({8, 9}).empty());
  EXPECT_TRUE(window.reports({9, 10}).empty());
  EXPECT_EQ(window.reports({10, 12}).size(), 3U);
}

// --- The rate of messages ---

TEST(MessageRate, AllowsASecondsWorthAtOnceAndThenAsManyAsTheTimeThatPasses) {
  using std::chrono::milliseconds;
  MessageRate rate{10};
  const MessageRate::Time start{milliseconds{100'000}};
  const auto taken = [&](milliseconds at, int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += rate.take(start + at) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(taken(milliseconds{0}, 50), 10);
  EXPECT_EQ(taken(milliseconds{99}, 50), 0);
  EXPECT_EQ(taken(milliseconds{100}, 50), 1);
  EXPECT_EQ(taken(milliseconds{400}, 50), 3);
  EXPECT_EQ(taken(milliseconds{60'000}, 50), 10);  // rest is worth a second, no more
  MessageRate none{0};
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(none.take(start));
}

// --- Client sessions, of which nobody is connected ---

struct ClientParts {
  explicit ClientParts(const ClientLimits& limits = {})
      : session{std::make_shared<ClientSession>(
            ClientSession::Identity{
                .id = 1, .our_comp_id = "EMX", .comp_id = "ALPHA1", .concern = trader_of("ALPHA")},
            limits,
            ClientSurroundings{
                .order_entry = order_entry,
                .counters = counters,
                .dictionaries = dictionaries,
                .logs = nullptr,
                .sessions_waiting = sessions_waiting,
                .save = [this](const NamedRecord&, auto done) { saved.push_back(done); },
                .save_password = {}})} {}

  ScriptedSink sink;
  MarketView market{100};
  Counters counters;
  OrderEntry order_entry{sink, market, counters};
  const FIX::DataDictionaryProvider dictionaries = load_dictionaries();
  std::size_t sessions_waiting = 0;
  std::vector<std::function<void()>> saved;  // once the record is durable
  std::shared_ptr<ClientSession> session;
};

// What was given to be made durable is not overwritten by an older record that is given after it.
TEST(ClientSession, HasTheNewRecordWhileAResetIsUnderWay) {
  ClientParts parts;
  ClientSession& session = *parts.session;
  EXPECT_EQ(session.start(0).record.epoch, 1U);
  bool done = false;
  session.reset_numbers([&] { done = true; });
  for (const SessionRecord& record : {session.record().record, session.final_record().record}) {
    EXPECT_EQ(record.epoch, 2U);
    EXPECT_EQ(record.next_in, 1U);
    EXPECT_GT(record.reserved_to, 1U);
  }
  EXPECT_FALSE(done);
  parts.saved.at(0)();
  EXPECT_TRUE(done);
  EXPECT_EQ(session.record().record.epoch, 2U);
}

// Else a crash could make of an answered choice another.
TEST(ClientSession, AnswersALogonOnceItsChoiceIsDurable) {
  namespace asio = boost::asio;
  asio::io_context io;
  ClientParts parts;
  ClientSession& session = *parts.session;
  EXPECT_EQ(session.start(0).record.keeps_orders, 0U);
  asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
  asio::ip::tcp::socket client{io};
  client.connect(acceptor.local_endpoint());
  LogonAttempt attempt;
  attempt.keeps_orders = true;
  session.attach(
      std::make_shared<Connection>(plain_transport(acceptor.accept()), ConnectionLimits{},
                                   parts.counters, [](Connection&) {}),
      frame_of({{35, "A"},
                {34, "1"},
                {49, "ALPHA1"},
                {52, time_now()},
                {56, "EMX"},
                {98, "0"},
                {108, "30"},
                {1137, "9"},
                {9711, "N"}}),
      attempt);
  ASSERT_TRUE(session.is_logged_on());
  EXPECT_EQ(session.record().record.keeps_orders, 1U);
  io.poll();
  EXPECT_EQ(client.available(), 0U);
  ASSERT_EQ(parts.saved.size(), 1U);
  parts.saved[0]();
  io.restart();
  io.poll();
  EXPECT_GT(client.available(), 0U);
}

// Once, so that the log has it and is not flooded.
TEST(ClientSession, TellsOnceThatReportsFindNoRoom) {
  ClientLimits limits;
  limits.waiting_max = 1;
  ClientParts parts{limits};
  EXPECT_EQ(parts.session->start(0).record.watermark, 0U);
  EXPECT_TRUE(parts.session->report(report_of(1)));
  EXPECT_FALSE(parts.session->report(report_of(2)));
  EXPECT_TRUE(parts.session->report(report_of(3)));
  EXPECT_EQ(parts.counters.reports_dropped, 2U);
}

// --- ClOrdIDs ---

TEST(ClOrdIds, AreBoundedPerFirm) {
  ClOrdIds ids{2};
  const FirmId firm{1};
  EXPECT_TRUE(ids.add_pending(firm, ClOrdId{"a"}));
  EXPECT_TRUE(ids.add_pending(firm, ClOrdId{"b"}));
  EXPECT_FALSE(ids.add_pending(firm, ClOrdId{"c"}));
  EXPECT_TRUE(ids.add_pending(FirmId{2}, ClOrdId{"c"}));
  ids.settle(firm, ClOrdId{"d"}, {ClOrdIds::Use::order, Code::none, OrderId{4}});
  EXPECT_EQ(ids.find(firm, ClOrdId{"d"}), nullptr);
  ids.forget(firm, ClOrdId{"a"});
  EXPECT_TRUE(ids.add_pending(firm, ClOrdId{"c"}));
}

TEST(ClOrdIds, ANewDayKeepsPendingAndLive) {
  ClOrdIds ids{10};
  const FirmId firm{1};
  ids.add_pending(firm, ClOrdId{"pending"});
  ids.settle(firm, ClOrdId{"live"}, {ClOrdIds::Use::order, Code::none, OrderId{1}});
  ids.settle(firm, ClOrdId{"over"}, {ClOrdIds::Use::order, Code::none, OrderId{2}});
  ids.settle(firm, ClOrdId{"refused"}, {ClOrdIds::Use::refused, Code::l01_cash, OrderId{}});
  ids.start_day([](OrderId id) { return id == OrderId{1}; });
  EXPECT_TRUE(ids.is_pending(firm, ClOrdId{"pending"}));
  EXPECT_NE(ids.find(firm, ClOrdId{"live"}), nullptr);
  EXPECT_EQ(ids.find(firm, ClOrdId{"over"}), nullptr);
  EXPECT_EQ(ids.find(firm, ClOrdId{"refused"}), nullptr);
  // For one day more it is known that they came.
  ASSERT_NE(ids.find_repeated(firm, ClOrdId{"refused"}), nullptr);
  EXPECT_EQ(ids.find_repeated(firm, ClOrdId{"refused"})->code, Code::l01_cash);
  EXPECT_NE(ids.find_repeated(firm, ClOrdId{"over"}), nullptr);
  EXPECT_NE(ids.find_repeated(firm, ClOrdId{"live"}), nullptr);
  ids.start_day([](OrderId) { return false; });
  EXPECT_EQ(ids.find_repeated(firm, ClOrdId{"over"}), nullptr);
  EXPECT_NE(ids.find_repeated(firm, ClOrdId{"live"}), nullptr);
}

TEST(SessionId, DependsOnTheCompIdAlone) {
  EXPECT_EQ(session_id_of("ALPHA1"), session_id_of("ALPHA1"));
  EXPECT_NE(session_id_of("ALPHA1"), session_id_of("ALPHA2"));
  EXPECT_EQ(session_id_of("a"), 0xe40c292cU);  // FNV-1a, as published
}

}  // namespace

}  // namespace emx::gateway::test
