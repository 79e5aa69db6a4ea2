#include "ledger/merkle.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/hash.hpp"

namespace emx::ledger {
namespace {

constexpr std::uint64_t sizes = 70;

Hash leaf_of(std::string_view entry) {
  LeafHasher leaf_hash;
  return leaf_hash(std::as_bytes(std::span{entry}));
}

std::vector<Hash> leaves_of(std::uint64_t size) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < size; ++i) leaves.push_back(leaf_of("entry " + std::to_string(i)));
  return leaves;
}

// The definitions of RFC 9162, 2.1.1, 2.1.3.1 and 2.1.4.1, as they are written there.
using Leaves = std::span<const Hash>;

std::uint64_t largest_power_below(std::uint64_t n) {
  std::uint64_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

Hash mth(Leaves d) {
  if (d.size() == 1) return d[0];
  const std::uint64_t k = largest_power_below(d.size());
  NodeHasher node_hash;
  return node_hash(mth(d.first(k)), mth(d.subspan(k)));
}

std::vector<Hash> path(std::uint64_t m, Leaves d) {
  if (d.size() == 1) return {};
  const std::uint64_t k = largest_power_below(d.size());
  std::vector<Hash> hashes = m < k ? path(m, d.first(k)) : path(m - k, d.subspan(k));
  hashes.push_back(m < k ? mth(d.subspan(k)) : mth(d.first(k)));
  return hashes;
}

std::vector<Hash> subproof(std::uint64_t m, Leaves d, bool whole) {
  if (m == d.size()) return whole ? std::vector<Hash>{} : std::vector<Hash>{mth(d)};
  const std::uint64_t k = largest_power_below(d.size());
  std::vector<Hash> hashes =
      m <= k ? subproof(m, d.first(k), whole) : subproof(m - k, d.subspan(k), false);
  hashes.push_back(m <= k ? mth(d.subspan(k)) : mth(d.first(k)));
  return hashes;
}

std::vector<Hash> hashes_of(std::vector<LeafRange> ranges, Leaves leaves) {
  RangeHashes hashes{std::move(ranges)};
  for (const Hash& leaf : leaves) hashes.add(leaf);
  return hashes.hashes();
}

// Each with one thing wrong.
std::vector<std::vector<Hash>> forged(const std::vector<Hash>& proof) {
  std::vector<std::vector<Hash>> all;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    auto changed = proof;
    changed[i][i % sizeof(Hash)] ^= std::byte{1};
    all.push_back(changed);
    auto dropped = proof;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
    all.push_back(dropped);
    auto added = proof;
    added.insert(added.begin() + static_cast<std::ptrdiff_t>(i), proof[i]);
    all.push_back(added);
    if (i == 0) continue;
    auto swapped = proof;
    std::swap(swapped[i - 1], swapped[i]);
    all.push_back(swapped);
  }
  auto longer = proof;
  longer.push_back(Hash{});
  all.push_back(longer);
  return all;
}

TEST(Merkle, GivesTheRootsOfTheCertificateTransparencyVectors) {
  const std::vector<std::string> entries = {
      "",
      std::string(1, '\0'),
      "\x10",
      "\x20\x21",
      "\x30\x31",
      "\x40\x41\x42\x43",
      "\x50\x51\x52\x53\x54\x55\x56\x57",
      "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const std::vector<std::string> roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleFrontier tree;
  EXPECT_EQ(text_of(tree.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    tree.add(leaf_of(entries[i]));
    EXPECT_EQ(text_of(tree.root()), roots[i]) << i + 1 << " leaves";
  }
}

TEST(Merkle, GrowsByTheDefinition) {
  const auto leaves = leaves_of(sizes);
  MerkleFrontier tree;
  for (std::uint64_t size = 1; size <= sizes; ++size) {
    tree.add(leaves[size - 1]);
    EXPECT_EQ(tree.size(), size);
    EXPECT_EQ(tree.root(), mth(Leaves{leaves}.first(size))) << size;
  }
}

TEST(Merkle, ProvesEachLeafOfEachTree) {
  const auto leaves = leaves_of(sizes);
  for (std::uint64_t size = 1; size <= sizes; ++size) {
    const Leaves tree = Leaves{leaves}.first(size);
    const Hash root = mth(tree);
    for (std::uint64_t leaf = 0; leaf < size; ++leaf) {
      const auto proof = hashes_of(inclusion_ranges(leaf, size), tree);
      ASSERT_EQ(proof, path(leaf, tree)) << leaf << " of " << size;
      ASSERT_TRUE(is_included(leaves[leaf], leaf, size, proof, root)) << leaf << " of " << size;
    }
  }
}

TEST(Merkle, ProvesEachTreeToBeginEachLaterOne) {
  const auto leaves = leaves_of(sizes);
  for (std::uint64_t to = 1; to <= sizes; ++to) {
    const Leaves tree = Leaves{leaves}.first(to);
    const TreeHead later{to, mth(tree)};
    EXPECT_TRUE(is_consistent({0, empty_root()}, later, {}));
    for (std::uint64_t from = 1; from <= to; ++from) {
      const auto proof = hashes_of(consistency_ranges(from, to), tree);
      ASSERT_EQ(proof, subproof(from, tree, true)) << from << " to " << to;
      ASSERT_TRUE(is_consistent({from, mth(tree.first(from))}, later, proof))
          << from << " to " << to;
    }
  }
}

TEST(Merkle, RefusesAForgedProofOfALeaf) {
  const auto leaves = leaves_of(33);
  for (const std::uint64_t size : {1U, 2U, 7U, 8U, 13U, 32U, 33U}) {
    const Leaves tree = Leaves{leaves}.first(size);
    const Hash root = mth(tree);
    for (std::uint64_t leaf = 0; leaf < size; ++leaf) {
      const auto proof = path(leaf, tree);
      for (const auto& other : forged(proof)) {
        EXPECT_FALSE(is_included(leaves[leaf], leaf, size, other, root)) << leaf << " of " << size;
      }
      // Its hash, another's place, and the root of another tree.
      Hash hash = leaves[leaf];
      hash[31] ^= std::byte{0x80};
      EXPECT_FALSE(is_included(hash, leaf, size, proof, root));
      for (std::uint64_t i = 0; i <= size; ++i) {
        EXPECT_EQ(is_included(leaves[leaf], i, size, proof, root), i == leaf);
      }
      Hash other_root = root;
      other_root[0] ^= std::byte{1};
      EXPECT_FALSE(is_included(leaves[leaf], leaf, size, proof, other_root));
    }
  }
}

// A proof does not say the tree's size: where the way from the leaf to the root is the same in two,
// it fits both. The checkpoint has the size, and it is signed.
TEST(Merkle, RefusesAProofForATreeOfAnotherShape) {
  const auto leaves = leaves_of(8);
  const auto proof = path(2, leaves);
  const Hash root = mth(leaves);
  for (const std::uint64_t size : {0U, 2U, 3U, 4U, 9U, 16U, 1'000'000U}) {
    EXPECT_FALSE(is_included(leaves[2], 2, size, proof, root)) << size;
  }
  EXPECT_FALSE(is_included(leaves[2], 2, ~std::uint64_t{0}, proof, root));
}

TEST(Merkle, RefusesAForgedProofOfABeginning) {
  const auto leaves = leaves_of(33);
  for (const std::uint64_t to : {2U, 7U, 8U, 13U, 32U, 33U}) {
    const Leaves tree = Leaves{leaves}.first(to);
    const TreeHead later{to, mth(tree)};
    for (std::uint64_t from = 1; from <= to; ++from) {
      const TreeHead earlier{from, mth(tree.first(from))};
      const auto proof = subproof(from, tree, true);
      for (const auto& other : forged(proof)) {
        EXPECT_FALSE(is_consistent(earlier, later, other)) << from << " to " << to;
      }
      TreeHead fork = earlier;
      fork.root[7] ^= std::byte{1};
      EXPECT_FALSE(is_consistent(fork, later, proof)) << from << " to " << to;
      TreeHead other = later;
      other.root[7] ^= std::byte{1};
      EXPECT_FALSE(is_consistent(earlier, other, proof)) << from << " to " << to;
      EXPECT_EQ(is_consistent(later, earlier, proof), from == to) << from << " to " << to;
    }
  }
}

TEST(Merkle, EndsWithAnyProofThatSomeoneMakesUp) {
  const std::vector<Hash> proof(10'000);
  const std::uint64_t most = ~std::uint64_t{0};
  EXPECT_FALSE(is_included({}, most - 1, most, proof, {}));
  EXPECT_FALSE(is_included({}, 0, most, std::span{proof}.first(64), {}));
  EXPECT_FALSE(is_consistent({most - 1, {}}, {most, {}}, proof));
  EXPECT_FALSE(is_consistent({std::uint64_t{1} << 63, {}}, {most, {}}, std::span{proof}.first(3)));
  EXPECT_FALSE(is_consistent({3, {}}, {most, {}}, {}));
}

}  // namespace
}  // namespace emx::ledger
