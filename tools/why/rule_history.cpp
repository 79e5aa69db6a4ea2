#include "tools/why/rule_history.hpp"

#include <utility>

#include "engine/vocabulary/rules_in_force.hpp"

namespace emx::why {

namespace {

std::string key_of(std::string_view what, std::string_view name) {
  return std::string{what} + ' ' + std::string{name};
}

std::string number(auto value) { return '/' + std::to_string(static_cast<std::int64_t>(value)); }

std::string zone_key(Province province, std::string_view code) {
  return "zone" + number(province) + '/' + std::string{code};
}

std::string link_key(Pollutant pollutant, Province seller, Province buyer) {
  return "link" + number(pollutant) + number(seller) + number(buyer);
}

std::string quota_key(std::int32_t year, Province province, Pollutant pollutant) {
  return "quota" + number(year) + number(province) + number(pollutant);
}

std::string calendar_key(std::int32_t year) { return "calendar" + number(year); }

std::string demand_key(std::string_view facility, Pollutant pollutant) {
  return "demand" + number(pollutant) + '/' + std::string{facility};
}

std::string trust_key(std::string_view from, std::string_view to) {
  return key_of("trust", from) + ' ' + std::string{to};
}

std::string hold_key(std::string_view facility, std::string_view symbol) {
  return key_of("hold", facility) + ' ' + std::string{symbol};
}

std::string limit_key(LimitKind kind, Scope scope, std::string_view name) {
  return number(kind) + number(scope) + '/' + std::string{name};
}

std::string kill_key(Scope scope, std::string_view name) {
  return "kill" + number(scope) + '/' + std::string{name};
}

}  // namespace

void RuleHistory::take(const EntryView& entry, const std::string& command,
                       const audit::Describer& words) {
  if (is_refused(entry)) return;
  take_document(entry);
  const SetBy by{entry.stamp.sequence.value, entry.stamp.at_ns, command};
  take_setting(entry.command, by, words.names());
  for_each_applied_rule(
      entry, [&](const RuleAppliedEvent& applied, std::span<const std::byte> setting) {
        SetBy rule = by;
        rule.rule = {applied.authority, applied.version,
                     applied.record,    recorded_.at({applied.authority, applied.record}),
                     activated_,        words.rule(applied.record_kind, applied.body)};
        take_setting(setting, std::move(rule), words.names());
      });
}

void RuleHistory::take_document(const EntryView& entry) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind == CommandKind::activate_rules) activated_ = entry.stamp.sequence.value;
  if (kind == CommandKind::rule_record) {
    const auto c = read_record<RuleRecordCommand>(entry.command);
    drafted_[{c.authority, c.record}] = entry.stamp.sequence.value;
  }
  if (kind == CommandKind::rule_document) {
    const auto c = read_record<RuleDocumentCommand>(entry.command);
    for (std::uint16_t i = 0; i < c.records; ++i) {
      recorded_[{c.authority, i}] = drafted_.at({c.authority, i});
    }
  }
}

void RuleHistory::take_setting(std::span<const std::byte> bytes, SetBy by,
                               const market::Names& names) {
  const auto set = [&](std::string key) { rules_[std::move(key)] = by; };
  switch (static_cast<CommandKind>(read_record<CommandHeader>(bytes).kind)) {
    case CommandKind::genesis:
      set("figures");
      return set("genesis");
    case CommandKind::set_parameters:
      set("ratios");
      return set("figures");
    case CommandKind::set_calendar:
      return set(calendar_key(read_record<SetCalendarCommand>(bytes).year));
    case CommandKind::day_open:
      return set("day");
    case CommandKind::set_zone: {
      const auto c = read_record<SetZoneCommand>(bytes);
      return set(zone_key(static_cast<Province>(c.province), c.zone.view()));
    }
    case CommandKind::set_link: {
      const auto c = read_record<SetLinkCommand>(bytes);
      return set(link_key(static_cast<Pollutant>(c.pollutant),
                          static_cast<Province>(c.seller_province),
                          static_cast<Province>(c.buyer_province)));
    }
    case CommandKind::set_instrument:
      return set(key_of("instrument", read_record<SetInstrumentCommand>(bytes).symbol.view()));
    case CommandKind::set_firm:
      return set(key_of("firm", read_record<SetFirmCommand>(bytes).firm.view()));
    case CommandKind::set_facility:
      return set(key_of("facility", read_record<SetFacilityCommand>(bytes).facility.view()));
    case CommandKind::set_quota: {
      const auto c = read_record<SetQuotaCommand>(bytes);
      return set(quota_key(c.year, static_cast<Province>(c.province),
                           static_cast<Pollutant>(c.pollutant)));
    }
    case CommandKind::set_demand: {
      const auto c = read_record<SetDemandCommand>(bytes);
      return set(demand_key(c.facility.view(), static_cast<Pollutant>(c.pollutant)));
    }
    case CommandKind::trust: {
      const auto c = read_record<TrustCommand>(bytes);
      return set(trust_key(c.from.view(), c.to.view()));
    }
    case CommandKind::freeze: {
      const auto c = read_record<FreezeCommand>(bytes);
      return set(hold_key(c.facility.view(), c.symbol.view()));
    }
    case CommandKind::pledge: {
      const auto c = read_record<PledgeCommand>(bytes);
      return set(hold_key(c.facility.view(), c.symbol.view()));
    }
    case CommandKind::set_authority_key: {
      const auto c = read_record<SetAuthorityKeyCommand>(bytes);
      return set("key" + number(c.authority));
    }
    case CommandKind::set_reference_price:
      return set(key_of("reference", read_record<SetReferencePriceCommand>(bytes).symbol.view()));
    case CommandKind::phase: {
      const auto c = read_record<PhaseCommand>(bytes);
      if (!c.symbol.empty()) return set(key_of("phase", c.symbol.view()));
      for (std::uint32_t i = 0; i < names.instruments_count(); ++i) {
        set(key_of("phase", names.symbol(i)));
      }
      return;
    }
    case CommandKind::set_limit:
      return take_limit(read_record<SetLimitCommand>(bytes), std::move(by));
    case CommandKind::kill_switch: {
      const auto c = read_record<KillSwitchCommand>(bytes);
      const std::string key = kill_key(static_cast<Scope>(c.scope), c.name.view());
      if (c.killed != 0) return set(key);
      rules_.erase(key);
      return;
    }
    default:
      return;
  }
}

void RuleHistory::take_limit(const SetLimitCommand& command, SetBy set_by) {
  const std::string key = limit_key(static_cast<LimitKind>(command.kind),
                                    static_cast<Scope>(command.scope), command.name.view());
  auto& rows = command.until_ns == 0 ? lasting_ : temporary_;
  rows[key] = {command.value, command.until_ns, std::move(set_by)};
}

const SetBy* RuleHistory::find(const std::string& key) const {
  const auto found = rules_.find(key);
  return found == rules_.end() ? nullptr : &found->second;
}

const SetBy* RuleHistory::calendar(std::int32_t year) const { return find(calendar_key(year)); }

const SetBy* RuleHistory::phase(std::string_view symbol) const {
  return find(key_of("phase", symbol));
}
const SetBy* RuleHistory::instrument(std::string_view symbol) const {
  return find(key_of("instrument", symbol));
}
const SetBy* RuleHistory::reference_price(std::string_view symbol) const {
  return find(key_of("reference", symbol));
}
const SetBy* RuleHistory::facility(std::string_view code) const {
  return find(key_of("facility", code));
}
const SetBy* RuleHistory::firm(std::string_view code) const { return find(key_of("firm", code)); }

const SetBy* RuleHistory::zone(Province province, std::string_view code) const {
  return find(zone_key(province, code));
}

const SetBy* RuleHistory::link(Pollutant pollutant, Province seller, Province buyer) const {
  return find(link_key(pollutant, seller, buyer));
}

const SetBy* RuleHistory::quota(std::int32_t year, Province province, Pollutant pollutant) const {
  return find(quota_key(year, province, pollutant));
}

const SetBy* RuleHistory::demand(std::string_view facility, Pollutant pollutant) const {
  return find(demand_key(facility, pollutant));
}

const SetBy* RuleHistory::trust(std::string_view from, std::string_view to) const {
  return find(trust_key(from, to));
}

const SetBy* RuleHistory::hold(std::string_view facility, std::string_view symbol) const {
  return find(hold_key(facility, symbol));
}

const SetBy* RuleHistory::authority_key(Authority authority) const {
  return find("key" + number(authority));
}

std::optional<RuleHistory::Limit> RuleHistory::own_limit(LimitKind kind, Scope scope,
                                                         std::string_view name,
                                                         std::int64_t now_ns) const {
  const std::string key = limit_key(kind, scope, name);
  if (const auto found = temporary_.find(key);
      found != temporary_.end() && now_ns < found->second.until_ns) {
    return Limit{found->second.value, &found->second.set_by};
  }
  if (const auto found = lasting_.find(key); found != lasting_.end() && found->second.value >= 0) {
    return Limit{found->second.value, &found->second.set_by};
  }
  return std::nullopt;
}

std::optional<RuleHistory::Limit> RuleHistory::limit(LimitKind kind, Scope scope,
                                                     std::string_view name,
                                                     std::int64_t now_ns) const {
  if (const auto own = own_limit(kind, scope, name, now_ns)) return own;
  return own_limit(kind, scope, {}, now_ns);
}

const SetBy* RuleHistory::kill_switch(Scope scope, std::string_view name) const {
  return find(kill_key(scope, name));
}

}  // namespace emx::why
