#include "tools/backup/segment_file.hpp"

#include <fcntl.h>
#include <openssl/evp.h>

#include <stdexcept>

#include "engine/vocabulary/check.hpp"

namespace emx::backup {

using ledger::Result;

void SegmentFile::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

SegmentFile::SegmentFile() : hash_{EVP_MD_CTX_new()} {
  if (hash_ == nullptr || EVP_DigestInit_ex2(hash_.get(), EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL offers no SHA-256");
  }
}

Result SegmentFile::open(const std::filesystem::path& path) {
  path_ = path;
  aside_ = path.string() + ".new";
  if (Result result = ledger::look_for(path, was_there_); !result.ok()) return result;
  return was_there_ ? ledger::open_file(path, O_RDONLY, file_)
                    : ledger::open_file(aside_, O_RDWR | O_CREAT | O_TRUNC, file_);
}

Result SegmentFile::put(std::span<const std::byte> bytes) {
  check(EVP_DigestUpdate(hash_.get(), bytes.data(), bytes.size()) == 1);
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  constexpr std::size_t flush_bytes = std::size_t{4} << 20;
  return buffer_.size() < flush_bytes ? Result{} : flush();
}

Result SegmentFile::flush() {
  Result result;
  if (was_there_) {
    std::string there;
    result = ledger::read_up_to(file_, path_, position_, buffer_.size(), there);
    if (result.ok() && there != buffer_) {
      result = {ledger::Status::corrupt,
                path_.string() + " is not what the ledger has: it differs after byte " +
                    std::to_string(position_) +
                    ". It is left as it is; the one or the other was changed"};
    }
  } else {
    result = ledger::write_at(file_, aside_, position_, buffer_);
  }
  position_ += buffer_.size();
  buffer_.clear();
  return result;
}

Result SegmentFile::finish() {
  ledger::Hash hash;
  unsigned int hash_bytes = 0;
  check(EVP_DigestFinal_ex(hash_.get(), reinterpret_cast<unsigned char*>(hash.data()),
                           &hash_bytes) == 1);
  buffer_.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  Result result = flush();
  if (!result.ok() || !was_there_) {
    return result.ok() ? ledger::rename_new_file(aside_, path_) : result;
  }
  std::uint64_t bytes = 0;
  result = ledger::file_size(file_, path_, bytes);
  if (result.ok() && bytes != position_) {
    return {ledger::Status::corrupt, path_.string() + " is longer than what the ledger has"};
  }
  return result;
}

}  // namespace emx::backup
