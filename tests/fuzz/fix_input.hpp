#pragma once

#include <string>
#include <string_view>

namespace emx::fuzz {

// The form of the inputs of the FIX fuzzers. One whose first line is "text" is for readers: each
// line behind it is a piece of the stream, in which
//
//   |             stands for SOH
//   <500:58=x|>   for as many times what stands behind the colon (70,000 bytes at most)
//
// and one that begins `8=FIX.4.4|35=` with any BeginString is a message, which gets its BodyLength
// and CheckSum here. Any other input is the stream itself, byte by byte.
[[nodiscard]] std::string stream_of(std::string_view input);

}  // namespace emx::fuzz
