#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/bare_daemon.hpp"
#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/small_venue.hpp"
#include "tools/demo/options.hpp"

// The ledger that emxd wrote on a demo's day, and receipts of it, by a reader that was written from
// FORMAT.md alone; and whether it and `emx audit` say the same of hundreds of damaged ones
// (tests/independent_reader).
namespace emx::end_to_end {

namespace {

namespace fs = std::filesystem;

std::string output_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), emx_program());
  return demo::run_program(std::move(arguments), std::chrono::seconds{60}).output;
}

// Small, so that hundreds of its audits take no time.
GenesisCommand small_genesis() {
  GenesisCommand genesis = market::default_genesis();
  genesis.orders_max = 1U << 10;
  genesis.level_cells_max = 1U << 18;
  return genesis;
}

class IndependentReader : public ::testing::Test {
 protected:
  IndependentReader() : daemon{demo::cast()} {
    key = output_of({"keygen", file("venue.pem"), "--venue", "EMX"});
    key.pop_back();  // the line's end
    daemon.change_config("[admin]", "[checkpoint]\nkeys = [\"venue.pem\"]\n[admin]");
    found_venue(small_genesis(), daemon.ledger());
    {
      BareDaemon first{daemon, {.arguments = {"--renumber-sessions"}}};
      EXPECT_TRUE(first.wait_until_ready()) << daemon.log();
      EXPECT_EQ(first.stop(), 0);
    }
    daemon.start();
    const Finished day = demo::run_program(
        {emx_program(), "demo", "--fix-port", std::to_string(daemon.fix_port()), "--admin-socket",
         daemon.admin_socket().string(), "--operator", daemon.operator_key(1).string(), "--as", "1",
         "--joint-operator", daemon.operator_key(2).string(), "--joint-as", "2", "--ledger",
         daemon.ledger().string(), "--password", Daemon::password},
        std::chrono::seconds{60});
    EXPECT_EQ(day.exit_code, 0) << day.output << day.errors;
    EXPECT_EQ(daemon.stop(), 0);
    // A checkpoint more of each stop.
    for (const std::string phase : {"pre-open", "closed"}) {
      daemon.start();
      daemon.admin({"phase", phase});
      EXPECT_EQ(daemon.stop(), 0);
    }
  }

  [[nodiscard]] std::string file(const std::string& name) const {
    return (daemon.folder() / name).string();
  }
  // A script of tests/independent_reader.
  [[nodiscard]] static Finished run(const std::string& script, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {PYTHON_PROGRAM, "-B", "tests/independent_reader/" + script});
    return demo::run_program(std::move(arguments), std::chrono::seconds{110});
  }

  Daemon daemon;
  std::string key;
};

TEST_F(IndependentReader, AgreesWithTheAudit) {
  for (const std::string script : {"ledgers_test.py", "receipts_test.py"}) {
    const Finished compared = run(script, {emx_program(), daemon.ledger().string(), key,
                                           file("venue.pem"), INDEPENDENT_READER_CHANGES});
    EXPECT_EQ(compared.exit_code, 0) << script << ": " << compared.output << compared.errors;
  }
  // As a person runs it.
  const std::string folder = (daemon.ledger() / "ledger").string();
  EXPECT_EQ(run("verify.py", {folder, key}).exit_code, 0);
  const std::string receipt =
      output_of({"audit", "receipt", daemon.ledger().string(), "--trade", "1"});
  write_file(file("receipt"), receipt);
  EXPECT_EQ(run("verify.py", {file("receipt"), key}).exit_code, 0);
  write_file(file("receipt"), receipt + ' ');
  EXPECT_EQ(run("verify.py", {file("receipt"), key}).exit_code, 1);
}

// What is sealed of a live exchange, as an archive has it.
class Sealing : public ::testing::Test {
 protected:
  Sealing() : daemon{{"SH013", "SH128"}} {
    key = output_of({"keygen", file("venue.pem"), "--venue", "EMX"});
    key.pop_back();  // the line's end
    daemon.change_config("[admin]", "[checkpoint]\nkeys = [\"venue.pem\"]\n[admin]");
    daemon.start();
    daemon.open_market();
  }

  [[nodiscard]] std::string file(const std::string& name) const {
    return (daemon.folder() / name).string();
  }
  // A thousand orders, and a checkpoint that has them.
  void trade() const {
    const Finished loaded = demo::run_program(
        {emx_program(), "load", "--port", std::to_string(daemon.fix_port()), "--password",
         Daemon::password, "--orders", "1000", "--sessions", "SH013,SH128"},
        std::chrono::seconds{60});
    ASSERT_EQ(loaded.exit_code, 0) << loaded.errors;
    ASSERT_TRUE(wait_for([&] {
      const auto verdict = daemon.audit_json("verify");
      return verdict["checkpoints"]["last_size"] == verdict["entries"];
    }));
  }
  // The most entries from one checkpoint to the next: a segment must hold so many.
  [[nodiscard]] std::uint64_t entries_between_checkpoints() const {
    std::istringstream notes{read_file(daemon.ledger() / "ledger" / "checkpoints")};
    std::uint64_t most = 0;
    std::uint64_t before = 0;
    for (std::string line; std::getline(notes, line);) {
      std::uint64_t size = 0;
      if (line != "emx/EMX" || !(notes >> size)) continue;
      most = std::max(most, size - before);
      before = size;
    }
    return most;
  }
  [[nodiscard]] Finished seal(std::uint64_t entries_max) const {
    return demo::run_program(
        {emx_program(), "seal", daemon.ledger().string(), file("sealed"), "--venue-key", key,
         "--entries", std::to_string(entries_max), "--json"},
        std::chrono::seconds{60});
  }
  // All that are in the folder, with nothing but them and the venue's key.
  [[nodiscard]] Finished read_segments(const fs::path& folder) const {
    std::vector<std::string> command{PYTHON_PROGRAM, "-B", "tests/independent_reader/sealed.py",
                                     key};
    for (const auto& segment : fs::directory_iterator{folder}) command.push_back(segment.path());
    return demo::run_program(std::move(command), std::chrono::seconds{60});
  }

  Daemon daemon;
  std::string key;
};

void change_a_byte(const fs::path& file) {
  std::string bytes = read_file(file);
  bytes[bytes.size() / 2] ^= 1;
  write_file(file, bytes);
}

TEST_F(Sealing, GivesAnArchiveThatIsReadByWhoSharesNoCode) {
  trade();
  trade();
  const std::uint64_t entries_max = entries_between_checkpoints();
  const Finished sealed = seal(entries_max);
  ASSERT_EQ(sealed.exit_code, 0) << sealed.errors;
  const auto first = nlohmann::json::parse(sealed.output);
  ASSERT_GE(first["written"], 2) << first;

  const fs::path archive = file("archive");
  fs::copy(file("sealed"), archive);
  for (const auto& segment : fs::directory_iterator{archive}) {
    fs::permissions(segment.path(), fs::perms::owner_read);
  }
  const Finished read = read_segments(archive);
  EXPECT_EQ(read.exit_code, 0) << read.output << read.errors;
  const std::string read_to = ' ' + first["sealed_to"].dump() + " entries";
  EXPECT_NE(read.output.find(read_to), std::string::npos) << read.output;

  // What is sealed stays as it is while the ledger grows; what is lost is written again, the same.
  const fs::path one = *fs::directory_iterator{file("sealed")};
  const std::string bytes = read_file(one);
  fs::remove(one);
  daemon.admin({"phase", "pause"});
  const auto again = nlohmann::json::parse(seal(entries_max).output);
  EXPECT_EQ(again["written"], 1);
  EXPECT_EQ(again["compared"], first["written"].get<int>() - 1);
  EXPECT_EQ(read_file(one), bytes);

  // Both see a changed byte: who has the ledger, and who has not.
  change_a_byte(one);
  const Finished refused = seal(entries_max);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.errors.find("is not what the ledger has"), std::string::npos) << refused.errors;
  fs::permissions(archive / one.filename(), fs::perms::owner_all);
  change_a_byte(archive / one.filename());
  EXPECT_EQ(read_segments(archive).exit_code, 1);
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace

}  // namespace emx::end_to_end
