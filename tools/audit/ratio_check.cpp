#include "tools/audit/ratio_check.hpp"

#include <utility>

namespace emx::audit {

namespace {

struct RatioReason {
  RatioCheck::Ratio ratio;
  std::string_view because;
};

void raise(RatioReason& reason, std::uint8_t n, std::uint8_t d, std::string_view because) {
  if (n * reason.ratio.d <= reason.ratio.n * d) return;
  reason = {{n, d}, because};
}

// The largest that applies, not the product. A RESERVE buys back at 1 (market-rules 5).
RatioReason ratio_by_rules(const RatioCheck::Deal& deal, const market::Names& names) {
  const SetInstrumentCommand* book = names.instrument(deal.instrument);
  const SetFacilityCommand* buyer = names.facility(deal.buyer);
  const SetFacilityCommand* seller = names.facility(deal.seller);
  const SetParametersCommand& parameters = names.parameters();
  RatioReason reason{{1, 1}, ""};
  if (book == nullptr || buyer == nullptr || seller == nullptr) return reason;
  const auto pollutant = static_cast<Pollutant>(book->pollutant);
  if (is_carbon(pollutant)) {
    raise(reason, parameters.carbon_n, parameters.carbon_d, "carbon");
    return reason;
  }
  if (static_cast<SourceClass>(buyer->source_class) == SourceClass::reserve) return reason;
  const SetZoneCommand* zone =
      names.zone(names.find_zone(static_cast<Province>(buyer->province), buyer->zone.view()));
  const bool reserve = static_cast<SourceClass>(seller->source_class) == SourceClass::reserve;
  if (zone != nullptr && zone->key_zone != 0) {
    raise(reason, parameters.key_zone_n, parameters.key_zone_d, "key zone");
  }
  if (medium_of(pollutant) == Medium::water && buyer->reach < seller->reach && !reserve) {
    raise(reason, parameters.upstream_n, parameters.upstream_d, "upstream");
  }
  if (zone != nullptr && ((zone->attaining_mask >> book->pollutant) & 1) == 0) {
    raise(reason, parameters.non_attaining_n, parameters.non_attaining_d, "non-attaining");
  }
  return reason;
}

}  // namespace

void RatioCheck::Sums::add(const Sums& other) {
  deals += other.deals;
  sold += other.sold;
  credited += other.credited;
  retired += other.retired;
  posted += other.posted;
  at_fault += other.at_fault;
}

void RatioCheck::apply(const EntryView& entry, const market::Names& names) {
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        switch (static_cast<EventKind>(header.kind)) {
          case EventKind::trade: {
            finish(names);
            const auto t = read_record<TradeEvent>(event);
            Deal deal;
            deal.number = t.trade_no;
            deal.instrument = t.instrument;
            deal.buyer = t.buy_facility;
            deal.seller = t.sell_facility;
            deal.ratio = {t.ratio_n, t.ratio_d};
            deal.sums = {1, t.quantity_lots, t.credited_lots, t.retired_lots, 0, 0};
            begin(entry, std::move(deal), t.buy_order_id, names);
            break;
          }
          case EventKind::transfer: {
            finish(names);
            const auto t = read_record<TransferEvent>(event);
            if (static_cast<TransferStage>(t.stage) != TransferStage::carried_out) break;
            Deal deal;
            deal.transfer = true;
            deal.number = t.transfer_no;
            deal.instrument = t.instrument;
            deal.buyer = t.to_facility;
            deal.seller = t.from_facility;
            deal.ratio = {t.ratio_n, t.ratio_d};
            deal.sums = {1, t.quantity_lots, t.credited_lots, t.retired_lots, 0, 0};
            begin(entry, std::move(deal), 0, names);
            break;
          }
          case EventKind::posting: {
            const auto posting = read_record<PostingEvent>(event);
            if (open_ && posting.asset != asset_cash &&
                posting.credit_account == account_env_retired.value) {
              deal_.sums.posted += posting.amount;
            }
            break;
          }
          default:
            break;
        }
      }));
  finish(names);
}

void RatioCheck::begin(const EntryView& entry, Deal deal, std::uint64_t buy_order,
                       const market::Names& names) {
  deal.sequence = entry.stamp.sequence.value;
  deal.at_ns = entry.stamp.at_ns;
  const RatioReason reason = ratio_by_rules(deal, names);
  deal.by_rules = reason.ratio;
  deal.because = reason.because;
  // What no order stands behind starts, and ends, without a fraction.
  Fraction none;
  Fraction& fraction = buy_order == 0 ? none : fractions_[buy_order];
  if (fraction.ratio != reason.ratio) fraction = {reason.ratio, 0};
  const std::int64_t units = fraction.f + deal.sums.sold * reason.ratio.d;
  deal.credited_by_rules = units / reason.ratio.n;
  fraction.f = units % reason.ratio.n;
  deal_ = std::move(deal);
  open_ = true;
}

void RatioCheck::finish(const market::Names& names) {
  if (!open_) return;
  open_ = false;
  Sums& sums = deal_.sums;
  const bool as_it_must_be =
      deal_.ratio == deal_.by_rules && sums.credited == deal_.credited_by_rules && sums.holds();
  sums.at_fault = as_it_must_be ? 0 : 1;
  const SetInstrumentCommand* book = names.instrument(deal_.instrument);
  const SetFacilityCommand* buyer = names.facility(deal_.buyer);
  if (book != nullptr && buyer != nullptr) {
    rows_[{book->pollutant, buyer->province, std::string{buyer->zone.view()}, deal_.ratio}].add(
        sums);
  }
  if (!as_it_must_be || deal_.ratio != Ratio{}) deals_.push_back(deal_);
}

}  // namespace emx::audit
