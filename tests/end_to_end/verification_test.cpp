#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "ledger/store.hpp"
#include "tests/end_to_end/daemon.hpp"
#include "tools/admin/ed25519.hpp"

// A start that looks at the ledger's ends, and has the rest verified behind it.
namespace emx::end_to_end {

namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A market with more entries than a start looks at, closed, with a snapshot, and with a key.
class Verification : public testing::Test {
 protected:
  Verification() : daemon{{"SH049"}} {
    std::ofstream script{daemon.folder() / "many.emx"};
    script << "day 2026-06-18\nphase continuous\n";
    for (int i = 0; i < 2'300; ++i) {
      script << "sell SH013-1 SHEA25 1@70.00\nbuy SH144-1 SHEA25 1@70.00\n";
    }
    script.close();
    run({"play", (daemon.folder() / "many.emx").string(), "--market", "tools/market/delta",
         "--ledger", daemon.ledger().string(), "--quiet"});
    admin::PrivateKey::make().write(daemon.folder() / "venue.pem");
    daemon.change_config("[admin]", "[checkpoint]\nkeys = [\"venue.pem\"]\n[admin]");
    daemon.change_config("[ledger]", "[ledger]\nverified_before_start_max = 0");
    daemon.start();  // for the session's record
    run({"snapshot", daemon.ledger().string()});
    EXPECT_EQ(daemon.stop(), 0);
    fs::remove(daemon.folder() / "log");
  }

  static void run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), emx_program());
    const Finished finished = demo::run_program(arguments, std::chrono::seconds{60});
    EXPECT_EQ(finished.exit_code, 0) << finished.errors;
  }

  // One bit of an order, in the file.
  void damage(std::uint64_t sequence) const {
    std::string bytes;
    {
      ledger::LedgerStore store;
      ledger::StoreOptions options;
      options.access = ledger::StoreOptions::Access::read;
      ASSERT_TRUE(store.open(daemon.ledger(), options).ok());
      const auto result = store.get(SeqNo{sequence}, [&](const ledger::StoredEntry& entry) {
        bytes.assign(reinterpret_cast<const char*>(entry.bytes.data()), entry.bytes.size());
      });
      ASSERT_TRUE(result.ok()) << result.message;
    }
    const fs::path file = daemon.ledger() / "ledger" / "data.mdb";
    std::string all = read_file(file);
    const std::size_t at = all.find(bytes);
    ASSERT_NE(at, std::string::npos);
    std::fstream out{file, std::ios::binary | std::ios::in | std::ios::out};
    out.seekp(static_cast<std::streamoff>(at + bytes.size() - 9));
    out.put(static_cast<char>(bytes[bytes.size() - 9] ^ 1));
  }

  [[nodiscard]] bool says(const std::string& words) const {
    return wait_for([&] { return daemon.log().find(words) != std::string::npos; });
  }

  Daemon daemon;
};

TEST_F(Verification, ComesBehindTheStart) {
  daemon.start();
  ASSERT_TRUE(says("the ledger was verified behind the start"));
  EXPECT_THAT(daemon.log(), HasSubstr("read 0 ledger entries"));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

// The market goes on, and somebody is told; of a damaged ledger nothing is signed any more.
TEST_F(Verification, FindsDamageThatTheStartDidNotLookAt) {
  const auto signed_before = read_file(daemon.ledger() / "ledger" / "signed");
  damage(1'300);
  daemon.start();
  ASSERT_TRUE(says("THE LEDGER IS DAMAGED"));
  EXPECT_THAT(daemon.log(),
              AllOf(HasSubstr("entry 1300"), HasSubstr("NO MORE CHECKPOINTS ARE SIGNED"),
                    Not(HasSubstr("was verified behind the start"))));
  daemon.admin({"phase", "closed"});
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(read_file(daemon.ledger() / "ledger" / "signed"), signed_before);
  EXPECT_EQ(daemon.audit("verify").exit_code, 1);
  const Finished again = daemon.try_to_start();
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.errors, HasSubstr("entry 1300"));
}

// What a start reads is looked at before it: an entry that everybody must see again.
TEST_F(Verification, ComesFirstWhereTheStartWouldReadTheDamage) {
  damage(700);
  const Finished refused = daemon.try_to_start();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("entry 700"));
}

TEST_F(Verification, ComesFirstWithoutASnapshot) {
  fs::remove_all(daemon.ledger() / "snapshots");
  damage(1'300);
  const Finished refused = daemon.try_to_start();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("entry 1300"));
}

}  // namespace

}  // namespace emx::end_to_end
