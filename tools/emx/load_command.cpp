#include "tools/emx/load_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "tools/load/load_run.hpp"
#include "tools/load/options.hpp"
#include "tools/load/report.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::tools {

namespace {

constexpr std::size_t usual_window = 64;
constexpr std::uint64_t usual_requests = 100'000;

struct LoadArguments {
  load::Options options;
  std::string fix = "5.0";
  bool tls = false;
  fix_client::TlsFiles tls_files;
  std::string arrivals;
  std::optional<std::int64_t> duration_s;
  std::int64_t warmup_s = 0;
  std::string middle = "70.00";
  std::int64_t patience_s = 30;
  std::string json_file;
  CLI::Option* json = nullptr;
  bool progress = false;
};

load::Plan plan_of(const LoadArguments& arguments) {
  load::Plan plan = arguments.options.plan;
  if (arguments.arrivals == "poisson") plan.arrivals = load::Arrivals::poisson;
  if (!plan.rate && !plan.window) plan.window = usual_window;
  if (arguments.duration_s) plan.duration = std::chrono::seconds{*arguments.duration_s};
  if (!plan.duration && !plan.requests) plan.requests = usual_requests;
  plan.warmup = std::chrono::seconds{arguments.warmup_s};
  return plan;
}

load::Options options_of(const LoadArguments& arguments) {
  load::Options options = arguments.options;
  options.plan = plan_of(arguments);
  if (arguments.fix == "4.4") options.version = fix_client::Version::fix44;
  if (arguments.tls) options.tls = arguments.tls_files;
  options.middle = Fen{*market::fen_from_text(arguments.middle)};
  options.patience = std::chrono::seconds{arguments.patience_s};
  options.shows_progress = arguments.progress || ::isatty(STDERR_FILENO) == 1;
  return options;
}

int run(const LoadArguments& arguments) {
  const bool wants_json = arguments.json->count() > 0;
  std::ofstream file;
  if (!arguments.json_file.empty()) {
    // Before the run, which may take hours.
    file.open(arguments.json_file);
    if (!file) {
      std::fprintf(stderr,
                   "emx load: cannot write %s; name a file in a folder that you may write\n",
                   arguments.json_file.c_str());
      return 1;
    }
  }
  load::LoadRun run{options_of(arguments)};
  if (const std::string reason = run.log_on(); !reason.empty()) {
    std::fprintf(stderr,
                 "emx load: cannot log on as %s; look at --port, --sessions, --password and "
                 "--tls, and at the log of emxd\n",
                 reason.c_str());
    return 1;
  }
  run.run();
  run.log_out();
  const bool only_json = wants_json && arguments.json_file.empty();
  const std::string report = only_json ? json_of(run) : table_of(run);
  if (std::fputs(report.c_str(), stdout) == EOF || std::fflush(stdout) == EOF) {
    std::fprintf(stderr, "emx load: the report cannot be printed; is the disk full?\n");
    return 1;
  }
  if (file.is_open() && !(file << json_of(run)).flush()) {
    std::fprintf(stderr, "emx load: %s is not whole; is the disk full?\n",
                 arguments.json_file.c_str());
    return 1;
  }
  return run.tally().is_good() && run.trouble().empty() ? 0 : 1;
}

void add_sessions(CLI::App& command, LoadArguments& arguments) {
  load::Options& options = arguments.options;
  command.add_option("--port", options.port, "FIX port of emxd on this machine")->required();
  command.add_option("--password", options.password, "Password of all sessions")->required();
  command.add_option("--sessions", options.comp_ids, "CompIDs, one session each")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--target", options.target, "CompID of the venue")->capture_default_str();
  command.add_option("--fix", arguments.fix, "Version: 5.0 (SP2 over FIXT.1.1) or 4.4")
      ->check(CLI::IsMember({"5.0", "4.4"}))
      ->capture_default_str();
}

void add_tls(CLI::App& command, LoadArguments& arguments) {
  fix_client::TlsFiles& files = arguments.tls_files;
  CLI::Option* const tls =
      command.add_flag("--tls", arguments.tls, "FIX by TLS, for a venue that has fix.tls");
  CLI::Option* const ca = command.add_option("--ca", files.authorities,
                                             "PEM file: authorities that vouch for the venue");
  CLI::Option* const certificate = command.add_option(
      "--certificate", files.certificate,
      "PEM file: certificate of all sessions, with the common name that the venue's "
      "fix.session[].certificate has for each");
  CLI::Option* const key =
      command.add_option("--key", files.private_key, "PEM file: private key to it");
  for (CLI::Option* const file : {ca, certificate, key}) {
    file->check(CLI::ExistingFile)->needs(tls);
    tls->needs(file);
  }
}

void add_pace(CLI::App& command, LoadArguments& arguments) {
  load::Plan& plan = arguments.options.plan;
  static const std::map<std::string, load::Arrivals> arrivals{{"even", load::Arrivals::even},
                                                              {"poisson", load::Arrivals::poisson}};
  CLI::Option* const rate =
      command
          .add_option(
              "--rate", plan.rate,
              "Open loop: requests a second over all sessions, by a fixed schedule, however "
              "slow the answers are. Without it: closed loop, as fast as they come")
          ->check(CLI::Range(1, 1'000'000));
  command
      .add_option("--arrivals", arguments.arrivals,
                  "Of an open loop: \"even\", or \"poisson\" for gaps of exponential length from "
                  "the seed. Default: even")
      ->check(CLI::IsMember({"even", "poisson"}))
      ->needs(rate);
  command
      .add_option(
          "--window", plan.window,
          "Unanswered requests of a session, at most; 1: one by one. Default: 64 in a closed "
          "loop, no bound in an open one")
      ->check(CLI::Range(1, 100'000));
  command
      .add_option("--orders", plan.requests,
                  "Requests to send over all sessions, after the warm-up. With --duration: "
                  "whichever comes first. Default: 100,000 without --duration")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  command
      .add_option("--duration", arguments.duration_s,
                  "Seconds for which to send, after the warm-up")
      ->check(CLI::Range(1, 86'400));
  command
      .add_option("--warmup", arguments.warmup_s,
                  "Seconds for which to send first; answers to these requests are counted, but not "
                  "in latencies and rates")
      ->check(CLI::Range(0, 3'600))
      ->capture_default_str();
  command
      .add_option("--patience", arguments.patience_s,
                  "Seconds without any answer, then what is unanswered is lost")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
}

void add_orders(CLI::App& command, LoadArguments& arguments) {
  load::Options& options = arguments.options;
  command
      .add_option_function<std::string>(
          "--mix",
          [&options](const std::string& text) {
            const std::string fault = read_mix(text, options.mix);
            if (!fault.empty()) throw CLI::ValidationError{"--mix", fault};
          },
          "Percent of new orders that rest, of cancels and replaces of these, and of crossing "
          "orders, which meet them; together 100")
      ->default_str(text_of(options.mix));
  command
      .add_option("--depth", options.depth,
                  "Orders of a session that rest before it cancels or replaces any")
      ->capture_default_str();
  command
      .add_option("--seed", options.seed,
                  "The same seed sends the same orders, as long as the answers are the same")
      ->capture_default_str();
  command.add_option("--symbol", options.symbol, "Instrument")->capture_default_str();
  command.add_option("--account-suffix", options.account_suffix, "Account = CompID + this")
      ->capture_default_str();
  command
      .add_option("--middle", arguments.middle, "Price in CNY between the resting bids and asks")
      ->check([](const std::string& text) {
        return market::fen_from_text(text) ? std::string{} : "must be a price such as 70.00";
      })
      ->capture_default_str();
  command.add_option("--tick-fen", options.tick.value, "Tick of the instrument, in fen")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--width", options.width_ticks, "Ticks from the middle, at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
}

void add_output(CLI::App& command, LoadArguments& arguments) {
  command.add_flag("--progress", arguments.progress,
                   "A line a second on standard error, also where that is no terminal");
  arguments.json = command
                       .add_option("--json", arguments.json_file,
                                   "One line of JSON, into this file beside the table, or without "
                                   "a file to standard output instead of it")
                       ->expected(0, 1);
}

constexpr const char* footer =
    "Closed loop: 100,000 requests, at most 64 unanswered in each session.\n"
    "  emx load --port 9876 --password PASSWORD\n"
    "Closed loop, one by one: the shortest time from order to acknowledgement.\n"
    "  emx load --port 9876 --password PASSWORD --sessions SH013 --window 1 --orders 10000\n"
    "Open loop: 10,000 requests a second for a minute, after ten seconds that do not count.\n"
    "  emx load --port 9876 --password PASSWORD --rate 10000 --duration 60 --warmup 10\n"
    "Open loop with random gaps, replaces, and a report for a program.\n"
    "  emx load --port 9876 --password PASSWORD --rate 5000 --arrivals poisson --duration 30 \\\n"
    "    --mix new=45,cancel=30,replace=15,crossing=10 --seed 7 --json report.json\n"
    "FIX.4.4 by TLS.\n"
    "  emx load --port 9876 --password PASSWORD --sessions SH013 --fix 4.4 --tls --ca ca.pem \\\n"
    "    --certificate SH013.pem --key SH013.key\n"
    "\n"
    "Latency is from the intended time of a request to its first answer, service time from its\n"
    "actual sending; in a closed loop they are the same. tools/load/README.md has every field of\n"
    "the JSON. Ctrl-C ends a run and reports it. The defaults suit the sample market: four "
    "holders\n"
    "of SHEA25.\n"
    "Exit code: 0 every request was answered once; 1 something was lost or told twice, the run\n"
    "ended early, or a session could not log on.";

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<LoadArguments>();
  arguments->options.comp_ids = {"SH013", "SH128", "SH132", "SH136"};
  CLI::App* const command = app.add_subcommand(
      "load",
      "Send orders over FIX at a rate or as fast as they are answered, and measure how long "
      "answers take");
  add_sessions(*command, *arguments);
  add_tls(*command, *arguments);
  add_pace(*command, *arguments);
  add_orders(*command, *arguments);
  add_output(*command, *arguments);
  command->footer(footer);
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace emx::tools
