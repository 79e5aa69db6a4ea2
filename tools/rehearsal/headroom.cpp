#include "tools/rehearsal/headroom.hpp"

#include "engine/vocabulary/commands.hpp"
#include "risk/order_limits.hpp"
#include "tools/rehearsal/rehearsal.hpp"

namespace emx::rehearsal {

namespace {

// An approval that never was has no room, and none is told.
void add_demand(const engine::Inspection& state, Headrooms& rooms) {
  for (std::uint32_t f = 0; f < state.data().facilities.size(); ++f) {
    for (std::uint8_t k = 0; k < pollutants_count; ++k) {
      const auto& approval = state.demand(FacilityId{f}, static_cast<Pollutant>(k));
      if (approval.approved_kg == 0 && approval.credited_kg == 0) continue;
      rooms[{Code::d01_demand, Scope::facility, f, k}] = approval.room();
    }
  }
}

// Of groups, and of firms without one, that hold or bid for carbon.
void add_carbon(const engine::Inspection& state, Headrooms& rooms) {
  const risk::ReferenceData& data = state.data();
  for (std::uint32_t f = 0; f < data.facilities.size(); ++f) {
    const risk::CarbonExposure& carbon = state.carbon(FacilityId{f});
    if (carbon.held == 0 && carbon.open_bids == 0 && carbon.allocated == 0) continue;
    const FirmId firm = data.facilities[FacilityId{f}].firm;
    const GroupId group = data.firms[firm].group;
    const bool alone = group.value == no_id;
    rooms[{Code::h01_holding, alone ? Scope::firm : Scope::group, alone ? firm.value : group.value,
           0}] =
        carbon.allocated + data.parameters.carbon_extra_t_max - carbon.held - carbon.open_bids;
  }
}

void add_open_orders(const Rehearsal& course, Headrooms& rooms) {
  const engine::Inspection state = course.state();
  const auto add = [&](Scope scope, std::uint32_t rows) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      const std::int64_t limit =
          state.order_limit(LimitKind::open_orders, scope, row, course.now_ns());
      if (limit == risk::OrderLimits::none) continue;
      rooms[{Code::o03_open_orders, scope, row, 0}] = limit - state.open_orders(scope, row);
    }
  };
  add(Scope::firm, state.data().firms.size());
  add(Scope::group, state.data().groups.size());
  add(Scope::facility, state.data().facilities.size());
  add(Scope::instrument, state.data().instruments.size());
}

void add_accounts(const engine::Inspection& state, const std::set<std::uint32_t>& facilities,
                  Headrooms& rooms) {
  for (const std::uint32_t f : facilities) {
    rooms[{Code::l01_cash, Scope::facility, f, 0}] = state.cash(FacilityId{f}).available();
    for (std::uint32_t i = 0; i < state.data().instruments.size(); ++i) {
      rooms[{Code::l02_rights, Scope::facility, f, i}] =
          state.rights(FacilityId{f}, InstrumentId{i}).available();
    }
  }
}

template <class Name>
std::string text(const Name& of) {
  return std::string{of.view()};
}

std::string owner_of(const HeadroomOf& of, const risk::ReferenceData& data) {
  switch (of.scope) {
    case Scope::firm:
      return "firm " + text(data.firms[FirmId{of.of}].code);
    case Scope::group:
      return "group " + text(data.groups[GroupId{of.of}]);
    case Scope::facility:
      return "facility " + text(data.facilities[FacilityId{of.of}].code);
    default:
      return "instrument " + text(data.instruments[InstrumentId{of.of}].symbol);
  }
}

}  // namespace

Headrooms headrooms(const Rehearsal& course, const std::set<std::uint32_t>& facilities) {
  Headrooms rooms;
  add_demand(course.state(), rooms);
  add_carbon(course.state(), rooms);
  add_open_orders(course, rooms);
  add_accounts(course.state(), facilities, rooms);
  return rooms;
}

std::vector<HeadroomChange> changes(const Headrooms& before, const Headrooms& after,
                                    const Rehearsal& course) {
  std::map<HeadroomOf, HeadroomChange> all;
  for (const auto& [of, room] : before) all[of] = {of, room, {}, {}};
  for (const auto& [of, room] : after) {
    HeadroomChange& change = all[of];
    change.of = of;
    change.after = room;
  }
  std::vector<HeadroomChange> rows;
  for (const auto& [of, change] : all) {
    if (change.before == change.after) continue;
    rows.push_back(change);
    rows.back().whose = owner_of(of, course.state().data());
  }
  return rows;
}

std::set<std::uint32_t> accounts_of(std::span<const std::byte> command, const Rehearsal& course) {
  std::set<std::uint32_t> facilities;
  const auto add = [&](const AccountCode& code) {
    const std::uint32_t facility = course.names().find_facility(code.view());
    if (facility != no_id) facilities.insert(facility);
  };
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::deposit:
      add(read_record<DepositCommand>(command).facility);
      break;
    case CommandKind::withdraw:
      add(read_record<WithdrawCommand>(command).facility);
      break;
    case CommandKind::issue:
      add(read_record<IssueCommand>(command).facility);
      break;
    case CommandKind::freeze:
      add(read_record<FreezeCommand>(command).facility);
      break;
    case CommandKind::pledge:
      add(read_record<PledgeCommand>(command).facility);
      break;
    case CommandKind::transfer:
      add(read_record<TransferCommand>(command).from);
      add(read_record<TransferCommand>(command).to);
      break;
    case CommandKind::trust:  // what waits between the two may end
      add(read_record<TrustCommand>(command).from);
      break;
    default:
      break;
  }
  return facilities;
}

}  // namespace emx::rehearsal
