#include "tools/audit/proofs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "ledger/checkpoint_log.hpp"
#include "tests/audit/played.hpp"

// Checkpoints of a played ledger, held to it; and proofs that stand without it.

namespace emx::audit {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace testing;

const std::string origin = "emx/EMX";

std::string file_content(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_content(const std::filesystem::path& file, std::string_view text) {
  std::ofstream{file, std::ios::binary} << text;
}

// A day that was played, and what a venue would have signed of it.
class Proofs : public ::testing::Test {
 protected:
  Proofs() : data_dir{folder.path() / "played"} {
    keys.push_back(ledger::PrivateKey::make());
    play_file("tests/audit/day.emx", data_dir);
    sign({1, 2, 700, 1'100, 1'172});
  }

  void sign(const std::vector<std::uint64_t>& sizes) {
    testing::sign(data_dir, origin, sizes, keys);
  }

  [[nodiscard]] static ledger::VerifierKey verifier(const ledger::PrivateKey& key) {
    return {origin, ledger::KeyKind::ed25519, key.public_key()};
  }
  [[nodiscard]] Answer verify(std::vector<ledger::VerifierKey> with, bool json = false) const {
    return ask(
        [&](const std::filesystem::path& from, const Output& output) {
          return report_verdict(from, {{}, with}, output);
        },
        data_dir, json);
  }
  [[nodiscard]] Answer receipt(std::uint64_t trade_no, const ProofTo& to = {}) const {
    return ask([&](const std::filesystem::path& from,
                   const Output& output) { return report_receipt(from, trade_no, to, output); },
               data_dir);
  }
  [[nodiscard]] Answer check_file(const std::string& text, const ProofKeys& with) const {
    const auto file = folder.path() / "receipt";
    write_content(file, text);
    return ask([&](const std::filesystem::path& from,
                   const Output& output) { return verify_receipt(from, with, output); },
               file);
  }
  [[nodiscard]] ProofKeys venue() const { return {{verifier(keys[0])}, {}}; }
  [[nodiscard]] std::filesystem::path checkpoints() const {
    return ledger::checkpoints_file(data_dir);
  }

  TempFolder folder;
  std::filesystem::path data_dir;
  std::vector<ledger::PrivateKey> keys;
};

TEST_F(Proofs, HoldTheLedgerToItsCheckpoints) {
  const Answer answer = verify({verifier(keys[0])});
  EXPECT_EQ(answer.exit_code, ledger_is_valid) << answer.out << answer.err;
  EXPECT_THAT(answer.out,
              HasSubstr("5 checkpoints, the last of 1,172 entries (signatures checked)"));
  EXPECT_THAT(verify({}).out, HasSubstr("(signatures not checked: give --venue-key)"));
  const auto json = nlohmann::json::parse(verify({verifier(keys[0])}, true).out);
  EXPECT_EQ(json["checkpoints"]["count"], 5);
  EXPECT_EQ(json["checkpoints"]["last_size"], 1'172);
  EXPECT_EQ(json["checkpoints"]["signatures"], "checked");
  EXPECT_TRUE(json["checkpoints"]["bad"].is_null());
}

// The auditor has the keys of all times, or says which checkpoint she cannot believe.
TEST_F(Proofs, HoldEachCheckpointToAKeyOfTheVenue) {
  const Answer answer = verify({verifier(ledger::PrivateKey::make())});
  EXPECT_EQ(answer.exit_code, ledger_is_invalid);
  EXPECT_THAT(answer.out, HasSubstr("checkpoint 1: no key of the venue"));
  EXPECT_EQ(verify({verifier(ledger::PrivateKey::make()), verifier(keys[0])}).exit_code,
            ledger_is_valid);
  std::filesystem::remove(checkpoints());
  std::filesystem::remove(ledger::guard_file(data_dir));
  EXPECT_EQ(verify({}).exit_code, ledger_is_valid);
  EXPECT_THAT(verify({}).out, HasSubstr("whether this ledger was ever signed cannot be told"));
  EXPECT_THAT(verify({verifier(keys[0])}).out, HasSubstr("there is no checkpoint"));
}

TEST_F(Proofs, FindEveryChangedByteOfTheCheckpoints) {
  write_content(checkpoints(), "");
  ASSERT_TRUE(ledger::write_guard(data_dir, {}).ok());
  sign({600, 1'172});
  const std::string good = file_content(checkpoints());
  ASSERT_EQ(verify({verifier(keys[0])}).exit_code, ledger_is_valid);
  // A replay for each byte would take minutes: the bytes that are each of another kind.
  for (std::size_t i = 0; i < good.size(); i += 23) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write_content(checkpoints(), changed);
    const Answer answer = verify({verifier(keys[0])});
    EXPECT_EQ(answer.exit_code, ledger_is_invalid) << i;
    EXPECT_THAT(answer.out, HasSubstr("checkpoint")) << i;
  }
}

TEST_F(Proofs, FindACheckpointThatIsForgedDroppedOrPutBack) {
  const std::string good = file_content(checkpoints());
  const std::string guard = file_content(ledger::guard_file(data_dir));
  // The last one is gone.
  write_content(checkpoints(), good.substr(0, good.rfind("emx/EMX\n1172\n")));
  EXPECT_THAT(verify({}).out, HasSubstr("its checkpoint is gone"));
  // One stands twice.
  const std::size_t first = good.find("emx/EMX\n2\n");
  write_content(checkpoints(), good.substr(0, first) + good);
  EXPECT_THAT(verify({}).out, HasSubstr("checkpoint 2: it is of 1 entries, and the one before"));
  // Forged and not signed anew: the root shows it also without a key.
  std::string forged = good;
  const std::size_t root = good.find("emx/EMX\n700\n") + 12;
  forged[root] = forged[root] == 'A' ? 'B' : 'A';
  write_content(checkpoints(), forged);
  const Answer answer = verify({});
  EXPECT_EQ(answer.exit_code, ledger_is_invalid);
  EXPECT_THAT(answer.out, AllOf(HasSubstr("checkpoint 3: it is of 700 entries with the root"),
                                HasSubstr("and they have the root")));
  EXPECT_EQ(nlohmann::json::parse(verify({}, true).out)["checkpoints"]["bad"], 3);
  for (const char* word : {"head ", "digest "}) {
    forged = good;
    const std::size_t at = good.find(word, root) + std::string_view{word}.size();
    forged[at] = forged[at] == '0' ? '1' : '0';
    write_content(checkpoints(), forged);
    EXPECT_THAT(verify({}).out, HasSubstr("checkpoint 3: it is of 700 entries, and has another"));
  }
  // The mark says that more was signed than there is.
  write_content(checkpoints(), good);
  write_content(ledger::guard_file(data_dir), "1173 " + std::string(64, '0') + "\n");
  EXPECT_THAT(verify({}).out, HasSubstr("the venue has signed a tree of 1173 entries"));
  write_content(ledger::guard_file(data_dir), "1172 " + std::string(64, '0') + "\n");
  EXPECT_THAT(verify({}).out, HasSubstr("another root of 1172 entries"));
  std::filesystem::remove(ledger::guard_file(data_dir));
  EXPECT_THAT(verify({}).out, HasSubstr("the mark of what was signed last is missing"));
  write_content(ledger::guard_file(data_dir), guard);
  EXPECT_EQ(verify({}).exit_code, ledger_is_valid);
}

// What a crash left is no fault, unless the ledger was closed after it.
TEST_F(Proofs, PassOverATornEndOfALedgerThatWasNotClosed) {
  write_content(checkpoints(), file_content(checkpoints()) + "emx/EMX\n11");
  EXPECT_THAT(verify({}).out, HasSubstr("10 bytes after the last checkpoint are none"));
  std::filesystem::remove(data_dir / "ledger" / "clean");
  const Answer answer = verify({});
  EXPECT_EQ(answer.exit_code, ledger_is_valid);
  EXPECT_THAT(answer.out, HasSubstr("10 bytes that a crash left"));
}

TEST_F(Proofs, GiveAReceiptThatProvesATradeByItself) {
  const Answer made = receipt(1);
  ASSERT_EQ(made.exit_code, ledger_is_valid) << made.err;
  const Answer answer = check_file(made.out, venue());
  EXPECT_EQ(answer.exit_code, ledger_is_valid) << answer.out;
  EXPECT_THAT(answer.out, AllOf(HasSubstr("valid: signed by emx/EMX, of 1,172 entries"),
                                HasSubstr("trade_no: 1\n"), HasSubstr("price_ticks: "),
                                HasSubstr("quantity_lots: "), HasSubstr("amount: ")));
  // Its figures are those of the table of trades.
  const auto says = nlohmann::json::parse(made.out)["says"];
  const Answer table = ask([](const std::filesystem::path& from,
                              const Output& output) { return report_trades(from, output); },
                           data_dir, true);
  const auto trade = nlohmann::json::parse(table.out)["trades"][0];
  for (const char* key : {"trade_no", "at", "quantity_lots", "amount_fen", "buyer_fee_fen"}) {
    EXPECT_EQ(says[key], trade[key]) << key;
  }
  EXPECT_EQ(says["entry"], trade["sequence"]);
  const auto names = says["not_proven"];
  for (const char* key : {"symbol", "buyer", "seller", "price"}) {
    EXPECT_EQ(names[key], trade[key]) << key;
    EXPECT_FALSE(says.contains(key)) << key;
  }
  EXPECT_THAT(answer.out, HasSubstr("not proven: that these numbers have these names"));
  EXPECT_THAT(names["buyer"].get<std::string>(), HasSubstr(names["buyer_firm"].get<std::string>()));
  EXPECT_NE(names["seller_name"], "");
}

TEST_F(Proofs, RefuseAReceiptThatIsForgedInAnyByte) {
  const std::string good = receipt(1).out;
  ASSERT_EQ(check_file(good, venue()).exit_code, ledger_is_valid);
  // Every byte but of the definitions, which are proven as the entry is; of these each seventh.
  // Sanitised builds are slower, and look at fewer.
#ifdef NDEBUG
  constexpr std::size_t stride = 1;
#else
  constexpr std::size_t stride = 5;
#endif
  const std::size_t definitions = good.find("\"definitions\"");
  for (std::size_t i = 0; i < good.size(); i += i < definitions ? stride : 7) {
    std::string forged = good;
    forged[i] = static_cast<char>(forged[i] ^ 1);
    EXPECT_EQ(check_file(forged, venue()).exit_code, ledger_is_invalid) << i << ": " << good[i];
  }
  EXPECT_EQ(check_file(good + "\n", venue()).exit_code, ledger_is_invalid);
  for (std::size_t bytes = 1; bytes < good.size(); bytes += 97) {
    EXPECT_EQ(check_file(good.substr(0, bytes), venue()).exit_code, ledger_is_invalid) << bytes;
  }
  EXPECT_EQ(check_file("", venue()).exit_code, could_not_run);
}

TEST_F(Proofs, SayWhatDoesNotFit) {
  const std::string good = receipt(1).out;
  const ledger::PrivateKey other = ledger::PrivateKey::make();
  EXPECT_THAT(check_file(good, {{verifier(other)}, {}}).out, HasSubstr("no key of the venue"));
  const ledger::VerifierKey witness{"w", ledger::KeyKind::cosignature, other.public_key()};
  EXPECT_THAT(check_file(good, {{verifier(keys[0])}, {witness}}).out,
              HasSubstr("the witness w has not signed"));
  // The figures for persons are what the bytes say, or the receipt is none.
  std::string figures = good;
  const std::size_t at = figures.find("\"quantity_lots\": ") + 17;
  figures.insert(at, "1");
  EXPECT_THAT(check_file(figures, venue()).out, HasSubstr("is not what its entries' bytes say"));
  EXPECT_THAT(check_file("{}", venue()).out, HasSubstr("neither a receipt nor"));
  EXPECT_THAT(check_file("{\"format\":\"emx-receipt/1\",\"proof\":[1]}", venue()).out,
              HasSubstr("neither a receipt nor"));
  // Another trade's.
  auto renamed = nlohmann::ordered_json::parse(good);
  renamed["trade_no"] = 999;
  EXPECT_THAT(check_file(renamed.dump(2) + "\n", venue()).out, HasSubstr("has no trade 999"));
  // Names of others, or in another order: proven entries all the same.
  auto swapped = nlohmann::ordered_json::parse(good);
  std::swap(swapped["definitions"][0], swapped["definitions"][1]);
  EXPECT_THAT(check_file(swapped.dump(2) + "\n", venue()).out,
              HasSubstr("other names than the trade's"));
  auto moved = nlohmann::ordered_json::parse(good);
  moved["entry"] = moved["entry"].get<std::uint64_t>() - 1;
  EXPECT_THAT(check_file(moved.dump(2) + "\n", venue()).out, HasSubstr("its bytes are not entry"));
}

TEST_F(Proofs, LeadToTheCheckpointThatIsAskedFor) {
  const auto prove = [&](std::uint64_t entry, std::uint64_t size) {
    return ask(
        [&](const std::filesystem::path& from, const Output& output) {
          return report_entry_proof(from, entry, {.size = size}, output);
        },
        data_dir);
  };
  for (const std::uint64_t entry : {1U, 2U, 500U, 700U}) {
    const Answer made = prove(entry, 700);
    ASSERT_EQ(made.exit_code, ledger_is_valid) << made.err;
    EXPECT_THAT(check_file(made.out, venue()).out, HasSubstr("of 700 entries"));
  }
  EXPECT_THAT(prove(701, 700).err, HasSubstr("is in no checkpoint yet"));
  EXPECT_EQ(prove(701, 700).exit_code, could_not_run);
  EXPECT_THAT(prove(1, 3).err, HasSubstr("there is no checkpoint of 3 entries"));
  EXPECT_THAT(receipt(99'999).err, HasSubstr("there is no trade 99999"));
}

TEST_F(Proofs, ShowThatTheLedgerWasOnlyAppendedTo) {
  const auto prove = [&](std::uint64_t from_size) {
    return ask(
        [&](const std::filesystem::path& from, const Output& output) {
          return report_consistency_proof(from, from_size, {}, output);
        },
        data_dir);
  };
  for (const std::uint64_t from : {1U, 2U, 3U, 700U, 1'100U, 1'171U, 1'172U}) {
    const Answer made = prove(from);
    ASSERT_EQ(made.exit_code, ledger_is_valid) << made.err;
    const Answer answer = check_file(made.out, venue());
    EXPECT_EQ(answer.exit_code, ledger_is_valid) << answer.out;
    EXPECT_THAT(answer.out, HasSubstr("from: " + std::to_string(from) + "\n"));
  }
  const std::string good = prove(700).out;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string forged = good;
    forged[i] = static_cast<char>(forged[i] ^ 1);
    EXPECT_EQ(check_file(forged, venue()).exit_code, ledger_is_invalid) << i;
  }
  EXPECT_EQ(prove(1'173).exit_code, could_not_run);
}

// The checkpoint does not hold when the ledger is another: no proof is made of it.
TEST_F(Proofs, AreNotMadeFromAnotherLedger) {
  std::vector<Entry> entries = read_ledger(data_dir);
  entries[3].digest ^= 1;
  const auto copy = folder.path() / "copy";
  write_ledger(entries, copy);
  std::filesystem::copy(checkpoints(), ledger::checkpoints_file(copy));
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(report_receipt(copy, 1, {}, {out, err}), ledger_is_invalid);
  EXPECT_THAT(err.str(), HasSubstr("one of them was changed"));
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace emx::audit
