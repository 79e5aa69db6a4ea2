#include "tools/emx/question_commands.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "tools/audit/questions.hpp"
#include "tools/emx/question_record.hpp"

namespace emx::tools {

namespace {

// Of the subcommand that was named; the others leave theirs as they are.
struct QuestionArguments {
  std::filesystem::path data_dir;
  bool json = false;
  bool csv = false;
  bool trades = false;
  audit::ProvenanceQuestion provenance;
  std::string province;
  std::string pollutant;
  std::string at;
  std::string firm;
  std::string group;
  std::string from;
  std::string to;
  QuestionRecord record;

  [[nodiscard]] audit::Output output() const {
    return {std::cout, std::cerr, json, ::isatty(STDERR_FILENO) == 1, csv};
  }
  [[nodiscard]] int answer(Question question, const QuestionRecord::Arguments& with,
                           const QuestionRecord::Report& report) const {
    return record.answer(question, with, data_dir, output(), report);
  }
  [[nodiscard]] std::optional<Pollutant> the_pollutant() const {
    return pollutant.empty() ? std::nullopt : from_name<Pollutant>(pollutant);
  }
};

using Asked = std::shared_ptr<QuestionArguments>;

std::optional<audit::Moment> moment(const std::string& text) {
  return audit::moment_from_text(text);
}

CLI::App& add_question(CLI::App& audit, const std::string& name, const std::string& words,
                       const Asked& arguments) {
  CLI::App& question = *audit.add_subcommand(name, words);
  question
      .add_option("DIR", arguments->data_dir,
                  "Data directory of the exchange; its ledger is only read, also while a daemon "
                  "has it open")
      ->required();
  CLI::Option& json = *question.add_flag("--json", arguments->json,
                                         "Answer as JSON: stable keys, amounts as integers");
  question.add_flag("--csv", arguments->csv, "Answer as CSV with the keys of the JSON")
      ->excludes(&json);
  arguments->record.add_options(question);
  return question;
}

void add_moment(CLI::App& question, const std::string& name, std::string& text,
                const std::string& words) {
  question
      .add_option(name, text,
                  words +
                      ": the number of an entry, or command time (UTC+8; with Z at the end UTC) as "
                      "\"2026-06-18\" (the whole day), \"2026-06-18 09:30\" or to the millisecond")
      ->check([](const std::string& given) {
        return moment(given) ? "" : "must be an entry's number, or a time such as 2026-06-18 09:30";
      });
}

void add_pollutant(CLI::App& question, const Asked& arguments) {
  question.add_option("--pollutant", arguments->pollutant, "Only this one: VOC, NOX, ...")
      ->check([](const std::string& given) {
        return from_name<Pollutant>(given) ? "" : "is no pollutant";
      });
}

void add_position(CLI::App& audit, const Asked& arguments, int& exit_code) {
  CLI::App& position =
      add_question(audit, "position",
                   "Position of a province by pollutant and year, quota and headroom in force, "
                   "and every entry that made it (--csv: those entries)",
                   arguments);
  position.add_option("--province", arguments->province, "SH, JS, ZJ or AH")
      ->required()
      ->check([](const std::string& given) {
        return from_name<Province>(given) ? "" : "must be SH, JS, ZJ or AH";
      });
  add_pollutant(position, arguments);
  add_moment(position, "--at", arguments->at, "As it stood then (default: now)");
  position.callback([=, &exit_code] {
    exit_code = arguments->answer(Question::position,
                                  {{"province", arguments->province},
                                   {"pollutant", arguments->pollutant},
                                   {"at", arguments->at}},
                                  [&](const audit::Output& output) {
                                    return audit::report_position(
                                        arguments->data_dir,
                                        {*from_name<Province>(arguments->province),
                                         arguments->the_pollutant(), moment(arguments->at)},
                                        output);
                                  });
  });
}

void add_orders(CLI::App& audit, const Asked& arguments, int& exit_code) {
  CLI::App& orders = add_question(
      audit, "orders",
      "Every order and block of a firm or control group with all its changes: accepted, refused, "
      "replaced, filled, passing over, cancelled, expired; with code, words and rule set",
      arguments);
  CLI::Option& firm = *orders.add_option("--firm", arguments->firm, "Of this firm");
  orders
      .add_option("--group", arguments->group,
                  "Of the firms that were in this group when it happened")
      ->excludes(&firm);
  add_moment(orders, "--from", arguments->from, "Only changes then or later");
  add_moment(orders, "--to", arguments->to, "Only changes until then");
  orders.callback([=, &exit_code] {
    if (arguments->firm.empty() == arguments->group.empty()) {
      throw CLI::ValidationError{"orders", "needs one of --firm and --group"};
    }
    const bool by_group = !arguments->group.empty();
    exit_code = arguments->answer(Question::orders,
                                  {{"firm", arguments->firm},
                                   {"group", arguments->group},
                                   {"from", arguments->from},
                                   {"to", arguments->to}},
                                  [&](const audit::Output& output) {
                                    return audit::report_orders(
                                        arguments->data_dir,
                                        {by_group ? audit::Holder::group : audit::Holder::firm,
                                         by_group ? arguments->group : arguments->firm,
                                         moment(arguments->from), moment(arguments->to)},
                                        output);
                                  });
  });
}

void add_holdings(CLI::App& audit, const Asked& arguments, int& exit_code) {
  CLI::App& holdings =
      add_question(audit, "holdings",
                   "Rights by firm and group with their shares and parts, and concentration (HHI) "
                   "by pollutant, series and year of issue (--csv: the rights)",
                   arguments);
  add_pollutant(holdings, arguments);
  add_moment(holdings, "--at", arguments->at, "As it stood then (default: now)");
  holdings.callback([=, &exit_code] {
    exit_code = arguments->answer(
        Question::holdings, {{"pollutant", arguments->pollutant}, {"at", arguments->at}},
        [&](const audit::Output& output) {
          return audit::report_holdings(
              arguments->data_dir, {arguments->the_pollutant(), moment(arguments->at)}, output);
        });
  });
}

void add_ratios(CLI::App& audit, const Asked& arguments, int& exit_code) {
  CLI::App& ratios =
      add_question(audit, "ratios",
                   "Sold, credited and retired by pollutant and zone, each deal held against the "
                   "replacement ratio of the rules; exit code 1 where one is not as they say",
                   arguments);
  ratios.add_flag("--trades", arguments->trades,
                  "And the trades and transfers of a ratio that is not 1 (--csv: only these)");
  ratios.callback([=, &exit_code] {
    exit_code = arguments->answer(Question::ratios, {{"trades", arguments->trades ? "yes" : ""}},
                                  [&](const audit::Output& output) {
                                    return audit::report_ratios(arguments->data_dir,
                                                                arguments->trades, output);
                                  });
  });
}

void add_provenance(CLI::App& audit, const Asked& arguments, int& exit_code) {
  CLI::App& provenance =
      add_question(audit, "provenance",
                   "Rights step by step from their issue to who holds them: of a holder back, of a "
                   "batch forward, of a trade both ways (--csv: the steps)",
                   arguments);
  audit::ProvenanceQuestion& question = arguments->provenance;
  provenance.add_option("--facility", question.facility,
                        "What this facility holds now (ENV-RETIRED: what was retired)");
  provenance.add_option("--batch", question.batch, "What was issued in this batch");
  provenance.add_option("--issued-to", question.issued_to, "What was issued to this facility");
  provenance.add_option("--symbol", question.symbol, "Of this series only");
  provenance.add_option("--trade", question.trade_no, "What went through this trade")
      ->check(CLI::PositiveNumber);
  add_moment(provenance, "--at", arguments->at, "As it stood then (default: now)");
  provenance.callback([=, &exit_code] {
    audit::ProvenanceQuestion asked = arguments->provenance;
    asked.at = moment(arguments->at);
    if (asked.facility.empty() && asked.batch.empty() && asked.issued_to.empty() &&
        asked.trade_no == 0) {
      throw CLI::ValidationError{"provenance",
                                 "needs one of --facility, --batch, --issued-to and --trade"};
    }
    exit_code =
        arguments->answer(Question::provenance,
                          {{"facility", asked.facility},
                           {"batch", asked.batch},
                           {"issued-to", asked.issued_to},
                           {"symbol", asked.symbol},
                           {"trade", asked.trade_no == 0 ? "" : std::to_string(asked.trade_no)},
                           {"at", arguments->at}},
                          [&](const audit::Output& output) {
                            return audit::report_provenance(arguments->data_dir, asked, output);
                          });
  });
}

void add_queries(CLI::App& audit, const Asked& arguments, int& exit_code) {
  CLI::App& queries = add_question(
      audit, "queries",
      "What was asked of the ledger and put on record in it: when, by whom, for which office, with "
      "what",
      arguments);
  add_moment(queries, "--from", arguments->from, "Only what was asked then or later");
  add_moment(queries, "--to", arguments->to, "Only what was asked until then");
  queries.callback([=, &exit_code] {
    exit_code = arguments->answer(
        Question::queries, {{"from", arguments->from}, {"to", arguments->to}},
        [&](const audit::Output& output) {
          return audit::report_queries(arguments->data_dir,
                                       {moment(arguments->from), moment(arguments->to)}, output);
        });
  });
}

}  // namespace

void add_question_commands(CLI::App& audit, int& exit_code) {
  const auto arguments = std::make_shared<QuestionArguments>();
  add_position(audit, arguments, exit_code);
  add_orders(audit, arguments, exit_code);
  add_holdings(audit, arguments, exit_code);
  add_ratios(audit, arguments, exit_code);
  add_provenance(audit, arguments, exit_code);
  add_queries(audit, arguments, exit_code);
  add_question(audit, "barriers",
               "Who met on price and may not trade, by pollutant, pair of provinces and code: "
               "passed over, or refused; times, lots, firms",
               arguments)
      .callback([=, &exit_code] {
        exit_code = arguments->answer(Question::barriers, {}, [&](const audit::Output& output) {
          return audit::report_barriers(arguments->data_dir, output);
        });
      });
  add_question(audit, "rules",
               "Every document of rules: who handed in, signed and activated it, when it was in "
               "force; and every rule set with the entries judged by it (--csv: those)",
               arguments)
      .callback([=, &exit_code] {
        exit_code = arguments->answer(Question::rules, {}, [&](const audit::Output& output) {
          return audit::report_rules(arguments->data_dir, output);
        });
      });
}

}  // namespace emx::tools
