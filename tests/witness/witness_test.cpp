#include "tools/witness/witness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "tools/audit/receipt.hpp"
#include "tools/witness/witness_command.hpp"

namespace emx::witness {
namespace {

using ::testing::HasSubstr;

const std::string origin = "emx/EMX";
constexpr std::int64_t noon = 1'780'000'000;

std::vector<ledger::Hash> leaves_of(std::uint64_t count, int fork_at = -1) {
  ledger::LeafHasher leaf_hash;
  std::vector<ledger::Hash> leaves;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string entry =
        (static_cast<int>(i) == fork_at ? "another " : "entry ") + std::to_string(i);
    leaves.push_back(leaf_hash(std::as_bytes(std::span{entry})));
  }
  return leaves;
}

std::string file_text(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

ledger::Checkpoint checkpoint_in(const std::filesystem::path& file) {
  const auto note = ledger::note_from_text(file_text(file));
  const auto checkpoint = note ? ledger::checkpoint_from_text(note->text) : std::nullopt;
  EXPECT_TRUE(checkpoint) << file;
  return checkpoint.value_or(ledger::Checkpoint{});
}

class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest()
      : folder{std::filesystem::temp_directory_path() /
               ("emx-witness-" + std::to_string(::getpid()))} {
    std::filesystem::create_directories(folder);
    ledger::PrivateKey::make().write(folder / "w.pem");
    start();
  }
  ~WitnessTest() override { std::filesystem::remove_all(folder); }

  void start(const std::vector<ledger::VerifierKey>& earlier_keys = {}) {
    witness.reset();
    witness.emplace(
        folder / "state", "w", ledger::PrivateKey::read(folder / "w.pem"),
        std::vector<ledger::VerifierKey>{{origin, ledger::KeyKind::ed25519, venue.public_key()}},
        earlier_keys);
    opened = witness->open();
  }

  // What the venue signs of the first leaves.
  [[nodiscard]] std::string signed_by(const ledger::PrivateKey& key,
                                      std::span<const ledger::Hash> leaves) const {
    ledger::MerkleFrontier tree;
    for (const ledger::Hash& leaf : leaves) tree.add(leaf);
    const std::string text =
        text_of(ledger::Checkpoint{origin, {tree.size(), tree.root()}, leaves.back(), tree.size()});
    return text_of(ledger::Note{text, {sign_note(text, origin, key)}});
  }
  // Shown with the proof that the ledger of these leaves gives.
  Answer look(const std::vector<ledger::Hash>& leaves, std::uint64_t size) {
    return witness->look_at(
        signed_by(venue, std::span{leaves}.first(size)), noon,
        [&](const ledger::TreeHead& from, const ledger::TreeHead& to) {
          ledger::RangeHashes ranges{ledger::consistency_ranges(from.size, to.size)};
          for (std::uint64_t i = 0; i < to.size; ++i) ranges.add(leaves[i]);
          Witness::Shown shown;
          shown.proof = ranges.hashes();
          return shown;
        });
  }

  std::filesystem::path folder;
  ledger::PrivateKey venue = ledger::PrivateKey::make();
  std::optional<Witness> witness;
  ledger::Result opened;
};

TEST_F(WitnessTest, SignsWhatGoesOnFromWhatItSaw) {
  const auto leaves = leaves_of(40);
  for (const std::uint64_t size : {5U, 6U, 6U, 32U, 40U}) {
    const Answer answer = look(leaves, size);
    ASSERT_EQ(answer.outcome, Outcome::cosigned) << answer.words;
    const auto note = ledger::note_from_text(answer.note);
    ASSERT_TRUE(note);
    const ledger::VerifierKey key{"w", ledger::KeyKind::cosignature,
                                  ledger::PrivateKey::read(folder / "w.pem").public_key()};
    EXPECT_EQ(cosigned_at_s(*note, key), noon);
    ledger::Checkpoint read;
    const ledger::VerifierKey known{origin, ledger::KeyKind::ed25519, venue.public_key()};
    EXPECT_EQ(fault_of(*note, {&known, 1}, read), "");
    EXPECT_EQ(file_text(folder / "state" / "seen"), answer.note);
    start();  // it remembers
    ASSERT_TRUE(opened.ok()) << opened.message;
    EXPECT_EQ(witness->seen().tree.size, size);
  }
}

TEST_F(WitnessTest, RefusesASmallerOne) {
  const auto leaves = leaves_of(9);
  ASSERT_EQ(look(leaves, 9).outcome, Outcome::cosigned);
  const Answer answer = look(leaves, 8);
  EXPECT_EQ(answer.outcome, Outcome::older);
  EXPECT_EQ(answer.note, "");
  EXPECT_EQ(witness->seen().tree.size, 9U);
}

TEST_F(WitnessTest, RefusesAForkOfTheSameSizeAndKeepsTheEvidence) {
  const auto leaves = leaves_of(9);
  const auto fork = leaves_of(9, 3);
  const Answer good = look(leaves, 9);
  const Answer answer = look(fork, 9);
  EXPECT_EQ(answer.outcome, Outcome::fork);
  EXPECT_EQ(answer.note, "");
  EXPECT_THAT(answer.words, HasSubstr("FORK: two checkpoints of one size"));
  EXPECT_THAT(answer.words, HasSubstr(ledger::text_of(witness->seen().tree.root)));
  std::set<std::string> kept;
  for (const auto& entry : std::filesystem::directory_iterator{folder / "state" / "evidence"}) {
    kept.insert(file_text(entry.path()));
  }
  EXPECT_EQ(kept, (std::set<std::string>{good.note, signed_by(venue, fork)}));
  EXPECT_EQ(look(leaves, 9).outcome, Outcome::cosigned) << "it still knows the first";
}

TEST_F(WitnessTest, RefusesALongerForkWhateverTheProof) {
  const auto leaves = leaves_of(9);
  const auto fork = leaves_of(12, 3);
  ASSERT_EQ(look(leaves, 9).outcome, Outcome::cosigned);
  const Answer answer = look(fork, 12);
  EXPECT_EQ(answer.outcome, Outcome::not_shown);
  EXPECT_THAT(answer.words, HasSubstr("the proof does not fit"));
  // With the ledger there to look, it is plain.
  ledger::MerkleFrontier tree;
  for (std::size_t i = 0; i < 9; ++i) tree.add(fork[i]);
  const Answer plain = witness->look_at(signed_by(venue, fork), noon,
                                        [&](const ledger::TreeHead&, const ledger::TreeHead&) {
                                          Witness::Shown shown;
                                          shown.root_there = tree.root();
                                          return shown;
                                        });
  EXPECT_EQ(plain.outcome, Outcome::fork);
  EXPECT_THAT(plain.words, HasSubstr(ledger::text_of(tree.root())));
  EXPECT_EQ(witness->seen().tree.size, 9U);
}

// Two checkpoints of two sizes contradict each other only together with what the longer begins
// with.
TEST_F(WitnessTest, KeepsWhatProvesALongerFork) {
  const auto leaves = leaves_of(9);
  const auto fork = leaves_of(12, 3);
  const Answer good = look(leaves, 9);
  ledger::RangeHashes ranges{ledger::consistency_ranges(9, 12)};
  ledger::MerkleFrontier first_nine;
  for (const ledger::Hash& leaf : fork) {
    if (first_nine.size() < 9) first_nine.add(leaf);
    ranges.add(leaf);
  }
  const Answer answer = witness->look_at(
      signed_by(venue, fork), noon, [&](const ledger::TreeHead&, const ledger::TreeHead&) {
        return Witness::Shown{ranges.hashes(), first_nine.root(), ""};
      });
  ASSERT_EQ(answer.outcome, Outcome::fork);
  // What anyone can do with what was kept, and the venue's key.
  const auto evidence = folder / "state" / "evidence";
  const std::string stem = "9-" + ledger::text_of(first_nine.root()).substr(0, 16);
  const auto seen = checkpoint_in(evidence / (stem + "-seen"));
  const auto shown = checkpoint_in(evidence / (stem + "-shown"));
  const auto proof = audit::consistency_from_text(file_text(evidence / (stem + "-proof")));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->checkpoint, signed_by(venue, fork));
  EXPECT_TRUE(ledger::is_consistent({proof->from, proof->from_root}, shown.tree, proof->proof));
  EXPECT_EQ(proof->from, seen.tree.size);
  EXPECT_NE(proof->from_root, seen.tree.root);
}

// The same from files: a proof that fits, and begins with another root, is one of a fork.
TEST_F(WitnessTest, SeesAForkInAProofFromAFile) {
  const auto leaves = leaves_of(9);
  const auto fork = leaves_of(12, 3);
  witness.reset();
  WitnessOptions options;
  options.state = folder / "state";
  options.key_file = folder / "w.pem";
  options.name = "w";
  options.venue_keys = {{origin, ledger::KeyKind::ed25519, venue.public_key()}};
  options.checkpoint = folder / "checkpoint";
  options.proof = folder / "proof";
  std::ostringstream out;
  std::ostringstream err;
  std::ofstream{options.checkpoint, std::ios::binary} << signed_by(venue, leaves);
  ASSERT_EQ(run_witness(options, {out, err}), 0) << err.str();
  ledger::RangeHashes ranges{ledger::consistency_ranges(9, 12)};
  ledger::MerkleFrontier first_nine;
  for (const ledger::Hash& leaf : fork) {
    if (first_nine.size() < 9) first_nine.add(leaf);
    ranges.add(leaf);
  }
  const std::string note = signed_by(venue, fork);
  std::ofstream{options.checkpoint, std::ios::binary} << note;
  std::ofstream{options.proof, std::ios::binary}
      << text_of(audit::ConsistencyProof{9, first_nine.root(), ranges.hashes(), note});
  EXPECT_EQ(run_witness(options, {out, err}), 1);
  EXPECT_THAT(err.str(), HasSubstr("FORK"));
  EXPECT_FALSE(std::filesystem::is_empty(folder / "state" / "evidence"));
}

// It would have more lines than a note may have, and could not be read again.
TEST_F(WitnessTest, CarriesOneLineOfEachKeyOfTheVenue) {
  const auto leaves = leaves_of(5);
  auto note = ledger::note_from_text(signed_by(venue, leaves));
  ASSERT_TRUE(note);
  note->signatures.resize(ledger::note_signatures_max, note->signatures.front());
  const Answer answer = witness->look_at(
      text_of(*note), noon,
      [](const ledger::TreeHead&, const ledger::TreeHead&) { return Witness::Shown{}; });
  ASSERT_EQ(answer.outcome, Outcome::cosigned) << answer.words;
  EXPECT_EQ(ledger::note_from_text(answer.note).value().signatures.size(), 2U);
  start();
  EXPECT_TRUE(opened.ok()) << opened.message;
  EXPECT_EQ(look(leaves_of(6), 6).outcome, Outcome::cosigned);
}

TEST_F(WitnessTest, KeepsItsMemoryWhenItChangesItsKey) {
  ASSERT_EQ(look(leaves_of(9), 9).outcome, Outcome::cosigned);
  const ledger::VerifierKey earlier{"w", ledger::KeyKind::cosignature,
                                    ledger::PrivateKey::read(folder / "w.pem").public_key()};
  std::filesystem::remove(folder / "w.pem");
  ledger::PrivateKey::make().write(folder / "w.pem");
  start();
  EXPECT_THAT(opened.message, HasSubstr("--earlier-key"));
  start({earlier});
  ASSERT_TRUE(opened.ok()) << opened.message;
  EXPECT_EQ(witness->seen().tree.size, 9U);
  ASSERT_EQ(look(leaves_of(10), 10).outcome, Outcome::cosigned);
  start();
  EXPECT_TRUE(opened.ok()) << "it was signed with the new key";
}

TEST_F(WitnessTest, RefusesWhatTheVenueHasNotSigned) {
  const auto leaves = leaves_of(3);
  const auto nothing = [](const ledger::TreeHead&, const ledger::TreeHead&) {
    return Witness::Shown{};
  };
  const std::string good = signed_by(venue, leaves);
  EXPECT_EQ(witness->look_at(signed_by(ledger::PrivateKey::make(), leaves), noon, nothing).outcome,
            Outcome::not_signed);
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::string forged = good;
    forged[i] = static_cast<char>(forged[i] ^ 1);
    EXPECT_EQ(witness->look_at(forged, noon, nothing).outcome, Outcome::not_signed) << i;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "state" / "seen"));
}

TEST_F(WitnessTest, SignsNothingWhenItsMemoryIsNotItsOwn) {
  ASSERT_EQ(look(leaves_of(9), 9).outcome, Outcome::cosigned);
  const std::string seen = file_text(folder / "state" / "seen");
  for (std::size_t i = 0; i < seen.size(); i += 5) {
    std::string changed = seen;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    std::ofstream{folder / "state" / "seen", std::ios::binary} << changed;
    start();
    // The venue's own line is not the witness's to answer for.
    const auto note = ledger::note_from_text(changed);
    const ledger::VerifierKey key{"w", ledger::KeyKind::cosignature,
                                  ledger::PrivateKey::read(folder / "w.pem").public_key()};
    EXPECT_EQ(opened.ok(), note && cosigned_at_s(*note, key)) << i;
  }
  std::filesystem::remove(folder / "w.pem");
  ledger::PrivateKey::make().write(folder / "w.pem");
  std::ofstream{folder / "state" / "seen", std::ios::binary} << seen;
  start();
  EXPECT_THAT(opened.message, HasSubstr("the key or the name is another"));
}

TEST_F(WitnessTest, IsAloneInItsFolder) {
  Witness other{folder / "state", "w", ledger::PrivateKey::make(), {}};
  EXPECT_EQ(other.open().status, ledger::Status::locked);
}

}  // namespace
}  // namespace emx::witness
