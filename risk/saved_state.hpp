#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/state_stream.hpp"
#include "risk/accounts.hpp"
#include "risk/blocks.hpp"
#include "risk/demand.hpp"
#include "risk/eligibility.hpp"
#include "risk/exposure.hpp"
#include "risk/kill_switch.hpp"
#include "risk/order_limits.hpp"
#include "risk/quotas.hpp"
#include "risk/reference_data.hpp"
#include "risk/rule_sets.hpp"
#include "risk/trading_calendar.hpp"
#include "risk/transfers.hpp"

// What of each class of risk/ stands in a snapshot. Each begins with all its members, so that a
// new one does not compile until it is said whether it is written, or follows from the rest; what
// follows is made anew, the digest among it. For whoever writes or reads a snapshot only.

namespace emx::risk {

inline void renew(Digest& digest, std::uint64_t value) {
  digest = {};
  digest.add(value);
}

template <class Self, class Archive>
void ReferenceData::persist(Self& self, Archive& archive) {
  auto& [zones, firms, groups, facilities, instruments, parameters] = self;
  archive.plain(parameters);
  using Rows = std::remove_reference_t<decltype(zones)>;
  Rows::persist(zones, archive, [&archive](auto& zone) {
    auto& [code, basin, province, attaining_mask, key_zone] = zone;
    archive.plain(code, basin, province, attaining_mask, key_zone);
    archive.require(static_cast<std::uint8_t>(province) < provinces_count, "a zone of no province");
  });
  std::remove_reference_t<decltype(groups)>::persist(
      groups, archive, [&archive](auto& group) { archive.plain(group); });
  const std::uint32_t groups_size = groups.size();
  std::remove_reference_t<decltype(firms)>::persist(
      firms, archive, [&archive, groups_size](auto& firm) {
        auto& [code, group] = firm;
        archive.plain(code, group);
        archive.require(group.value == no_id || group.value < groups_size, "a firm of no group");
      });
  const std::uint32_t firms_size = firms.size();
  const std::uint32_t zones_size = zones.size();
  std::remove_reference_t<decltype(facilities)>::persist(
      facilities, archive, [&archive, firms_size, zones_size](auto& facility) {
        auto& [code, basin, firm, zone, permit_valid_to, province, source_class, ets, credit,
               pollutants_mask, reach] = facility;
        archive.plain(code, basin, firm, zone, permit_valid_to, province, source_class, ets, credit,
                      pollutants_mask, reach);
        archive.require(firm.value < firms_size, "a facility of no firm");
        archive.require(zone.value < zones_size, "a facility in no zone");
        archive.require(static_cast<std::uint8_t>(province) < provinces_count,
                        "a facility in no province");
      });
  std::remove_reference_t<decltype(instruments)>::persist(
      instruments, archive, [&archive](auto& instrument) {
        auto& [symbol, basin, pollutant, scheme, medium, book_class, reference_only, first_year,
               last_year, band_pct, block_band_pct, collar_pct, tick_fen, fen_per_tick,
               levels_max] = instrument;
        archive.plain(symbol, basin, pollutant, scheme, medium, book_class, reference_only,
                      first_year, last_year, band_pct, block_band_pct, collar_pct, tick_fen,
                      fen_per_tick, levels_max);
        archive.require(static_cast<std::uint8_t>(pollutant) < pollutants_count,
                        "an instrument of no pollutant");
      });
}

template <class Self, class Archive>
void Links::persist(Self& self, Archive& archive) {
  auto& [open] = self;
  for (auto& of_pollutant : open) {
    for (auto& of_seller : of_pollutant) archive.rows(of_seller.data(), of_seller.size());
  }
}

template <class Self, class Archive>
void Accounts::persist(Self& self, Archive& archive) {
  auto& [facilities_max, instruments_max, cash, rights, digest] = self;
  const auto in_use = [](const Balance& balance) {
    return has_cell(balance) || has_hold_cell(balance);
  };
  archive.sparse(cash.data(), cash.size(), in_use);
  archive.sparse(rights.data(), rights.size(), in_use);
  if constexpr (Archive::loads) renew(digest, self.digest_from_scratch());
}

template <class Self, class Archive>
void Demand::persist(Self& self, Archive& archive) {
  auto& [approvals_count, approvals, digest] = self;
  archive.sparse(approvals.get(), approvals_count, [](const Approval& approval) {
    return approval.approved_kg != 0 || approval.credited_kg != 0;
  });
  if constexpr (Archive::loads) renew(digest, self.digest_from_scratch());
}

template <class Self, class Archive>
void ProvinceQuotas::persist(Self& self, Archive& archive) {
  auto& [year, use, open_caps, caps, tickets, rows, digest] = self;
  archive.plain(year);
  archive.rows(use.data(), use.size());
  archive.rows(tickets.data(), tickets.size());
  for (const TicketUse& held : tickets) {
    const auto fits = [](std::int64_t lots) { return lots >= 0 && lots <= issued_lots_max.value; };
    archive.require(fits(held.bought) && fits(held.sold), "a ticket of more than there is");
  }
  archive.list(rows, rows_max, [&archive](auto& row) {
    auto& [of_year, province, pollutant, row_caps] = row;
    archive.plain(of_year, province, pollutant, row_caps);
    archive.require(static_cast<std::uint8_t>(province) < provinces_count &&
                        static_cast<std::uint8_t>(pollutant) < pollutants_count,
                    "a quota of no province or pollutant");
  });
  if constexpr (Archive::loads) {
    if (!archive.ok()) return;  // figures that nobody vouches for are not added up
    for (std::size_t i = 0; i < caps.size(); ++i) open_caps[i] = tickets[i].left_of(caps[i]);
    for (const YearRow& row : rows) self.load_caps(row);
    renew(digest, self.digest_from_scratch());
  }
}

template <class Self, class Archive>
void KillSwitch::persist(Self& self, Archive& archive, const RowsUsed& used) {
  auto& [firms_max, instruments_max, stopped_count, all, provinces, basins_count, basins, firms,
         groups, instruments] = self;
  archive.plain(all, basins_count);
  if (!archive.require(basins_count <= basins_max, "more stopped basins than the capacity")) return;
  archive.rows(provinces.data(), provinces.size());
  archive.rows(basins.data(), basins_count);
  archive.rows(firms.get(), used.firms);
  archive.rows(groups.get(), used.groups);
  archive.rows(instruments.get(), used.instruments);
  if constexpr (Archive::loads) {
    const auto count = [](const bool* first, std::size_t size) {
      return static_cast<std::uint32_t>(std::count(first, first + size, true));
    };
    stopped_count = (all ? 1U : 0U) + basins_count + count(provinces.data(), provinces.size()) +
                    count(firms.get(), used.firms) + count(groups.get(), used.groups) +
                    count(instruments.get(), used.instruments);
  }
}

template <class Self, class Archive>
void OrderLimits::persist(Self& self, Archive& archive) {
  auto& [any, lowest_of_all, lowest, scopes, digest] = self;
  archive.rows(any.data(), any.size());
  for (auto& scope : scopes) {
    archive.sparse(scope.rows.get(), std::size_t{scope.rows_max} + 1, [](const Limits& limits) {
      return std::ranges::any_of(limits, [](const Limit& limit) { return limit.is_set(); });
    });
  }
  if constexpr (Archive::loads) {
    for (std::size_t kind = 1; kind <= limit_kinds_count; ++kind) {
      for (std::size_t scope = 1; scope <= scopes_count; ++scope) {
        self.find_lowest(static_cast<LimitKind>(kind), static_cast<Scope>(scope));
      }
    }
    renew(digest, self.digest_from_scratch());
  }
}

template <class Self, class Archive>
void OrderRates::persist(Self& self, Archive& archive) {
  auto& [firms_max, buckets, digest] = self;
  archive.sparse(buckets.get(), firms_max, [](const Bucket& bucket) { return bucket.at_ns != 0; });
  if constexpr (Archive::loads) {
    for (std::uint32_t firm = 0; firm < firms_max; ++firm) {
      if (buckets[firm].at_ns != 0) buckets[firm].cell = self.cell(firm);
    }
    renew(digest, self.digest_from_scratch());
  }
}

template <class Self, class Archive>
void Exposure::persist(Self& self, Archive& archive, const RowsUsed& used) {
  auto& [firm_orders, group_orders, facility_orders, instrument_orders, firm_carbon, group_carbon] =
      self;
  archive.rows(firm_orders.get(), used.firms);
  archive.rows(group_orders.get(), used.groups);
  archive.rows(facility_orders.get(), used.facilities);
  archive.rows(instrument_orders.get(), used.instruments);
  archive.rows(firm_carbon.get(), used.firms);
  archive.rows(group_carbon.get(), used.groups);
}

template <class Self, class Archive>
void Transfers::persist(Self& self, Archive& archive) {
  auto& [trusted, pending, given, digest] = self;
  archive.list(trusted, trusted_max,
               [&archive](auto& pair) { archive.plain(pair.first, pair.second); });
  archive.list(pending, pending_max, [&archive](auto& transfer) {
    auto& [number, from, to, instrument, lots, due] = transfer;
    archive.plain(number, from, to, instrument, lots, due);
  });
  archive.plain(given);
  if constexpr (Archive::loads) renew(digest, self.digest_from_scratch() - self.counter_cell());
}

template <class Self, class Archive>
void Blocks::persist(Self& self, Archive& archive) {
  auto& [open, day_tickets, given, next_expiry_ns, in_session, digest] = self;
  archive.list(open, open_max, [&archive](auto& block) {
    auto& [number, submitter, counterparty, instrument, side, price, lots, reserved, fee_rate_bp,
           expires_ns, ticket] = block;
    archive.plain(number, submitter, counterparty, instrument, side, price, lots, reserved,
                  fee_rate_bp, expires_ns);
    bool confirmed = ticket.has_value();
    archive.plain(confirmed);
    if constexpr (Archive::loads) {
      if (confirmed) ticket.emplace();
    }
    if (!confirmed) return;
    auto& [other_reserved, other_fee_rate_bp, holds_room, credited] = *ticket;
    archive.plain(other_reserved, other_fee_rate_bp, holds_room, credited);
  });
  archive.list(day_tickets, day_tickets_max);
  archive.plain(given, next_expiry_ns, in_session);
  if constexpr (Archive::loads) renew(digest, self.digest_from_scratch() - self.counter_cell());
}

template <class Self, class Archive>
void RuleSets::persist(Self& self, Archive& archive) {
  auto& [keys, documents, drafts, activated, in_force, waits, digest] = self;
  for (auto& key : keys) {
    auto& [known, bytes] = key;
    archive.plain(known, bytes);
  }
  for (auto* const places : {&documents, &drafts}) {
    for (auto& document : *places) {
      auto& [records, effective, closed_by] = document;
      archive.list(records, records_max);
      archive.plain(effective, closed_by);
    }
  }
  archive.plain(activated, in_force, waits);
  if constexpr (Archive::loads) renew(digest, self.digest_from_scratch() - self.counter_cell());
}

template <class Self, class Archive>
void TradingCalendar::persist(Self& self, Archive& archive) {
  auto& [rows, years, digest] = self;
  archive.plain(years);
  if (!archive.require(years <= years_max, "more calendar years than the capacity")) return;
  for (std::uint32_t i = 0; i < years; ++i) archive.plain(rows[i]);
  if constexpr (Archive::loads) renew(digest, self.digest_from_scratch());
}

}  // namespace emx::risk
