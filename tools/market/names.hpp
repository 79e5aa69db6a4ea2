#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx::market {

// What the ids in records stand for. Ids are dense, given in the order of definition, so they
// follow from the commands that were not refused, and from nothing else. Not thread-safe.
class Names {
 public:
  // Takes the commands that define something; others are nothing to it.
  // Requires: the exchange did not refuse it.
  void apply(std::span<const std::byte> command);
  // A document of rules was closed by the entry; the authority's that lay closed is over.
  void close_document(std::uint8_t authority, std::uint64_t sequence);
  void drop_document(std::uint8_t authority) { documents_.at(authority) = 0; }
  void drop_documents() { documents_ = {}; }

  // As last defined; nullptr: there is none.
  [[nodiscard]] const SetInstrumentCommand* instrument(std::uint32_t id) const;
  [[nodiscard]] const SetFacilityCommand* facility(std::uint32_t id) const;
  [[nodiscard]] const SetFirmCommand* firm(std::uint32_t id) const;
  [[nodiscard]] const SetZoneCommand* zone(std::uint32_t id) const;

  // What holds for the whole market: as last set, else the genesis' figures and the rulebook's
  // ratios.
  [[nodiscard]] const SetParametersCommand& parameters() const { return parameters_; }

  // The entry that closed the document of rules which lies closed of the authority; 0: none does.
  [[nodiscard]] std::uint64_t document(Authority authority) const {
    return documents_[static_cast<std::size_t>(authority)];
  }

  // `no_id`: not known.
  [[nodiscard]] std::uint32_t find_instrument(std::string_view symbol) const;
  [[nodiscard]] std::uint32_t find_facility(std::string_view code) const;
  [[nodiscard]] std::uint32_t find_firm(std::string_view code) const;
  [[nodiscard]] std::uint32_t find_zone(Province province, std::string_view code) const;
  // Of a command: what has bytes behind the text's end is no name of anything, as for the core.
  [[nodiscard]] std::uint32_t instrument_named(const Symbol& symbol) const;
  [[nodiscard]] std::uint32_t facility_named(const AccountCode& code) const;
  [[nodiscard]] std::uint32_t firm_named(const FirmCode& code) const;

  // "ZJ063-1", or one of the venue's own: BANK, REGISTRY, VENUE-FEES, ENV-RETIRED; "?7" for an id
  // that stands for nothing.
  [[nodiscard]] std::string account(std::uint32_t account_id) const;
  // "CNY", or a symbol.
  [[nodiscard]] std::string asset(std::uint32_t asset) const;
  [[nodiscard]] std::string symbol(std::uint32_t instrument_id) const;
  // "kg" or "t".
  [[nodiscard]] std::string_view unit(std::uint32_t instrument_id) const;

  [[nodiscard]] std::uint32_t zones_count() const {
    return static_cast<std::uint32_t>(zones_.size());
  }
  [[nodiscard]] std::uint32_t instruments_count() const {
    return static_cast<std::uint32_t>(instruments_.size());
  }
  [[nodiscard]] std::uint32_t firms_count() const {
    return static_cast<std::uint32_t>(firms_.size());
  }
  [[nodiscard]] std::uint32_t facilities_count() const {
    return static_cast<std::uint32_t>(facilities_.size());
  }

  // All of them, and back (engine/vocabulary/state_stream.hpp).
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive) {
    auto& [zones, instruments, firms, facilities, parameters, documents] = self;
    archive.list(zones, names_max);
    archive.list(instruments, names_max);
    archive.list(firms, names_max);
    archive.list(facilities, names_max);
    archive.plain(parameters, documents);
  }

 private:
  static constexpr std::size_t names_max = 1 << 24;

  std::vector<SetZoneCommand> zones_;
  std::vector<SetInstrumentCommand> instruments_;
  std::vector<SetFirmCommand> firms_;
  std::vector<SetFacilityCommand> facilities_;
  SetParametersCommand parameters_{};
  std::array<std::uint64_t, authorities_count> documents_{};
};

}  // namespace emx::market
