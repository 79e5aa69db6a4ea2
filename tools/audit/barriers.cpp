#include "tools/audit/barriers.hpp"

#include <algorithm>

#include "tools/audit/ended_orders.hpp"

namespace emx::audit {

namespace {

std::uint8_t province_of_facility(std::uint32_t id, const market::Names& names) {
  const SetFacilityCommand* facility = names.facility(id);
  return facility == nullptr ? Barriers::any_province : facility->province;
}

// market-rules 5 and 8.6: who may trade with whom.
bool is_eligibility(Code code) { return code >= Code::e01_permit && code <= Code::e11_not_emitter; }

std::uint8_t pollutant_of_book(std::uint32_t instrument, const market::Names& names) {
  const SetInstrumentCommand* book = names.instrument(instrument);
  return book == nullptr ? pollutants_count : book->pollutant;
}

}  // namespace

void Barriers::apply(const EntryView& entry, const market::Names& names) {
  const std::uint64_t sequence = entry.stamp.sequence.value;
  static_cast<void>(for_each_event(entry.events, [&](const EventHeader& header,
                                                     std::span<const std::byte> event) {
    switch (static_cast<EventKind>(header.kind)) {
      case EventKind::refused:
        take_refusal(entry, read_record<RefusedEvent>(event), names);
        break;
      case EventKind::order_accepted: {
        const auto e = read_record<OrderAcceptedEvent>(event);
        orders_[e.order_id] = {e.facility, e.instrument, static_cast<Side>(e.side)};
        break;
      }
      case EventKind::skip:
        take_skip(sequence, read_record<SkipEvent>(event), names);
        break;
      case EventKind::block: {
        const auto e = read_record<BlockEvent>(event);
        const bool buys = static_cast<Side>(e.side) == Side::buy;
        blocks_[e.block_no] = {buys ? e.facility : e.counterparty,
                               buys ? e.counterparty : e.facility, e.instrument, e.quantity_lots};
        break;
      }
      default:
        break;
    }
  }));
  for_each_ended_order(entry.events, [this](std::uint64_t order) {
    orders_.erase(order);
    passed_.erase(passed_.lower_bound({order, 0, 0, 0, Code::none}),
                  passed_.lower_bound({order + 1, 0, 0, 0, Code::none}));
  });
}

void Barriers::take_skip(std::uint64_t sequence, const SkipEvent& skip,
                         const market::Names& names) {
  const auto taker = orders_.find(skip.order_id);
  if (taker == orders_.end()) return;
  const Order& order = taker->second;
  const auto code = static_cast<Code>(skip.code);
  const bool has_provinces = skip.province < provinces_count;
  const std::uint8_t own =
      has_provinces ? province_of_facility(order.facility, names) : any_province;
  const std::uint8_t other = has_provinces ? skip.province : any_province;
  const bool buys = order.side == Side::buy;
  std::int64_t& known = passed_[{skip.order_id, skip.province, skip.zone, skip.local_only, code}];
  const std::int64_t more = std::max<std::int64_t>(skip.quantity_lots - known, 0);
  known += more;
  add({pollutant_of_book(order.instrument, names), Kind::passed_over, code, buys ? other : own,
       buys ? own : other},
      sequence, more, order.facility, names);
}

void Barriers::take_refusal(const EntryView& entry, const RefusedEvent& refused,
                            const market::Names& names) {
  const auto code = static_cast<Code>(refused.code);
  const std::uint64_t sequence = entry.stamp.sequence.value;
  switch (static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind)) {
    case CommandKind::new_order: {
      const auto c = read_record<NewOrderCommand>(entry.command);
      if (!is_eligibility(code) || c.facility == no_id || c.instrument == no_id) return;
      Key key{pollutant_of_book(c.instrument, names), Kind::refused, code};
      (static_cast<Side>(c.side) == Side::buy ? key.buyer : key.seller) =
          province_of_facility(c.facility, names);
      add(key, sequence, c.quantity_lots, c.facility, names);
      break;
    }
    case CommandKind::submit_block: {
      const auto c = read_record<SubmitBlockCommand>(entry.command);
      const std::uint32_t facility = names.facility_named(c.facility);
      const std::uint32_t instrument = names.instrument_named(c.symbol);
      if (!is_eligibility(code) || facility == no_id || instrument == no_id) return;
      Key key{pollutant_of_book(instrument, names), Kind::refused, code};
      (static_cast<Side>(c.side) == Side::buy ? key.buyer : key.seller) =
          province_of_facility(facility, names);
      add(key, sequence, c.quantity_lots, facility, names);
      break;
    }
    case CommandKind::answer_block: {
      // Of the pair: eligibility, who stays at home, and the caps of both provinces.
      const bool of_the_pair = is_eligibility(code) || code == Code::x01_local_only ||
                               (code >= Code::q01_net_inflow && code <= Code::q05_pace);
      const auto c = read_record<AnswerBlockCommand>(entry.command);
      const auto block = blocks_.find(c.block_no);
      if (!of_the_pair || block == blocks_.end()) return;
      const Block& deal = block->second;
      const bool by_seller =
          names.facility(deal.seller) != nullptr &&
          names.find_firm(names.facility(deal.seller)->firm.view()) == c.header.actor;
      add({pollutant_of_book(deal.instrument, names), Kind::block_refused, code,
           province_of_facility(deal.seller, names), province_of_facility(deal.buyer, names)},
          sequence, deal.lots, by_seller ? deal.seller : deal.buyer, names);
      break;
    }
    default:
      break;
  }
}

void Barriers::add(const Key& key, std::uint64_t sequence, std::int64_t lots,
                   std::uint32_t facility, const market::Names& names) {
  if (key.pollutant >= pollutants_count) return;
  Sums& sums = rows_[key];
  ++sums.times;
  sums.lots += lots;
  if (sums.first == 0) sums.first = sequence;
  sums.last = sequence;
  if (const SetFacilityCommand* known = names.facility(facility); known != nullptr) {
    sums.firms.insert(std::string{known->firm.view()});
  }
}

}  // namespace emx::audit
