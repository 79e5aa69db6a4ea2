#include "tools/emx/play_command.hpp"

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "ledger/command_log.hpp"
#include "ledger/store.hpp"
#include "tools/audit/describer.hpp"
#include "tools/market/loader.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"
#include "tools/script/script.hpp"

namespace emx::tools {

namespace {

constexpr int played = 0;
constexpr int has_faults = 1;
constexpr int not_written = 2;

constexpr std::int64_t day_ns = 86'400'000'000'000;
constexpr std::int64_t utc_plus_8_ns = 8 * 3'600'000'000'000;

struct PlayArguments {
  std::filesystem::path script;
  std::filesystem::path market;
  std::filesystem::path data_dir;
  std::string start = "2026-01-01";
  bool quiet = false;
};

int report(const market::Faults& faults) {
  for (const market::Fault& fault : faults) std::cerr << market::text_of(fault) << '\n';
  std::cerr << faults.size() << (faults.size() == 1 ? " fault" : " faults")
            << "; nothing was played\n";
  return has_faults;
}

int report(const ledger::Result& result) {
  std::cerr << result.message << '\n';
  return not_written;
}

// Prints what became of each statement, once it is durable.
class Narrator {
 public:
  Narrator(const script::Script& script, bool quiet) : script_{script}, quiet_{quiet} {}

  void tell(const EntryView& entry, std::uint32_t line) {
    if (line == 0 || quiet_) {  // the market's own
      describer_.take(entry);
      return;
    }
    if (line != line_) {
      line_ = line;
      while (script_.steps[next_].line != line) ++next_;
      std::cout << "line " << line << ": " << script_.steps[next_].text << '\n';
    }
    const audit::EntryWords words = describer_.describe(entry);
    std::cout << "  entry " << entry.stamp.sequence.value << "  "
              << audit::text_of_time(entry.stamp.at_ns) << "  " << words.command << '\n';
    for (const std::string& event : words.events) std::cout << "    " << event << '\n';
  }

 private:
  const script::Script& script_;
  bool quiet_;
  audit::Describer describer_;
  std::uint32_t line_ = 0;
  std::size_t next_ = 0;  // in the script's steps
};

int play(const PlayArguments& arguments) {
  const auto start = date_from_text(arguments.start);
  if (!start) {
    return report(
        market::Faults{{"--start", 0, "",
                        '"' + arguments.start + "\" is no date; expected for example 2026-01-01"}});
  }
  const market::LoadedMarket market = market::load_market(arguments.market);
  if (!market.faults.empty()) return report(market.faults);
  const script::Script script = script::read_script(arguments.script, market.commands);
  if (!script.faults.empty()) return report(script.faults);

  ledger::LedgerStore store;
  if (ledger::Result result = store.open(arguments.data_dir); !result.ok()) return report(result);
  if (const std::uint64_t entries = store.size().value; entries != 0) {
    const ledger::Result closed = store.close();  // as it was found
    std::cerr << arguments.data_dir.string() << " has a ledger of " << entries
              << " entries already; a play begins a new one. Name another directory.\n";
    return closed.ok() ? not_written : report(closed);
  }
  ledger::EmbeddedCommandLog log{store};
  Narrator narrator{script, arguments.quiet};
  script::RecorderOptions options;
  options.start_ns = start->value * day_ns - utc_plus_8_ns;
  script::Recorder recorder{
      read_record<GenesisCommand>(*market.commands.begin()), log,
      [&](const EntryView& entry, std::uint32_t line) { narrator.tell(entry, line); }, options};
  script::Player player{recorder};
  ledger::Result result = player.play(market.commands);
  if (result.ok()) result = player.play(script);
  if (result.ok()) result = store.close();
  if (!result.ok()) return report(result);
  std::cout << "played " << script.steps.size() << " statements on a market of "
            << market.commands.size() << " commands; the ledger has " << recorder.last().value
            << " entries\n";
  return played;
}

}  // namespace

void add_play_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "play", "Play a script of commands on a market, into a new ledger (tools/script/README.md)");
  const auto arguments = std::make_shared<PlayArguments>();
  command.add_option("FILE", arguments->script, "The script")->required();
  command.add_option("--market", arguments->market, "Folder of the market's CSV files")->required();
  command
      .add_option("--ledger", arguments->data_dir,
                  "Data directory for the new ledger; it is created when it is missing")
      ->required();
  command
      .add_option("--start", arguments->start,
                  "Date whose midnight (UTC+8) the first entry is stamped with; each command takes "
                  "1 ms")
      ->capture_default_str();
  command.add_flag("--quiet", arguments->quiet, "Print the last line only");
  command.footer(
      "Exit codes: 0 played; 1 the script or the market has faults, all of which are named; 2 the "
      "ledger could not be written.");
  command.callback([=, &exit_code] { exit_code = play(*arguments); });
}

}  // namespace emx::tools
