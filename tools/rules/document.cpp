#include "tools/rules/document.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "engine/vocabulary/check.hpp"

namespace emx::rules {

namespace {

// So that a signature under rules is none under anything else that is signed with the same key.
constexpr std::string_view tag = "emx rule document 1\n";

// Version, effective date, count, authority, 5 zeros: as they stand in RuleDocumentCommand.
constexpr std::size_t head_bytes =
    offsetof(RuleDocumentCommand, source_sha256) - offsetof(RuleDocumentCommand, version);
constexpr std::size_t record_bytes = sizeof(std::uint16_t) + sizeof(RuleBody);
constexpr std::size_t least_bytes = tag.size() + head_bytes + sizeof(Sha256);

void append(std::vector<std::byte>& bytes, const void* data, std::size_t size) {
  const auto* const first = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), first, first + size);
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const std::byte* head_of(const RuleDocumentCommand& command) {
  return reinterpret_cast<const std::byte*>(&command) + offsetof(RuleDocumentCommand, version);
}

}  // namespace

std::vector<RuleRecordCommand> record_commands(const Document& document) {
  std::vector<RuleRecordCommand> commands;
  for (const RuleRecord& record : document.records) {
    RuleRecordCommand command{};
    command.header.kind = static_cast<std::uint16_t>(CommandKind::rule_record);
    command.header.size = sizeof command;
    command.version = document.version;
    command.record_kind = record.kind;
    command.record = static_cast<std::uint16_t>(commands.size());
    command.authority = static_cast<std::uint8_t>(document.authority);
    command.body = record.body;
    commands.push_back(command);
  }
  return commands;
}

RuleDocumentCommand closing_command(const Document& document, const admin::Signature& signature) {
  RuleDocumentCommand command{};
  command.header.kind = static_cast<std::uint16_t>(CommandKind::rule_document);
  command.header.size = sizeof command;
  command.version = document.version;
  command.effective_date = document.effective.value;
  command.records = static_cast<std::uint16_t>(document.records.size());
  command.authority = static_cast<std::uint8_t>(document.authority);
  command.source_sha256 = document.source_sha256;
  std::memcpy(command.signature.data(), signature.data(), signature.size());
  return command;
}

std::vector<std::byte> bytes_of(const Document& document) {
  const RuleDocumentCommand command = closing_command(document, {});
  std::vector<std::byte> bytes;
  append(bytes, tag.data(), tag.size());
  append(bytes, head_of(command), head_bytes);
  append(bytes, document.source_sha256.data(), document.source_sha256.size());
  for (const RuleRecord& record : document.records) {
    append(bytes, &record.kind, sizeof record.kind);
    append(bytes, record.body.data(), record.body.size());
  }
  return bytes;
}

std::optional<Document> document_from(std::span<const std::byte> bytes) {
  if (bytes.size() < least_bytes || text_of(bytes.first(tag.size())) != tag) return std::nullopt;
  std::array<std::byte, sizeof(RuleDocumentCommand)> raw{};
  std::memcpy(raw.data() + offsetof(RuleDocumentCommand, version), bytes.data() + tag.size(),
              head_bytes + sizeof(Sha256));
  RuleDocumentCommand head{};
  std::memcpy(&head, raw.data(), sizeof head);
  const std::span<const std::byte> records = bytes.subspan(least_bytes);
  if (head.records > records_max || records.size() != head.records * record_bytes) {
    return std::nullopt;
  }
  Document document{head.version,
                    Date{head.effective_date},
                    static_cast<Authority>(head.authority),
                    head.source_sha256,
                    {}};
  for (std::size_t at = 0; at < records.size(); at += record_bytes) {
    RuleRecord& record = document.records.emplace_back();
    std::memcpy(&record.kind, records.data() + at, sizeof record.kind);
    std::memcpy(record.body.data(), records.data() + at + sizeof record.kind, record.body.size());
  }
  if (!std::ranges::equal(bytes_of(document), bytes)) return std::nullopt;  // its zeros are none
  return document;
}

admin::Signature sign(const Document& document, const admin::PrivateKey& key) {
  return key.sign(text_of(bytes_of(document)));
}

bool is_signed(const Document& document, const admin::Signature& signature,
               const admin::PublicKey& key) {
  return admin::is_signature(signature, text_of(bytes_of(document)), key);
}

Sha256 sha256_of(std::string_view text) {
  Sha256 hash{};
  unsigned size = 0;
  check(EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr) == 1);
  check(size == hash.size());
  return hash;
}

}  // namespace emx::rules
