#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ledger/hash.hpp"

// The Merkle tree of RFC 9162, 2.1, over the leaf hashes of a ledger's entries (hash.hpp). Entry n
// is leaf n - 1: the RFC counts from 0.
//
// All is bounded by the depth of the tree: a proof has at most 64 hashes, whatever a file says.

namespace emx::ledger {

// Hash of an inner node: SHA-256(0x01 || left || right). Keeps its context, as LeafHasher does.
// Not thread-safe. The constructor throws std::runtime_error when OpenSSL has no SHA-256.
class NodeHasher {
 public:
  NodeHasher();

  [[nodiscard]] Hash operator()(const Hash& left, const Hash& right);

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// The root of a tree without leaves: SHA-256 of nothing.
[[nodiscard]] const Hash& empty_root();

// A tree that only grows, as the roots of its complete subtrees: one for each bit of its size.
class MerkleFrontier {
 public:
  void add(const Hash& leaf);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Hash root();

  // All of it, and back (engine/vocabulary/state_stream.hpp).
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive) {
    archive.plain(self.subtrees_, self.size_);
  }

 private:
  std::array<Hash, 64> subtrees_{};  // [n]: of 2^n leaves; counts where size_ has bit n
  std::uint64_t size_ = 0;
  NodeHasher node_hash_;
};

// Leaves `begin` and up to, not with, `end`; their hash is the RFC's MTH(D[begin:end]).
struct LeafRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  [[nodiscard]] std::uint64_t size() const { return end - begin; }
  friend bool operator==(const LeafRange&, const LeafRange&) = default;
};

// What a proof is made of, in its order: the hashes of these ranges. They are apart from each
// other. Requires: leaf < size.
[[nodiscard]] std::vector<LeafRange> inclusion_ranges(std::uint64_t leaf, std::uint64_t size);
// Requires: 0 < from <= to. Between equal sizes, nothing.
[[nodiscard]] std::vector<LeafRange> consistency_ranges(std::uint64_t from, std::uint64_t to);

// The hashes of such ranges from one pass over the leaves, with nothing kept but a frontier for
// each: so a proof is made from a ledger of any length.
class RangeHashes {
 public:
  // Requires: each range has a leaf, and none is in two of them.
  explicit RangeHashes(std::vector<LeafRange> ranges);

  // The next leaf, from 0.
  void add(const Hash& leaf);

  // In the order of the ranges. Requires: all their leaves were added.
  [[nodiscard]] std::vector<Hash> hashes();

 private:
  struct Part {
    LeafRange range;
    std::size_t place;  // in the proof
    MerkleFrontier tree;
  };
  std::vector<Part> parts_;  // by their leaves
  std::size_t current_ = 0;
  std::uint64_t next_ = 0;
};

// RFC 9162, 2.1.3.2: whether the proof shows the leaf with this hash to be in the tree.
[[nodiscard]] bool is_included(const Hash& leaf_hash, std::uint64_t leaf, std::uint64_t size,
                               std::span<const Hash> proof, const Hash& root);

struct TreeHead {
  std::uint64_t size = 0;
  Hash root{};

  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// RFC 9162, 2.1.4.2: whether the proof shows the tree `from` to be the beginning of `to`. For a
// tree without leaves, which the RFC leaves out, there is nothing to show, and nothing in a proof.
[[nodiscard]] bool is_consistent(const TreeHead& from, const TreeHead& to,
                                 std::span<const Hash> proof);

}  // namespace emx::ledger
