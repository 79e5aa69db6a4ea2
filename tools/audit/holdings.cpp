#include "tools/audit/holdings.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "engine/vocabulary/date.hpp"

namespace emx::audit {

namespace {

constexpr std::int64_t holdings_day_ns = 86'400'000'000'000;
constexpr std::int64_t holdings_zone_ns = 8 * 3'600'000'000'000;

std::int32_t year_of(std::int64_t at_ns) {
  return civil_of(Date{static_cast<std::int32_t>((at_ns + holdings_zone_ns) / holdings_day_ns)})
      .year;
}

struct Owner {
  std::string firm;
  std::string group;

  [[nodiscard]] const std::string& holder() const { return group.empty() ? firm : group; }
};

// nullptr-like, an empty firm: an account of the venue.
Owner owner_of_account(std::uint32_t account, const market::Names& names) {
  const SetFacilityCommand* facility = names.facility(account);
  if (facility == nullptr) return {};
  const SetFirmCommand* firm = names.firm(names.find_firm(facility->firm.view()));
  return {std::string{facility->firm.view()},
          firm == nullptr ? std::string{} : std::string{firm->group.view()}};
}

// A group and a firm may have one name.
using HolderKey = std::pair<bool, std::string>;  // whether a group, name
using Shares = std::pair<std::map<std::string, std::int64_t>, std::map<HolderKey, std::int64_t>>;

template <class Map>
std::int64_t hhi_of(const Map& shares, std::int64_t of_all) {
  if (of_all <= 0) return 0;
  double sum = 0;
  for (const auto& [name, lots] : shares) {
    const double percent = 100.0 * static_cast<double>(lots) / static_cast<double>(of_all);
    sum += percent * percent;
  }
  return std::llround(sum);
}

}  // namespace

std::int64_t share_bp(std::int64_t lots, std::int64_t of_all) {
  constexpr std::int64_t whole = 10'000;
  return of_all <= 0 ? 0 : lots / of_all * whole + lots % of_all * whole / of_all;
}

std::string Holdings::apply(const EntryView& entry) {
  describer_.take_names(entry);
  parts_.apply(entry);
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind == CommandKind::issue) {
    issue_years_[entry.stamp.sequence.value] = year_of(entry.stamp.at_ns);
  }
  if (std::string fault = lots_.apply(entry); !fault.empty()) return fault;
  return std::string{balances_.apply(entry.events)};
}

std::vector<Holdings::Row> Holdings::rows() const {
  std::vector<Row> rows;
  std::map<std::pair<std::uint32_t, std::string>, std::size_t> places;
  std::map<std::uint32_t, std::int64_t> totals;
  for (const ledger::Balances::Row& balance : balances_.rows()) {
    if (balance.asset == asset_cash || balance.amount == 0) continue;
    const Owner owner = owner_of_account(balance.account.value, names());
    if (owner.firm.empty()) continue;
    const std::uint32_t instrument = balance.asset - asset_of_instrument(0);
    const auto [place, added] = places.emplace(std::pair{instrument, owner.firm}, rows.size());
    if (added) rows.push_back({instrument, owner.firm, owner.group, 0, {}, 0});
    Row& row = rows[place->second];
    const AccountParts::Parts more = parts_.of(balance.account, balance.asset);
    row.lots += balance.amount;
    row.parts.reserved += more.reserved;
    row.parts.pledged += more.pledged;
    row.parts.frozen += more.frozen;
    totals[instrument] += balance.amount;
  }
  for (Row& row : rows) row.of_all = totals[row.instrument];
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
    return std::tuple{a.instrument, -a.lots} < std::tuple{b.instrument, -b.lots};
  });
  return rows;
}

std::vector<Holdings::Concentration> Holdings::concentrations() const {
  std::map<std::tuple<std::uint8_t, std::uint32_t, std::int32_t>, Shares> all;
  for (const RightsLots::Row& lot : lots_.rows()) {
    const Owner owner = owner_of_account(lot.account.value, names());
    const std::uint32_t instrument = lot.asset - asset_of_instrument(0);
    const SetInstrumentCommand* book = names().instrument(instrument);
    if (owner.firm.empty() || book == nullptr) continue;
    const auto year = issue_years_.find(lots_.issue(lot.issue).sequence);
    const std::int32_t issued = year == issue_years_.end() ? 0 : year->second;
    for (const auto& key : {std::tuple{book->pollutant, no_id, std::int32_t{0}},
                            std::tuple{book->pollutant, instrument, std::int32_t{0}},
                            std::tuple{book->pollutant, instrument, issued}}) {
      Shares& shares = all[key];
      shares.first[owner.firm] += lot.lots;
      shares.second[{!owner.group.empty(), owner.holder()}] += lot.lots;
    }
  }
  std::vector<Concentration> list;
  for (const auto& [key, shares] : all) {
    Concentration one;
    std::tie(one.pollutant, one.instrument, one.issued_in) = key;
    one.firms = shares.first.size();
    one.holders = shares.second.size();
    for (const auto& [holder, lots] : shares.second) {
      one.lots += lots;
      if (lots <= one.largest_lots) continue;
      one.largest_lots = lots;
      one.largest = holder.second;
    }
    one.hhi_of_firms = hhi_of(shares.first, one.lots);
    one.hhi = hhi_of(shares.second, one.lots);
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace emx::audit
