#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "ledger/ed25519.hpp"
#include "ledger/note.hpp"
#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/swarm.hpp"

// emxd is killed (SIGKILL) under load from four sessions, again and again; the clients come back
// and go on with their numbers. What they were told and what the ledger has must be the same to the
// last order: nothing acknowledged is lost, nothing is there twice, nothing is invented.
//
// The environment's EMX_CRASH_ROUNDS: how many kills.
namespace emx::end_to_end {

namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::vector<std::string> firms = {"SH013", "SH128", "SH132", "SH136"};

class Crash : public testing::Test {
 protected:
  Crash() : daemon{firms}, swarm{firms, seed, 64} {
    const ledger::PrivateKey key = ledger::PrivateKey::make();
    key.write(daemon.folder() / "venue.pem");
    venue_key = text_of(ledger::VerifierKey{"emx/EMX", ledger::KeyKind::ed25519, key.public_key()});
    daemon.change_config("[admin]", "[checkpoint]\nkeys = [\"venue.pem\"]\n[admin]");
    daemon.start();
    daemon.open_market();
    EXPECT_EQ(swarm.log_on(daemon.fix_port()), "");
  }

  // Kills it at a moment of its own while orders are in flight; returns how many.
  std::size_t kill_under_load() {
    swarm.run_for(milliseconds{50 + static_cast<int>(random() % 400)});
    daemon.kill();
    swarm.wait_for_the_end();
    return swarm.unanswered();
  }

  void come_back() {
    daemon.start();
    ASSERT_EQ(swarm.log_on(daemon.fix_port()), "");
    ASSERT_TRUE(swarm.settle(milliseconds{30'000}))
        << swarm.unanswered() << " requests are unanswered\n"
        << testing::PrintToString(swarm.check(LedgerLog::read(daemon.ledger())));
  }

  // What cancels on disconnect say comes unasked, and may come after the last answer.
  std::vector<std::string> disagreements_at_last() {
    const auto until = std::chrono::steady_clock::now() + milliseconds{30'000};
    for (;;) {
      std::vector<std::string> found = swarm.check(LedgerLog::read(daemon.ledger()));
      const bool in_time = std::chrono::steady_clock::now() < until;
      if (found.empty() || !in_time || !swarm.settle(milliseconds{30'000})) return found;
    }
  }

  static constexpr std::uint64_t seed = 20'260'618;
  std::mt19937_64 random{seed};
  Daemon daemon;
  Swarm swarm;
  std::string venue_key;  // every checkpoint must hold, whenever it was killed
};

TEST_F(Crash, LosesAndDoublesNothing) {
  const int rounds = static_cast<int>(setting_or("EMX_CRASH_ROUNDS", 3));
  std::size_t in_flight_at_all = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    std::size_t in_flight = kill_under_load();
    for (int again = 0; in_flight == 0 && again < 10; ++again) {
      ASSERT_NO_FATAL_FAILURE(come_back());
      in_flight = kill_under_load();
    }
    ASSERT_GT(in_flight, 0U) << "a kill that interrupts nothing proves nothing";
    in_flight_at_all += in_flight;
    ASSERT_NO_FATAL_FAILURE(come_back());
    ASSERT_THAT(disagreements_at_last(), IsEmpty());
    const Finished audit = daemon.audit("verify", {"--venue-key", venue_key});
    ASSERT_EQ(audit.exit_code, 0) << audit.output << audit.errors;
  }
  RecordProperty("requests", std::to_string(swarm.sent()));
  RecordProperty("in_flight_at_kills", std::to_string(in_flight_at_all));
  EXPECT_GT(swarm.messages_resent(), 0U)
      << "some requests of the clients were lost, and sent again";
  // And on it goes.
  swarm.run_for(milliseconds{200});
  ASSERT_TRUE(swarm.settle(milliseconds{30'000}));
  swarm.log_out();
  EXPECT_EQ(daemon.stop(), 0);
  // What ended with the sessions is told at the next logon.
  ASSERT_NO_FATAL_FAILURE(come_back());
  EXPECT_THAT(disagreements_at_last(), IsEmpty());
  swarm.log_out();
  EXPECT_EQ(daemon.stop(), 0);
}

// The judge must see a lie, in whatever direction.
TEST_F(Crash, IsJudgedByWhoSeesALie) {
  const auto says = [](const std::string& word) {
    return [word](const std::string& line) { return line.find(word) != std::string::npos; };
  };
  const ClientLog& honest = swarm.member(0).log;
  const auto was_told = [&](const std::string& word) {
    return std::any_of(honest.told_.begin(), honest.told_.end(), says(word));
  };
  // How long that takes is the machine's affair.
  for (int round = 0; round < 100 && !(was_told(" replaced ") && was_told(" trade ")); ++round) {
    swarm.run_for(milliseconds{100});
  }
  ASSERT_TRUE(swarm.settle(milliseconds{30'000}));
  const LedgerLog ledger = LedgerLog::read(daemon.ledger());
  ASSERT_THAT(swarm.check(ledger), IsEmpty());
  ASSERT_FALSE(honest.told_.empty());

  ClientLog invented = honest;
  invented.told_.insert("999999 accepted SH013-1 sell 1@70.35");
  EXPECT_THAT(disagreements(firms[0], invented, ledger),
              UnorderedElementsAre(HasSubstr("told and not in the ledger: 999999")));

  ClientLog untold = honest;
  untold.told_.erase(untold.told_.begin());
  EXPECT_THAT(disagreements(firms[0], untold, ledger),
              UnorderedElementsAre(HasSubstr("in the ledger and not told")));

  EXPECT_TRUE(was_told(" replaced "));
  EXPECT_TRUE(was_told(" trade "));

  ClientLog lost = honest;
  lost.sent("SH013-lost");
  EXPECT_THAT(disagreements(firms[0], lost, ledger),
              UnorderedElementsAre("sent and not in the ledger: SH013-lost",
                                   "sent and never answered: SH013-lost"));

  ClientLog never_sent = honest;
  never_sent.sent_.erase(never_sent.sent_.begin());
  EXPECT_THAT(disagreements(firms[0], never_sent, ledger),
              UnorderedElementsAre(HasSubstr("in the ledger and never sent")));

  LedgerLog entered_twice = ledger;
  entered_twice.requests[firms[0]].insert(*honest.sent_.begin());
  EXPECT_THAT(disagreements(firms[0], honest, entered_twice),
              UnorderedElementsAre(HasSubstr("in the ledger 2 times: ")));

  ClientLog doubled = honest;
  const fix_client::Message report{
      fix_client::framed("35=8\x01"
                         "11=SH013-1\x01"
                         "17=7-0\x01"
                         "150=F\x01"
                         "39=2\x01"
                         "38=1\x01"
                         "14=1\x01"
                         "151=0\x01"
                         "9706=7\x01")};
  doubled.take(report);
  doubled.take(report);
  EXPECT_THAT(doubled.complaints_, UnorderedElementsAre(HasSubstr("told twice, unmarked")));

  ClientLog miscounted = honest;
  miscounted.take(
      fix_client::Message{fix_client::framed("35=8\x01"
                                             "11=SH013-1\x01"
                                             "17=8-0\x01"
                                             "150=F\x01"
                                             "39=1\x01"
                                             "38=3\x01"
                                             "14=1\x01"
                                             "151=1\x01"
                                             "9706=8\x01")});
  EXPECT_THAT(miscounted.complaints_, UnorderedElementsAre(HasSubstr("does not add up")));

  swarm.log_out();
}

}  // namespace

}  // namespace emx::end_to_end
