// A libFuzzer target: any lines as a session of the administrative channel, at the desk of a venue
// with a core of its own. Each line is sent as it is, and as requests of two persons that sign it,
// of whom one approves what the other asked for. Each is applied, refused or told what is wrong
// with it, and answered once; what is applied can be told in words; the core's digest is that of
// its state.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tests/admin/persons.hpp"
#include "tests/admin/small_venue.hpp"
#include "tools/admin/desk.hpp"
#include "tools/admin/signed_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace emx::fuzz {
namespace {

using nlohmann::json;

constexpr std::size_t lines_max = 64;

GenesisCommand small_genesis() {
  GenesisCommand genesis{};
  genesis.header.kind = static_cast<std::uint16_t>(CommandKind::genesis);
  genesis.header.size = sizeof genesis;
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = engine::semantics_version;
  genesis.firms_max = genesis.facilities_max = 4;
  genesis.instruments_max = 3;
  genesis.zones_max = 4;
  genesis.orders_max = 16;
  genesis.level_cells_max = 1U << 12;
  genesis.listed_kg_max = 30'000;
  genesis.listed_carbon_t_max = 99'999;
  genesis.gtc_days = 90;
  return genesis;
}

const admin::Persons& persons() {
  static const admin::Persons persons;
  return persons;
}

class Venue {
 public:
  Venue() : exchange_{small_genesis()} {
    const GenesisCommand genesis = small_genesis();
    apply(std::as_bytes(std::span{&genesis, 1}));
    for (const auto& command : admin::SmallVenue::commands()) {
      apply(command);
      check(!is_refused({{}, command, events_.bytes(), events_.count(), 0, 0}));
    }
  }

  void hear(const std::string& text) {
    json ignored;
    ask(text, ignored);
    if (!json::accept(text) || !admin::is_whole(text)) return;  // nobody's program signs it
    for (const std::uint32_t person : {1U, 2U}) {
      json answer;
      ask(admin::signed_line(text, key_of(person)), answer);
      if (!answer.value("waiting", false)) continue;
      const json approval{
          {"command", "approve"}, {"approval", answer["approval"]}, {"request", text}};
      json decided;
      ask(persons().line(3 - person, approval), decided);
    }
  }
  void check_digest() const { check(exchange_.digest() == exchange_.digest_from_scratch()); }

 private:
  // The venue's person and the joint office's: between them they may ask for everything.
  [[nodiscard]] static const admin::PrivateKey& key_of(std::uint32_t person) {
    return person == 1 ? persons().li : persons().wang;
  }

  void ask(const std::string& line, json& answer) {
    int answers = 0;
    desk_.take(line, [&](const std::string& text) {
      answer = json::parse(text);
      ++answers;
    });
    for (std::vector<std::vector<std::byte>> due = std::exchange(submitted_, {});
         const auto& command : due) {
      apply(command);
    }
    check(answers == 1);
    check(answer.is_object() && answer.contains("ok"));
    check(answer["ok"].get<bool>() || !answer.value("reason", "").empty());
  }

  void apply(std::span<const std::byte> command) {
    apply_entry(command);
    const ProceedCommand proceed = engine::proceed_command();
    while (exchange_.more_to_do()) apply_entry(std::as_bytes(std::span{&proceed, 1}));
  }
  void apply_entry(std::span<const std::byte> command) {
    const Stamp stamp{SeqNo{++sequence_}, admin::Persons::now_ns()};
    exchange_.apply(stamp, command, events_);
    desk_.on_entry({stamp, command, events_.bytes(), events_.count(), exchange_.digest(),
                    exchange_.rule_set()});
  }

  engine::Exchange exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::vector<std::vector<std::byte>> submitted_;
  admin::Desk desk_{persons().operators(),
                    {.submit = [this](std::span<const std::byte> command) -> std::string {
                       submitted_.emplace_back(command.begin(), command.end());
                       return "";
                     },
                     .status = [] { return std::string{R"({"ok":true})"}; },
                     .now_ns = [] { return admin::Persons::now_ns(); },
                     .inform = [](const std::string& words) { check(!words.empty()); },
                     .warn = [](const std::string& words) { check(!words.empty()); }}};
};

}  // namespace
}  // namespace emx::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  emx::fuzz::Venue venue;
  std::string_view text{reinterpret_cast<const char*>(data), size};
  for (std::size_t lines = 0; lines < emx::fuzz::lines_max && !text.empty(); ++lines) {
    const std::size_t end = text.find('\n');
    venue.hear(std::string{text.substr(0, end)});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  venue.check_digest();
  return 0;
}
