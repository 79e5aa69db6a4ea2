#include "tools/emx/admin_command.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>

#include "tools/admin/client.hpp"

namespace emx::tools {

namespace {

using nlohmann::json;

constexpr int exit_refused = 1;
constexpr int exit_not_reached = 2;

struct Options {
  std::string socket;
  std::uint64_t id = 0;
  std::uint32_t timeout_ms = 10'000;
  bool as_json = false;
};

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

int send(const Options& options, json request) {
  const bool is_command = request["command"] != "status";
  if (is_command) request["id"] = options.id != 0 ? options.id : fresh_id();
  try {
    const std::string line =
        admin::ask(options.socket, request.dump(), std::chrono::milliseconds{options.timeout_ms});
    const json answer = json::parse(line);
    const bool ok = answer.value("ok", false);
    if (options.as_json || (ok && !is_command)) {
      std::cout << (options.as_json ? answer.dump() : answer.dump(2)) << '\n';
    } else if (ok) {
      std::cout << "applied; ledger entry " << answer["sequence"] << '\n';
    } else {
      std::cerr << "emx admin: refused: " << words_of(answer) << '\n';
    }
    if (ok) return 0;
    return answer.contains("sequence") ? exit_refused : exit_not_reached;
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

  Command add(const std::string& name, const std::string& help) {
    CLI::App* app = admin_.add_subcommand(name, help);
    auto request = std::make_shared<json>(json{{"command", name}});
    app->callback([options = options_, request, &exit_code = exit_code_] {
      exit_code = send(*options, *request);
    });
    return {app, request};
  }

 private:
  CLI::App& admin_;
  std::shared_ptr<Options> options_;
  int& exit_code_;
};

}  // namespace

void add_admin_command(CLI::App& app, int& exit_code) {
  CLI::App* admin = app.add_subcommand(
      "admin",
      "Change rules, phases and days of a running emxd.\n"
      "Exit code: 0 applied and durable, 1 refused, 2 not reached or not understood.");
  auto options = std::make_shared<Options>();
  admin->add_option("--socket", options->socket, "Admin socket of emxd ([admin] socket)")
      ->required();
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
  const Adder::Command kill =
      adder.add("kill-switch", "Stop all orders of a scope and cancel those that rest (K01)")
          .text("scope", "scope", "all, firm, group, province, basin or instrument")
          .optional_text("name", "name", "Which one; of all: none");
  (*kill.request)["killed"] = true;
  adder.add("limit", "Set a limit on orders")
      .text("limit", "limit", "open-orders, order-rate, order-quantity or order-value")
      .text("scope", "scope", "firm, group, facility or instrument")
      .number("--value", "value", "Orders, orders a second, lots or fen; -1: no limit")
      .optional_text("--name", "name", "Which one (default: all that have none of their own)");
  adder.add("day", "Open a trade date; all books must be closed")
      .text("date", "date", "Such as 2026-06-18");
  adder.add("status", "Date, phase, durable entries and sessions of the venue");
}

}  // namespace emx::tools
