#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/concern.hpp"

namespace emx::gateway {

// Which sessions are told of what, by what they are for. Not thread-safe.
class Audience {
 public:
  void add(std::uint32_t session, const Concern& concern);

  // Those that trade for a firm.
  [[nodiscard]] const std::vector<std::uint32_t>& traders_of(const FirmCode& firm) const;

  [[nodiscard]] bool trades_for(std::uint32_t session, const FirmCode& firm) const;

  // Calls visit(session) for each that has copies of what concerns this firm, and a facility in
  // this province; nullopt: no facility of the market.
  template <class Visit>
  void for_each_with_copies(const FirmCode& firm, std::optional<Province> province,
                            Visit&& visit) const {
    for (const Copies& copies : copies_) {
      if (has_copies(copies.concern, firm, province)) visit(copies.session);
    }
  }

 private:
  struct Copies {
    std::uint32_t session;
    Concern concern;
  };

  [[nodiscard]] static bool has_copies(const Concern& concern, const FirmCode& firm,
                                       std::optional<Province> province);

  std::map<FirmCode, std::vector<std::uint32_t>> traders_;
  std::vector<Copies> copies_;  // few: each report is held against all of them
};

}  // namespace emx::gateway
