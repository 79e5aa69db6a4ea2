#include "risk/quotas.hpp"

#include "engine/vocabulary/check.hpp"

namespace emx::risk {

ProvinceQuotas::ProvinceQuotas() {
  rows_.reserve(rows_max);
  for (std::size_t i = 0; i < use_.size(); ++i) digest_.add(use_cell(i));
}

bool ProvinceQuotas::has_row(std::int32_t year, Province province, Pollutant pollutant) const {
  return std::ranges::any_of(
      rows_, [&](const YearRow& row) { return row.is_of(year, province, pollutant); });
}

bool ProvinceQuotas::set_caps(std::int32_t year, Province province, Pollutant pollutant,
                              const ProvinceCaps& caps) {
  const YearRow row{year, province, pollutant, caps};
  for (YearRow& known : rows_) {
    if (!known.is_of(year, province, pollutant)) continue;
    digest_.remove(caps_cell(known));
    known = row;
    digest_.add(caps_cell(known));
    load_caps(known);
    return true;
  }
  if (rows_.size() == rows_max) return false;
  rows_.push_back(row);
  digest_.add(caps_cell(row));
  load_caps(row);
  return true;
}

void ProvinceQuotas::load_caps(const YearRow& row) {
  if (row.year != year_) return;
  const std::size_t i = index(row.province, row.pollutant);
  caps_[i] = row.caps;
  open_caps_[i] = tickets_[i].left_of(row.caps);
}

// No ticket outlives its book's day.
void ProvinceQuotas::open_day(std::int32_t year) {
  check(std::ranges::all_of(tickets_, [](const TicketUse& held) { return held == TicketUse{}; }));
  const bool new_year = year != year_;
  year_ = year;
  for (std::size_t i = 0; i < use_.size(); ++i) {
    digest_.remove(use_cell(i));
    use_[i].net_today = 0;
    if (new_year) {
      use_[i].net = 0;
      use_[i].gross = 0;
    }
    digest_.add(use_cell(i));
  }
  if (!new_year) return;
  caps_.fill({});
  open_caps_.fill({});
  for (const YearRow& row : rows_) load_caps(row);
}

CrossRooms ProvinceQuotas::rooms(Province buyer, Province seller, Pollutant pollutant) const {
  return {use(buyer, pollutant), open_caps(buyer, pollutant), use(seller, pollutant),
          open_caps(seller, pollutant)};
}

// The rows of CrossRooms at 0, without the rooms: asked before and after every fill.
Code ProvinceQuotas::blocked(Province buyer, Province seller, Pollutant pollutant) const {
  const ProvinceUse& bu = use(buyer, pollutant);
  const ProvinceUse& su = use(seller, pollutant);
  const ProvinceCaps& bc = open_caps(buyer, pollutant);
  const ProvinceCaps& sc = open_caps(seller, pollutant);
  if (bu.net >= bc.inflow) return Code::q01_net_inflow;
  if (sc.outflow + su.net <= 0) return Code::q02_net_outflow;
  if (bu.gross >= bc.gross || su.gross >= sc.gross) return Code::q03_gross;
  if (bu.held >= bc.holding) return Code::q04_holding;
  if (bu.net_today >= bc.daily_pace) return Code::q05_pace;
  return Code::none;
}

Code ProvinceQuotas::own_side_blocked(Province province, Pollutant pollutant, Side side) const {
  for (const CrossRooms::Row& row : rooms(province, province, pollutant).row) {
    if (row.of_buyer == (side == Side::buy) && row.room <= 0) return row.code;
  }
  return Code::none;
}

ProvinceQuotas::TicketShare ProvinceQuotas::ticket_share(Province buyer, Province seller,
                                                         Pollutant pollutant, Lots sold,
                                                         Lots credited,
                                                         std::int64_t share_pct) const {
  const CrossRooms whole{use(buyer, pollutant), caps(buyer, pollutant), use(seller, pollutant),
                         caps(seller, pollutant)};
  const CrossRooms open = rooms(buyer, seller, pollutant);
  for (std::size_t i = 0; i < CrossRooms::rows; ++i) {
    const CrossRooms::Row& row = whole.row[i];
    const std::int64_t held = row.room - open.row[i].room;
    const std::int64_t share = std::max<std::int64_t>(row.room, 0) * share_pct / 100;
    const std::int64_t wanted = row.of_buyer ? credited.value : sold.value;
    if (held + wanted > share) return {row.code, std::max<std::int64_t>(share - held, 0), wanted};
  }
  return {};
}

void ProvinceQuotas::hold(Province buyer, Province seller, Pollutant pollutant, Lots sold,
                          Lots credited) {
  check(buyer != seller);
  change_tickets(buyer, pollutant, {.bought = credited.value});
  change_tickets(seller, pollutant, {.sold = sold.value});
}

void ProvinceQuotas::change_tickets(Province province, Pollutant pollutant, const TicketUse& by) {
  const std::size_t i = index(province, pollutant);
  digest_.remove(use_cell(i));
  tickets_[i].bought += by.bought;
  tickets_[i].sold += by.sold;
  check(tickets_[i].bought >= 0 && tickets_[i].sold >= 0);
  digest_.add(use_cell(i));
  open_caps_[i] = tickets_[i].left_of(caps_[i]);
}

void ProvinceQuotas::take(Province buyer, Province seller, Pollutant pollutant, Lots sold,
                          Lots credited) {
  check(buyer != seller);
  change_use(buyer, pollutant, [&](ProvinceUse& use) { use.buy(credited); });
  change_use(seller, pollutant, [&](ProvinceUse& use) { use.sell(sold); });
}

void ProvinceQuotas::change_held(Province province, Pollutant pollutant, std::int64_t by_kg) {
  change_use(province, pollutant, [&](ProvinceUse& use) {
    use.held += by_kg;
    check(use.held >= 0);
  });
}

template <class Change>
void ProvinceQuotas::change_use(Province province, Pollutant pollutant, Change&& change) {
  const std::size_t i = index(province, pollutant);
  digest_.remove(use_cell(i));
  change(use_[i]);
  digest_.add(use_cell(i));
}

std::uint64_t ProvinceQuotas::use_cell(std::size_t i) const {
  return cell_hash(Cell::province_use)
      .word(std::uint64_t{i})
      .word(use_[i].net)
      .word(use_[i].net_today)
      .word(use_[i].gross)
      .word(use_[i].held)
      .word(tickets_[i].bought)
      .word(tickets_[i].sold)
      .value();
}

std::uint64_t ProvinceQuotas::caps_cell(const YearRow& row) {
  return cell_hash(Cell::province_caps)
      .word(std::int64_t{row.year})
      .word(std::uint64_t{index(row.province, row.pollutant)})
      .word(row.caps.inflow)
      .word(row.caps.outflow)
      .word(row.caps.gross)
      .word(row.caps.holding)
      .word(row.caps.daily_pace)
      .value();
}

std::uint64_t ProvinceQuotas::digest_from_scratch() const {
  Digest digest;
  for (std::size_t i = 0; i < use_.size(); ++i) digest.add(use_cell(i));
  for (const YearRow& row : rows_) digest.add(caps_cell(row));
  return digest.value();
}

}  // namespace emx::risk
