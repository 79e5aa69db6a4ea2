#include "tools/scenario/market_builder.hpp"

#include <algorithm>
#include <span>

#include "engine/vocabulary/enums.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/market/rows.hpp"
#include "tools/market/symbol_parts.hpp"
#include "tools/market/table_row.hpp"
#include "tools/scenario/limits.hpp"
#include "tools/scenario/market_columns.hpp"
#include "tools/scenario/table.hpp"

namespace emx::scenario {

using market::in_quotes;

namespace {

std::string or_else(const std::string& said, std::string_view otherwise) {
  return said.empty() ? std::string{otherwise} : said;
}

// CNY as fen; what is none stays as it is, for a reader to say so.
std::string in_fen(const std::string& cny) {
  const auto fen = market::fen_from_text(cny);
  return fen ? std::to_string(*fen) : cny;
}

class Builder {
 public:
  Builder(const std::vector<Section>& sections, const std::string& file,
          script::StatementReader& reader, market::Faults& faults)
      : sections_{sections}, file_{file}, reader_{reader}, faults_{faults} {}

  Setup build() {
    section_ = "limits";
    setup_.genesis = read_limits(sections_, file_, faults_);
    add(CommandKind::genesis, setup_.genesis, 0);
    read_zones();
    read_instruments();
    read_firms();
    read_facilities();
    read_quotas();
    read_demand();
    read_links();
    read_deposits();
    read_issues();
    return std::move(setup_);
  }

 private:
  // Calls take(row) for each row of the section, if it is there.
  template <class Take>
  void for_rows(std::string_view name, std::span<const Column> columns, Take&& take) {
    const auto section = std::ranges::find(sections_, name, &Section::name);
    if (section == sections_.end()) return;
    section_ = name;
    const Table table{*section, columns, file_, faults_};
    for (const Table::Row& row : table.rows()) take(row);
  }

  // A row as a statement of the script language: its words, each without a blank in it.
  void say(std::uint32_t line, const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
      if (word.find_first_of(" \t") != std::string::npos) {
        return fault(line, in_quotes(word) + " has a blank in it");
      }
      text.append(text.empty() ? "" : " ").append(word);
    }
    const std::size_t faults_before = faults_.size();
    auto step = reader_.read(line, text);
    for (std::size_t i = faults_before; i < faults_.size(); ++i) faults_[i].column = section_;
    if (!step) return;
    step->text = section_;
    setup_.steps.push_back(std::move(*step));
  }

  template <class Command>
  void add(CommandKind kind, const Command& command, std::uint32_t line) {
    script::Step step;
    step.line = line;
    step.text = section_;
    step.command.add(kind, command);
    reader_.know(*step.command.begin());
    setup_.steps.push_back(std::move(step));
  }

  void fault(std::uint32_t line, std::string reason) {
    faults_.push_back({file_, line, std::string{section_}, std::move(reason)});
  }

  // The names that a cell means.
  [[nodiscard]] static std::vector<std::string> provinces(const std::string& cell) {
    if (cell != "all") return {cell};
    std::vector<std::string> all;
    for (std::uint8_t p = 0; p < provinces_count; ++p) {
      all.emplace_back(name_of(static_cast<Province>(p)));
    }
    return all;
  }
  [[nodiscard]] static std::vector<std::string> pollutants(const std::string& cell) {
    if (cell != "all") return {cell};
    std::vector<std::string> all;
    for (std::uint8_t k = 0; k + 1 < pollutants_count; ++k) {  // not carbon
      all.emplace_back(name_of(static_cast<Pollutant>(k)));
    }
    return all;
  }
  [[nodiscard]] std::vector<std::string> facilities(const std::string& cell) const {
    if (cell != "all") return {cell};
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < reader_.names().facilities_count(); ++i) {
      all.emplace_back(reader_.names().facility(i)->facility.view());
    }
    return all;
  }
  [[nodiscard]] std::vector<std::string> symbols(const std::string& cell) const {
    if (cell != "all") return {cell};
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < reader_.names().instruments_count(); ++i) {
      all.push_back(reader_.names().symbol(i));
    }
    return all;
  }

  void read_zones();
  void read_instruments();
  void read_instrument(const Table::Row& row);
  void read_firms();
  void read_facilities();
  void read_facility(const Table::Row& row);
  void read_quotas();
  void read_demand();
  void read_links();
  void read_deposits();
  void read_issues();

  const std::vector<Section>& sections_;
  const std::string& file_;
  script::StatementReader& reader_;
  market::Faults& faults_;
  std::string section_;  // at hand
  Setup setup_{};
};

void Builder::read_zones() {
  section_ = "zones";
  for (const std::string& province : provinces("all")) {
    say(0, {"zone", province, std::string{plain_zone}, "basin=" + std::string{plain_basin}});
  }
  for_rows("zones", zone_columns, [&](const Table::Row& row) {
    say(row.line(), {"zone", row.at("province"), row.at("zone"), "misses=" + row.at("misses"),
                     "key=" + row.at("key"), "basin=" + row.at("basin")});
  });
}

void Builder::read_instruments() {
  for_rows("instruments", instrument_columns, [&](const Table::Row& row) { read_instrument(row); });
}

void Builder::read_instrument(const Table::Row& row) {
  const std::string symbol = row.at("symbol");
  const market::SymbolParts parts = market::parts_of(symbol);
  const std::string pollutant = or_else(row.at("pollutant"), parts.pollutant);
  const bool carbon = pollutant == name_of(Pollutant::co2e);
  const std::string tick = or_else(row.at("tick"), carbon ? "0.01" : "10");
  std::vector<std::string> fields{symbol,
                                  pollutant,
                                  or_else(row.at("scheme"), parts.scheme),
                                  or_else(row.at("medium"), parts.medium),
                                  or_else(row.at("basin"), parts.basin),
                                  or_else(row.at("class"), parts.book_class),
                                  or_else(row.at("first_year"), parts.first_year),
                                  or_else(row.at("last_year"), parts.last_year),
                                  in_fen(tick),
                                  row.at("band"),
                                  "CLOB",
                                  row.at("approval") == "none" ? "" : row.at("approval"),
                                  row.at("venue"),
                                  carbon ? "t" : "kg",
                                  "1",
                                  row.at("block_band"),
                                  row.at("collar")};
  market::TableRow told{file_,   row.line(),      market_instrument, std::move(fields),
                        faults_, shown_instrument};
  SetInstrumentCommand command = market::instrument_of(told, setup_.genesis.venue.view());
  if (!told.ok()) return;
  const std::string reference = row.at("reference");
  // Without a price yet: room for one of a thousand ticks.
  const std::int64_t price_fen = market::fen_from_text(reference).value_or(0);
  const std::int64_t ticks = price_fen / command.tick_fen;
  command.levels_max = market::levels_for(ticks == 0 ? 1'000 : ticks, command.band_pct);
  add(CommandKind::set_instrument, command, row.line());
  if (reference != "none") say(row.line(), {"reference", symbol, reference});
}

void Builder::read_firms() {
  for_rows("firms", firm_columns, [&](const Table::Row& row) {
    const std::string group = row.at("group");
    market::TableRow told{file_,
                          row.line(),
                          market_firm,
                          {row.at("firm"), group == "none" ? "" : group, row.at("uscc"),
                           or_else(row.at("name"), row.at("firm"))},
                          faults_,
                          shown_firm};
    const SetFirmCommand command = market::firm_of(told);
    if (told.ok()) add(CommandKind::set_firm, command, row.line());
  });
}

void Builder::read_facilities() {
  for_rows("facilities", facility_columns, [&](const Table::Row& row) { read_facility(row); });
}

void Builder::read_facility(const Table::Row& row) {
  const std::string firm = or_else(row.at("firm"), row.at("facility"));
  const std::string zone = row.at("zone");
  const auto province = from_name<Province>(row.at("province"));
  const std::uint32_t zone_id = province ? reader_.names().find_zone(*province, zone) : no_id;
  const SetZoneCommand* const known = reader_.names().zone(zone_id);
  if (province && known == nullptr) {
    return fault(row.line(), "zone: " + in_quotes(zone) + " is no zone of " + row.at("province") +
                                 "; zones are told in the section zones");
  }
  const std::string basin{known == nullptr ? plain_basin : known->basin.view()};
  std::string pollutants = row.at("pollutants");
  if (pollutants == "all") pollutants = "SO2;NOX;VOC;COD;NH3N;TP;CO2E";
  const std::string permit = row.at("permit");
  market::TableRow told{
      file_,
      row.line(),
      market_facility,
      {row.at("facility"), firm, row.at("province"), zone, or_else(row.at("basin"), basin),
       row.at("class"), row.at("reach"), row.at("ets"), row.at("credit"), pollutants,
       permit == "none" ? "" : permit},
      faults_,
      shown_facility};
  const SetFacilityCommand command = market::facility_of(told);
  if (reader_.names().find_facility(row.at("facility")) != no_id) {
    told.fault("facility_id", in_quotes(row.at("facility")) + " is there twice");
  }
  if (!told.ok()) return;
  if (reader_.names().find_firm(firm) == no_id) {  // its own, as no row says otherwise
    SetFirmCommand own{};
    own.firm = FirmCode{firm};
    own.uscc = Text<24>{"NONE"};
    own.name = Text<64>{firm};
    add(CommandKind::set_firm, own, row.line());
  }
  add(CommandKind::set_facility, command, row.line());
}

void Builder::read_quotas() {
  for_rows("quotas", quota_columns, [&](const Table::Row& row) {
    for (const std::string& province : provinces(row.at("province"))) {
      for (const std::string& pollutant : pollutants(row.at("pollutant"))) {
        std::vector<std::string> words{"quota", row.at("year"), province, pollutant};
        for (const std::string cap : {"inflow", "outflow", "gross", "holding", "pace"}) {
          const std::string kg = row.at(cap);
          words.push_back(cap + '=' + (kg == "ample" ? std::string{ample_kg} : kg));
        }
        say(row.line(), words);
      }
    }
  });
}

void Builder::read_demand() {
  for_rows("demand", demand_columns, [&](const Table::Row& row) {
    const std::string kg = row.at("kg");
    for (const std::string& facility : facilities(row.at("facility"))) {
      for (const std::string& pollutant : pollutants(row.at("pollutant"))) {
        say(row.line(),
            {"demand", facility, pollutant, kg == "ample" ? std::string{ample_kg} : kg});
      }
    }
  });
}

void Builder::read_links() {
  for_rows("links", link_columns, [&](const Table::Row& row) {
    for (const std::string& pollutant : pollutants(row.at("pollutant"))) {
      say(row.line(), {"link", pollutant, row.at("seller"), row.at("buyer"), row.at("state")});
    }
  });
}

void Builder::read_deposits() {
  for_rows("deposits", deposit_columns, [&](const Table::Row& row) {
    const std::string cny = row.at("cny");
    for (const std::string& facility : facilities(row.at("facility"))) {
      say(row.line(), {"deposit", facility, cny == "ample" ? std::string{ample_cny} : cny});
    }
  });
}

void Builder::read_issues() {
  for_rows("issues", issue_columns, [&](const Table::Row& row) {
    const std::string lots = row.at("lots");
    for (const std::string& facility : facilities(row.at("facility"))) {
      for (const std::string& symbol : symbols(row.at("symbol"))) {
        say(row.line(), {"issue", facility, symbol,
                         lots == "ample" ? std::string{ample_lots} : lots, row.at("batch")});
      }
    }
  });
}

}  // namespace

Setup build_market(const std::vector<Section>& sections, const std::string& file,
                   script::StatementReader& reader, market::Faults& faults) {
  return Builder{sections, file, reader, faults}.build();
}

}  // namespace emx::scenario
