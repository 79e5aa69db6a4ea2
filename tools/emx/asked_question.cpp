#include "tools/emx/asked_question.hpp"

#include <unistd.h>

#include <iostream>
#include <utility>

namespace emx::tools {

int AskedQuestion::answer(Question question, QuestionRecord::Arguments with,
                          const QuestionRecord::Report& report) const {
  audit::Output output{std::cout, std::cerr, json, ::isatty(STDERR_FILENO) == 1, csv};
  output.at = audit::moment_from_text(at);
  with.emplace_back("at", at);
  return record.answer(question, with, data_dir, output, report);
}

CLI::App& add_question(CLI::App& audit, const std::string& name, const std::string& words,
                       const Asked& asked) {
  CLI::App& question = *audit.add_subcommand(name, words);
  question
      .add_option("DIR", asked->data_dir,
                  "Data directory of the exchange; its ledger is only read, also while a daemon "
                  "has it open")
      ->required();
  CLI::Option& json =
      *question.add_flag("--json", asked->json, "Answer as JSON: stable keys, amounts as integers");
  question.add_flag("--csv", asked->csv, "Answer as CSV with the keys of the JSON")
      ->excludes(&json);
  asked->record.add_options(question);
  return question;
}

void add_moment(CLI::App& question, const std::string& name, std::string& text,
                const std::string& words) {
  question
      .add_option(name, text,
                  words +
                      ": the number of an entry, or command time (UTC+8; with Z at the end UTC) as "
                      "\"2026-06-18\" (the whole day), \"2026-06-18 09:30\" or to the millisecond")
      ->check([](const std::string& given) {
        return audit::moment_from_text(given)
                   ? ""
                   : "must be an entry's number, or a time such as 2026-06-18 09:30";
      });
}

void add_at(CLI::App& question, const Asked& asked) {
  add_moment(question, "--at", asked->at, "As it stood then (default: now)");
}

void add_plain_question(CLI::App& audit, Question question, const std::string& words,
                        const Asked& asked,
                        int (*report)(const std::filesystem::path&, const audit::Output&),
                        int& exit_code) {
  CLI::App& command = add_question(audit, std::string{name_of(question)}, words, asked);
  add_at(command, asked);
  command.callback([=, &exit_code] {
    exit_code = asked->answer(
        question, {}, [&](const audit::Output& output) { return report(asked->data_dir, output); });
  });
}

}  // namespace emx::tools
