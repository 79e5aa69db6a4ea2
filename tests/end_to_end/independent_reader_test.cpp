#include <gtest/gtest.h>

#include <chrono>
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

}  // namespace

}  // namespace emx::end_to_end
