#include "tools/emx/admin_command.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/admin/client.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/admin/operators.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/admin/utc_text.hpp"
#include "tools/rules/document_file.hpp"

namespace emx::tools {

namespace {

using nlohmann::json;

constexpr int exit_refused = 1;
constexpr int exit_not_reached = 2;
constexpr int exit_waiting = 3;

struct Options {
  std::string socket;
  std::string key;  // file
  std::uint32_t person = 0;
  std::uint64_t id = 0;
  std::uint32_t timeout_ms = 10'000;
  bool as_json = false;
};

std::int64_t utc_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Idempotency needs an id that nobody used before.
std::uint64_t fresh_id() {
  std::random_device random;
  const std::uint64_t high = random();
  return (high << 32 | random()) | 1;
}

std::string words_of(const json& answer) {
  std::string words = answer.value("reason", "refused");
  if (answer.contains("name")) words = answer["name"].get<std::string>() + ": " + words;
  if (answer.value("limit", 0) != 0 || answer.value("value", 0) != 0) {
    words += " (limit " + answer["limit"].dump() + ", value " + answer["value"].dump() + ")";
  }
  return words;
}

json ask(const Options& options, const std::string& line) {
  return json::parse(
      admin::ask(options.socket, line, std::chrono::milliseconds{options.timeout_ms}));
}

// The request as its sender's, to be sent.
std::string signed_by(const Options& options, json request) {
  if (options.key.empty() || options.person == 0) {
    throw std::runtime_error{
        "who acts signs: give --operator FILE (`emx keygen` makes it) and --as "
        "NUMBER"};
  }
  request["person"] = options.person;
  request["time"] = admin::text_of_utc(utc_ns());
  return admin::signed_line(request.dump(), admin::PrivateKey::read(options.key));
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
  } else if (waiting) {
    std::cout << answer.value("reason", "waits") << '\n';
  } else {
    std::cerr << "emx admin: refused: " << words_of(answer) << '\n';
  }
  if (ok) return 0;
  if (waiting) return exit_waiting;
  return answer.contains("sequence") ? exit_refused : exit_not_reached;
}

int act(const Options& options, const json& of) {
  json request = of;
  request["id"] = options.id != 0 ? options.id : fresh_id();
  return tell(options, ask(options, signed_by(options, std::move(request))));
}

json find_pending(const Options& options, std::uint64_t approval) {
  const json answer = ask(options, R"({"command":"pending"})");
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
  return tell(options, ask(options, signed_by(options, std::move(request))));
}

int show(const Options& options, const json& request) {
  const json answer = ask(options, request.dump());
  std::cout << answer.dump(options.as_json ? -1 : 2) << '\n';
  return answer.value("ok", false) ? 0 : exit_not_reached;
}

int show_pending(const Options& options, const json& request) {
  if (options.as_json) return show(options, request);
  const json answer = ask(options, request.dump());
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

// Adds a subcommand whose arguments fill `request`, which lives as long as the app.
class Adder {
 public:
  Adder(CLI::App& admin, std::shared_ptr<Options> options, int& exit_code)
      : admin_{admin}, options_{std::move(options)}, exit_code_{exit_code} {}

  struct Command {
    CLI::App* app;
    std::shared_ptr<json> request;

    const Command& text(const std::string& name, const std::string& key,
                        const std::string& help) const {
      app->add_option_function<std::string>(
             name, [r = request, key](const std::string& value) { (*r)[key] = value; }, help)
          ->required();
      return *this;
    }
    const Command& number(const std::string& name, const std::string& key,
                          const std::string& help) const {
      app->add_option_function<std::int64_t>(
             name, [r = request, key](const std::int64_t& value) { (*r)[key] = value; }, help)
          ->required();
      return *this;
    }
    const Command& optional_text(const std::string& name, const std::string& key,
                                 const std::string& help) const {
      app->add_option_function<std::string>(
          name, [r = request, key](const std::string& value) { (*r)[key] = value; }, help);
      return *this;
    }
  };

  Command add(const std::string& name, const std::string& help, Send how = act) {
    CLI::App* app = admin_.add_subcommand(name, help);
    auto request = std::make_shared<json>(json{{"command", name}});
    app->callback([options = options_, request, how, &exit_code = exit_code_] {
      exit_code = send(*options, how, *request);
    });
    return {app, request};
  }

 private:
  CLI::App& admin_;
  std::shared_ptr<Options> options_;
  int& exit_code_;
};

void add_switch(Adder& adder, const std::string& name, bool killed, const std::string& help) {
  const Adder::Command command =
      adder.add(name, help)
          .text("scope", "scope", "all, firm, group, province, basin or instrument")
          .optional_text("name", "name", "Which one; of all: none");
  (*command.request)["command"] = "kill-switch";
  (*command.request)["killed"] = killed;
}

void add_decision(Adder& adder, const std::string& name, const std::string& help) {
  const Adder::Command command = adder.add(name, help, decide);
  command.app
      ->add_option_function<std::uint64_t>(
          "approval", [r = command.request](const std::uint64_t& n) { (*r)["approval"] = n; },
          "Its number, as `emx admin pending` has it")
      ->required();
}

// The file is read when the request is sent, so that a fault in it is told like any other.
int send_document(const Options& options, const json& of) {
  json request = of;
  const std::string file = request.at("document").get<std::string>();
  request["document"] = admin::base64_of(rules::bytes_of(rules::read_document(file)));
  return act(options, request);
}

void add_rule_document(Adder& adder) {
  adder
      .add("rule-document", "Hand in an authority's signed document for the next rule set",
           send_document)
      .text("file", "document", "As `emx rules compile` makes it")
      .text("--signature", "signature", "As `emx rules sign` prints it");
}

}  // namespace

void add_admin_command(CLI::App& app, int& exit_code) {
  CLI::App* admin = app.add_subcommand(
      "admin",
      "Change rules, phases and days of a running emxd.\n"
      "Exit code: 0 applied and durable, 1 refused, 2 not reached or not understood, 3 it waits\n"
      "for a second person.");
  auto options = std::make_shared<Options>();
  admin->add_option("--socket", options->socket, "Admin socket of emxd ([admin] socket)")
      ->required();
  admin->add_option("--operator", options->key,
                    "File with the private key of who acts (`emx keygen`)");
  admin->add_option("--as", options->person, "Number of who acts, in emxd's [[operator]]")
      ->check(CLI::Range(1U, admin::Operator::number_max));
  admin->add_option("--id", options->id,
                    "Number that makes the request idempotent (default: a random one)");
  admin->add_option("--timeout-ms", options->timeout_ms, "How long to wait for the answer")
      ->capture_default_str();
  admin->add_flag("--json", options->as_json, "Print the answer as one line of JSON");
  admin->require_subcommand(1);

  Adder adder{*admin, options, exit_code};
  adder.add("reference-price", "Set an instrument's reference price, and so its price limits")
      .text("symbol", "symbol", "Instrument")
      .text("price", "price", "CNY per t (and year), such as 11980.00");
  adder.add("quota", "Set a province's caps for a pollutant and year, in kg")
      .number("year", "year", "Calendar year")
      .text("province", "province", "SH, JS, ZJ or AH")
      .text("pollutant", "pollutant", "SO2, NOX, VOC, COD, NH3N or TP")
      .number("--inflow", "inflow", "Net inflow cap (Q01)")
      .number("--outflow", "outflow", "Net outflow cap (Q02)")
      .number("--gross", "gross", "Gross cap (Q03)")
      .number("--holding", "holding", "Holding cap (Q04)")
      .number("--pace", "pace", "Daily inflow pace (Q05)");
  adder.add("demand", "Approve a facility's demand anew, in kg")
      .text("facility", "facility", "Facility, such as ZJ063-1")
      .text("pollutant", "pollutant", "SO2, NOX, VOC, COD, NH3N or TP")
      .number("approved", "approved", "kg; what was credited before counts no more");
  const Adder::Command link =
      adder.add("link", "Switch trade of a pollutant from one province to another on or off")
          .text("pollutant", "pollutant", "SO2, NOX, VOC, COD, NH3N or TP")
          .text("seller", "seller", "Seller's province")
          .text("buyer", "buyer", "Buyer's province");
  link.app
      ->add_option_function<std::string>(
          "state", [r = link.request](const std::string& s) { (*r)["enabled"] = s == "on"; },
          "on or off")
      ->required()
      ->check(CLI::IsMember({"on", "off"}));
  adder.add("phase", "Start a phase of the day")
      .text("phase", "phase", "closed, pre-open, continuous, pause or halt")
      .optional_text("symbol", "symbol", "Only this instrument's book (default: all)");
  add_switch(adder, "kill-switch", true,
             "Stop all orders of a scope and cancel those that rest (K01)");
  add_switch(adder, "release", false, "Let orders in again; needs a second person");
  adder.add("limit", "Set a limit on orders")
      .text("limit", "limit", "open-orders, order-rate, order-quantity or order-value")
      .text("scope", "scope", "firm, group, facility or instrument")
      .number("--value", "value", "Orders, orders a second, lots or fen; -1: no limit")
      .optional_text("--name", "name", "Which one (default: all that have none of their own)")
      .optional_text("--until", "until",
                     "UTC, such as 2026-06-18T07:00:00Z: above the lasting limit up to then; needs "
                     "a second person");
  adder.add("day", "Open a trade date; all books must be closed")
      .text("date", "date", "Such as 2026-06-18");
  adder.add("authority-key", "Set the key that an authority signs its rules with; two persons")
      .text("authority", "authority", "SH, JS, ZJ, AH or joint")
      .text("public_key", "public_key", "As `emx keygen` prints it");
  add_rule_document(adder);
  const Adder::Command activation = adder.add(
      "activate-rules", "Put a version of the rule set into force; needs a second person");
  activation.number("version", "version", "Of the rule set: the next");
  activation.app
      ->add_option_function<std::vector<std::string>>(
          "parts",
          [r = activation.request](const std::vector<std::string>& parts) {
            (*r)["parts"] = parts;
          },
          "The authorities whose documents it has: SH, JS, ZJ, AH, joint")
      ->required();
  adder.add("status", "Date, phase, durable entries and sessions of the venue", show);
  adder.add("pending", "What waits for a second person, or did in the last ten minutes",
            show_pending);
  add_decision(adder, "approve", "Put what waits into effect, as the second person");
  add_decision(adder, "reject", "Let what waits not happen; who asked may do so, too");
}

}  // namespace emx::tools
