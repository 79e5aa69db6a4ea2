#include <bit>

#include "engine/authority.hpp"
#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

ZoneId find_zone(const MarketState& state, const SetZoneCommand& command) {
  return state.data.zones.find([&](const risk::Zone& zone) {
    return zone.province == static_cast<Province>(command.province) && zone.code == command.zone;
  });
}

// Every order anew into the class it belongs to now, with its old priority (market-rules 8.5).
void reclass(MarketState& state, BookState& book) {
  const Slot bids = book.book.drain(Side::buy);
  const Slot asks = book.book.drain(Side::sell);
  state.clear_classes(book);
  for (Slot slot : {bids, asks}) {
    while (slot != no_slot) {
      const Slot next = book.book.drained_after(slot);
      const std::uint32_t c = state.class_slot(
          book, state.class_of(book, state.facility_of(slot), state.pool[slot].side,
                               state.order(slot).local_only));
      check(c != TradingClasses::no_class);  // its check asked for room
      state.pool[slot].class_slot = static_cast<std::uint8_t>(c);
      book.book.append(slot);
      slot = next;
    }
  }
}

// Classes a book may come to have: two of each province (local or not), two of each zone that
// misses its target.
std::int64_t classes_possible(const MarketState& state, Pollutant pollutant) {
  std::int64_t zones = 0;
  for (std::uint32_t i = 0; i < state.data.zones.size(); ++i) {
    if (!state.data.zones[ZoneId{i}].attains(pollutant)) ++zones;
  }
  return 2 * (std::int64_t{provinces_count} + zones);
}

bool touches(const MarketState& state, const BookState& book, unsigned changed_mask) {
  return (mask_of(state.data.instruments[book.instrument].pollutant) & changed_mask) != 0;
}

// A zone may split two classes of each book, local and not, in two: there must be ladders for that.
Refusal check_room_for_classes(const MarketState& state, unsigned changed_mask, RulesAhead& ahead) {
  std::uint32_t blocks = 0;
  std::uint32_t cells = 64;
  for (std::uint32_t i = 0; i < state.books_count(); ++i) {
    const BookState& book = state.book(InstrumentId{i});
    if (!touches(state, book, changed_mask)) continue;
    blocks += 2 * 2;
    cells = std::max(cells, (book.book.levels_max() + 63) / 64 * 64);
  }
  if (blocks == 0) return {};
  ahead.ladders += blocks;
  ahead.ladder_cells = std::max(ahead.ladder_cells, cells);
  if (state.arena.has_room_for(ahead.ladder_cells, ahead.ladders)) return {};
  return {Code::o11_capacity, state.limits.level_cells_max, state.arena.level_cells_used()};
}

// A day that a trade date may be, or 0: no permit.
Refusal check_permit(Date until) {
  if (until.value == 0) return {};
  if (until < date_first) return out_of_range(date_first.value, until.value);
  if (until > date_last) return out_of_range(date_last.value, until.value);
  return {};
}

// Out of a group that is stopped a firm would trade again by the act of one person; a release takes
// two.
Refusal check_may_leave(const MarketState& state, FirmId firm, const SetFirmCommand& command) {
  if (firm.value == no_id) return {};
  const GroupId present = state.data.firms[firm].group;
  if (!state.kill_switch.stops(present) || state.data.groups[present] == command.group) return {};
  return {Code::k01_killed, static_cast<std::int64_t>(Scope::group), firm.value};
}

// A row for a new name: the next, or when none is left one that no firm but `leaving` uses, and
// that nothing was said of; no_id: there is none.
GroupId new_group(MarketState& state, const Text<16>& name, FirmId leaving) {
  if (!state.data.groups.full()) return state.data.groups.add(name);
  for (std::uint32_t i = 0; i < state.data.groups.size(); ++i) {
    const FirmId user = state.data.firms.find([&](const risk::Firm& firm) {
      return firm.group.value == i &&
             (leaving.value == no_id || firm.code != state.data.firms[leaving].code);
    });
    if (user.value != no_id || state.kill_switch.stops(GroupId{i}) ||
        state.order_limits.has_own(Scope::group, i)) {
      continue;
    }
    state.data.groups[GroupId{i}] = name;
    return GroupId{i};
  }
  return GroupId{no_id};
}

}  // namespace

Refusal check_rule(const MarketState& state, const SetZoneCommand& command, RulesAhead& ahead) {
  const auto province = static_cast<Province>(command.province);
  if (!is_known(province)) return {Code::o01_quantity, provinces_count - 1, command.province};
  if (command.attaining_mask > all_pollutants) {
    return {Code::o01_quantity, all_pollutants, command.attaining_mask};
  }
  if (command.key_zone > 1) return {Code::o01_quantity, 1, command.key_zone};
  if (command.zone.empty()) return {Code::p04_unknown_account, 0, 0};
  const ZoneId known = find_zone(state, command);
  if (known.value == no_id) {
    const std::uint32_t zones = state.data.zones.size() + ahead.zones;
    if (zones >= state.data.zones.rows_max()) {
      return {Code::o11_capacity, state.data.zones.rows_max(), zones};
    }
    ++ahead.zones;
  }
  const unsigned before =
      known.value == no_id ? all_pollutants : state.data.zones[known].attaining_mask;
  const unsigned changed = before ^ command.attaining_mask;
  for (std::uint8_t k = 0; k < pollutants_count; ++k) {
    if ((changed >> k & 1U) == 0 || (before >> k & 1U) == 0) continue;
    ahead.classes[k] += 2;
    const std::int64_t classes =
        classes_possible(state, static_cast<Pollutant>(k)) + ahead.classes[k];
    if (classes > book::classes_max) return {Code::o11_capacity, book::classes_max, classes};
  }
  if (known.value == no_id) return {};
  const unsigned missed_now = changed & before;  // only these split classes
  return check_room_for_classes(state, missed_now, ahead);
}

std::uint8_t apply_rule(MarketState& state, const SetZoneCommand& command) {
  const risk::Zone zone{command.zone, command.basin, static_cast<Province>(command.province),
                        command.attaining_mask, command.key_zone != 0};
  const ZoneId known = find_zone(state, command);
  if (known.value == no_id) {
    state.data.zones.add(zone);
    return 0;
  }
  const unsigned changed = state.data.zones[known].attaining_mask ^ command.attaining_mask;
  state.data.zones[known] = zone;
  for (std::uint32_t i = 0; i < state.books_count(); ++i) {
    BookState& book = state.book(InstrumentId{i});
    if (touches(state, book, changed)) reclass(state, book);
  }
  return all_pollutants;
}

Refusal set_firm(MarketState& state, PendingWork& work, const SetFirmCommand& command) {
  if (command.firm.empty()) return {Code::p04_unknown_account, 0, 0};
  const FirmId known =
      state.data.firms.find([&](const risk::Firm& firm) { return firm.code == command.firm; });
  if (known.value == no_id && state.data.firms.full()) {
    return {Code::o11_capacity, state.data.firms.rows_max(), state.data.firms.size()};
  }
  if (const Refusal refusal = check_may_leave(state, known, command)) return refusal;
  GroupId group{no_id};
  if (!command.group.empty()) {
    group = state.data.groups.find([&](const Text<16>& name) { return name == command.group; });
    if (group.value == no_id) group = new_group(state, command.group, known);
    if (group.value == no_id) {
      return {Code::o11_capacity, state.data.groups.rows_max(), state.data.groups.size()};
    }
  }
  if (known.value == no_id) {
    state.data.firms.add({command.firm, group});
    return {};
  }
  state.exposure.regroup(known, state.data.firms[known].group, group);
  state.data.firms[known].group = group;
  if (state.kill_switch.stops(group)) work.retest_all();
  work.start_fixpoint(all_pollutants, no_book);
  return {};
}

Refusal set_facility(MarketState& state, PendingWork& work, const SetFacilityCommand& command) {
  const auto province = static_cast<Province>(command.province);
  if (!is_known(province)) return {Code::o01_quantity, provinces_count - 1, command.province};
  if (!is_known(static_cast<SourceClass>(command.source_class))) {
    return {Code::o01_quantity, static_cast<std::int64_t>(SourceClass::fin), command.source_class};
  }
  if (!is_known(static_cast<Ets>(command.ets))) {
    return {Code::o01_quantity, static_cast<std::int64_t>(Ets::sh), command.ets};
  }
  if (!is_known(static_cast<Credit>(command.credit))) {
    return {Code::o01_quantity, static_cast<std::int64_t>(Credit::negative), command.credit};
  }
  if (command.pollutants_mask > all_pollutants) {
    return {Code::o01_quantity, all_pollutants, command.pollutants_mask};
  }
  if (const Refusal refusal = check_permit(Date{command.permit_valid_to})) return refusal;
  const FirmId firm =
      state.data.firms.find([&](const risk::Firm& row) { return row.code == command.firm; });
  const ZoneId zone = state.data.zones.find(
      [&](const risk::Zone& row) { return row.province == province && row.code == command.zone; });
  if (command.facility.empty() || firm.value == no_id || zone.value == no_id) {
    return {Code::p04_unknown_account, 0, 0};
  }
  const risk::Facility facility{command.facility,
                                command.basin,
                                firm,
                                zone,
                                Date{command.permit_valid_to},
                                province,
                                static_cast<SourceClass>(command.source_class),
                                static_cast<Ets>(command.ets),
                                static_cast<Credit>(command.credit),
                                command.pollutants_mask,
                                command.reach};
  const FacilityId known = state.data.facilities.find(
      [&](const risk::Facility& row) { return row.code == command.facility; });
  if (known.value == no_id) {
    if (state.data.facilities.full()) {
      return {Code::o11_capacity, state.data.facilities.rows_max(), state.data.facilities.size()};
    }
    state.data.facilities.add(facility);
    return {};
  }
  risk::Facility& present = state.data.facilities[known];
  if (present.firm != firm || present.zone != zone || present.basin != facility.basin ||
      present.source_class != facility.source_class) {
    return {Code::p05_not_your_account, present.firm.value, firm.value};
  }
  present = facility;
  work.retest(known);
  work.start_fixpoint(all_pollutants, no_book);
  return {};
}

}  // namespace emx::engine
