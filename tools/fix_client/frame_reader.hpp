#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tools/fix_client/version.hpp"

namespace emx::fix_client {

// Cuts what a peer sends into messages. A client trusts its venue no further than this: a frame
// with a false length or sum ends the stream (is_broken()), for a venue has no reason to send one.
class FrameReader {
 public:
  explicit FrameReader(Version version = Version::fix50)
      : head_{"8=" + std::string{begin_string_of(version)} +
              "\x01"
              "9="} {}

  void add(std::string_view bytes);

  // The next whole message; valid until the next call of any member.
  [[nodiscard]] std::optional<std::string_view> next();

  [[nodiscard]] bool is_broken() const { return broken_; }
  [[nodiscard]] std::size_t unread_bytes() const { return buffer_.size() - begin_; }

 private:
  static constexpr std::size_t frame_bytes_max = std::size_t{1} << 20;

  std::string head_;  // of each message
  std::string buffer_;
  std::size_t begin_ = 0;
  bool broken_ = false;
};

}  // namespace emx::fix_client
