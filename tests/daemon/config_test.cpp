#include "tools/emxd/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tools/admin/ed25519.hpp"

namespace emx::daemon {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view needed =
    "[venue]\nmarket = \"delta\"\n[ledger]\ndirectory = \"data\"\n[admin]\nsocket = \"a.sock\"\n";

class ConfigFile : public ::testing::Test {
 protected:
  ConfigFile()
      : folder{std::filesystem::temp_directory_path() /
               ("emx-config-" + std::to_string(::getpid()))} {
    std::filesystem::create_directories(folder);
  }
  ~ConfigFile() override { std::filesystem::remove_all(folder); }

  ConfigFaults read(const std::string& text) {
    std::ofstream{file()} << text;
    config = {};
    return read_config(file(), config);
  }
  ConfigFaults read_with(const std::string& text) { return read(std::string{needed} + text); }
  [[nodiscard]] std::filesystem::path file() const { return folder / "emxd.toml"; }

  std::filesystem::path folder;
  Config config;
};

TEST_F(ConfigFile, NamesTheVenuesKeysThatMayNotBeUsed) {
  admin::PrivateKey::make().write(folder / "venue.pem");
  admin::PrivateKey::make().write(folder / "open.pem");
  std::filesystem::permissions(folder / "open.pem", std::filesystem::perms{0644});
  EXPECT_THAT(read_with("[checkpoint]\nkeys = [\"venue.pem\"]\n"), IsEmpty());
  EXPECT_THAT(config.checkpoint_keys, ElementsAre(folder / "venue.pem"));
  EXPECT_THAT(read_with("[checkpoint]\nkeys = [\"open.pem\"]\n"),
              ElementsAre(HasSubstr("is open to others than its owner")));
  EXPECT_THAT(read_with("[checkpoint]\nkeys = [\"no.pem\"]\n"),
              ElementsAre(HasSubstr("checkpoint.keys: cannot read the key")));
  EXPECT_THAT(read_with("[checkpoint]\nkeys = [\"venue.pem\", \"venue.pem\"]\n"),
              ElementsAre(HasSubstr("stands twice")));
  EXPECT_THAT(read_with("[checkpoint]\nkeys = [7]\n"), ElementsAre(HasSubstr("names of files")));
  EXPECT_THAT(read_with("[checkpoint]\nkeys = \"venue.pem\"\n"),
              ElementsAre(HasSubstr("must be a list of files")));
}

TEST_F(ConfigFile, StartsNumbersAgainEachDayWhereNoDayIsNamed) {
  EXPECT_THAT(read_with("[fix]\nnumbers_reset = \"06:00\"\n"), IsEmpty());
  constexpr std::int64_t six_s = 1'781'992'800;  // 2026-06-21T06:00+08:00
  EXPECT_EQ(config.fix_reset.last_before(six_s), six_s);
  EXPECT_EQ(config.fix_reset.last_before(six_s - 1), six_s - 86'400);
}

TEST_F(ConfigFile, IsTakenWhole) {
  EXPECT_THAT(read_with(R"(
[fix]
port = 9001
messages_per_second_max = 250
numbers_reset = "sunday 06:00"
[fix.tls]
certificate = "venue.pem"
private_key = "/etc/emx/venue.key"
client_authorities = "clients.pem"
[[fix.session]]
comp_id = "SH049"
firm = "SH049"
password_hash = "pbkdf2-sha256$1000$00112233445566778899aabbccddeeff$000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"
allow_reset = true
certificate = "SH049 trading"
[[operator]]
number = 3
name = "Li Wei"
office = "ZJ"
public_key = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
[schedule]
mode = "calendar"
phases = ["09:00 pre-open", "09:30 continuous", "15:00 closed"]
volatility_seconds = 120
[log]
level = "debug"
file = "emxd.log"
[run]
spins = 0
)"),
              IsEmpty());
  EXPECT_EQ(config.fix_port, 9001);
  EXPECT_EQ(config.fix_messages_per_second_max, 250U);
  constexpr std::int64_t sunday_s = 1'781'992'800;  // 2026-06-21T06:00+08:00
  EXPECT_EQ(config.fix_reset.last_before(sunday_s), sunday_s);
  EXPECT_EQ(config.fix_reset.last_before(sunday_s - 1), sunday_s - 7 * 86'400);
  ASSERT_TRUE(config.fix_tls);
  EXPECT_EQ(config.fix_tls->certificate, folder / "venue.pem");
  EXPECT_EQ(config.fix_tls->private_key, "/etc/emx/venue.key");
  EXPECT_EQ(config.fix_tls->client_authorities, folder / "clients.pem");
  ASSERT_EQ(config.sessions.size(), 1U);
  EXPECT_EQ(config.sessions[0].certificate, "SH049 trading");
  EXPECT_EQ(config.sessions[0].concern, gateway::trader_of("SH049"));
  EXPECT_EQ(config.sessions[0].comp_id, "SH049");
  EXPECT_TRUE(config.sessions[0].allow_reset);
  ASSERT_EQ(config.operators.size(), 1U);
  EXPECT_EQ(config.operators[0].number, 3U);
  EXPECT_EQ(config.operators[0].name, "Li Wei");
  EXPECT_EQ(config.operators[0].office, admin::Office::zj);
  EXPECT_EQ(admin::base64_of(config.operators[0].public_key),
            "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=");
  EXPECT_TRUE(config.calendar);
  EXPECT_EQ(config.phases.size(), 3U);
  EXPECT_EQ(config.volatility_seconds, 120U);
  EXPECT_EQ(config.ledger_directory, folder / "data");  // from the file's folder
  EXPECT_EQ(config.spins, 0U);
  EXPECT_TRUE(config.snapshot_at_close);
}

TEST_F(ConfigFile, SaysWhatASessionHasCopiesOf) {
  const auto concern_of = [&](const std::string& keys) {
    config = {};
    EXPECT_THAT(read_with("[[fix.session]]\ncomp_id = \"R\"\npassword_hash = "
                          "\"pbkdf2-sha256$1000$00112233445566778899aabbccddeeff$"
                          "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f\"\n"
                          "role = \"drop-copy\"\n" +
                          keys),
                IsEmpty());
    return config.sessions.at(0).concern;
  };
  using gateway::Role;
  EXPECT_EQ(concern_of("firm = \"SH049\"\n"),
            (gateway::Concern{.role = Role::copies_of_firm, .of = FirmCode{"SH049"}}));
  EXPECT_EQ(concern_of("province = \"ZJ\"\n"),
            (gateway::Concern{.role = Role::copies_of_province, .of = FirmCode{"ZJ"}}));
  EXPECT_EQ(concern_of(""), (gateway::Concern{.role = Role::copies_of_all}));
}

TEST_F(ConfigFile, MayLeaveOutTheSnapshotOfTheDayAndTheIndex) {
  constexpr std::string_view section = "[ledger]";
  std::string text{needed};
  EXPECT_THAT(read(text), IsEmpty());
  EXPECT_TRUE(config.snapshot_at_close);
  EXPECT_TRUE(config.index);
  text.insert(text.find(section) + section.size(), "\nsnapshot_at_close = false\nindex = false");
  EXPECT_THAT(read(text), IsEmpty());
  EXPECT_FALSE(config.snapshot_at_close);
  EXPECT_FALSE(config.index);
}

TEST_F(ConfigFile, NamesFileKeyAndReasonOfEachFault) {
  struct Case {
    const char* text;
    const char* words;
  };
  for (const Case& c : {
           Case{"[fix]\nport = 70000\n", "fix.port: must be a whole number from 0 to 65535"},
           Case{"[fix]\nport = \"x\"\n", "fix.port: must be a whole number"},
           Case{"[fix]\nprot = 1\n", "fix.prot: is not a key here"},
           Case{"[fix]\ntls = true\n", "fix.tls: must be a table"},
           Case{"[fix.tls]\ncertificate = \"a\"\nprivate_key = \"b\"\n",
                "fix.tls.client_authorities: is missing"},
           Case{"[fix]\nmessages_per_second_max = -1\n",
                "fix.messages_per_second_max: must be a whole number"},
           Case{"[fix]\nnumbers_reset = \"midnight\"\n", "fix.numbers_reset: must be a time"},
           Case{"[fix]\nnumbers_reset = \"sun 06:00\"\n", "fix.numbers_reset: must be a time"},
           Case{"[fix]\nnumbers_reset = \"sunday 24:00\"\n", "fix.numbers_reset: must be a time"},
           Case{"[fix]\nsession = 3\n", "fix.session: must be a list of tables"},
           Case{"[[fix.session]]\nfirm = \"A\"\npassword_hash = \"x\"\n",
                "fix.session[0].comp_id: is missing"},
           Case{"[[fix.session]]\ncomp_id = \"A\"\nfirm = \"A\"\npassword_hash = \"secret\"\n",
                "fix.session[0].password_hash: is no password hash"},
           Case{"[[fix.session]]\ncomp_id = \"A\"\npassword_hash = \"x\"\nrole = \"watch\"\n",
                "fix.session[0].role: must be trade or drop-copy, not \"watch\""},
           Case{"[[fix.session]]\ncomp_id = \"A\"\npassword_hash = \"x\"\nrole = "
                "\"drop-copy\"\nprovince = \"BJ\"\n",
                "fix.session[0].province: must be SH, JS, ZJ or AH, not \"BJ\""},
           Case{"[[fix.session]]\ncomp_id = \"A\"\npassword_hash = \"x\"\nrole = "
                "\"drop-copy\"\nprovince = \"SH\"\nfirm = \"A\"\n",
                "fix.session[0].province: stands beside a firm"},
           Case{"[[fix.session]]\ncomp_id = \"A\"\npassword_hash = \"x\"\nfirm = \"A\"\n"
                "province = \"SH\"\n",
                "fix.session[0].province: is not a key here"},
           Case{"[schedule]\nmode = \"sometimes\"\n", "schedule.mode: must be"},
           Case{"[schedule]\nphases = [\"09:00 opne\"]\n",
                "'09:00 opne' is not a time and a phase"},
           Case{"[schedule]\nphases = [\"09:00 pre-open\"]\n", "the last one must be closed"},
           Case{"[schedule]\nphases = [\"10:00 pre-open\", \"09:00 closed\"]\n", "is before"},
           Case{"[schedule]\nholidays = [\"2026-10-01\"]\n",
                "schedule.holidays: trading days are the joint office's calendar now"},
           Case{"[schedule]\nvolatility_seconds = -1\n",
                "schedule.volatility_seconds: must be a whole number from 0 to 86400"},
           Case{"[schedule]\nphases = []\n", "schedule.phases: the last one must be closed"},
           Case{"[[fix.session]]\ncomp_id = \"A B\"\nfirm = \"A\"\npassword_hash = \"x\"\n",
                "fix.session[0].comp_id: must have 1 to 64 printable characters"},
           Case{"[[fix.session]]\ncomp_id = \"A\\u0001B\"\nfirm = \"A\"\npassword_hash = \"x\"\n",
                "fix.session[0].comp_id: must have 1 to 64 printable characters"},
           Case{"[[fix.session]]\ncomp_id = \"A\"\nfirm = \"NOSUCHFIRM-NOSUCHFIRM\"\n"
                "password_hash = \"x\"\n",
                "fix.session[0].firm: 'NOSUCHFIRM-NOSUCHFIRM' is too long"},
           Case{"[operator]\nnumber = 3\n", "operator: must be a list of tables: [[operator]]"},
           Case{"[[operator]]\nname = \"A\"\n", "operator[0].number: is missing"},
           Case{"[[operator]]\nnumber = 0\n",
                "operator[0].number: must be a whole number from 1 to 1000000"},
           Case{"[[operator]]\nnumber = 1\n", "operator[0].name: is missing"},
           Case{"[[operator]]\noffice = \"FJ\"\n",
                "operator[0].office: must be venue, joint, SH, JS, ZJ or AH, not \"FJ\""},
           Case{"[[operator]]\npublic_key = \"AAAA\"\n",
                "operator[0].public_key: is no Ed25519 public key in base64"},
           Case{"[[operator]]\ncolour = 1\n", "operator[0].colour: is not a key here"},
           Case{"[log]\nlevel = \"loud\"\n", "log.level: must be"},
           Case{"[log]\nlevel = 3\n", "log.level: must be a text in quotes"},
           Case{"[run]\nspins = -1\n", "run.spins: must be a whole number"},
           Case{"[ledger2]\nx = 1\n", "ledger2: is not a section here"},
       }) {
    const ConfigFaults faults = read_with(c.text);
    EXPECT_THAT(faults, Contains(HasSubstr(c.words))) << c.text;
    for (const std::string& fault : faults) {
      EXPECT_EQ(fault.rfind(file().string(), 0), 0U) << fault;
    }
  }
}

TEST_F(ConfigFile, ReportsAllFaultsAtOnce) {
  EXPECT_THAT(
      read("[fix]\nport = -1\n"),
      ElementsAre(HasSubstr("venue.market: is missing"), HasSubstr("ledger.directory: is missing"),
                  HasSubstr(":2: fix.port"), HasSubstr("admin.socket: is missing")));
}

TEST_F(ConfigFile, RefusesWhatWouldFailOnlyAtTheStart) {
  EXPECT_THAT(read("[venue]\nmarket = \"delta\"\ncomp_id = \"\"\n[ledger]\ndirectory = \"data\"\n"
                   "[admin]\nsocket = \"" +
                   std::string(108, 's') + "\"\n"),
              ElementsAre(HasSubstr("venue.comp_id: must have 1 to 64 printable characters"),
                          HasSubstr("has more than 107 bytes")));
}

TEST_F(ConfigFile, RefusesAFolder) {
  EXPECT_THAT(read_config(folder, config), ElementsAre(HasSubstr("is a folder")));
}

TEST_F(ConfigFile, RefusesACompIdThatStandsTwice) {
  const std::string session =
      "[[fix.session]]\ncomp_id = \"A\"\nfirm = \"A\"\npassword_hash = \"x\"\n";
  EXPECT_THAT(read_with(session + session), Contains(HasSubstr("'A' stands twice")));
}

TEST_F(ConfigFile, RefusesOperatorsThatAreNoTables) {
  EXPECT_THAT(read("operator = 3\n" + std::string{needed}),
              ElementsAre(HasSubstr("operator: must be a list of tables: [[operator]]")));
  EXPECT_THAT(read("operator = [3]\n" + std::string{needed}),
              ElementsAre(HasSubstr("operator[0]: must be a table")));
}

// Or else one person could be her own second person.
TEST_F(ConfigFile, RefusesAnOperatorWhoStandsTwice) {
  const std::string key = "public_key = \"PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\"\n";
  const std::string one = "[[operator]]\nnumber = 1\nname = \"Li Wei\"\noffice = \"venue\"\n" + key;
  EXPECT_THAT(read_with(one + one),
              ElementsAre(HasSubstr("operator[1].number: 1 stands twice"),
                          HasSubstr("operator[1].name: 'Li Wei' stands twice"),
                          HasSubstr("operator[1].public_key: is also that of 'Li Wei'")));
  EXPECT_THAT(read_with(one + "[[operator]]\nnumber = 2\nname = \"Wang\"\noffice = \"SH\"\n" + key),
              ElementsAre(HasSubstr("operator[1].public_key: is also that of 'Li Wei'")));
}

TEST_F(ConfigFile, SaysWhereTomlIsBroken) {
  EXPECT_THAT(read("[venue\n"), ElementsAre(HasSubstr("emxd.toml:1: ")));
  EXPECT_FALSE(read_config(folder / "none.toml", config).empty());
  EXPECT_FALSE(read("a = \xff\xfe\n").empty());
}

}  // namespace
}  // namespace emx::daemon
