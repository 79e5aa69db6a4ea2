#include "ledger/note.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "engine/vocabulary/check.hpp"
#include "ledger/hash.hpp"

namespace emx::ledger {

namespace {

constexpr std::string_view signature_mark = "\xe2\x80\x94 ";  // em dash, space
constexpr std::size_t time_bytes = 8;

Hash hash_of_text(std::string_view text) {
  Hash hash{};
  unsigned int bytes = 0;
  check(EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(hash.data()), &bytes,
                   EVP_sha256(), nullptr) == 1);
  return hash;
}

// The code point that `text` begins with, and its bytes; 0 bytes: none, or not the shortest form.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
};

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  std::uint32_t value = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < least[bytes] || value > 0x10ffff || surrogate) return {};
  return {value, bytes};
}

bool is_space(std::uint32_t c) {
  return c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
         c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

// UTF-8, and every character is one that `allowed` says yes to.
template <class Allowed>
bool consists_of(std::string_view text, Allowed allowed) {
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (next.bytes == 0 || !allowed(next.value)) return false;
    text.remove_prefix(next.bytes);
  }
  return true;
}

bool is_note_text(std::string_view text) {
  return !text.empty() && text.back() == '\n' &&
         consists_of(text, [](std::uint32_t c) { return c == '\n' || (c >= ' ' && c != 0x7f); });
}

std::string hex_of(const KeyId& id) {
  Hash hash{};
  std::ranges::copy(id, hash.begin());
  return text_of(hash).substr(0, 2 * id.size());
}

std::optional<NoteSignature> signature_from_line(std::string_view line) {
  if (!line.starts_with(signature_mark)) return std::nullopt;
  line.remove_prefix(signature_mark.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  NoteSignature signature;
  signature.name = line.substr(0, space);
  const auto bytes = bytes_from_base64(line.substr(space + 1));
  if (!is_key_name(signature.name) || !bytes || bytes->size() <= sizeof(KeyId)) return std::nullopt;
  std::copy_n(bytes->begin(), sizeof(KeyId), signature.id.begin());
  signature.bytes.assign(bytes->begin() + sizeof(KeyId), bytes->end());
  return signature;
}

// What a witness signs.
std::string cosigned_text(std::string_view note_text, std::int64_t time_s) {
  std::string text = "cosignature/v1\ntime " + std::to_string(time_s) + '\n';
  return text += note_text;
}

std::int64_t time_of(std::span<const std::byte> bytes) {
  std::uint64_t time = 0;
  for (const std::byte byte : bytes.first(time_bytes)) {
    time = time << 8 | std::to_integer<std::uint64_t>(byte);
  }
  return static_cast<std::int64_t>(time);
}

bool is_good(const NoteSignature& signature, std::string_view note_text, const VerifierKey& key) {
  const bool witness = key.kind == KeyKind::cosignature;
  const std::size_t before = witness ? time_bytes : 0;
  if (signature.bytes.size() != before + sizeof(Signature)) return false;
  Signature bytes{};
  std::copy_n(signature.bytes.begin() + static_cast<std::ptrdiff_t>(before), bytes.size(),
              bytes.begin());
  if (!witness) return is_signature(bytes, note_text, key.key);
  const std::int64_t time_s = time_of(signature.bytes);
  return time_s >= 0 && is_signature(bytes, cosigned_text(note_text, time_s), key.key);
}

}  // namespace

KeyId VerifierKey::id() const {
  std::string text = name;
  text += '\n';
  text += static_cast<char>(kind);
  text.append(reinterpret_cast<const char*>(key.data()), key.size());
  const Hash hash = hash_of_text(text);
  KeyId id{};
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= key_name_bytes_max &&
         consists_of(name, [](std::uint32_t c) {
           return c > ' ' && c != 0x7f && c != '+' && !is_space(c);
         });
}

std::string text_of(const VerifierKey& key) {
  std::vector<std::byte> bytes{static_cast<std::byte>(key.kind)};
  bytes.insert(bytes.end(), key.key.begin(), key.key.end());
  return key.name + '+' + hex_of(key.id()) + '+' + base64_of(bytes);
}

Hash digest_of(std::span<const VerifierKey> keys) {
  std::vector<std::string> texts;
  for (const VerifierKey& key : keys) texts.push_back(text_of(key) + '\n');
  std::ranges::sort(texts);
  std::vector<std::span<const std::byte>> parts;
  for (const std::string& text : texts) parts.push_back(std::as_bytes(std::span{text}));
  return sha256(parts);
}

std::optional<VerifierKey> verifier_key_from_text(std::string_view text) {
  const std::size_t plus = text.find('+');
  if (plus == std::string_view::npos) return std::nullopt;
  const std::size_t key_at = plus + 1 + 2 * sizeof(KeyId) + 1;
  if (text.size() < key_at) return std::nullopt;
  VerifierKey key;
  key.name = text.substr(0, plus);
  const auto bytes = bytes_from_base64(text.substr(key_at));
  if (!is_key_name(key.name) || !bytes || bytes->size() != 1 + sizeof(PublicKey)) {
    return std::nullopt;
  }
  key.kind = static_cast<KeyKind>(bytes->front());
  if (key.kind != KeyKind::ed25519 && key.kind != KeyKind::cosignature) return std::nullopt;
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  // Its id is what a misspelt key is known by.
  if (text_of(key) != text) return std::nullopt;
  return key;
}

std::string text_of(const Note& note) {
  std::string text = note.text + '\n';
  for (const NoteSignature& signature : note.signatures) {
    std::vector<std::byte> bytes{signature.id.begin(), signature.id.end()};
    bytes.insert(bytes.end(), signature.bytes.begin(), signature.bytes.end());
    text += signature_mark;
    text += signature.name + ' ' + base64_of(bytes) + '\n';
  }
  return text;
}

std::optional<Note> note_from_text(std::string_view text) {
  if (text.size() > note_bytes_max || !is_note_text(text)) return std::nullopt;
  const std::size_t gap = text.rfind("\n\n");  // the text may have empty lines, signatures none
  if (gap == std::string_view::npos) return std::nullopt;
  Note note;
  note.text = text.substr(0, gap + 1);
  std::string_view rest = text.substr(gap + 2);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    auto signature = signature_from_line(rest.substr(0, end));
    if (!signature || note.signatures.size() == note_signatures_max) return std::nullopt;
    note.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  if (note.signatures.empty()) return std::nullopt;
  return note;
}

NoteSignature sign_note(std::string_view note_text, const std::string& name,
                        const PrivateKey& key) {
  check(is_key_name(name));
  check(is_note_text(note_text));
  const Signature signature = key.sign(note_text);
  const KeyId id = VerifierKey{name, KeyKind::ed25519, key.public_key()}.id();
  return {name, id, {signature.begin(), signature.end()}};
}

NoteSignature cosign_note(std::string_view note_text, const std::string& name,
                          const PrivateKey& key, std::int64_t time_s) {
  check(is_key_name(name));
  check(is_note_text(note_text));
  check(time_s >= 0);
  const Signature signature = key.sign(cosigned_text(note_text, time_s));
  const KeyId id = VerifierKey{name, KeyKind::cosignature, key.public_key()}.id();
  NoteSignature line{name, id, {}};
  for (std::size_t i = 0; i < time_bytes; ++i) {
    line.bytes.push_back(static_cast<std::byte>(time_s >> (8 * (time_bytes - 1 - i)) & 0xff));
  }
  line.bytes.insert(line.bytes.end(), signature.begin(), signature.end());
  return line;
}

Signed look_for_signature(const Note& note, const VerifierKey& key) {
  const KeyId id = key.id();
  Signed found = Signed::not_signed;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name || signature.id != id) continue;
    if (!is_good(signature, note.text, key)) return Signed::bad;
    found = Signed::good;
  }
  return found;
}

std::optional<std::int64_t> cosigned_at_s(const Note& note, const VerifierKey& key) {
  if (key.kind != KeyKind::cosignature || look_for_signature(note, key) != Signed::good) {
    return std::nullopt;
  }
  const KeyId id = key.id();
  std::int64_t latest = -1;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name || signature.id != id) continue;
    latest = std::max(latest, time_of(signature.bytes));
  }
  return latest;
}

}  // namespace emx::ledger
