#include "tools/scenario/runner.hpp"

#include <iterator>

#include "engine/vocabulary/check.hpp"
#include "tools/market/refusal_text.hpp"
#include "tools/scenario/accounts_from_events.hpp"
#include "tools/scenario/event_writer.hpp"
#include "tools/scenario/memory_log.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"

namespace emx::scenario {

namespace {

// The exchange with all that listens to it.
class Stage {
 public:
  explicit Stage(const GenesisCommand& genesis)
      : recorder_{genesis, log_, [this](const EntryView& entry, std::uint32_t) { take(entry); },
                  options()} {}

  // A command of the market; words that are not empty say why the exchange does not take it.
  [[nodiscard]] std::string set_up(const script::Step& step) {
    play(step, {});
    return refusal_;
  }

  [[nodiscard]] StepOutcome play(const ScenarioStep& step) {
    if (step.check) return {{}, accounts_.answer(*step.check, writer_), {}};
    const bool named = !step.statement->order.empty();
    play(*step.statement, named ? step.statement->order : "line-" + std::to_string(step.line));
    return {std::move(lines_), {}, std::move(audit_)};
  }

 private:
  static script::RecorderOptions options() {
    script::RecorderOptions options;
    options.group_entries = 1;  // listeners hear of each command at once
    return options;
  }

  void play(const script::Step& step, std::string order) {
    order_ = std::move(order);
    lines_.clear();
    audit_.clear();
    refusal_.clear();
    check((player_.play(step)).ok());  // a log in memory does not fail
  }

  void take(const EntryView& entry) {
    auto lines = writer_.write(entry, order_);
    lines_.insert(lines_.end(), std::make_move_iterator(lines.begin()),
                  std::make_move_iterator(lines.end()));
    if (refusal_.empty()) refusal_ = market::refusal_in(entry.events);
    std::string words = accounts_.apply(entry, writer_.names());
    if (audit_.empty()) audit_ = std::move(words);
  }

  MemoryLog log_;
  EventWriter writer_;
  AccountsFromEvents accounts_;
  script::Recorder recorder_;
  script::Player player_{recorder_};
  // Of the step at hand:
  std::string order_;
  std::vector<EventLine> lines_;
  std::string audit_;
  std::string refusal_;
};

}  // namespace

Outcome run(const Scenario& scenario) {
  Outcome outcome;
  Stage stage{scenario.market.genesis};
  for (const script::Step& step : scenario.market.steps) {
    std::string refusal = stage.set_up(step);
    if (refusal.empty()) continue;
    outcome.faults.push_back({scenario.file, step.line, step.text, std::move(refusal)});
  }
  if (!outcome.faults.empty()) return outcome;
  for (const ScenarioStep& step : scenario.steps) outcome.steps.push_back(stage.play(step));
  return outcome;
}

}  // namespace emx::scenario
