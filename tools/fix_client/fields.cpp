#include "tools/fix_client/fields.hpp"

#include <numeric>

namespace emx::fix_client {

Fields& Fields::add(std::uint32_t tag, Fen price) {
  const std::uint64_t fen = price.value < 0 ? 0 - static_cast<std::uint64_t>(price.value)
                                            : static_cast<std::uint64_t>(price.value);
  append(tag);
  text_ += price.value < 0 ? "=-" : "=";
  append(fen / 100);
  text_ += '.';
  text_ += static_cast<char>('0' + fen % 100 / 10);
  text_ += static_cast<char>('0' + fen % 10);
  text_ += '\x01';
  return *this;
}

unsigned checksum_of(std::string_view bytes) {
  return std::accumulate(
             bytes.begin(), bytes.end(), 0U,
             [](unsigned sum, char byte) { return sum + static_cast<unsigned char>(byte); }) %
         256;
}

void append_framed(std::string& out, Version version, std::string_view head,
                   std::string_view body) {
  const std::size_t begin = out.size();
  out += "8=";
  out += begin_string_of(version);
  out +=
      "\x01"
      "9=";
  out += std::to_string(head.size() + body.size());
  out += '\x01';
  out += head;
  out += body;
  const unsigned sum = checksum_of(std::string_view{out}.substr(begin));
  out += "10=";
  out += static_cast<char>('0' + sum / 100);
  out += static_cast<char>('0' + sum / 10 % 10);
  out += static_cast<char>('0' + sum % 10);
  out += '\x01';
}

std::string framed(std::string_view fields, Version version) {
  std::string out;
  append_framed(out, version, fields, {});
  return out;
}

}  // namespace emx::fix_client
