#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx::rehearsal {

class Rehearsal;

// What is left before an order or a fill meets a limit, other than a province's quota.
struct HeadroomOf {
  Code code{};       // D01 demand, H01 carbon, O03 open orders, L01 cash, L02 rights
  Scope scope{};     // whose: a facility's, firm's, group's or instrument's
  std::uint32_t of;  // its id
  // A Pollutant of demand, an instrument of rights; else 0.
  std::uint32_t what;

  friend auto operator<=>(const HeadroomOf&, const HeadroomOf&) = default;
};

struct HeadroomChange {
  HeadroomOf of;
  std::optional<std::int64_t> before;  // kg, t, orders, fen or lots; nothing: no limit, or nobody
  std::optional<std::int64_t> after;   // below 0: what rests above a lowered limit stays
  std::string whose;                   // "group YRD-CEM"
};

// As it stands between two commands. Cash and rights are those of these facilities only: every
// trade moves them.
using Headrooms = std::map<HeadroomOf, std::int64_t>;
[[nodiscard]] Headrooms headrooms(const Rehearsal& course,
                                  const std::set<std::uint32_t>& facilities);
// `course`: after the act.
[[nodiscard]] std::vector<HeadroomChange> changes(const Headrooms& before, const Headrooms& after,
                                                  const Rehearsal& course);

// The facilities whose account an act is about.
[[nodiscard]] std::set<std::uint32_t> accounts_of(std::span<const std::byte> command,
                                                  const Rehearsal& course);

}  // namespace emx::rehearsal
