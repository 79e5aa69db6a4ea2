#include "risk/kill_switch.hpp"

#include <algorithm>
#include <cstring>

namespace emx::risk {

KillSwitch::KillSwitch(std::uint32_t firms_max, std::uint32_t instruments_max)
    : firms_max_{firms_max},
      instruments_max_{instruments_max},
      firms_{std::make_unique<bool[]>(firms_max)},
      groups_{std::make_unique<bool[]>(firms_max)},
      instruments_{std::make_unique<bool[]>(instruments_max)} {}

bool KillSwitch::set(const BasinCode& basin, bool stop) {
  const auto end = basins_.begin() + basins_count_;
  const auto found = std::find(basins_.begin(), end, basin);
  if ((found != end) == stop) return true;
  if (stop) {
    if (basins_count_ == basins_max) return false;
    basins_[basins_count_++] = basin;
    ++stopped_count_;
    return true;
  }
  std::copy(found + 1, end, found);
  basins_[--basins_count_] = BasinCode{};
  --stopped_count_;
  return true;
}

bool KillSwitch::stops(const BasinCode& basin) const {
  const auto end = basins_.begin() + basins_count_;
  return std::find(basins_.begin(), end, basin) != end;
}

std::optional<KillSwitch::Stop> KillSwitch::first_of_some(const ReferenceData& data,
                                                          FacilityId facility,
                                                          InstrumentId instrument) const {
  const Facility& who = data.facilities[facility];
  const auto province = static_cast<std::uint8_t>(who.province);
  if (all_) return Stop{Scope::all, 0};
  if (firms_[who.firm.value]) return Stop{Scope::firm, who.firm.value};
  if (stops(data.firms[who.firm].group)) return Stop{Scope::group, who.firm.value};
  if (instruments_[instrument.value]) return Stop{Scope::instrument, instrument.value};
  if (provinces_[province]) return Stop{Scope::province, province};
  if (stops(who.basin)) return Stop{Scope::basin, 0};
  if (stops(data.instruments[instrument].basin)) return Stop{Scope::basin, 1};
  return std::nullopt;
}

std::uint64_t KillSwitch::digest() const {
  if (stopped_count_ == 0) return 0;
  CellHash hash = cell_hash(Cell::kill_switch);
  std::uint64_t flags = all_ ? 1 : 0;
  for (const bool stopped : provinces_) flags = flags << 1 | (stopped ? 1U : 0U);
  hash.word(flags);
  for (std::uint32_t i = 0; i < basins_count_; ++i) {
    for (std::size_t at = 0; at < basins_[i].bytes.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, basins_[i].bytes.data() + at, 8);
      hash.word(word);
    }
  }
  for (std::uint32_t i = 0; i < firms_max_; ++i) {
    if (firms_[i]) hash.word(std::uint64_t{1} << 32 | i);
    if (groups_[i]) hash.word(std::uint64_t{2} << 32 | i);
  }
  for (std::uint32_t i = 0; i < instruments_max_; ++i) {
    if (instruments_[i]) hash.word(std::uint64_t{3} << 32 | i);
  }
  return hash.value();
}

}  // namespace emx::risk
