#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tools/audit/moment.hpp"
#include "tools/audit/open_tickets.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/index/touched.hpp"

namespace emx::index {

// What must be known of the entries up to one of them, to go on behind it without reading them
// again. Names are not in it: the entries that they come from can be looked up.
struct Resume {
  audit::AsOf as_of;
  std::int32_t date = 0;  // trade date; 0: none yet
  audit::ProvinceCount provinces;
  audit::OpenTickets tickets;
  Touched::Owners owners;
};

[[nodiscard]] std::vector<std::byte> encode(const Resume& resume);
// nullopt: they are not such bytes.
[[nodiscard]] std::optional<Resume> decode_resume(std::span<const std::byte> bytes);

}  // namespace emx::index
