#include "tools/admin/rule_set_answer.hpp"

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/audit/describer.hpp"

namespace emx::admin {

void add_rule_sets(nlohmann::json& answer, std::span<const RuleSetEvent> events) {
  if (events.empty()) return;
  const audit::Describer describer{};  // of these events nothing has a name of the venue's
  nlohmann::json set{{"left_out", nlohmann::json::array()}};
  answer["told"] = nlohmann::json::array();
  for (const RuleSetEvent& event : events) {
    answer["told"].push_back(describer.event(std::as_bytes(std::span{&event, 1})));
    const auto stage = static_cast<RuleSetStage>(event.stage);
    const std::string_view authority = emx::name_of(static_cast<Authority>(event.authority));
    set["version"] = event.version;
    if (stage == RuleSetStage::left_out) {
      set["left_out"].push_back(authority);
      continue;
    }
    set["stage"] = emx::name_of(stage);
    set["effective"] = text_of(Date{event.effective_date});
    if (stage != RuleSetStage::lapsed) continue;
    set["authority"] = authority;
    set["record"] = event.record;
    set["code"] = event.code;
    set["name"] = emx::name_of(static_cast<Code>(event.code));
  }
  answer["rule_set"] = std::move(set);
}

}  // namespace emx::admin
