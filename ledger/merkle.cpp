#include "ledger/merkle.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

#include "engine/vocabulary/check.hpp"

namespace emx::ledger {

namespace {

// More than any tree whose size has 64 bits can need.
constexpr std::size_t proof_hashes_max = 64;

// The largest power of two below `size`, where the RFC divides a tree. Requires: size > 1.
std::uint64_t left_size(std::uint64_t size) { return std::bit_floor(size - 1); }

}  // namespace

void NodeHasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

NodeHasher::NodeHasher() : context_{EVP_MD_CTX_new()} {
  if (context_ == nullptr || EVP_DigestInit_ex2(context_.get(), EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL offers no SHA-256, without which there is no Merkle tree");
  }
}

Hash NodeHasher::operator()(const Hash& left, const Hash& right) {
  std::array<unsigned char, 1 + 2 * sizeof(Hash)> bytes;
  bytes[0] = 1;
  const auto raw = [](std::byte byte) { return std::to_integer<unsigned char>(byte); };
  std::ranges::transform(left, bytes.begin() + 1, raw);
  std::ranges::transform(right, bytes.begin() + 1 + sizeof(Hash), raw);
  Hash hash;
  unsigned int hash_bytes = 0;
  EVP_MD_CTX* context = context_.get();
  // Without a digest named, the context starts anew with the one it has.
  check(EVP_DigestInit_ex2(context, nullptr, nullptr) == 1);
  check(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  check(EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(hash.data()), &hash_bytes) ==
        1);
  check(hash_bytes == hash.size());
  return hash;
}

const Hash& empty_root() {
  static const Hash root = [] {
    Hash hash{};
    unsigned int hash_bytes = 0;
    check(EVP_Digest(nullptr, 0, reinterpret_cast<unsigned char*>(hash.data()), &hash_bytes,
                     EVP_sha256(), nullptr) == 1);
    return hash;
  }();
  return root;
}

void MerkleFrontier::add(const Hash& leaf) {
  check(size_ != ~std::uint64_t{0});
  Hash hash = leaf;
  std::size_t level = 0;
  for (; (size_ >> level & 1) != 0; ++level) hash = node_hash_(subtrees_[level], hash);
  subtrees_[level] = hash;
  ++size_;
}

Hash MerkleFrontier::root() {
  if (size_ == 0) return empty_root();
  auto level = static_cast<std::size_t>(std::countr_zero(size_));
  Hash hash = subtrees_[level];
  for (++level; level < subtrees_.size(); ++level) {
    if ((size_ >> level & 1) != 0) hash = node_hash_(subtrees_[level], hash);
  }
  return hash;
}

// RFC 9162, 2.1.3.1: the other side of each division, from the leaf up.
std::vector<LeafRange> inclusion_ranges(std::uint64_t leaf, std::uint64_t size) {
  check(leaf < size);
  std::vector<LeafRange> ranges;
  LeafRange tree{0, size};
  while (tree.size() > 1) {
    const std::uint64_t middle = tree.begin + left_size(tree.size());
    if (leaf < middle) {
      ranges.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      ranges.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  std::ranges::reverse(ranges);
  return ranges;
}

// RFC 9162, 2.1.4.1: the divisions go down to where the old tree ends; the part of it that is a
// whole subtree there stands first, but where that is the whole old tree, which the verifier has.
std::vector<LeafRange> consistency_ranges(std::uint64_t from, std::uint64_t to) {
  check(from > 0);
  check(from <= to);
  std::vector<LeafRange> ranges;
  LeafRange tree{0, to};
  while (tree.end != from) {
    const std::uint64_t middle = tree.begin + left_size(tree.size());
    if (from <= middle) {
      ranges.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      ranges.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  if (tree.begin != 0) ranges.push_back(tree);
  std::ranges::reverse(ranges);
  return ranges;
}

RangeHashes::RangeHashes(std::vector<LeafRange> ranges) {
  parts_.reserve(ranges.size());
  for (std::size_t place = 0; place < ranges.size(); ++place) {
    check(ranges[place].begin < ranges[place].end);
    parts_.push_back({ranges[place], place, {}});
  }
  std::ranges::sort(parts_, {}, [](const Part& part) { return part.range.begin; });
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    check(parts_[i - 1].range.end <= parts_[i].range.begin);
  }
}

void RangeHashes::add(const Hash& leaf) {
  const std::uint64_t index = next_++;
  if (current_ == parts_.size() || index < parts_[current_].range.begin) return;
  parts_[current_].tree.add(leaf);
  if (next_ == parts_[current_].range.end) ++current_;
}

std::vector<Hash> RangeHashes::hashes() {
  check(current_ == parts_.size());
  std::vector<Hash> hashes(parts_.size());
  for (Part& part : parts_) hashes[part.place] = part.tree.root();
  return hashes;
}

bool is_included(const Hash& leaf_hash, std::uint64_t leaf, std::uint64_t size,
                 std::span<const Hash> proof, const Hash& root) {
  if (leaf >= size || proof.size() > proof_hashes_max) return false;
  NodeHasher node_hash;
  std::uint64_t node = leaf;
  std::uint64_t last = size - 1;
  Hash hash = leaf_hash;
  for (const Hash& other : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(other, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, other);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool is_consistent(const TreeHead& from, const TreeHead& to, std::span<const Hash> proof) {
  if (from.size > to.size || proof.size() > proof_hashes_max) return false;
  if (from.size == to.size) return proof.empty() && from.root == to.root;
  if (from.size == 0) return proof.empty() && from.root == empty_root();
  // Where the old tree is a whole subtree of the new one, its root is the proof's first hash.
  const bool whole = std::has_single_bit(from.size);
  if (!whole && proof.empty()) return false;
  Hash old_hash = whole ? from.root : proof.front();
  Hash new_hash = old_hash;
  NodeHasher node_hash;
  std::uint64_t node = from.size - 1;
  std::uint64_t last = to.size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  for (const Hash& other : proof.subspan(whole ? 0 : 1)) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_hash = node_hash(other, old_hash);
      new_hash = node_hash(other, new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, other);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == from.root && new_hash == to.root;
}

}  // namespace emx::ledger
