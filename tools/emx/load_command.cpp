#include "tools/emx/load_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>

#include "tools/load/load_run.hpp"
#include "tools/load/options.hpp"
#include "tools/load/summary.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::tools {

namespace {

struct LoadArguments {
  load::Options options;
  std::string mix = "50,40,10";
  std::string middle = "70.00";
  std::int64_t patience_s = 30;
  bool json = false;
};

// "50,40,10": shares of passive orders, cancels and crossing orders.
std::string read_mix(const std::string& text, load::Mix& mix) {
  std::istringstream in{text};
  char first_comma = ' ';
  char second_comma = ' ';
  in >> mix.passive >> first_comma >> mix.cancel >> second_comma >> mix.crossing;
  const bool read = in && (in >> std::ws).eof() && first_comma == ',' && second_comma == ',';
  if (!read || mix.passive + mix.cancel + mix.crossing != 100 || mix.passive > 100 ||
      mix.cancel > 100) {
    return "must be three shares that make 100, such as 50,40,10";
  }
  return {};
}

int run(LoadArguments& arguments) {
  load::Options& options = arguments.options;
  options.patience = std::chrono::seconds{arguments.patience_s};
  options.shows_progress = isatty(STDERR_FILENO) == 1;
  load::LoadRun run{options};
  if (const std::string reason = run.log_on(); !reason.empty()) {
    std::fprintf(stderr, "emx load: cannot log on as %s\n", reason.c_str());
    return 1;
  }
  run.run();
  run.log_out();
  std::fputs((arguments.json ? json_of(run) : table_of(run)).c_str(), stdout);
  return run.tally().is_good() && run.trouble().empty() ? 0 : 1;
}

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<LoadArguments>();
  load::Options& options = arguments->options;
  options.comp_ids = {"SH013", "SH128", "SH132", "SH136"};
  CLI::App* const command = app.add_subcommand(
      "load", "Send orders over FIX as fast as they are answered, and measure how fast that is");
  command->add_option("--port", options.port, "FIX port of emxd on this machine")->required();
  command->add_option("--sessions", options.comp_ids, "CompIDs, one session each")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--password", options.password, "password of all sessions")->required();
  command->add_option("--orders", options.requests, "requests to send, over all sessions")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}))
      ->capture_default_str();
  command->add_option("--window", options.window, "unanswered requests of a session; 1: one by one")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      ->add_option("--mix", arguments->mix,
                   "percent of new orders that rest, of cancels, and of orders that cross")
      ->check([](const std::string& text) {
        load::Mix ignored;
        return read_mix(text, ignored);
      })
      ->capture_default_str();
  command
      ->add_option("--depth", options.depth, "orders of a session that rest before it cancels any")
      ->capture_default_str();
  command->add_option("--seed", options.seed, "the same seed sends the same orders")
      ->capture_default_str();
  command->add_option("--symbol", options.symbol, "instrument")->capture_default_str();
  command->add_option("--account-suffix", options.account_suffix, "account = CompID + this")
      ->capture_default_str();
  command->add_option("--target", options.target, "CompID of the venue")->capture_default_str();
  command
      ->add_option("--middle", arguments->middle, "price in CNY between the resting bids and asks")
      ->check([](const std::string& text) {
        return market::fen_from_text(text) ? std::string{} : "must be a price such as 70.00";
      })
      ->capture_default_str();
  command->add_option("--tick-fen", options.tick.value, "tick of the instrument")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--width", options.width_ticks, "ticks from the middle, at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--patience", arguments->patience_s, "seconds without any answer, then end")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "one line of JSON instead of a table");
  command->footer(
      "Exit code: 0 every request was answered once; 1 something was lost or doubled, or a "
      "session\n"
      "could not log on. The defaults suit the sample market: four holders of SHEA25.");
  command->callback([arguments, &exit_code] {
    read_mix(arguments->mix, arguments->options.mix);
    arguments->options.middle = Fen{*market::fen_from_text(arguments->middle)};
    exit_code = run(*arguments);
  });
}

}  // namespace emx::tools
