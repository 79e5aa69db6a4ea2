#include "tools/emx/question_commands.hpp"

#include <memory>
#include <string>

#include "tools/emx/asked_question.hpp"

namespace emx::tools {

namespace {

void add_pollutant(CLI::App& question, const Asked& asked) {
  question.add_option("--pollutant", asked->pollutant, "Only this one: VOC, NOX, ...")
      ->check([](const std::string& given) {
        return from_name<Pollutant>(given) ? "" : "is no pollutant";
      });
}

void add_position(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& position =
      add_question(audit, "position",
                   "Position of a province by pollutant and year, quota and headroom in force, "
                   "and every entry that made it (--csv: those entries)",
                   asked);
  position.add_option("--province", asked->province, "SH, JS, ZJ or AH")
      ->required()
      ->check([](const std::string& given) {
        return from_name<Province>(given) ? "" : "must be SH, JS, ZJ or AH";
      });
  add_pollutant(position, asked);
  add_at(position, asked);
  position.callback([=, &exit_code] {
    exit_code = asked->answer(
        Question::position, {{"province", asked->province}, {"pollutant", asked->pollutant}},
        [&](const audit::Output& output) {
          return audit::report_position(
              asked->data_dir, {*from_name<Province>(asked->province), asked->the_pollutant()},
              output);
        });
  });
}

void add_orders(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& orders = add_question(
      audit, "orders",
      "Every order and block of a firm or control group with all its changes: accepted, refused, "
      "replaced, filled, passing over, cancelled, expired; with code, words and rule set",
      asked);
  CLI::Option& firm = *orders.add_option("--firm", asked->firm, "Of this firm");
  orders
      .add_option("--group", asked->group, "Of the firms that were in this group when it happened")
      ->excludes(&firm);
  add_moment(orders, "--from", asked->from, "Only changes then or later");
  add_moment(orders, "--to", asked->to, "Only changes until then");
  orders.add_option("--max-rows", asked->max_rows, "An answer of more rows is not given")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  orders.callback([=, &exit_code] {
    if (asked->firm.empty() == asked->group.empty()) {
      throw CLI::ValidationError{"orders", "needs one of --firm and --group"};
    }
    const bool by_group = !asked->group.empty();
    exit_code = asked->answer(
        Question::orders,
        {{"firm", asked->firm}, {"group", asked->group}, {"from", asked->from}, {"to", asked->to}},
        [&](const audit::Output& output) {
          return audit::report_orders(
              asked->data_dir,
              {by_group ? audit::Holder::group : audit::Holder::firm,
               by_group ? asked->group : asked->firm, audit::moment_from_text(asked->from),
               audit::moment_from_text(asked->to), asked->max_rows},
              output);
        });
  });
}

void add_holdings(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& holdings =
      add_question(audit, "holdings",
                   "Rights by firm and group with their shares and parts, and concentration (HHI) "
                   "by pollutant, series and year of issue (--csv: the rights)",
                   asked);
  add_pollutant(holdings, asked);
  add_at(holdings, asked);
  holdings.callback([=, &exit_code] {
    exit_code = asked->answer(
        Question::holdings, {{"pollutant", asked->pollutant}}, [&](const audit::Output& output) {
          return audit::report_holdings(asked->data_dir, {asked->the_pollutant()}, output);
        });
  });
}

void add_ratios(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& ratios =
      add_question(audit, "ratios",
                   "Sold, credited and retired by pollutant and zone, each deal held against the "
                   "replacement ratio of the rules; exit code 1 where one is not as they say",
                   asked);
  ratios.add_flag("--trades", asked->trades,
                  "And the trades and transfers of a ratio that is not 1 (--csv: only these)");
  add_at(ratios, asked);
  ratios.callback([=, &exit_code] {
    exit_code = asked->answer(Question::ratios, {{"trades", asked->trades ? "yes" : ""}},
                              [&](const audit::Output& output) {
                                return audit::report_ratios(asked->data_dir, asked->trades, output);
                              });
  });
}

void add_provenance(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& provenance =
      add_question(audit, "provenance",
                   "Rights step by step from their issue to who holds them: of a holder back, of a "
                   "batch forward, of a trade both ways (--csv: the steps)",
                   asked);
  audit::ProvenanceQuestion& question = asked->provenance;
  provenance.add_option("--facility", question.facility,
                        "What this facility holds now (ENV-RETIRED: what was retired)");
  provenance.add_option("--batch", question.batch, "What was issued in this batch");
  provenance.add_option("--issued-to", question.issued_to, "What was issued to this facility");
  provenance.add_option("--symbol", question.symbol, "Of this series only");
  provenance.add_option("--trade", question.trade_no, "What went through this trade")
      ->check(CLI::PositiveNumber);
  provenance.add_option("--max-rows", question.rows_max, "An answer of more steps is not given")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_at(provenance, asked);
  provenance.callback([=, &exit_code] {
    const audit::ProvenanceQuestion& named = asked->provenance;
    if (named.facility.empty() && named.batch.empty() && named.issued_to.empty() &&
        named.trade_no == 0) {
      throw CLI::ValidationError{"provenance",
                                 "needs one of --facility, --batch, --issued-to and --trade"};
    }
    exit_code =
        asked->answer(Question::provenance,
                      {{"facility", named.facility},
                       {"batch", named.batch},
                       {"issued-to", named.issued_to},
                       {"symbol", named.symbol},
                       {"trade", named.trade_no == 0 ? "" : std::to_string(named.trade_no)}},
                      [&](const audit::Output& output) {
                        return audit::report_provenance(asked->data_dir, named, output);
                      });
  });
}

void add_queries(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& queries = add_question(
      audit, "queries",
      "What was asked of the ledger and put on record in it: when, by whom, for which office, with "
      "what",
      asked);
  add_moment(queries, "--from", asked->from, "Only what was asked then or later");
  add_moment(queries, "--to", asked->to, "Only what was asked until then");
  queries.callback([=, &exit_code] {
    exit_code = asked->answer(
        Question::queries, {{"from", asked->from}, {"to", asked->to}},
        [&](const audit::Output& output) {
          return audit::report_queries(
              asked->data_dir,
              {audit::moment_from_text(asked->from), audit::moment_from_text(asked->to)}, output);
        });
  });
}

}  // namespace

void add_question_commands(CLI::App& audit, int& exit_code) {
  const auto asked = std::make_shared<AskedQuestion>();
  add_position(audit, asked, exit_code);
  add_orders(audit, asked, exit_code);
  add_holdings(audit, asked, exit_code);
  add_ratios(audit, asked, exit_code);
  add_provenance(audit, asked, exit_code);
  add_queries(audit, asked, exit_code);
  add_plain_question(audit, Question::barriers,
                     "Who met on price and may not trade, by pollutant, pair of provinces and "
                     "code: passed over, or refused; times, lots, firms",
                     asked, audit::report_barriers, exit_code);
  add_plain_question(audit, Question::rules,
                     "Every document of rules: who handed in, signed and activated it, when it was "
                     "in force; and every rule set with the entries judged by it (--csv: those)",
                     asked, audit::report_rules, exit_code);
}

}  // namespace emx::tools
