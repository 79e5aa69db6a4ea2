#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/end_to_end/venue.hpp"
#include "tools/admin/utc_text.hpp"

// Persons who act on a running venue, and what takes two of them.
namespace emx::end_to_end {

namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr Fen price{1'198'000};

std::string in_days(int days) {
  const auto then = std::chrono::system_clock::now() + std::chrono::hours{24 * days};
  return admin::text_of_utc(
      std::chrono::duration_cast<std::chrono::nanoseconds>(then.time_since_epoch()).count());
}

class OperatorsAtWork : public testing::Test {
 protected:
  OperatorsAtWork() : daemon{{"SH049"}} {
    daemon.start();
    daemon.open_market();
    trader.log_on(daemon.fix_port());
  }

  // `emx admin`, which must end so.
  json ask(std::uint32_t person, int exit_code, const std::vector<std::string>& arguments) {
    const Finished finished = daemon.try_admin(arguments, person);
    EXPECT_EQ(finished.exit_code, exit_code) << finished.output << finished.errors;
    return json::parse(finished.output, nullptr, false);
  }
  // It waits for its second person: the approval's number.
  std::string ask_for(std::uint32_t person, const std::vector<std::string>& arguments) {
    return ask(person, 3, arguments).value("approval", json{}).dump();
  }
  [[nodiscard]] json entry(std::uint64_t sequence) const {
    return daemon.audit_json("entries", {"--from", std::to_string(sequence), "--count", "1"})
        .at("entries")
        .at(0);
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader trader{io, "SH049"};
};

TEST_F(OperatorsAtWork, KillAloneAndReleaseTogether) {
  trader.sell(voc, Lots{5}, price);
  ASSERT_EQ(trader.next_report().exec_type, '0');

  const json killed = ask(1, 0, {"kill-switch", "firm", "SH049"});
  const Report cancelled = trader.next_report();
  EXPECT_EQ(cancelled.exec_type, '4');
  EXPECT_EQ(cancelled.code, Code::k01_killed);
  trader.sell(voc, Lots{5}, price);
  const Report refused = trader.next_report();
  EXPECT_TRUE(refused.is_refusal());
  EXPECT_EQ(refused.code, Code::k01_killed);

  const json waits = ask(1, 3, {"--id", "77", "release", "firm", "SH049"});
  EXPECT_EQ(waits["waiting"], true);
  const std::string number = waits["approval"].dump();
  EXPECT_EQ(waits["reason"], "waits for a second person: emx admin approve " + number);
  const json pending = ask(2, 0, {"pending"})["pending"];
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0]["what"], "kill switch released for firm SH049");
  EXPECT_EQ(pending[0]["by"], "Person 1 (venue, person 1)");
  EXPECT_EQ(ask(1, 2, {"approve", number})["reason"],
            "Person 1 (venue, person 1) asked for it herself; another person must approve it");
  trader.sell(voc, Lots{5}, price);
  EXPECT_EQ(trader.next_report().code, Code::k01_killed);  // still

  const json released = ask(2, 0, {"approve", number});
  EXPECT_EQ(ask(1, 0, {"--id", "77", "release", "firm", "SH049"}), released);
  trader.sell(voc, Lots{5}, price);
  EXPECT_EQ(trader.next_report().exec_type, '0');

  const json kill_entry = entry(killed["sequence"].get<std::uint64_t>());
  EXPECT_EQ(kill_entry["actor"], "person 1");
  EXPECT_EQ(kill_entry["approver"], nullptr);
  EXPECT_EQ(kill_entry["command"]["text"], "kill switch on for firm SH049");
  const auto release_at = released["sequence"].get<std::uint64_t>();
  EXPECT_EQ(entry(release_at)["actor"], "person 1");
  EXPECT_EQ(entry(release_at)["approver"], "person 2");
  EXPECT_THAT(
      daemon.audit("entries", {"--from", std::to_string(release_at), "--count", "1"}).output,
      EndsWith("kill switch released for firm SH049, by person 1, approved by person 2\n"));
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.log(), HasSubstr("Person 2 (joint, person 2) approved approval " + number));
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

// A temporary limit stands above the lasting one, so it takes two persons as well.
TEST_F(OperatorsAtWork, RaiseALimitForATimeTogether) {
  ask(1, 0, {"limit", "order-quantity", "firm", "--name", "SH049", "--value", "10"});
  trader.sell(voc, Lots{11}, price);
  EXPECT_EQ(trader.next_report().code, Code::o01_quantity);
  const std::vector<std::string> raise{
      "limit", "order-quantity", "firm", "--name", "SH049", "--value", "20", "--until", in_days(1)};
  const std::string first = ask_for(1, raise);
  ask(2, 0, {"reject", first});
  EXPECT_EQ(ask(2, 2, {"approve", first})["reason"],
            "it was rejected by Person 2 (joint, person 2)");
  const json raised = ask(2, 0, {"approve", ask_for(1, raise)});
  EXPECT_EQ(entry(raised["sequence"].get<std::uint64_t>())["approver"], "person 2");
  trader.sell(voc, Lots{11}, price);
  EXPECT_EQ(trader.next_report().exec_type, '0');
  // The core has the last word: a time that is over is a refusal in the log.
  const std::string too_early = ask_for(
      1, {"limit", "order-quantity", "firm", "--value", "20", "--until", "2020-01-01T00:00:00Z"});
  const json over = ask(2, 1, {"approve", too_early});
  EXPECT_EQ(over["name"], "O01_QUANTITY");
  EXPECT_THAT(
      over["reason"].get<std::string>(),
      StartsWith("it would end at 2020-01-01 08:00:00.000 (UTC+8); the time must be after 20"));
  const std::string too_late =
      ask_for(1, {"limit", "order-quantity", "firm", "--value", "20", "--until", in_days(91)});
  EXPECT_THAT(ask(2, 1, {"approve", too_late})["reason"].get<std::string>(),
              HasSubstr("; the time must be at the latest 20"));
}

// The joint office freezes rights alone, and frees them with the venue's person; the trader sees
// what the freeze leaves it.
TEST_F(OperatorsAtWork, FreezeAloneAndFreeTogether) {
  constexpr const char* held = "75248";
  trader.sell(voc, Lots{5}, price);
  ASSERT_EQ(trader.next_report().exec_type, '0');
  EXPECT_THAT(ask(1, 2, {"freeze", "SH049-1", voc, held})["reason"].get<std::string>(),
              HasSubstr("a matter of the office SH; the office venue acts on days"));
  const auto rehearse_as = [&](const char* person) {
    return demo::run_program(
        {emx_program(), "admin", "--dry-run", daemon.ledger().string(), "--config",
         daemon.config().string(), "--as", person, "freeze", "SH049-1", voc, held},
        std::chrono::seconds{30});
  };
  const Finished not_hers = rehearse_as("1");
  EXPECT_EQ(not_hers.exit_code, 1) << not_hers.errors;
  EXPECT_THAT(not_hers.output, HasSubstr("a matter of the office SH; the office venue acts on"));
  EXPECT_EQ(rehearse_as("2").exit_code, 0);
  ask(2, 0, {"freeze", "SH049-1", voc, held});
  const Report cancelled = trader.next_report();
  EXPECT_EQ(cancelled.exec_type, '4');
  EXPECT_EQ(cancelled.code, Code::l02_rights);
  trader.sell(voc, Lots{1}, price);
  EXPECT_EQ(trader.next_report().code, Code::l02_rights);
  ask(1, 0, {"approve", ask_for(2, {"unfreeze", "SH049-1", voc, "1"})});
  trader.sell(voc, Lots{1}, price);
  EXPECT_EQ(trader.next_report().exec_type, '0');
  trader.sell(voc, Lots{1}, price);
  EXPECT_EQ(trader.next_report().code, Code::l02_rights);
}

// A firm that the venue had not when it was founded: admitted, with a funded account and a session
// of its own, it trades.
TEST_F(OperatorsAtWork, LetANewFirmIn) {
  ask(2, 0, {"admit-firm", "ZJ900", "--name", "New Works", "--uscc", "91330400MA2900000X"});
  EXPECT_THAT(ask(2, 2, {"admit-firm", "ZJ900", "--name", "N", "--uscc", "U"})["reason"],
              HasSubstr("'firm' changes its group"));
  ask(2, 0,
      {"open-account", "ZJ900-1", "--firm", "ZJ900", "--province", "ZJ", "--zone", "JIASHAN",
       "--class", "INDUSTRY", "--permit", "2030-12-31", "--pollutants", "VOC"});
  ask(2, 0, {"demand", "ZJ900-1", "VOC", "1000"});
  ask(1, 0, {"deposit", "ZJ900-1", "1000000.00"});
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);

  const std::string config = read_file(daemon.config());
  const std::string session = config.substr(config.find("[[fix.session]]"));
  std::string of_new_firm = session;
  for (auto at = of_new_firm.find("SH049"); at != std::string::npos;
       at = of_new_firm.find("SH049")) {
    of_new_firm.replace(at, 5, "ZJ900");
  }
  daemon.change_config(session, session + of_new_firm);
  daemon.start();
  Trader new_trader{io, "ZJ900"};
  new_trader.log_on(daemon.fix_port());
  new_trader.buy(voc, Lots{5}, price);
  const Report accepted = new_trader.next_report();
  EXPECT_EQ(accepted.exec_type, '0') << accepted.text;
  EXPECT_TRUE(new_trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

// A dry run beside the running emxd leaves no entry, and is what then happens.
TEST_F(OperatorsAtWork, AreToldWhatTheyWouldDo) {
  trader.sell(voc, Lots{5}, price);
  ASSERT_EQ(trader.next_report().exec_type, '0');
  const json before = ask(1, 0, {"status"});
  const Finished finished =
      demo::run_program({emx_program(), "admin", "--json", "--dry-run", daemon.ledger().string(),
                         "kill-switch", "firm", "SH049"},
                        std::chrono::seconds{30});
  ASSERT_EQ(finished.exit_code, 0) << finished.errors;
  const json said = json::parse(finished.output);
  EXPECT_EQ(said["after_sequence"], before["durable_sequence"]);
  EXPECT_EQ(said["cancelled"].at(0)["code"], "K01_KILLED");
  EXPECT_EQ(ask(1, 0, {"status"})["durable_sequence"], before["durable_sequence"]);
  trader.expect_silence();

  const json killed = ask(1, 0, {"kill-switch", "firm", "SH049"});
  EXPECT_EQ(trader.next_report().code, Code::k01_killed);
  json did = json::array();
  const json happened = entry(killed["sequence"].get<std::uint64_t>());
  for (const json& event : happened["events"]) did.push_back(event["text"]);
  EXPECT_EQ(said["events"], did);
}

// The joint office's text, from its file to what it does to an order: two persons give the office
// its key, one bears its signed document in, two activate it.
TEST_F(OperatorsAtWork, BringAnAuthoritysRulesIntoForce) {
  const TemporaryFolder folder;
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), emx_program());
    const Finished finished = demo::run_program(std::move(arguments), std::chrono::seconds{30});
    EXPECT_EQ(finished.exit_code, 0) << finished.errors;
    return finished.output.substr(0, finished.output.find('\n'));
  };
  const std::string text = (folder.path() / "joint.toml").string();
  const std::string document = (folder.path() / "joint.rules").string();
  const std::string key_file = (folder.path() / "joint.pem").string();
  std::ofstream{text} << "authority = \"joint\"\nversion = 1\neffective = \"2020-01-01\"\n"
                         "[[limit]]\nlimit = \"order-quantity\"\nscope = \"firm\"\nvalue = 10\n";
  run({"rules", "check", folder.path().string()});
  run({"rules", "compile", text, document});
  const std::string public_key = run({"keygen", key_file});
  const std::string signature = run({"rules", "sign", document, "--key", key_file});

  EXPECT_THAT(ask(2, 2, {"rule-document", document, "--signature", signature})["reason"],
              HasSubstr("the joint office has no key in the ledger"));
  ask(2, 0, {"approve", ask_for(1, {"authority-key", "joint", public_key})});
  // From now on the office's rules are signed, or are none.
  EXPECT_EQ(ask(1, 1, {"limit", "order-quantity", "firm", "--value", "10"})["name"],
            "P09_UNSIGNED_RULE");
  std::string forged = signature;
  forged[0] = forged[0] == 'A' ? 'B' : 'A';
  EXPECT_EQ(ask(2, 2, {"rule-document", document, "--signature", forged})["reason"],
            "the signature is not by the key of the joint office");
  // Before anybody signs it, a dry run says what it would do.
  const auto rehearsed =
      json::parse(demo::run_program({emx_program(), "admin", "--json", "--dry-run",
                                     daemon.ledger().string(), "rule-document", document},
                                    std::chrono::seconds{30})
                      .output);
  EXPECT_TRUE(rehearsed["refused"].is_null());
  EXPECT_EQ(rehearsed["activation"]["waits"], false);
  EXPECT_THAT(rehearsed["if_now"]["events"].dump(), HasSubstr("rule set 1"));
  ask(2, 0, {"rule-document", document, "--signature", signature});
  trader.sell(voc, Lots{11}, price);
  EXPECT_EQ(trader.next_report().exec_type, '0');  // signed, but not in force
  const json closed = ask(1, 0, {"status"})["rules"];
  EXPECT_EQ(closed["in_force"], 0);
  EXPECT_EQ(closed["documents"].at(0).at("authority"), "joint");
  const json activated = ask(2, 0, {"approve", ask_for(1, {"activate-rules", "1", "joint"})});
  EXPECT_EQ(activated["rule_set"]["stage"], "in-force");
  const json rules = ask(1, 0, {"status"})["rules"];
  EXPECT_EQ(rules["in_force"], 1);
  EXPECT_TRUE(rules["waits"].is_null());
  EXPECT_EQ(rules["documents"], json::array());
  EXPECT_THAT(daemon.log(), HasSubstr("rule set 1 is in force"));
  trader.sell(voc, Lots{11}, price);
  EXPECT_EQ(trader.next_report().code, Code::o01_quantity);
  EXPECT_EQ(entry(activated["sequence"].get<std::uint64_t>())["approver"], "person 2");
  // The version is used up: the core refuses the document's record, and it is not closed.
  EXPECT_EQ(ask(2, 1, {"rule-document", document, "--signature", signature})["name"],
            "P10_RULE_VERSION");
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

TEST_F(OperatorsAtWork, AreNobodyElse) {
  const auto admin = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {emx_program(), "admin", "--socket", daemon.admin_socket().string()});
    return demo::run_program(std::move(arguments), std::chrono::seconds{30});
  };
  const Finished unsigned_one = admin({"phase", "halt"});
  EXPECT_EQ(unsigned_one.exit_code, 2);
  EXPECT_THAT(unsigned_one.errors, HasSubstr("give --operator FILE"));
  const Finished another =
      admin({"--operator", daemon.operator_key(1).string(), "--as", "2", "phase", "halt"});
  EXPECT_EQ(another.exit_code, 2);
  EXPECT_THAT(another.errors, HasSubstr("the signature is not by the key of person 2"));
  const Finished garbled = admin({"--operator", daemon.operator_key(1).string(), "--as", "1",
                                  "kill-switch", "firm", "SH\xff"});
  EXPECT_EQ(garbled.exit_code, 2);
  EXPECT_THAT(garbled.errors, HasSubstr("an argument is not text in UTF-8"));
  EXPECT_EQ(admin({"status"}).exit_code, 0);  // who only asks
  trader.sell(voc, Lots{5}, price);
  EXPECT_EQ(trader.next_report().exec_type, '0');  // nothing was halted
  EXPECT_TRUE(trader.client.logout());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.log(), HasSubstr("as its sender was turned away"));
}

TEST(Keygen, MakesAKeyOnceAndPrintsItsPublicPart) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "key.pem";
  const auto keygen = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command{emx_program(), "keygen", file.string()};
    command.insert(command.end(), more.begin(), more.end());
    return demo::run_program(std::move(command), std::chrono::seconds{30});
  };
  const Finished made = keygen({});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  EXPECT_EQ(made.output.size(), 45U) << made.output;  // 32 bytes in base64, and the line's end
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const std::string key = read_file(file);
  const Finished again = keygen({});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.errors, HasSubstr("File exists"));
  EXPECT_EQ(read_file(file), key);
  EXPECT_EQ(keygen({"--show"}).output, made.output);
}

}  // namespace

}  // namespace emx::end_to_end
