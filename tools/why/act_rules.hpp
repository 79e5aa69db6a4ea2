#pragma once

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "tools/why/rule_words.hpp"

namespace emx::why {

// The rule by which an act of an authority or operator was refused: a code may stand for another
// rule than it does for orders. Section "": no other than rule_of()'s.
[[nodiscard]] RuleWords rule_of_act(CommandKind act, Code code);

}  // namespace emx::why
