#include "tools/emx/scenario_command.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "tools/scenario/report.hpp"

namespace emx::tools {

namespace {

struct ScenarioArguments {
  std::vector<std::filesystem::path> files;
  bool json = false;
  bool print = false;
  bool brief = false;
  bool quiet = false;
};

// Faults and differences go where a person looks for them when the output is something else.
void tell(const scenario::FileResult& result, const ScenarioArguments& arguments) {
  const bool good = result.verdict() == scenario::Verdict::ok;
  if (arguments.print) {
    if (result.verdict() == scenario::Verdict::fault) {
      scenario::write_text(result, std::cerr);
    } else {
      scenario::write_played(result, arguments.brief, std::cout);
    }
  } else if (!arguments.quiet || !good) {
    scenario::write_text(result, std::cout);
  }
}

int judge(const ScenarioArguments& arguments) {
  int worst = 0;
  std::vector<scenario::FileResult> results;
  for (const std::filesystem::path& file : arguments.files) {
    scenario::FileResult result = scenario::judge(scenario::read_scenario(file));
    worst = std::max(worst, static_cast<int>(result.verdict()));
    if (arguments.json) {
      results.push_back(std::move(result));
    } else {
      tell(result, arguments);
    }
  }
  if (arguments.json) scenario::write_json(results, std::cout);
  return worst;
}

}  // namespace

void add_scenario_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "scenario",
      "Play tables of a market, orders and expected events on the exchange's core, and show where "
      "the outcome differs (tools/scenario/README.md)");
  const auto arguments = std::make_shared<ScenarioArguments>();
  command
      .add_option("FILE", arguments->files,
                  "Scenarios; each is played by itself, without a daemon and without a ledger on "
                  "disk")
      ->required();
  CLI::Option* print = command.add_flag(
      "--print", arguments->print,
      "Print each file with the events that happened in the place of those it expects");
  command
      .add_flag("--brief", arguments->brief,
                "With --print: decisions only, and of bills, postings, quotas and demand those "
                "kinds that the statement expects")
      ->needs(print);
  command.add_flag("--json", arguments->json, "Answer as JSON: one verdict a file, and the worst")
      ->excludes(print);
  command.add_flag("--quiet", arguments->quiet, "Say nothing of files where all is as expected");
  command.footer(
      "Exit codes: 0 all happened as the files expect; 1 some outcome differs, and is shown as a "
      "diff (- expected, + happened); 2 a file is at fault, and each fault is told with its line.\n"
      "Example: emx scenario tools/scenario/cases/*.scenario");
  command.callback([=, &exit_code] { exit_code = judge(*arguments); });
}

}  // namespace emx::tools
