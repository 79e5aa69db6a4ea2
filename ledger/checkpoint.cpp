#include "ledger/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

namespace emx::ledger {

namespace {

constexpr std::string_view head_word = "head ";
constexpr std::string_view digest_word = "digest ";

// Takes the line that `text` begins with away from it; nothing: it has no line feed.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// The number in `text`, whole; how it is written is for the caller to hold to.
std::optional<std::uint64_t> number_from(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, base);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

std::string hex_digits(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace

std::string origin_of(std::string_view venue) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  std::string origin = "emx/";
  for (const char c : venue) {
    if (plain.find(c) != std::string_view::npos) {
      origin += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    origin += '%';
    origin += digits[byte >> 4];
    origin += digits[byte & 15];
  }
  return origin;
}

std::string text_of(const Checkpoint& checkpoint) {
  std::string text = checkpoint.origin + '\n' + std::to_string(checkpoint.tree.size) + '\n';
  text += base64_of_hash(checkpoint.tree.root) + '\n';
  text += head_word;
  text += text_of(checkpoint.head) + '\n';
  text += digest_word;
  return text += hex_digits(checkpoint.digest) + '\n';
}

std::optional<Checkpoint> checkpoint_from_text(std::string_view text) {
  std::string_view rest = text;
  const auto origin = take_line(rest);
  const auto size = take_line(rest);
  const auto root = take_line(rest);
  const auto head = take_line(rest);
  const auto digest = take_line(rest);
  if (!digest || !rest.empty()) return std::nullopt;
  if (!head->starts_with(head_word) || !digest->starts_with(digest_word)) return std::nullopt;
  const auto size_read = number_from(*size, 10);
  const auto root_read = hash_from_base64(*root);
  const auto head_read = hash_from_text(head->substr(head_word.size()));
  const auto digest_read = number_from(digest->substr(digest_word.size()), 16);
  if (!size_read || *size_read == 0 || !root_read || !head_read || !digest_read) {
    return std::nullopt;
  }
  Checkpoint checkpoint{std::string{*origin}, {*size_read, *root_read}, *head_read, *digest_read};
  if (!is_key_name(checkpoint.origin) || text_of(checkpoint) != text) return std::nullopt;
  return checkpoint;
}

std::string base64_of_hash(const Hash& hash) { return base64_of(hash); }

std::optional<Hash> hash_from_base64(std::string_view text) {
  return public_key_from_text(text);  // 32 bytes as well
}

std::optional<Hash> hash_from_text(std::string_view text) {
  Hash hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto byte = number_from(text.substr(2 * i, 2), 16);
    if (!byte) return std::nullopt;
    hash[i] = static_cast<std::byte>(*byte);
  }
  return text_of(hash) == text ? std::optional{hash} : std::nullopt;
}

std::string fault_of(const Note& note, std::span<const VerifierKey> venue_keys, Checkpoint& out) {
  const auto checkpoint = checkpoint_from_text(note.text);
  if (!checkpoint) return "it is no checkpoint of a ledger";
  bool is_signed = false;
  for (const VerifierKey& key : venue_keys) {
    if (key.name != checkpoint->origin || key.kind != KeyKind::ed25519) continue;
    const Signed found = look_for_signature(note, key);
    if (found == Signed::bad) return "what stands as the signature of " + text_of(key) + " is none";
    is_signed = is_signed || found == Signed::good;
  }
  if (!is_signed) return "no key of the venue that was given has signed it";
  out = *checkpoint;
  return {};
}

}  // namespace emx::ledger
