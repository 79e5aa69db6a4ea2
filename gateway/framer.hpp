#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace emx::gateway {

// Largest FIX message taken, from `8=` to the last SOH.
inline constexpr std::size_t frame_bytes_max = std::size_t{64} * 1024;

// Cuts a byte stream into FIX messages, incrementally and in bounded memory.
//
// A frame is `8=BeginString|9=BodyLength|...|10=CheckSum|` with a true length and a true sum. What
// is none is told as `garbled`, once for each run of bytes thrown away: the caller decides whether
// that is a nuisance (FIX says: ignore it) or the end. The search goes on at the next `8=FIX`; of a
// message with a wrong length or sum, behind its trailer.
// Not thread-safe. Allocates in the constructor and nowhere else.
class Framer {
 public:
  enum class Found {
    nothing,  // more bytes are needed
    frame,
    garbled,   // bytes were thrown away
    oversize,  // a message of more than frame_bytes_max is announced: the stream is lost
  };
  struct Next {
    Found found;
    std::string_view bytes;  // the frame; valid until the next call of any member
  };

  // Of those who say nothing there may be many: what is not written to takes no memory.
  Framer() : buffer_{std::make_unique_for_overwrite<char[]>(buffer_bytes)} {}

  // Room for the next read; never empty once next() has said `nothing`. Between the two calls only
  // next() may be called. `commit` says how much of the room was filled.
  [[nodiscard]] std::span<char> room();
  void commit(std::size_t bytes);
  void clear() { begin_ = end_ = trailer_from_ = 0; }

  // The next frame, or why there is none. Call until `nothing`.
  [[nodiscard]] Next next();

 private:
  static constexpr std::size_t buffer_bytes = 2 * frame_bytes_max;

  struct Measured {
    Found found;
    std::size_t bytes;  // of the frame, or of what is garbled; 0: up to the next that may be one
  };

  [[nodiscard]] std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] Measured measure(std::string_view unread);
  [[nodiscard]] Measured measure_garbled(std::string_view unread, std::size_t body_last);
  void skip_to_candidate();

  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t trailer_from_ = 0;  // behind begin_: no trailer of what is garbled begins before
};

// FIX's checksum: the sum of the bytes, modulo 256.
[[nodiscard]] unsigned checksum_of(std::string_view bytes);

}  // namespace emx::gateway
