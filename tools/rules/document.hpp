#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "tools/admin/ed25519.hpp"

namespace emx::rules {

using Sha256 = std::array<std::uint8_t, 32>;

inline constexpr std::size_t records_max = 256;  // as the core has room for

// What one authority says of its rules in one version of the rule set.
struct Document {
  std::uint32_t version = 0;
  Date effective{};
  Authority authority{};
  Sha256 source_sha256{};  // of the text that it was made from
  std::vector<RuleRecord> records;

  friend bool operator==(const Document&, const Document&) = default;
};

// The bytes that are signed, and that a file of a document has (ledger/FORMAT.md, RuleDocument).
[[nodiscard]] std::vector<std::byte> bytes_of(const Document& document);

// nullopt: they are not, byte for byte, those of a document. Its values may be out of range.
[[nodiscard]] std::optional<Document> document_from(std::span<const std::byte> bytes);

// As it goes into the log: its records, then what closes it.
[[nodiscard]] std::vector<RuleRecordCommand> record_commands(const Document& document);
[[nodiscard]] RuleDocumentCommand closing_command(const Document& document,
                                                  const admin::Signature& signature);

[[nodiscard]] admin::Signature sign(const Document& document, const admin::PrivateKey& key);
[[nodiscard]] bool is_signed(const Document& document, const admin::Signature& signature,
                             const admin::PublicKey& key);

[[nodiscard]] Sha256 sha256_of(std::string_view text);

}  // namespace emx::rules
