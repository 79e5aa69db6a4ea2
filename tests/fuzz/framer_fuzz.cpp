// A libFuzzer target: a stream of any bytes (fix_input.hpp), framed. However it arrives - at once,
// byte by byte, or in pieces that the stream itself says, some while frames before them wait - it
// gives the same messages with garbage between the same, which are those that a slow framer with
// all of it at hand finds. Each is a message by the words of FIX and within the bound. Nothing is
// allocated on the way, and each verdict uses up bytes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/vocabulary/check.hpp"
#include "gateway/framer.hpp"
#include "tests/fuzz/allocated.hpp"
#include "tests/fuzz/fix_input.hpp"
#include "tests/fuzz/fix_rule.hpp"
#include "tests/fuzz/reached.hpp"
#include "tests/fuzz/slow_framer.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace emx::fuzz {
namespace {

using gateway::Framer;

// As a connection reads: room is made, then perhaps frames are taken while the bytes are under way,
// then they are there.
class Reader {
 public:
  // Takes at most `verdicts_ahead` before the bytes are there, and `verdicts_max` then. How many of
  // the bytes there was room for.
  std::size_t read(std::string_view bytes, std::size_t verdicts_ahead, std::size_t verdicts_max) {
    const std::uint64_t before = allocated_bytes();
    const std::span<char> room = framer_.room();
    check(allocated_bytes() == before);
    check(!room.empty() || !is_drained_);
    check(room.size() <= 2 * gateway::frame_bytes_max);
    bytes = bytes.substr(0, room.size());
    std::ranges::copy(bytes, room.begin());
    take(verdicts_ahead);
    if (!bytes.empty()) is_drained_ = false;
    framer_.commit(bytes.size());
    bytes_ += bytes.size();
    take(verdicts_max);
    return bytes.size();
  }
  [[nodiscard]] bool is_done() const { return is_drained_ || parts_.is_lost; }
  [[nodiscard]] const Parts& parts() const { return parts_; }

 private:
  void take(std::size_t verdicts_max) {
    while (verdicts_max-- != 0 && !is_done()) take_one();
  }
  void take_one() {
    const std::uint64_t before = allocated_bytes();
    const Framer::Next next = framer_.next();
    check(allocated_bytes() == before);
    switch (next.found) {
      case Framer::Found::nothing:
        is_drained_ = true;
        return;
      case Framer::Found::frame:
        check(next.bytes.size() <= gateway::frame_bytes_max);
        check(is_message(next.bytes));
        parts_.parts.emplace_back(next.bytes);
        break;
      case Framer::Found::garbled:
        parts_.add_garbage();
        break;
      case Framer::Found::oversize:
        parts_.is_lost = true;
        break;
    }
    check(++verdicts_ <= bytes_);
  }

  Framer framer_;
  Parts parts_;
  std::size_t bytes_ = 0;
  std::size_t verdicts_ = 0;
  bool is_drained_ = true;
};

constexpr auto all = static_cast<std::size_t>(-1);

Parts read_in_pieces(std::string_view stream, std::size_t piece_bytes) {
  Reader reader;
  while (!stream.empty() && !reader.parts().is_lost) {
    stream.remove_prefix(reader.read(stream.substr(0, piece_bytes), 0, all));
  }
  return reader.parts();
}

// Where a piece begins, its first bytes say how long it is and how many frames are taken.
Parts read_as_it_says(std::string_view stream) {
  Reader reader;
  while ((!stream.empty() || !reader.is_done()) && !reader.parts().is_lost) {
    const auto choice = [&](std::size_t at) -> std::size_t {
      return at < stream.size() ? static_cast<unsigned char>(stream[at]) : 0;
    };
    const std::size_t piece_bytes =
        choice(1) % 8 == 0 ? 256 * choice(0) : choice(0) % (1 + choice(1));
    const std::size_t verdicts = choice(2) % 8 == 0 ? all : choice(2) % 8;
    stream.remove_prefix(reader.read(stream.substr(0, 1 + piece_bytes), choice(3) % 4, verdicts));
  }
  return reader.parts();
}

// A longer stream would take too long byte by byte.
constexpr std::size_t bytewise_max = 8'192;

void frame(std::string_view stream) {
  const Parts slowly = cut_slowly(stream);
  check(read_in_pieces(stream, all) == slowly);
  check(read_in_pieces(stream, stream.size() <= bytewise_max ? 1 : 1'021) == slowly);
  check(read_as_it_says(stream) == slowly);
}

}  // namespace
}  // namespace emx::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  emx::fuzz::must_reach({*arguments, *arguments + *count},
                        {"message", "message after garbage", "largest message", "oversize",
                         "wrong length or sum", "no trailer within the bound", "cut by the end"});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  emx::fuzz::frame(emx::fuzz::stream_of({reinterpret_cast<const char*>(data), size}));
  return 0;
}
