#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "tools/admin/acts.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/rules/document.hpp"

// Rule sets: the authorities' keys, what they sign, and what puts it into force.

namespace emx::admin {

namespace {

Act authority_key(Fields& fields) {
  auto command = start<SetAuthorityKeyCommand>(CommandKind::set_authority_key);
  command.authority = fields.enumerated<Authority>("authority");
  const std::string text = fields.text("public_key");
  const auto key = public_key_from_text(text);
  if (!key) throw Fault{"'" + text + "' is no Ed25519 public key as `emx keygen` prints one"};
  std::memcpy(command.public_key.data(), key->data(), key->size());
  return Act{command};
}

Act rule_document(Fields& fields) {
  const auto bytes = bytes_from_base64(fields.text("document"));
  auto document = bytes ? rules::document_from(*bytes) : std::nullopt;
  if (!document) {
    throw Fault{"'document' is no document of rules in base64; `emx rules compile` makes one"};
  }
  const auto signature = signature_from_text(fields.text("signature"));
  if (!signature) throw Fault{"'signature' is no signature as `emx rules sign` prints one"};
  Act act{rules::closing_command(*document, *signature)};
  act.document = std::move(document);
  return act;
}

// "ZJ": the document of ZJ that lies closed; "ZJ:123": the one that entry 123 closed. The command
// names the entry, so what two persons approve is that document and none that came after.
void name_document(Fields& fields, const std::string& part, ActivateRulesCommand& command) {
  const std::size_t colon = part.find(':');
  const std::string name = part.substr(0, colon);
  const auto authority = from_name<Authority>(name);
  if (!authority) throw Fault{"'" + name + "' is not an authority: SH, JS, ZJ, AH or joint"};
  const std::uint64_t entry =
      colon == std::string::npos
          ? fields.names().document(*authority)
          : static_cast<std::uint64_t>(count_from("parts", part.substr(colon + 1)));
  if (entry == 0) {
    throw Fault{"no document of " + name + " lies closed; `emx admin rule-document` hands one in"};
  }
  const auto at = static_cast<std::size_t>(*authority);
  command.documents[at] = entry;
  command.parts_mask = static_cast<std::uint8_t>(command.parts_mask | 1U << at);
}

Act activate_rules(Fields& fields) {
  auto command = start<ActivateRulesCommand>(CommandKind::activate_rules);
  command.version = static_cast<std::uint32_t>(fields.count("version", 1, UINT32_MAX));
  for (const std::string& part : fields.texts("parts")) name_document(fields, part, command);
  return Act{command};
}

Act withdraw_rules(Fields& fields) {
  auto command = start<WithdrawRulesCommand>(CommandKind::withdraw_rules);
  command.version = static_cast<std::uint32_t>(fields.count("version", 1, UINT32_MAX));
  return Act{command};
}

constexpr std::array rule_set_acts{
    NamedAct{"authority-key", authority_key}, NamedAct{"rule-document", rule_document},
    NamedAct{"activate-rules", activate_rules}, NamedAct{"withdraw-rules", withdraw_rules}};

}  // namespace

std::span<const NamedAct> acts_on_rule_sets() { return rule_set_acts; }

}  // namespace emx::admin
