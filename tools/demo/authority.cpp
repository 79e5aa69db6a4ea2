#include "tools/demo/authority.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

#include "tools/demo/child_process.hpp"
#include "tools/demo/failure.hpp"

namespace emx::demo {

using nlohmann::json;

namespace {

constexpr std::chrono::minutes patience{5};

json parse(const Finished& finished, const std::string& command) {
  json answer = json::parse(finished.output, nullptr, false);
  if (answer.is_discarded())
    throw Failure{"emx " + command + ": " + finished.output + finished.errors};
  return answer;
}

}  // namespace

Authority::Authority(const Options& options)
    : program_{std::filesystem::read_symlink("/proc/self/exe")},
      socket_{options.admin_socket},
      venue_{options.venue},
      joint_{options.joint},
      ledger_{options.ledger} {}

json Authority::ask(const Person& person, std::vector<std::string> words) const {
  const std::string name = "admin " + words.front();
  std::vector<std::string> command{program_,
                                   "admin",
                                   "--json",
                                   "--socket",
                                   socket_,
                                   "--operator",
                                   person.key.string(),
                                   "--as",
                                   std::to_string(person.number)};
  command.insert(command.end(), words.begin(), words.end());
  const Finished finished = run_program(std::move(command), patience);
  json answer = parse(finished, name);
  if (finished.exit_code != 0) {
    throw Failure{"emx " + name + " was refused: " + answer.value("name", std::string{}) + " " +
                  answer.value("reason", finished.errors)};
  }
  return answer;
}

void Authority::lead(std::vector<std::string> words) const {
  static_cast<void>(ask(venue_, std::move(words)));
}

void Authority::rule(std::vector<std::string> words) const {
  static_cast<void>(ask(joint_, std::move(words)));
}

void Authority::set_quota(int year, std::string_view province, std::string_view pollutant,
                          const Quota& quota) const {
  rule({"quota", std::to_string(year), std::string{province}, std::string{pollutant}, "--inflow",
        std::to_string(quota.inflow_cap), "--outflow", std::to_string(quota.outflow_cap), "--gross",
        std::to_string(quota.gross_cap), "--holding", std::to_string(quota.holding_cap), "--pace",
        std::to_string(quota.daily_pace)});
}

std::string Authority::trade_date() const {
  return ask(venue_, {"status"}).value("date", std::string{});
}

json Authority::audit(const std::string& what, bool may_fail) const {
  const Finished finished = run_program({program_, "audit", what, ledger_, "--json"}, patience);
  if (finished.exit_code != 0 && !may_fail) {
    throw Failure{"emx audit " + what + ": " + finished.output + finished.errors};
  }
  return parse(finished, "audit " + what);
}

json Authority::verify() const { return audit("verify", true); }

Quota Authority::quota(int year, std::string_view province, std::string_view pollutant) const {
  const json answer = audit("quotas");
  for (const json& row : answer.at("quotas")) {
    if (row.at("year") != year || row.at("province") != province ||
        row.at("pollutant") != pollutant) {
      continue;
    }
    const auto cap = [&](const char* measure) {
      return row.at(measure).at("cap_kg").get<std::int64_t>();
    };
    return {.net_inflow = row.at("net_inflow").at("use_kg").get<std::int64_t>(),
            .inflow_cap = cap("net_inflow"),
            .outflow_cap = cap("net_outflow"),
            .gross_cap = cap("gross"),
            .holding_cap = cap("holding"),
            .daily_pace = cap("inflow_today")};
  }
  throw Failure{"the ledger has no quota of " + std::string{province} + " for " +
                std::string{pollutant}};
}

std::vector<LedgerTrade> Authority::trades_after(std::uint64_t sequence) const {
  const json answer = audit("trades");
  std::vector<LedgerTrade> trades;
  for (const json& row : answer.at("trades")) {
    if (row.at("sequence").get<std::uint64_t>() <= sequence) continue;
    trades.push_back({.sequence = row.at("sequence").get<std::uint64_t>(),
                      .trade_no = row.at("trade_no").dump(),
                      .symbol = row.at("symbol").get<std::string>(),
                      .unit = row.at("unit").get<std::string>(),
                      .buyer = row.at("buyer").get<std::string>(),
                      .seller = row.at("seller").get<std::string>(),
                      .price = Fen{row.at("price_fen").get<std::int64_t>()},
                      .quantity = Lots{row.at("quantity_lots").get<std::int64_t>()},
                      .credited = Lots{row.at("credited_lots").get<std::int64_t>()},
                      .years = row.at("years").get<std::int64_t>(),
                      .amount = Fen{row.at("amount_fen").get<std::int64_t>()},
                      .code = row.at("code").is_null() ? "" : row.at("code").get<std::string>()});
  }
  return trades;
}

}  // namespace emx::demo
