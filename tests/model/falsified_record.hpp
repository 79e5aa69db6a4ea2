#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/model/market_audit.hpp"
#include "tests/model/market_commands.hpp"

// A true record, falsified in one place: for the tests that the audit does find it.

namespace emx::model {

using Record = std::vector<std::pair<Command, std::vector<std::string>>>;

inline std::vector<std::string> findings(const Record& record) {
  MarketAudit audit;
  std::vector<std::string> all;
  for (const auto& [command, lines] : record) {
    for (const std::string& found : audit.check(command, lines)) all.push_back(found);
  }
  return all;
}

// Replaces `from` in the last line that has it.
inline Record with(Record record, const std::string& from, const std::string& to) {
  for (auto entry = record.rbegin(); entry != record.rend(); ++entry) {
    for (auto line = entry->second.rbegin(); line != entry->second.rend(); ++line) {
      const std::size_t place = line->find(from);
      if (place == std::string::npos) continue;
      line->replace(place, from.size(), to);
      return record;
    }
  }
  ADD_FAILURE() << "no line has " << from;
  return record;
}

// Leaves out the last line that starts so.
inline Record without(Record record, const std::string& start) {
  for (auto entry = record.rbegin(); entry != record.rend(); ++entry) {
    std::vector<std::string>& lines = entry->second;
    for (std::size_t i = lines.size(); i > 0; --i) {
      if (!lines[i - 1].starts_with(start)) continue;
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i - 1));
      return record;
    }
  }
  ADD_FAILURE() << "no line starts with " << start;
  return record;
}

// Puts another command in the place of the last one of its kind.
template <class Kind, class Change>
Record told(Record record, Change change) {
  for (auto entry = record.rbegin(); entry != record.rend(); ++entry) {
    if (auto* command = std::get_if<Kind>(&entry->first)) {
      change(*command);
      return record;
    }
  }
  ADD_FAILURE() << "no such command";
  return record;
}

}  // namespace emx::model
