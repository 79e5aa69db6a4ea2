#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ed25519.hpp"
#include "ledger/hash.hpp"

// Signed notes as C2SP has them (signed-note, and tlog-cosignature for a witness's signature): a
// text, an empty line, and a line for each signature:
//
//   — NAME BASE64(key id (4 bytes) || signature)
//
// Read strictly: what has another form, or is beyond the bounds here, is no note.

namespace emx::ledger {

inline constexpr std::size_t note_bytes_max = 64 << 10;
inline constexpr std::size_t note_signatures_max = 16;
inline constexpr std::size_t key_name_bytes_max = 128;

// What a key signs.
enum class KeyKind : std::uint8_t {
  ed25519 = 0x01,      // the note's text
  cosignature = 0x04,  // the note's text and a time, as a witness
};

// Four bytes that tell keys of one name apart.
using KeyId = std::array<std::byte, 4>;

// A public key with the name of its owner, as others are given it:
// NAME+8 hexadecimal digits of its id+BASE64(kind || public key).
struct VerifierKey {
  std::string name;
  KeyKind kind = KeyKind::ed25519;
  PublicKey key{};

  [[nodiscard]] KeyId id() const;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// Whether a key may have this name: UTF-8 without control characters, blanks and '+'; not empty.
[[nodiscard]] bool is_key_name(std::string_view name);

[[nodiscard]] std::string text_of(const VerifierKey& key);
// SHA-256 of the keys' texts in order, each with a line's end: in whatever order they are given.
[[nodiscard]] Hash digest_of(std::span<const VerifierKey> keys);
[[nodiscard]] std::optional<VerifierKey> verifier_key_from_text(std::string_view text);

struct NoteSignature {
  std::string name;
  KeyId id{};
  std::vector<std::byte> bytes;  // after the id

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // ends with a line feed
  std::vector<NoteSignature> signatures;
};

[[nodiscard]] std::string text_of(const Note& note);
// Only the one text that text_of() gives, with a signature at least.
[[nodiscard]] std::optional<Note> note_from_text(std::string_view text);

// The line with which it signs. Requires: key.name is_key_name(), and the text of a note.
[[nodiscard]] NoteSignature sign_note(std::string_view note_text, const std::string& name,
                                      const PrivateKey& key);
// As a witness that saw the note at this time. Requires: the same, and time_s >= 0.
[[nodiscard]] NoteSignature cosign_note(std::string_view note_text, const std::string& name,
                                        const PrivateKey& key, std::int64_t time_s);

// What a note's signatures say of a key. A signature of a key with another name or id says nothing.
enum class Signed : std::uint8_t {
  not_signed,  // no line of this key
  good,
  bad,  // a line of this key that is not its signature: the note must not be trusted at all
};
[[nodiscard]] Signed look_for_signature(const Note& note, const VerifierKey& key);

// When the witness says it saw the note; nothing: it has no good signature of it.
[[nodiscard]] std::optional<std::int64_t> cosigned_at_s(const Note& note, const VerifierKey& key);

}  // namespace emx::ledger
