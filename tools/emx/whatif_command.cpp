#include "tools/emx/whatif_command.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "tools/whatif/report.hpp"

namespace emx::tools {

namespace {

struct WhatifArguments {
  std::filesystem::path data_dir;
  std::vector<std::string> rules;
  std::string day;
  bool json = false;
};

}  // namespace

void add_whatif_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "whatif",
      "A day of a ledger replayed under other quotas or other rules, side by side with what was");
  const auto arguments = std::make_shared<WhatifArguments>();
  command
      .add_option("DIR", arguments->data_dir,
                  "Data directory of the exchange; its ledger is only read, also while a daemon "
                  "has it open")
      ->required();
  command
      .add_option(
          "--set", arguments->rules,
          "A rule in the language of tools/script: quota, demand, link, zone, firm, "
          "facility, parameters, calendar, instrument, reference, limit, kill or release, such as "
          "\"quota "
          "2026 SH VOC outflow=9000\"; caps and values that it leaves out are those that stood "
          "before the day. May be given again")
      ->required()
      ->expected(1)
      ->take_all();
  command
      .add_option("--day", arguments->day,
                  "Trade date, such as 2026-06-18: that day only; without it all days, the rules "
                  "set before the first")
      ->check([](const std::string& text) {
        return date_from_text(text) ? "" : "must be a date, such as 2026-06-18";
      });
  command.add_flag("--json", arguments->json, "Answer as JSON, with stable keys");
  command.footer(
      "The rules are set right before the first command of the day, the one that opens the trade "
      "date. They hold to the end: a later command of the ledger that sets the same row (the same "
      "year, province and pollutant of a quota; the same facility and pollutant of a demand; the "
      "same link, zone, firm, facility, symbol, or name of a limit or kill switch) is left out "
      "whole, and named in the answer. All other commands are the ledger's, at its times. An order "
      "has another id in another course: a cancel or replace goes to the order that its firm "
      "called "
      "by the ClOrdID it names. Firms send here what they sent there, whatever they would have "
      "done "
      "instead.\n"
      "Exit codes: 0 compared, whether it differs or not; 1 no such day, or a rule with a fault or "
      "one the exchange refuses; 2 no answer (no ledger, damaged, of another version, or not what "
      "its commands give).");
  command.callback([=, &exit_code] {
    whatif::Question question;
    question.rules = arguments->rules;
    if (!arguments->day.empty()) question.day = date_from_text(arguments->day);
    exit_code = whatif::report_whatif(
        arguments->data_dir, question,
        {std::cout, std::cerr, arguments->json, ::isatty(STDERR_FILENO) == 1});
  });
}

}  // namespace emx::tools
