#pragma once

#include <cstdint>

#include "tests/model/stage.hpp"

namespace emx::model {

// A scene in which most pairs are barred: few facilities in two control groups and two provinces,
// half of the orders LOCAL_ONLY or with a maximum ratio, caps and approvals of some ten lots, three
// books, and starts from pre-open or a call, so that the fixpoint and the call have much to look
// at. Half of the starts are from many small orders and icebergs at few prices, of which some kinds
// pass over what others fill. A plain stream of orders meets such rarely.
[[nodiscard]] Stage dense_scene(std::uint64_t seed);

}  // namespace emx::model
