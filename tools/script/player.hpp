#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "ledger/status.hpp"
#include "tools/market/command_list.hpp"
#include "tools/script/recorder.hpp"
#include "tools/script/script.hpp"

namespace emx::script {

// Plays a market and a script into a recorder; the entries' tags are the script's lines, 0 for the
// market's. `recorder` outlives this.
class Player {
 public:
  explicit Player(Recorder& recorder) : recorder_{recorder} {}

  // Until the log fails; ok: all is applied and durable.
  ledger::Result play(const market::CommandList& market);
  ledger::Result play(const Script& script);
  // One step; what it left in the recorder's group is not durable yet.
  ledger::Result play(const Step& step);

 private:
  [[nodiscard]] ActivateRulesCommand with_documents(ActivateRulesCommand command) const;

  Recorder& recorder_;
  std::map<std::string, OrderId> orders_;                     // by name; 0: refused
  std::array<std::uint64_t, authorities_count> documents_{};  // entries that closed the last ones
};

}  // namespace emx::script
