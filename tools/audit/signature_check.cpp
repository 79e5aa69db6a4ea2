#include "tools/audit/signature_check.hpp"

#include <cstring>

#include "tools/audit/describer.hpp"
#include "tools/rules/document.hpp"

namespace emx::audit {

namespace {

bool is_signed(const RuleDocumentCommand& command, const std::vector<RuleRecord>& records,
               const admin::PublicKey& key) {
  const rules::Document document{command.version, Date{command.effective_date},
                                 static_cast<Authority>(command.authority), command.source_sha256,
                                 records};
  admin::Signature signature{};
  std::memcpy(signature.data(), command.signature.data(), signature.size());
  return rules::is_signed(document, signature, key);
}

}  // namespace

std::string SignatureCheck::apply(const EntryView& entry) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind != CommandKind::set_authority_key && kind != CommandKind::rule_record &&
      kind != CommandKind::rule_document) {
    return {};
  }
  if (is_refused(entry)) return {};
  if (kind == CommandKind::set_authority_key) {
    const auto command = read_record<SetAuthorityKeyCommand>(entry.command);
    admin::PublicKey key{};
    std::memcpy(key.data(), command.public_key.data(), key.size());
    Signer& signer = signers_.at(command.authority);
    if (signer.key != key) signer.records.clear();  // what came under the old one is over
    signer.key = key;
    return {};
  }
  if (kind == CommandKind::rule_record) {
    const auto command = read_record<RuleRecordCommand>(entry.command);
    std::vector<RuleRecord>& records = signers_.at(command.authority).records;
    if (command.record == 0) records.clear();
    records.push_back({command.record_kind, command.body});
    return {};
  }
  const auto command = read_record<RuleDocumentCommand>(entry.command);
  const Signer& signer = signers_.at(command.authority);
  if (signer.key && is_signed(command, signer.records, *signer.key)) return {};
  return "rule set " + std::to_string(command.version) + ": the document of " +
         authority_words(command.authority) + " does not have its signature";
}

}  // namespace emx::audit
