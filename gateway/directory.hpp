#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::gateway {

// Hash of the text itself; equal texts are equal bytes.
struct TextHash {
  template <std::size_t size>
  std::size_t operator()(const Text<size>& text) const {
    return std::hash<std::string_view>{}(text.view());
  }
};

// Names to ids as the exchange gives them: dense, in the order of definition. Fed with the durable
// commands that were not refused; says nothing that is not in the ledger. Not thread-safe.
class Directory {
 public:
  struct Instrument {
    Symbol symbol;
    std::int64_t tick_fen;
    BasinCode basin;
  };

  // Takes SetFirm, SetFacility and SetInstrument; others are nothing to it.
  void apply(std::span<const std::byte> command);

  // `no_id` for a name that is not known.
  [[nodiscard]] FirmId firm(std::string_view code) const;
  [[nodiscard]] FacilityId facility(std::string_view code) const;
  [[nodiscard]] InstrumentId instrument(std::string_view symbol) const;

  // Requires: an id that an event names, or that was found above.
  [[nodiscard]] const Instrument& at(InstrumentId instrument) const;
  [[nodiscard]] std::string_view code_of(FacilityId facility) const;
  [[nodiscard]] const BasinCode& basin_of(FacilityId facility) const;
  [[nodiscard]] FirmId firm_of(FacilityId facility) const;
  [[nodiscard]] Province province_of(FacilityId facility) const;
  [[nodiscard]] const FirmCode& code_of(FirmId firm) const;

  // Its part of a history, both ways: history.cpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  struct Facility {
    AccountCode code;
    BasinCode basin;
    FirmId firm;
    Province province;
  };
  [[nodiscard]] const Facility& row_of(FacilityId facility) const;

  template <class Name>
  using Ids = std::unordered_map<Name, std::uint32_t, TextHash>;

  Ids<FirmCode> firms_;
  std::vector<FirmCode> firm_codes_;
  Ids<AccountCode> facilities_;
  Ids<Symbol> symbols_;
  std::vector<Facility> rows_;  // of the facilities
  std::vector<Instrument> instruments_;
};

}  // namespace emx::gateway
