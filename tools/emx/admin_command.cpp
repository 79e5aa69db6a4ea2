#include "tools/emx/admin_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "tools/admin/ed25519.hpp"
#include "tools/admin/operators.hpp"
#include "tools/admin/utc_text.hpp"
#include "tools/emx/admin_adder.hpp"
#include "tools/emx/admin_line.hpp"
#include "tools/emxd/config.hpp"
#include "tools/rehearsal/report.hpp"
#include "tools/rules/document_file.hpp"

namespace emx::tools {

namespace {

using nlohmann::json;

constexpr int exit_refused = 1;
constexpr int exit_not_reached = 2;
constexpr int exit_waiting = 3;

struct Options : AdminLine {
  bool as_json = false;
  std::string dry_run;    // data directory; empty: the real thing
  std::string config;     // emxd's, for a dry run; empty: nobody's office is looked at
  bool is_draft = false;  // of a dry run: the document is not signed yet
};

json ask_emxd(const Options& options, const std::string& line) {
  if (!options.dry_run.empty()) {
    throw std::runtime_error{"--dry-run is for what changes something; leave it out here"};
  }
  if (options.socket.empty()) {
    throw std::runtime_error{"give --socket, emxd's [admin] socket"};
  }
  return ask(options, line);
}

// Says what became of it; the exit code.
int tell(const Options& options, const json& answer) {
  const bool ok = answer.value("ok", false);
  const bool waiting = answer.value("waiting", false);
  if (options.as_json) {
    std::cout << answer.dump() << '\n';
  } else if (ok && answer.contains("rejected")) {
    std::cout << "rejected\n";
  } else if (ok) {
    std::cout << "applied; ledger entry " << answer["sequence"] << '\n';
    for (const json& told : answer.value("told", json::array())) {
      std::cout << told.get<std::string>() << '\n';
    }
  } else if (waiting) {
    std::cout << answer.value("reason", "waits") << '\n';
  } else {
    std::cerr << "emx admin: refused: " << words_of_refusal(answer) << '\n';
  }
  if (ok) return 0;
  if (waiting) return exit_waiting;
  return answer.contains("sequence") ? exit_refused : exit_not_reached;
}

// Those of emxd; nothing: of nobody in particular.
std::optional<admin::Operators> persons_of(const Options& options) {
  if (options.config.empty() != (options.person == 0)) {
    throw std::runtime_error{
        "to see whether a person may act, --dry-run takes --as NUMBER and --config FILE, emxd's "
        "configuration, which has her office; give both or none"};
  }
  if (options.config.empty()) return {};
  daemon::Config config;
  const daemon::ConfigFaults faults = daemon::read_config(options.config, config);
  if (!faults.empty()) throw std::runtime_error{faults.front()};
  return admin::Operators{std::move(config.operators)};
}

// On the ledger alone, so nobody needs to sign.
int rehearse(const Options& options, json request) {
  const std::int64_t now_ns = utc_ns();
  request["person"] = std::max(options.person, 1U);
  request["time"] = admin::text_of_utc(now_ns);
  return rehearsal::report_rehearsal(
      options.dry_run,
      {.request = text_of(request),
       .now_ns = now_ns,
       .persons = persons_of(options),
       .is_draft = options.is_draft},
      {std::cout, std::cerr, options.as_json, ::isatty(STDERR_FILENO) == 1});
}

int act(const Options& options, const json& of) {
  json request = of;
  request["id"] = id_of(options);
  if (!options.dry_run.empty()) return rehearse(options, std::move(request));
  return tell(options, ask_emxd(options, signed_by(options, std::move(request))));
}

json find_pending(const Options& options, std::uint64_t approval) {
  const json answer = ask_emxd(options, R"({"command":"pending"})");
  for (const json& act : answer.at("pending")) {
    if (act.at("approval") == approval) return act;
  }
  throw std::runtime_error{"nothing waits as approval " + std::to_string(approval) +
                           "; see `emx admin pending`"};
}

// What the second person signs has the first one's request in it, as emxd shows it now.
int decide(const Options& options, const json& of) {
  json request = of;
  const json act = find_pending(options, request.at("approval").get<std::uint64_t>());
  std::cerr << request.at("command").get<std::string>() << ": " << act.at("what").get<std::string>()
            << ", asked for by " << act.at("by").get<std::string>() << '\n';
  request["request"] = act.at("request");
  return tell(options, ask_emxd(options, signed_by(options, std::move(request))));
}

int show(const Options& options, const json& request) {
  const json answer = ask_emxd(options, request.dump());
  std::cout << answer.dump(options.as_json ? -1 : 2) << '\n';
  return answer.value("ok", false) ? 0 : exit_not_reached;
}

int show_pending(const Options& options, const json& request) {
  if (options.as_json) return show(options, request);
  const json answer = ask_emxd(options, request.dump());
  const json& acts = answer.at("pending");
  if (acts.empty()) std::cout << "nothing waits for a second person\n";
  for (const json& act : acts) {
    std::cout << act.at("approval") << "  " << act.at("state").get<std::string>();
    if (act.contains("second")) std::cout << " by " << act["second"].get<std::string>();
    std::cout << ": " << act.at("what").get<std::string>() << "\n    asked for by "
              << act.at("by").get<std::string>() << " at " << act.at("since").get<std::string>()
              << ", until " << act.at("until").get<std::string>() << '\n';
  }
  return 0;
}

using Send = int (*)(const Options&, const json&);

int send(const Options& options, Send how, const json& request) {
  try {
    return how(options, request);
  } catch (const std::exception& error) {
    std::cerr << "emx admin: " << error.what() << '\n';
    return exit_not_reached;
  }
}

void add_decision(AdminAdder& adder, const std::string& name, const std::string& help,
                  AdminAdder::Run run) {
  const AdminAdder::Command command = adder.add(name, help, std::move(run));
  command.app
      ->add_option_function<std::uint64_t>(
          "approval", [r = command.request](const std::uint64_t& n) { (*r)["approval"] = n; },
          "Its number, as `emx admin pending` has it")
      ->required();
}

// The file is read when the request is sent, so that a fault in it is told like any other.
int send_document(const Options& given, const json& of) {
  Options options = given;
  json request = of;
  const std::string file = request.at("document").get<std::string>();
  request["document"] = admin::base64_of(rules::bytes_of(rules::read_document(file)));
  if (!request.contains("signature")) {
    if (options.dry_run.empty()) {
      throw std::runtime_error{"give --signature, as `emx rules sign` prints it"};
    }
    options.is_draft = true;
    request["signature"] = admin::base64_of(admin::Signature{});
  }
  return act(options, request);
}

void add_rule_document(AdminAdder& adder, AdminAdder::Run run) {
  adder
      .add("rule-document", "Hand in an authority's signed document for the next rule set",
           std::move(run))
      .text("file", "document", "As `emx rules compile` makes it")
      .optional_text("--signature", "signature",
                     "As `emx rules sign` prints it; a dry run does without");
}

}  // namespace

void add_admin_command(CLI::App& app, int& exit_code) {
  CLI::App* admin = app.add_subcommand(
      "admin",
      "Change rules, phases and days of a running emxd.\n"
      "Exit code: 0 applied and durable, 1 refused, 2 not reached or not understood, 3 it waits\n"
      "for a second person. With --dry-run: 0 it would be applied, 1 refused, 2 no answer.");
  auto options = std::make_shared<Options>();
  admin->add_option("--socket", options->socket, "Admin socket of emxd ([admin] socket)");
  admin->add_option(
      "--dry-run", options->dry_run,
      "Data directory of the exchange: say what the act would do, from its ledger, which is "
      "only read; nothing is sent, and no key and socket are needed. Told are orders "
      "cancelled, trades, rooms before and after, orders that lose counterparties, and "
      "what comes on a later day; of a rule-document also what its activation would "
      "do, signed or not");
  admin->add_option(
      "--config", options->config,
      "emxd's configuration: a dry run takes the office of --as from its [[operator]]");
  add_sender_options(*admin, *options);
  admin->add_flag("--json", options->as_json, "Print the answer as one line of JSON");
  admin->require_subcommand(1);

  const auto sent = [options, &exit_code](Send how) {
    return [options, &exit_code, how](const json& request) {
      exit_code = send(*options, how, request);
    };
  };
  AdminAdder adder{*admin, sent(act)};
  add_admin_acts(adder);
  add_rule_document(adder, sent(send_document));
  adder.add("status", "Date, phase, durable entries and sessions of the venue", sent(show));
  adder.add("pending", "What waits for a second person, or did in the last ten minutes",
            sent(show_pending));
  add_decision(adder, "approve", "Put what waits into effect, as the second person", sent(decide));
  add_decision(adder, "reject", "Let what waits not happen; who asked may do so, too",
               sent(decide));
}

}  // namespace emx::tools
