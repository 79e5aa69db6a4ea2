#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "tools/market/names.hpp"
#include "tools/rehearsal/effect.hpp"

// An effect as a person reads it.

namespace emx::rehearsal {

[[nodiscard]] std::string firm_of(const why::OrderFacts& order, const market::Names& names);

// Of a headroom: "VOC demand", and the unit of its figures.
[[nodiscard]] std::string what_of(const HeadroomOf& of, const market::Names& names);
[[nodiscard]] std::string unit_of(const HeadroomOf& of, const market::Names& names);

void write_orders(const std::string& heading, const std::vector<Effect::Cancelled>& rows,
                  const market::Names& names, std::ostream& out);
// The columns' headings: what the rooms are compared with, and what they would be.
struct RoomHeadings {
  std::string table;
  std::string before;
  std::string after;
};
void write_rooms(const RoomHeadings& headings, const std::vector<Effect::RoomChange>& rows,
                 std::ostream& out);

// Its tables, each with its heading, and what would stand in the ledger; of what there is nothing
// it says nothing.
void write_tables(const Effect& effect, const market::Names& names, std::ostream& out);

}  // namespace emx::rehearsal
