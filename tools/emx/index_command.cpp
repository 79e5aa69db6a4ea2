#include "tools/emx/index_command.hpp"

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "ledger/store.hpp"
#include "tools/emx/question_record.hpp"
#include "tools/index/answers.hpp"
#include "tools/index/rebuild.hpp"

namespace emx::tools {

namespace {

// Of the subcommand that was named; the others leave theirs as they are.
struct IndexArguments {
  std::filesystem::path data_dir;
  bool json = false;
  std::uint64_t number = 0;
  std::string code;
  std::string date;
  std::string from;
  std::string to;
  std::string province;
  std::uint64_t count = index::told_by_default;
  std::uint64_t left_free = ledger::disk_reserve_by_default;

  [[nodiscard]] audit::Output output() const {
    return {std::cout, std::cerr, json, ::isatty(STDERR_FILENO) == 1};
  }
};

using Asked = std::shared_ptr<IndexArguments>;

std::string no_date(const std::string& text) {
  return date_from_text(text) ? "" : "must be a day such as 2026-06-18";
}

// What every look-up has, after its own arguments.
void add_folder(CLI::App& command, const Asked& arguments, int& exit_code,
                const std::function<int(const IndexArguments&)>& run) {
  command
      .add_option("DIR", arguments->data_dir,
                  "Data directory of the exchange; its ledger is only read, also while emxd runs")
      ->required();
  command.add_flag("--json", arguments->json, "Answer as JSON, with stable keys");
  command.callback([=, &exit_code] {
    tell_of_no_record(arguments->data_dir, arguments->output());
    exit_code = run(*arguments);
  });
}

void add_count(CLI::App& command, const Asked& arguments) {
  command
      .add_option("--count", arguments->count,
                  "Entries that are told at most, from the first on (1000)")
      ->check(CLI::PositiveNumber);
}

void add_number(CLI::App& index, const std::string& name, const std::string& words,
                const Asked& arguments, int& exit_code,
                int (*report)(const std::filesystem::path&, const index::NumberLookUp&,
                              const audit::Output&)) {
  CLI::App& command = *index.add_subcommand(name, words);
  command.add_option("N", arguments->number, "Its number, as `emx audit` prints it")
      ->required()
      ->check(CLI::PositiveNumber);
  add_count(command, arguments);
  add_folder(command, arguments, exit_code, [report](const IndexArguments& asked) {
    return report(asked.data_dir, {asked.number, asked.count}, asked.output());
  });
}

void add_account(CLI::App& index, const Asked& arguments, int& exit_code) {
  CLI::App& command = *index.add_subcommand(
      "account", "The entries that post to an account, name it, or change an open order of it");
  command
      .add_option("CODE", arguments->code,
                  "A facility, or BANK, REGISTRY, VENUE-FEES or ENV-RETIRED")
      ->required();
  command.add_option("--from", arguments->from, "Only of this trade date and later")
      ->check(no_date);
  command.add_option("--to", arguments->to, "Only of this trade date and before")->check(no_date);
  add_count(command, arguments);
  add_folder(command, arguments, exit_code, [](const IndexArguments& asked) {
    return index::report_account(
        asked.data_dir,
        {asked.code, date_from_text(asked.from), date_from_text(asked.to), asked.count},
        asked.output());
  });
}

void add_day(CLI::App& index, const Asked& arguments, int& exit_code) {
  CLI::App& command =
      *index.add_subcommand("day", "The first and the last entry of a trade date, and their times");
  command.add_option("DATE", arguments->date, "The trade date: 2026-06-18")
      ->required()
      ->check(no_date);
  add_folder(command, arguments, exit_code, [](const IndexArguments& asked) {
    return index::report_day(asked.data_dir, *date_from_text(asked.date), asked.output());
  });
}

void add_position(CLI::App& index, const Asked& arguments, int& exit_code) {
  CLI::App& command = *index.add_subcommand(
      "position",
      "What `emx audit position` says of a province as of the last entry before the next day was "
      "opened, without reading the ledger");
  command.add_option("--province", arguments->province, "SH, JS, ZJ or AH")
      ->required()
      ->check([](const std::string& given) {
        return from_name<Province>(given) ? "" : "must be SH, JS, ZJ or AH";
      });
  command.add_option("--day", arguments->date, "The trade date: 2026-06-18")
      ->required()
      ->check(no_date);
  add_folder(command, arguments, exit_code, [](const IndexArguments& asked) {
    return index::report_position(
        asked.data_dir, {*from_name<Province>(asked.province), *date_from_text(asked.date)},
        asked.output());
  });
}

}  // namespace

void add_index_command(CLI::App& app, int& exit_code) {
  CLI::App& index = *app.add_subcommand(
      "index", "Look up by order, trade, account or day in which entries of a ledger something is");
  index.require_subcommand(1);
  index.footer(
      "The answers stand on DIR/index, which emxd makes in the background from what is in the "
      "ledger (rebuild: by hand), and say up to which entry it goes. It saves the reading of the "
      "whole ledger, and proves nothing: what must be proven is asked of `emx audit`.\n"
      "Exit codes: 0 answered; 1 there is nothing of it up to there; 2 there is no answer (no "
      "index, one that is damaged or of another ledger, no ledger). A look-up is put on no record; "
      "`emx audit` with --socket is.");
  const auto arguments = std::make_shared<IndexArguments>();
  add_number(index, "order",
             "The entries that an order is in, in words: accepted, replaced, filled, passing over, "
             "cancelled, and refused changes",
             arguments, exit_code, index::report_order);
  add_number(index, "trade", "The entry of a trade, in words", arguments, exit_code,
             index::report_trade);
  add_account(index, arguments, exit_code);
  add_day(index, arguments, exit_code);
  add_position(index, arguments, exit_code);
  add_folder(*index.add_subcommand(
                 "status", "How far the index goes, how far it is behind, and who writes it"),
             arguments, exit_code, [](const IndexArguments& asked) {
               return index::report_status(asked.data_dir, asked.output());
             });
  CLI::App& rebuild = *index.add_subcommand(
      "rebuild", "Throw the index away and make it anew; refused while emxd writes it");
  rebuild
      .add_option("DIR", arguments->data_dir,
                  "Data directory of the exchange; its ledger is only read")
      ->required();
  rebuild
      .add_option("--left-free", arguments->left_free,
                  "Bytes that stay free on the disk, or as many as the ledger has where these are "
                  "more (1 GiB): emxd refuses new orders below its ledger.disk_reserve_bytes")
      ->check(CLI::NonNegativeNumber);
  rebuild.callback([=, &exit_code] {
    exit_code = index::rebuild(arguments->data_dir, arguments->left_free, arguments->output());
  });
}

}  // namespace emx::tools
