#include <ostream>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/open_tickets.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::grouped;

namespace {

constexpr std::array all_measures{ProvinceCount::inflow, ProvinceCount::outflow,
                                  ProvinceCount::gross, ProvinceCount::holding,
                                  ProvinceCount::pace};
constexpr std::array<const char*, ProvinceCount::measures> keys{"net_inflow", "net_outflow",
                                                                "gross", "holding", "inflow_today"};

std::string province_of(const ProvinceCount::Key& key) {
  return std::string{emx::name_of(static_cast<Province>(std::get<1>(key)))};
}

std::string pollutant_of(const ProvinceCount::Key& key) {
  return std::string{emx::name_of(static_cast<Pollutant>(std::get<2>(key)))};
}

std::string share(std::int64_t use, std::int64_t cap) {
  if (use <= 0) return "0 %";
  if (cap <= 0) return "-";
  return grouped(use / cap * 100 + use % cap * 100 / cap) + " %";
}

// Of a past or a coming year none are open.
std::int64_t tickets_of(const ProvinceCount& count, const ProvinceCount::Key& key,
                        ProvinceCount::Measure measure, const OpenTickets& tickets) {
  const auto [year, province, pollutant] = key;
  return year == count.year() ? tickets_kg(measure, tickets.of(province, pollutant)) : 0;
}

void write_text(const ProvinceCount& count, const OpenTickets& tickets, const AsOf& as_of,
                std::ostream& out) {
  using enum TextTable::Align;
  TextTable table{{{"year"},
                   {"province"},
                   {"pollutant"},
                   {"measure"},
                   {"kg now", right},
                   {"cap kg", right},
                   {"used", right},
                   {"tickets kg", right},
                   {"peak kg", right},
                   {"peak at entry", right},
                   {"cap then", right},
                   {"margin", right}}};
  for (const auto& [key, row] : count.rows()) {
    for (const auto measure : all_measures) {
      // A quota nobody has touched says nothing; the caps themselves are in the JSON.
      if (row.peak_at[measure] == 0) continue;
      table.add({std::to_string(std::get<0>(key)), province_of(key), pollutant_of(key),
                 std::string{name_of(measure)}, grouped(row.use[measure]),
                 row.has_caps ? grouped(row.caps[measure]) : "none",
                 share(row.use[measure], row.caps[measure]),
                 grouped(tickets_of(count, key, measure, tickets)), grouped(row.peak[measure]),
                 std::to_string(row.peak_at[measure]), grouped(row.peak_cap[measure]),
                 grouped(row.peak_cap[measure] - row.peak[measure])});
    }
  }
  table.write(out);
  out << "counted from trades and postings; no fill exceeded the cap in force when it was made\n"
      << stood_words(as_of);
}

Json json_of(const ProvinceCount& count, const OpenTickets& tickets, const ProvinceCount::Key& key,
             const ProvinceCount::Row& row) {
  Json json{{"year", std::get<0>(key)},
            {"province", province_of(key)},
            {"pollutant", pollutant_of(key)},
            {"has_caps", row.has_caps}};
  for (const auto measure : all_measures) {
    const bool reached = row.peak_at[measure] != 0;
    json[keys[measure]] =
        Json{{"use_kg", row.use[measure]},
             {"cap_kg", row.caps[measure]},
             {"peak_kg", row.peak[measure]},
             {"peak_at", reached ? Json(row.peak_at[measure]) : Json{}},
             {"peak_cap_kg", reached ? Json(row.peak_cap[measure]) : Json{}},
             {"peak_margin_kg", reached ? Json(row.peak_cap[measure] - row.peak[measure]) : Json{}},
             {"tickets_kg", tickets_of(count, key, measure, tickets)}};
  }
  return json;
}

}  // namespace

int report_quotas(const std::filesystem::path& data_dir, const Output& output) {
  Describer describer;
  ProvinceCount count;
  OpenTickets tickets;
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        describer.take_names(entry);
        tickets.apply(entry, describer.names());
        return count.apply(entry, describer.names());
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  if (!output.json && !output.csv) {
    write_text(count, tickets, as_of, output.out);
    return ledger_is_valid;
  }
  Json rows = Json::array();
  for (const auto& [key, row] : count.rows()) rows.push_back(json_of(count, tickets, key, row));
  const Json example = json_of(count, tickets, {}, {});
  return write_rows(data_dir, as_of, {"quotas", std::move(rows), Json::array({example})}, output);
}

}  // namespace emx::audit
