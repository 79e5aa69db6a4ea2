#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <type_traits>

#include "ledger/files.hpp"
#include "ledger/hash.hpp"
#include "ledger/status.hpp"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace emx::backup {

// What a sealed segment begins with. FORMAT.md is the reference.
struct SegmentHeader {
  std::array<char, 8> magic{'E', 'M', 'X', 'S', 'E', 'A', 'L', 'D'};
  std::uint32_t format = 1;
  std::uint32_t note_bytes = 0;
  std::uint64_t first = 0;  // sequence of its first entry
  std::uint64_t last = 0;
  ledger::Hash genesis{};
  ledger::Hash prev{};  // leaf hash of the entry before the first; zeros: none
  ledger::Hash root{};  // of the tree over all entries up to the last
};
static_assert(sizeof(SegmentHeader) == 128);
static_assert(std::has_unique_object_representations_v<SegmentHeader>);

// Writes a segment, aside, or holds the one that is there to the same bytes and writes nothing.
class SegmentFile {
 public:
  SegmentFile();

  ledger::Result open(const std::filesystem::path& path);
  [[nodiscard]] bool was_there() const { return was_there_; }

  // `corrupt`: the one that is there has others.
  ledger::Result put(std::span<const std::byte> bytes);
  // The hash of all, and then the name.
  ledger::Result finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  ledger::Result flush();

  std::filesystem::path path_;
  std::filesystem::path aside_;
  bool was_there_ = false;
  ledger::FileDescriptor file_;
  std::unique_ptr<evp_md_ctx_st, Free> hash_;
  std::string buffer_;
  std::uint64_t position_ = 0;
};

}  // namespace emx::backup
