#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/admin/persons.hpp"
#include "tests/admin/small_venue.hpp"
#include "tools/admin/desk.hpp"

namespace emx::admin {

// A desk whose commands are durable at once, unless a test says otherwise.
class AdminDesk : public ::testing::Test {
 protected:
  explicit AdminDesk(bool has_operators = true)
      : desk{make_desk(has_operators ? persons.operators() : Operators{{}})} {}

  // As after a start: it has seen no entries.
  [[nodiscard]] Desk make_desk(Operators operators) {
    return Desk{std::move(operators),
                {.submit = [this](std::span<const std::byte> command) -> std::string {
                   if (!refusal.empty()) return refusal;
                   if (log.size() - durable >= room) return "emxd is busy; try again";
                   log.emplace_back(command.begin(), command.end());
                   return "";
                 },
                 .status = [] { return std::string{R"({"ok":true})"}; },
                 .now_ns = [this] { return now_ns; },
                 .inform = [this](const std::string& words) { said += words + '\n'; },
                 .warn = [this](const std::string& words) { said += "! " + words + '\n'; }}};
  }

  nlohmann::json ask(const std::string& line) {
    nlohmann::json answer;
    desk.take(line, [&](const std::string& text) { answer = nlohmann::json::parse(text); });
    make_durable();
    return answer;
  }
  // The answer is there when the commands that the line makes are durable.
  std::shared_ptr<nlohmann::json> send(const std::string& line) {
    auto answer = std::make_shared<nlohmann::json>();
    desk.take(line, [answer](const std::string& text) { *answer = nlohmann::json::parse(text); });
    return answer;
  }
  void make_durable() {
    while (durable < log.size()) make_next_durable();
  }
  void make_next_durable() {
    EntryView entry{};
    entry.stamp.sequence = SeqNo{++durable};
    const std::vector<std::byte> command = log[durable - 1];  // the log may grow meanwhile
    entry.command = command;
    RefusedEvent refused{};
    const auto found = refusals.find(durable);
    if (found != refusals.end()) {
      refused.header = {static_cast<std::uint16_t>(EventKind::refused), sizeof refused, 0};
      refused.code = static_cast<std::uint16_t>(found->second);
      entry.events = std::as_bytes(std::span{&refused, 1});
      entry.events_count = 1;
    }
    const auto sets = rule_sets.find(durable);
    if (sets != rule_sets.end()) {
      entry.events = std::as_bytes(std::span{sets->second});
      entry.events_count = static_cast<std::uint32_t>(sets->second.size());
    }
    desk.on_entry(entry);
  }
  // What was not durable is lost.
  void restart() {
    log.resize(durable);
    desk = make_desk(persons.operators());
    durable = 0;
    make_durable();
  }
  [[nodiscard]] std::string reason(const std::string& line) {
    const nlohmann::json answer = ask(line);
    EXPECT_EQ(answer.value("ok", true), false) << answer;
    return answer.value("reason", "");
  }
  [[nodiscard]] CommandHeader last() const { return read_record<CommandHeader>(log.back()); }

  [[nodiscard]] static nlohmann::json release(std::uint64_t id, const std::string& firm = "SH049") {
    return {{"command", "kill-switch"},
            {"id", id},
            {"scope", "firm"},
            {"name", firm},
            {"killed", false}};
  }
  [[nodiscard]] static nlohmann::json kill(std::uint64_t id) {
    return {{"command", "kill-switch"}, {"id", id}, {"scope", "all"}, {"killed", true}};
  }
  [[nodiscard]] static nlohmann::json quota(std::uint64_t id, const char* province) {
    return {{"command", "quota"}, {"id", id},    {"year", 2026}, {"province", province},
            {"pollutant", "VOC"}, {"inflow", 1}, {"outflow", 1}, {"gross", 1},
            {"holding", 1},       {"pace", 1}};
  }
  void know_a_venue() {
    for (const auto& command : SmallVenue::commands()) {
      EntryView entry{};
      entry.command = command;
      desk.on_entry(entry);
    }
  }
  // The number of an act that a person asked for; 1, which none has: it does not wait.
  [[nodiscard]] std::uint64_t approval_of(const nlohmann::json& of, std::uint32_t by = 1) {
    const nlohmann::json pending = *send(R"({"command":"pending"})");
    for (const nlohmann::json& act : pending["pending"]) {
      if (act["request"] == Persons::text(by, of)) return act["approval"];
    }
    return 1;
  }
  // What the other person signs of an act that person 1 asked for.
  [[nodiscard]] nlohmann::json decision(const char* command, const nlohmann::json& of,
                                        std::uint32_t by = 1) {
    return decision_on(approval_of(of, by), command, of, by);
  }
  [[nodiscard]] static nlohmann::json decision_on(std::uint64_t approval, const char* command,
                                                  const nlohmann::json& of, std::uint32_t by = 1) {
    return {{"command", command}, {"approval", approval}, {"request", Persons::text(by, of)}};
  }

  Persons persons;
  std::vector<std::vector<std::byte>> log;
  std::size_t durable = 0;
  std::map<std::uint64_t, Code> refusals;  // by sequence: what the exchange refuses
  std::map<std::uint64_t, std::vector<RuleSetEvent>>
      rule_sets;  // by sequence: what is told of them
  std::string refusal;
  std::size_t room = ~std::size_t{0};  // for commands that are not durable
  std::string said;
  std::int64_t now_ns = Persons::now_ns();
  Desk desk;
};

}  // namespace emx::admin
