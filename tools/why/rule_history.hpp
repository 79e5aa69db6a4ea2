#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/audit/describer.hpp"
#include "tools/market/names.hpp"
#include "tools/why/finding.hpp"

namespace emx::why {

// What last set each rule's value, from the commands that were not refused and the signed rules
// that came into force. Not thread-safe.
class RuleHistory {
 public:
  // Requires: entries in order; `command` is in words; `words` knows the names after the entry.
  void take(const EntryView& entry, const std::string& command, const audit::Describer& words);

  // Of one rule; nullptr: nobody ever set it.
  [[nodiscard]] const SetBy* genesis() const { return find("genesis"); }
  // The figures that hold for the whole market; at first the genesis'.
  [[nodiscard]] const SetBy* figures() const { return find("figures"); }
  // The replacement ratios; at first the rulebook's, which no entry set.
  [[nodiscard]] const SetBy* ratios() const { return find("ratios"); }
  [[nodiscard]] const SetBy* trade_date() const { return find("day"); }
  [[nodiscard]] const SetBy* calendar(std::int32_t year) const;
  [[nodiscard]] const SetBy* phase(std::string_view symbol) const;
  [[nodiscard]] const SetBy* instrument(std::string_view symbol) const;
  [[nodiscard]] const SetBy* reference_price(std::string_view symbol) const;
  [[nodiscard]] const SetBy* facility(std::string_view code) const;
  [[nodiscard]] const SetBy* firm(std::string_view code) const;
  [[nodiscard]] const SetBy* zone(Province, std::string_view code) const;
  [[nodiscard]] const SetBy* link(Pollutant, Province seller, Province buyer) const;
  [[nodiscard]] const SetBy* quota(std::int32_t year, Province, Pollutant) const;
  [[nodiscard]] const SetBy* demand(std::string_view facility, Pollutant) const;

  // The last freeze or pledge of an account's rights, or release; symbol empty: of its cash.
  [[nodiscard]] const SetBy* hold(std::string_view facility, std::string_view symbol) const;
  [[nodiscard]] const SetBy* authority_key(Authority) const;

  // Of transfers; the last that was said of it, whether trusted or not.
  [[nodiscard]] const SetBy* trust(std::string_view from, std::string_view to) const;

  // The limit that holds for a name of a scope at a time; the name's own, else that of all others.
  struct Limit {
    std::int64_t value;
    const SetBy* set_by;
  };
  [[nodiscard]] std::optional<Limit> limit(LimitKind, Scope, std::string_view name,
                                           std::int64_t now_ns) const;

  // The entry that turned on a kill switch that is on; nullptr: it is off.
  [[nodiscard]] const SetBy* kill_switch(Scope, std::string_view name) const;

 private:
  struct LimitRow {
    std::int64_t value = -1;
    std::int64_t until_ns = 0;
    SetBy set_by;
  };

  using Record = std::pair<std::uint8_t, std::uint16_t>;  // authority, number in its document

  [[nodiscard]] const SetBy* find(const std::string& key) const;
  // Where the documents stand that rules come from.
  void take_document(const EntryView& entry);
  void take_setting(std::span<const std::byte> command, SetBy by, const market::Names& names);
  void take_limit(const SetLimitCommand& command, SetBy set_by);
  [[nodiscard]] std::optional<Limit> own_limit(LimitKind, Scope, std::string_view name,
                                               std::int64_t now_ns) const;

  std::map<std::string, SetBy> rules_;  // by what they are of
  std::map<std::string, LimitRow> lasting_;
  std::map<std::string, LimitRow> temporary_;
  std::map<Record, std::uint64_t> drafted_;   // sequence of what was last handed in
  std::map<Record, std::uint64_t> recorded_;  // and closed
  std::uint64_t activated_ = 0;               // of the last activation
};

}  // namespace emx::why
