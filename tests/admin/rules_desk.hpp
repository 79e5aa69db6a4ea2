#pragma once

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "tests/admin/admin_desk.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/rules/document.hpp"

namespace emx::admin {

// A document of rules that the first of two keys signs.
class AdminDeskWithRules : public AdminDesk {
 protected:
  AdminDeskWithRules() {
    document.version = 1;
    document.effective = date_of(2026, 7, 1);
    document.authority = Authority::zj;
    document.records.resize(3);
  }
  [[nodiscard]] nlohmann::json hand_in(std::uint64_t id, const PrivateKey& key) const {
    return {{"command", "rule-document"},
            {"id", id},
            {"document", base64_of(rules::bytes_of(document))},
            {"signature", base64_of(rules::sign(document, key))}};
  }
  [[nodiscard]] static nlohmann::json key_of_zj(std::uint64_t id, const PrivateKey& key) {
    return {{"command", "authority-key"},
            {"id", id},
            {"authority", "ZJ"},
            {"public_key", base64_of(key.public_key())}};
  }
  void give_key() {
    const nlohmann::json request = key_of_zj(1, zj);
    ask(persons.line(1, request));
    ASSERT_EQ(ask(persons.line(4, decision("approve", request)))["ok"], true);
  }
  template <class Rule>
  [[nodiscard]] static RuleRecord record_of(CommandKind kind, const Rule& rule) {
    RuleRecord record{.kind = static_cast<std::uint16_t>(kind)};
    std::memcpy(record.body.data(),
                reinterpret_cast<const std::byte*>(&rule) + sizeof(CommandHeader),
                sizeof rule - sizeof(CommandHeader));
    return record;
  }
  [[nodiscard]] static RuleRecord quota_of(Province province) {
    SetQuotaCommand quota{};
    quota.year = 2026;
    quota.province = static_cast<std::uint8_t>(province);
    quota.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
    return record_of(CommandKind::set_quota, quota);
  }

  rules::Document document;
  PrivateKey zj = PrivateKey::make();
};

}  // namespace emx::admin
