#include "tools/audit/open_tickets.hpp"

namespace emx::audit {

void OpenTickets::apply(const EntryView& entry, const market::Names& names) {
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (static_cast<EventKind>(header.kind) != EventKind::block) return;
        take(read_record<BlockEvent>(event), names);
      }));
}

void OpenTickets::take(const BlockEvent& block, const market::Names& names) {
  // Only what a second side has bound itself to has a ticket.
  if (block.other_reserved_amount == 0) return;
  const bool buys = static_cast<Side>(block.side) == Side::buy;
  const SetFacilityCommand* buyer = names.facility(buys ? block.facility : block.counterparty);
  const SetFacilityCommand* seller = names.facility(buys ? block.counterparty : block.facility);
  const SetInstrumentCommand* book = names.instrument(block.instrument);
  if (buyer == nullptr || seller == nullptr || book == nullptr) return;
  if (buyer->province >= provinces_count || seller->province >= provinces_count ||
      buyer->province == seller->province || book->pollutant >= pollutants_count ||
      is_carbon(static_cast<Pollutant>(book->pollutant))) {
    return;
  }
  const bool taken = static_cast<BlockStage>(block.stage) == BlockStage::confirmed;
  held_[buyer->province][book->pollutant].bought +=
      taken ? block.credited_lots : -block.credited_lots;
  held_[seller->province][book->pollutant].sold +=
      taken ? block.quantity_lots : -block.quantity_lots;
}

std::int64_t tickets_kg(ProvinceCount::Measure measure, const OpenTickets::Held& held) {
  switch (measure) {
    case ProvinceCount::outflow:
      return held.sold;
    case ProvinceCount::gross:
      return held.bought + held.sold;
    default:
      return held.bought;
  }
}

}  // namespace emx::audit
