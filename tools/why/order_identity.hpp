#pragma once

#include <cstdint>
#include <string>

#include "tools/why/judgement.hpp"

// Whose order a command is about, and whether it may count at all.

namespace emx::why {

// P05: whose the account is; `name` says what it is here.
bool is_of_sender(Judgement& judge, std::string name, std::uint32_t facility, std::uint32_t sender);
// D02. `flags` are OrderFlags.
bool has_new_cl_ord_id(Judgement& judge, const CommandHeader& header, const ClOrdId& id,
                       std::uint8_t flags);
// D03, D02, D04, of the order that a cancel or a replace names.
bool is_own_order(Judgement& judge, const CommandHeader& header, std::uint64_t id,
                  std::uint8_t flags, const ClOrdId& cl_ord_id);
// O04.
bool is_within_rate(Judgement& judge, std::uint32_t firm);

}  // namespace emx::why
