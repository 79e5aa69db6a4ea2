#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/directory.hpp"
#include "gateway/out_message.hpp"
#include "gateway/raw_message.hpp"

// What the reports about orders and those about blocks have in common.

namespace emx::gateway {

// What of an entry stands on every report about it.
struct EntryMark {
  Stamp stamp;
  std::uint64_t rule_set;
  std::uint32_t event;  // index within the entry
};

// "<entry>-<event><suffix>": unique for ever.
[[nodiscard]] std::string exec_id(const EntryMark& mark, std::string_view suffix);

// "Q02_NET_OUTFLOW: the seller province's net outflow cap is reached"
[[nodiscard]] std::string text_of(Code code);
// The same, with limit and value in a client's own units. `flags`: of the command, OrderFlags.
[[nodiscard]] std::string refusal_text(const RefusedEvent& refused, std::uint8_t flags);

// Of E04: basins have names, which no figure can tell.
[[nodiscard]] std::string basins_text(FacilityId facility, InstrumentId instrument,
                                      const Directory& directory);

// Whether a number is what the client sent, not the nearest that 64 bits can hold.
[[nodiscard]] bool is_whole(std::int64_t number);

void add_mark(FieldText& fields, const EntryMark& mark);
void add_code(FieldText& fields, Code code);

[[nodiscard]] OutMessage report(std::string_view type, const EntryMark& mark, FieldText& fields);

// What was told to a firm, for who has copies: FIX 797=Y, and of an order the firm as Party (1).
[[nodiscard]] OutMessage copy_of(OutMessage report, std::string_view firm);

}  // namespace emx::gateway
