#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace emx::model {

// Who has what, as a market itself has it: for the checks of conservation.
struct Holdings {
  std::map<std::string, std::int64_t> cash;                           // by facility
  std::map<std::string, std::map<std::string, std::int64_t>> rights;  // by symbol, facility
  std::map<std::string, std::int64_t> retired;                        // by symbol
  std::int64_t venue_fees = 0;
};

}  // namespace emx::model
