#pragma once

#include "tools/why/judgement.hpp"

// What an order takes up: demand, carbon, cash or rights, and room in the exchange.

namespace emx::why {

// D01.
bool has_demand(Judgement& judge, const Asked& asked);
// H01.
bool may_hold_carbon(Judgement& judge, const Asked& asked);
// L01, L02; `replaced`: the order that it replaces, or nullptr.
bool has_funds(Judgement& judge, const Asked& asked, const engine::Inspection::Order* replaced);
// O11.
void fits_capacity(Judgement& judge);

}  // namespace emx::why
