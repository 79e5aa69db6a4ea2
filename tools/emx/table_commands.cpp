#include "tools/emx/table_commands.hpp"

#include <memory>
#include <optional>
#include <string>

#include "tools/emx/asked_question.hpp"

namespace emx::tools {

namespace {

audit::Holder holder_of(const std::string& by) {
  if (by == "firm") return audit::Holder::firm;
  return by == "group" ? audit::Holder::group : audit::Holder::account;
}

void add_balances(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& balances = add_question(
      audit, "balances",
      "What every account holds, and how much of it is reserved, pledged, frozen and available",
      asked);
  balances
      .add_option("--by", asked->by,
                  "Whose balances: account, firm or group (a firm without one stands for itself)")
      ->check(CLI::IsMember({"account", "firm", "group"}))
      ->capture_default_str();
  add_at(balances, asked);
  balances.callback([=, &exit_code] {
    exit_code =
        asked->answer(Question::balances, {{"by", asked->by}}, [&](const audit::Output& output) {
          return audit::report_balances_by(asked->data_dir, holder_of(asked->by), output);
        });
  });
}

void add_lots(CLI::App& audit, const Asked& asked, int& exit_code) {
  CLI::App& lots =
      add_question(audit, "lots", "The batches that rights come from, first in first out", asked);
  lots.add_option("--facility", asked->facility, "Only this facility's (default: all accounts)");
  add_at(lots, asked);
  lots.callback([=, &exit_code] {
    exit_code = asked->answer(
        Question::lots, {{"facility", asked->facility}}, [&](const audit::Output& output) {
          const bool of_all = asked->facility.empty();
          return audit::report_lots(asked->data_dir,
                                    of_all ? std::nullopt : std::optional{asked->facility}, output);
        });
  });
}

}  // namespace

void add_table_commands(CLI::App& audit, int& exit_code) {
  const auto asked = std::make_shared<AskedQuestion>();
  add_plain_question(audit, Question::trades,
                     "All trades with prices, quantities, amounts and fees", asked,
                     audit::report_trades, exit_code);
  add_balances(audit, asked, exit_code);
  add_lots(audit, asked, exit_code);
  add_plain_question(audit, Question::quotas,
                     "What the provinces used of their quotas, with the peak of each and its entry",
                     asked, audit::report_quotas, exit_code);
}

}  // namespace emx::tools
