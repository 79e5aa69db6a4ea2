#include "tools/audit/province_count.hpp"

#include <algorithm>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::grouped;

namespace {

std::string subject(std::int32_t year, std::uint8_t province, std::uint8_t pollutant) {
  return "quota " + std::to_string(year) + ' ' +
         std::string{emx::name_of(static_cast<Province>(province))} + ' ' +
         std::string{emx::name_of(static_cast<Pollutant>(pollutant))};
}

std::string differs(const std::string& what, std::string_view counter, std::int64_t counted,
                    std::int64_t told) {
  return what + ": the trades give a " + std::string{counter} + " of " + grouped(counted) +
         " kg, the ledger tells " + grouped(told);
}

constexpr std::uint8_t no_pollutant = pollutants_count;

// Of a book whose trades the quotas count: carbon has no province quota.
std::uint8_t pollutant_of(std::uint32_t instrument, const market::Names& names) {
  const SetInstrumentCommand* book = names.instrument(instrument);
  if (book == nullptr || book->pollutant >= pollutants_count ||
      is_carbon(static_cast<Pollutant>(book->pollutant))) {
    return no_pollutant;
  }
  return book->pollutant;
}

bool has_province(const SetFacilityCommand* facility) {
  return facility != nullptr && facility->province < provinces_count;
}

void add(ProvinceCount::Row& row, ProvinceCount::Measure measure, std::int64_t by,
         std::uint64_t sequence) {
  row.use[measure] += by;
  if (row.use[measure] <= row.peak[measure]) return;
  row.peak[measure] = row.use[measure];
  row.peak_cap[measure] = row.caps[measure];
  row.peak_at[measure] = sequence;
}

}  // namespace

std::string_view name_of(ProvinceCount::Measure measure) {
  switch (measure) {
    case ProvinceCount::inflow:
      return "net inflow";
    case ProvinceCount::outflow:
      return "net outflow";
    case ProvinceCount::gross:
      return "gross";
    case ProvinceCount::holding:
      return "holding";
    case ProvinceCount::pace:
      return "inflow today";
  }
  return "?";
}

std::string ProvinceCount::apply(const EntryView& entry, const market::Names& names) {
  if (is_refused(entry)) return {};
  for_each_setting(entry, [&](std::span<const std::byte> setting) {
    take_setting(setting, entry.stamp.sequence.value);
  });
  std::string fault;
  const std::uint64_t sequence = entry.stamp.sequence.value;
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        switch (static_cast<EventKind>(header.kind)) {
          case EventKind::trade:
            if (fault.empty()) fault = finish_trade();
            take_trade(read_record<TradeEvent>(event), sequence, names);
            break;
          case EventKind::transfer:
            if (fault.empty()) fault = finish_trade();
            take_transfer(read_record<TransferEvent>(event), sequence, names);
            break;
          case EventKind::posting:
            take_posting(read_record<PostingEvent>(event), sequence, names);
            break;
          case EventKind::quota_used:
            if (fault.empty()) fault = check_used(read_record<QuotaUsedEvent>(event));
            break;
          default:
            break;
        }
      }));
  return fault.empty() ? finish_trade() : fault;
}

void ProvinceCount::take_setting(std::span<const std::byte> command, std::uint64_t sequence) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::set_quota: {
      const auto c = read_record<SetQuotaCommand>(command);
      Row& changed = rows_[{c.year, c.province, c.pollutant}];
      changed.has_caps = true;
      changed.caps = {c.inflow_cap_kg, c.outflow_cap_kg, c.gross_cap_kg, c.holding_cap_kg,
                      c.daily_pace_kg};
      changed.caps_set_at = sequence;
      break;
    }
    case CommandKind::day_open: {
      const Date date{read_record<DayOpenCommand>(command).date};
      const std::int32_t year = civil_of(date).year;
      for (auto& [key, counted] : rows_) {
        if (std::get<0>(key) == year_) counted.use[pace] = 0;
      }
      if (year == year_) break;
      year_ = year;
      start_year(sequence);
      break;
    }
    default:
      break;
  }
}

// Rights stay when the year goes; everything else starts at 0.
void ProvinceCount::start_year(std::uint64_t sequence) {
  present_ = {};
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    for (std::uint8_t k = 0; k < pollutants_count; ++k) {
      if (held_[p][k] != 0) add(row(p, k), holding, held_[p][k], sequence);
    }
  }
}

ProvinceCount::Row& ProvinceCount::row(std::uint8_t province, std::uint8_t pollutant) {
  Row*& known = present_[province][pollutant];
  if (known == nullptr) known = &rows_[{year_, province, pollutant}];
  return *known;
}

void ProvinceCount::take_trade(const TradeEvent& trade, std::uint64_t sequence,
                               const market::Names& names) {
  sides_ = {};
  const SetFacilityCommand* buyer = names.facility(trade.buy_facility);
  const SetFacilityCommand* seller = names.facility(trade.sell_facility);
  const std::uint8_t pollutant = pollutant_of(trade.instrument, names);
  if (pollutant == no_pollutant || !has_province(buyer) || !has_province(seller) ||
      buyer->province == seller->province) {
    return;
  }
  sides_ = {Side{buyer->province, true, false}, Side{seller->province, false, false}};
  pollutant_ = pollutant;
  Row& to = row(buyer->province, pollutant);
  add(to, inflow, trade.credited_lots, sequence);
  add(to, outflow, -trade.credited_lots, sequence);
  add(to, gross, trade.credited_lots, sequence);
  add(to, pace, trade.credited_lots, sequence);
  Row& from = row(seller->province, pollutant);
  add(from, inflow, -trade.quantity_lots, sequence);
  add(from, outflow, trade.quantity_lots, sequence);
  add(from, gross, trade.quantity_lots, sequence);
  add(from, pace, -trade.quantity_lots, sequence);
}

// Counts as a trade does (market-rules 5).
void ProvinceCount::take_transfer(const TransferEvent& transfer, std::uint64_t sequence,
                                  const market::Names& names) {
  if (static_cast<TransferStage>(transfer.stage) != TransferStage::carried_out) return;
  TradeEvent trade{};
  trade.buy_facility = transfer.to_facility;
  trade.sell_facility = transfer.from_facility;
  trade.instrument = transfer.instrument;
  trade.quantity_lots = transfer.quantity_lots;
  trade.credited_lots = transfer.credited_lots;
  take_trade(trade, sequence, names);
}

void ProvinceCount::take_posting(const PostingEvent& posting, std::uint64_t sequence,
                                 const market::Names& names) {
  if (posting.asset == asset_cash) return;
  const std::uint8_t pollutant = pollutant_of(posting.asset - asset_of_instrument(0), names);
  if (pollutant == no_pollutant) return;
  const auto move = [&](std::uint32_t account, std::int64_t by) {
    const SetFacilityCommand* facility = names.facility(account);
    if (!has_province(facility)) return;
    held_[facility->province][pollutant] += by;
    if (year_ != 0) add(row(facility->province, pollutant), holding, by, sequence);
  };
  move(posting.debit_account, -posting.amount);
  move(posting.credit_account, posting.amount);
}

// The ledger tells a province's counters after the postings of its trade.
std::string ProvinceCount::check_used(const QuotaUsedEvent& event) {
  const std::string what = subject(event.year, event.province, event.pollutant);
  const auto side = std::ranges::find_if(sides_, [&](const Side& one) {
    return one.province == event.province && one.province < provinces_count && !one.told &&
           event.pollutant == pollutant_;
  });
  if (side == sides_.end()) {
    return what + ": it is told without a cross-province trade of the province";
  }
  side->told = true;
  if (event.year != year_) return what + ": the trade date is in " + std::to_string(year_);
  const Row& counted = row(event.province, event.pollutant);
  if (event.net_kg != counted.use[inflow]) {
    return differs(what, "net", counted.use[inflow], event.net_kg);
  }
  if (event.net_today_kg != counted.use[pace]) {
    return differs(what, "net of the day", counted.use[pace], event.net_today_kg);
  }
  if (event.gross_kg != counted.use[gross]) {
    return differs(what, "gross", counted.use[gross], event.gross_kg);
  }
  return {};
}

// All events of the trade have come.
std::string ProvinceCount::finish_trade() {
  std::string fault;
  for (const Side& side : sides_) {
    if (side.province == provinces_count || !fault.empty()) continue;
    fault = side.told ? check_caps(side)
                      : subject(year_, side.province, pollutant_) +
                            ": it is not told after a cross-province trade of the province";
  }
  sides_ = {};
  return fault;
}

std::string ProvinceCount::check_caps(const Side& side) {
  const Row& counted = row(side.province, pollutant_);
  for (const Measure measure : {inflow, outflow, gross, holding, pace}) {
    const bool bounded = measure == gross || (measure == outflow) != side.buys;
    if (bounded && counted.use[measure] > counted.caps[measure]) {
      return subject(year_, side.province, pollutant_) + ": the " + std::string{name_of(measure)} +
             " of " + grouped(counted.use[measure]) + " kg exceeds the cap in force, " +
             grouped(counted.caps[measure]);
    }
  }
  return {};
}

}  // namespace emx::audit
