#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/commands.hpp"
#include "tools/market/command_list.hpp"
#include "tools/market/csv_table.hpp"
#include "tools/market/fault.hpp"

// How the files of a market folder become commands. The loader's own; not what others call.

namespace emx::market {

// Commands of one kind, each with the line it comes from.
struct Section {
  std::string file;
  CommandList commands;
  std::vector<std::uint32_t> lines;

  template <class Command>
  void add(CommandKind kind, const Command& command, const TableRow& row) {
    commands.add(kind, command);
    lines.push_back(row.line());
  }
};

// Says of a name that must be new where it stood before.
class Definitions {
 public:
  // Adds a Fault when the name is there already.
  void add(TableRow& row, std::string_view column, const std::string& name) {
    const auto [known, is_new] = lines_.emplace(name, row.line());
    if (!is_new) {
      row.fault(column,
                in_quotes(name) + " is on line " + std::to_string(known->second) + " already");
    }
  }
  [[nodiscard]] bool has(const std::string& name) const { return lines_.contains(name); }

 private:
  std::map<std::string, std::uint32_t> lines_;
};

// What the files have given so far: a file may name what a file before it defined.
struct Draft {
  std::filesystem::path folder;
  std::string venue;
  Faults faults;

  Section zones{"zones.csv", {}, {}};
  Section instruments{"instruments.csv", {}, {}};
  Section reference_prices{"instruments.csv", {}, {}};
  Section firms{"firms.csv", {}, {}};
  Section facilities{"firms.csv", {}, {}};
  Section quotas{"quotas.csv", {}, {}};
  Section demands{"demand.csv", {}, {}};
  Section deposits{"firms.csv", {}, {}};
  Section issues{"opening_rights.csv", {}, {}};

  std::map<std::string, std::string> basin_of_zone;     // by "SH/QINGPU"
  std::map<std::string, std::string> facility_of_firm;  // the one it has
  std::map<std::string, bool> traded;                   // symbol to: here, not elsewhere
  std::set<std::string> facilities_known;
};

void read_zones(Draft& draft);
void read_instruments(Draft& draft);
void read_firms(Draft& draft);  // needs the zones
void read_quotas(Draft& draft);
void read_demand(Draft& draft);          // needs the firms
void read_opening_rights(Draft& draft);  // needs the firms and the instruments

}  // namespace emx::market
