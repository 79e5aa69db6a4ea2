#include "tests/why/scan.hpp"

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/rule_record.hpp"

namespace emx::why::testing {

namespace {

using Bytes = std::span<const std::byte>;
using audit::testing::Entry;

std::string key(const auto&... parts) {
  std::string text;
  const auto add = [&](const auto& part) {
    if constexpr (requires { part.view(); }) {
      text += std::string{part.view()} + ' ';
    } else if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(part)>>) {
      text += std::to_string(part) + ' ';
    } else {
      text += std::string{part} + ' ';
    }
  };
  (add(parts), ...);
  return text;
}

// What the rule set is made of: all that authorities and operators lay down, but for days, phases,
// accounts and who trusts whom.
bool is_rule(CommandKind kind) {
  switch (kind) {
    case CommandKind::genesis:
    case CommandKind::set_zone:
    case CommandKind::set_link:
    case CommandKind::set_instrument:
    case CommandKind::set_firm:
    case CommandKind::set_facility:
    case CommandKind::set_quota:
    case CommandKind::set_demand:
    case CommandKind::set_reference_price:
    case CommandKind::set_limit:
    case CommandKind::kill_switch:
    case CommandKind::set_parameters:
    case CommandKind::set_calendar:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::set<Setter> Scan::last(const std::string& key) const {
  const auto found = rules_.find(key);
  if (found == rules_.end()) return {};
  return {found->second};
}

std::set<Setter> Scan::quota(std::uint8_t province, std::uint8_t pollutant) const {
  return last(key("quota", year_, province, pollutant));
}

void Scan::take_rule(Bytes bytes, Setter by) {
  names_.apply(bytes);
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(bytes).kind);
  if (is_rule(kind)) rule_set_ = by.at;
  switch (kind) {
    case CommandKind::set_zone: {
      const auto c = read_record<SetZoneCommand>(bytes);
      rules_[key("zone", c.province, c.zone)] = by;
      break;
    }
    case CommandKind::set_link: {
      const auto c = read_record<SetLinkCommand>(bytes);
      rules_[key("link", c.pollutant, c.seller_province, c.buyer_province)] = by;
      break;
    }
    case CommandKind::set_instrument:
      rules_[key("instrument", read_record<SetInstrumentCommand>(bytes).symbol)] = by;
      break;
    case CommandKind::set_firm:
      rules_[key("firm", read_record<SetFirmCommand>(bytes).firm)] = by;
      break;
    case CommandKind::set_facility:
      rules_[key("facility", read_record<SetFacilityCommand>(bytes).facility)] = by;
      break;
    case CommandKind::set_quota: {
      const auto c = read_record<SetQuotaCommand>(bytes);
      rules_[key("quota", c.year, c.province, c.pollutant)] = by;
      break;
    }
    case CommandKind::set_demand: {
      const auto c = read_record<SetDemandCommand>(bytes);
      rules_[key("demand", c.facility, c.pollutant)] = by;
      break;
    }
    case CommandKind::trust: {
      const auto c = read_record<TrustCommand>(bytes);
      rules_[key("trust", c.from, c.to)] = by;
      break;
    }
    case CommandKind::set_reference_price:
      rules_[key("reference", read_record<SetReferencePriceCommand>(bytes).symbol)] = by;
      break;
    case CommandKind::genesis:
      rules_[key("figures")] = by;
      break;
    case CommandKind::set_parameters:
      rules_[key("figures")] = by;
      break;
    case CommandKind::rule_record: {
      const auto c = read_record<RuleRecordCommand>(bytes);
      recorded_[{c.authority, c.record}] = by.at;
      break;
    }
    case CommandKind::set_limit:
      limits_.insert(by);
      break;
    case CommandKind::kill_switch:
      if (read_record<KillSwitchCommand>(bytes).killed != 0) kills_.insert(by);
      break;
    case CommandKind::day_open:
      year_ = civil_of(Date{read_record<DayOpenCommand>(bytes).date}).year;
      phases_.insert(by);
      break;
    case CommandKind::phase:
      phases_.insert(by);
      break;
    default:
      break;
  }
}

void Scan::take_rules(const Entry& entry) {
  const std::uint64_t at = entry.stamp.sequence.value;
  if (is_refused(entry.view())) return;
  take_rule(entry.command, {at});
  static_cast<void>(for_each_event(entry.events, [&](const EventHeader& header, Bytes event) {
    if (static_cast<EventKind>(header.kind) != EventKind::rule_applied) return;
    const auto e = read_record<RuleAppliedEvent>(event);
    visit_rule(e.record_kind, e.body, [&](const auto& rule) {
      take_rule(std::as_bytes(std::span{&rule, 1}), {at, recorded_.at({e.authority, e.record})});
    });
  }));
}

std::set<Setter> Scan::set_by(const Case& what) const {
  const auto* facility = names_.facility(what.order.facility);
  const auto* book = names_.instrument(what.order.instrument);
  if (facility == nullptr || book == nullptr) return {};
  const bool buys = what.order.side == Side::buy;
  const std::uint8_t buyer = buys ? facility->province : what.other_province;
  const std::uint8_t seller = buys ? what.other_province : facility->province;
  switch (what.code) {
    case Code::o05_price:
      return last(key("reference", book->symbol));
    case Code::o06_tick_or_lot:
    case Code::p02_venue:
      return last(key("instrument", book->symbol));
    case Code::o07_use_block:
    case Code::h01_holding:
      return last(key("figures"));
    case Code::o03_open_orders:
    case Code::o04_rate:
      return limits_;
    case Code::k01_killed:
      return kills_;
    case Code::p01_phase:
      return phases_;
    case Code::d01_demand:
      return last(key("demand", facility->facility, book->pollutant));
    case Code::e01_permit:
    case Code::e02_credit:
    case Code::e04_basin:
    case Code::e05_power:
    case Code::e06_agri:
    case Code::e10_double_ets:
    case Code::e11_not_emitter:
      return last(key("facility", facility->facility));
    case Code::e03_related: {
      const auto* firm = names_.firm(names_.find_firm(facility->firm.view()));
      return firm->group.empty() ? last(key("facility", facility->facility))
                                 : last(key("firm", firm->firm));
    }
    case Code::e07_link:
      return last(key("link", book->pollutant, seller, buyer));
    case Code::e08_attain:
      if (buys) return last(key("zone", facility->province, facility->zone));
      return last(key("zone", buyer, names_.zone(what.zone)->zone));
    case Code::q01_net_inflow:
    case Code::q04_holding:
    case Code::q05_pace:
      return quota(buyer, book->pollutant);
    case Code::q02_net_outflow:
      return quota(seller, book->pollutant);
    case Code::q03_gross: {
      std::set<Setter> either = quota(buyer, book->pollutant);
      either.merge(quota(seller, book->pollutant));
      return either;
    }
    default:
      return {};
  }
}

// As if the receiver had bought from the giver. An entry rule may be the one's or the other's.
std::set<Setter> Scan::set_by(Code code, const TransferEvent& transfer) const {
  const auto& giver = *names_.facility(transfer.from_facility);
  const auto& receiver = *names_.facility(transfer.to_facility);
  if (code == Code::p05_not_your_account) {
    return last(key("trust", giver.facility, receiver.facility));
  }
  std::set<Setter> either =
      set_by({code, {transfer.to_facility, transfer.instrument, Side::buy}, no_id, giver.province});
  const bool entry_rule =
      code < Code::e07_link || code == Code::e10_double_ets || code == Code::e11_not_emitter;
  if (entry_rule) {
    either.merge(last(key("facility", giver.facility)));
  }
  return either;
}

std::vector<Expected> Scan::take(const Entry& entry) {
  std::vector<Expected> list;
  take_rules(entry);
  NewOrderCommand asked{};
  const auto header = read_record<CommandHeader>(entry.command);
  const auto kind = static_cast<CommandKind>(header.kind);
  if (kind == CommandKind::new_order) asked = read_record<NewOrderCommand>(entry.command);
  static_cast<void>(for_each_event(entry.events, [&](const EventHeader& e, Bytes event) {
    switch (static_cast<EventKind>(e.kind)) {
      case EventKind::refused: {
        const auto code = static_cast<Code>(read_record<RefusedEvent>(event).code);
        Expected expected{
            .kind = Finding::Kind::refusal, .code = code, .order_id = 0, .set_by = {}};
        Order order{asked.facility, asked.instrument, static_cast<Side>(asked.side)};
        if (kind == CommandKind::replace_order) {
          expected.order_id = read_record<ReplaceOrderCommand>(entry.command).order_id;
          if (orders_.contains(expected.order_id)) order = orders_.at(expected.order_id);
        } else if (kind == CommandKind::cancel_order) {
          expected.order_id = read_record<CancelOrderCommand>(entry.command).order_id;
        }
        const bool of_order = kind == CommandKind::new_order || kind == CommandKind::replace_order;
        if (of_order) {
          const auto* facility = names_.facility(order.facility);
          const std::uint8_t own = facility == nullptr ? std::uint8_t{0} : facility->province;
          expected.set_by = set_by({code, order, no_id, own});
        }
        list.push_back(expected);
        break;
      }
      case EventKind::order_accepted: {
        const auto accepted = read_record<OrderAcceptedEvent>(event);
        orders_[accepted.order_id] = {accepted.facility, accepted.instrument,
                                      static_cast<Side>(accepted.side)};
        break;
      }
      case EventKind::order_cancelled: {
        const auto cancel = read_record<OrderCancelledEvent>(event);
        const auto code = static_cast<Code>(cancel.code);
        list.push_back({Finding::Kind::cancel, code, cancel.order_id,
                        set_by({code, orders_.at(cancel.order_id)})});
        break;
      }
      case EventKind::skip: {
        const auto skip = read_record<SkipEvent>(event);
        const auto code = static_cast<Code>(skip.code);
        list.push_back({Finding::Kind::skip, code, skip.order_id,
                        set_by({code, orders_.at(skip.order_id), skip.zone, skip.province})});
        break;
      }
      case EventKind::block: {
        const auto block = read_record<BlockEvent>(event);
        const auto code = static_cast<Code>(block.code);
        if (code != Code::none) list.push_back({Finding::Kind::block_end, code, 0, {}});
        break;
      }
      case EventKind::transfer: {
        const auto transfer = read_record<TransferEvent>(event);
        const auto code = static_cast<Code>(transfer.code);
        if (code == Code::none) break;
        list.push_back({Finding::Kind::transfer_end, code, 0, set_by(code, transfer)});
        break;
      }
      case EventKind::trade: {
        const auto trade = read_record<TradeEvent>(event);
        const auto code = static_cast<Code>(trade.code);
        if (code == Code::none) break;
        const std::uint8_t from = names_.facility(trade.sell_facility)->province;
        list.push_back({Finding::Kind::cut_fill, code, trade.buy_order_id,
                        set_by({code, orders_.at(trade.buy_order_id), no_id, from})});
        break;
      }
      default:
        break;
    }
  }));
  for (Expected& expected : list) expected.rule_set = rule_set_;
  return list;
}

}  // namespace emx::why::testing
