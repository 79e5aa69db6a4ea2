#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace emx::fix_client {

// Cuts what a peer sends into messages. A client trusts its venue no further than this: a frame
// with a false length or sum ends the stream (is_broken()), for a venue has no reason to send one.
class FrameReader {
 public:
  void add(std::string_view bytes);

  // The next whole message; valid until the next call of any member.
  [[nodiscard]] std::optional<std::string_view> next();

  [[nodiscard]] bool is_broken() const { return broken_; }
  [[nodiscard]] std::size_t unread_bytes() const { return buffer_.size() - begin_; }

 private:
  static constexpr std::size_t frame_bytes_max = std::size_t{1} << 20;

  std::string buffer_;
  std::size_t begin_ = 0;
  bool broken_ = false;
};

}  // namespace emx::fix_client
