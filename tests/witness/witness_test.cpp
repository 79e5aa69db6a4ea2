#include "tools/witness/witness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>

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

  void start() {
    witness.reset();
    witness.emplace(
        folder / "state", "w", ledger::PrivateKey::read(folder / "w.pem"),
        std::vector<ledger::VerifierKey>{{origin, ledger::KeyKind::ed25519, venue.public_key()}});
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
