#include "tools/audit/province_moves.hpp"

#include "engine/vocabulary/date.hpp"

namespace emx::audit {

namespace {

// Carbon has no province quota.
bool has_quota(std::uint32_t instrument, const market::Names& names) {
  const SetInstrumentCommand* book = names.instrument(instrument);
  return book != nullptr && book->pollutant < pollutants_count &&
         !is_carbon(static_cast<Pollutant>(book->pollutant));
}

}  // namespace

void ProvinceMoves::apply(const EntryView& entry, const market::Names& names) {
  if (is_refused(entry)) return;
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind == CommandKind::day_open) open_day(entry);
  if (kind == CommandKind::issue) {
    const auto c = read_record<IssueCommand>(entry.command);
    begin(entry, Cause::issue, 0, account_registry.value, names.find_facility(c.facility.view()),
          names.find_instrument(c.symbol.view()), 0, c.quantity_lots, names);
  }
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        switch (static_cast<EventKind>(header.kind)) {
          case EventKind::trade: {
            const auto t = read_record<TradeEvent>(event);
            begin(entry, Cause::trade, t.trade_no, t.sell_facility, t.buy_facility, t.instrument,
                  t.quantity_lots, t.credited_lots, names);
            break;
          }
          case EventKind::transfer: {
            const auto t = read_record<TransferEvent>(event);
            if (static_cast<TransferStage>(t.stage) != TransferStage::carried_out) break;
            begin(entry, Cause::transfer, t.transfer_no, t.from_facility, t.to_facility,
                  t.instrument, t.quantity_lots, t.credited_lots, names);
            break;
          }
          case EventKind::posting:
            take_posting(read_record<PostingEvent>(event), names);
            break;
          default:
            break;
        }
      }));
  finish();
}

void ProvinceMoves::open_day(const EntryView& entry) {
  const Date date{read_record<DayOpenCommand>(entry.command).date};
  const std::int32_t year = civil_of(date).year;
  if (year == year_) return;
  const bool first = year_ == 0;
  year_ = year;
  for (std::uint8_t k = 0; k < pollutants_count; ++k) {
    Sums& sums = sums_[k];
    if (!first && (sums.net != 0 || sums.gross != 0)) {
      Move move;
      move.sequence = entry.stamp.sequence.value;
      move.at_ns = entry.stamp.at_ns;
      move.year = year;
      move.pollutant = k;
      move.cause = Cause::new_year;
      move.by = {-sums.net, -sums.gross, 0};
      move.after = {0, 0, sums.held};
      moves_.push_back(move);
    }
    sums.net = 0;
    sums.gross = 0;
  }
}

void ProvinceMoves::begin(const EntryView& entry, Cause cause, std::uint64_t number,
                          std::uint32_t from, std::uint32_t to, std::uint32_t instrument,
                          std::int64_t sold, std::int64_t credited, const market::Names& names) {
  finish();
  if (!has_quota(instrument, names)) return;
  move_ = {};
  move_.sequence = entry.stamp.sequence.value;
  move_.at_ns = entry.stamp.at_ns;
  move_.year = year_;
  move_.pollutant = names.instrument(instrument)->pollutant;
  move_.cause = cause;
  move_.number = number;
  move_.from = from;
  move_.to = to;
  move_.sold = sold;
  move_.credited = credited;
  open_ = true;
  if (cause == Cause::issue) return;
  const bool buys = is_here(to, names);
  const bool sells = is_here(from, names);
  if (buys == sells) return;
  move_.by.net = buys ? credited : -sold;
  move_.by.gross = buys ? credited : sold;
}

void ProvinceMoves::take_posting(const PostingEvent& posting, const market::Names& names) {
  if (!open_ || posting.asset == asset_cash) return;
  if (is_here(posting.debit_account, names)) move_.by.held -= posting.amount;
  if (is_here(posting.credit_account, names)) move_.by.held += posting.amount;
}

void ProvinceMoves::finish() {
  if (!open_) return;
  open_ = false;
  if (move_.by.net == 0 && move_.by.gross == 0 && move_.by.held == 0) return;
  Sums& sums = sums_[move_.pollutant];
  sums.net += move_.by.net;
  sums.gross += move_.by.gross;
  sums.held += move_.by.held;
  move_.after = sums;
  moves_.push_back(move_);
}

bool ProvinceMoves::is_here(std::uint32_t account, const market::Names& names) const {
  const SetFacilityCommand* facility = names.facility(account);
  return facility != nullptr && facility->province == province_;
}

}  // namespace emx::audit
