#include "tools/emx/why_command.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "tools/emx/question_record.hpp"
#include "tools/why/report.hpp"

namespace emx::tools {

namespace {

struct WhyArguments {
  std::filesystem::path data_dir;
  why::Question question;
  std::string firm_and_id;  // "SH049/deal-7"
  bool json = false;
  QuestionRecord record;
};

}  // namespace

void add_why_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "why",
      "Why an order was refused, passed over, cut or cancelled: the chain of rules, the values "
      "that "
      "were compared, and the entries that had set them; from the ledger alone");
  const auto arguments = std::make_shared<WhyArguments>();
  command
      .add_option("DIR", arguments->data_dir,
                  "Data directory of the exchange; its ledger is only read, also while a daemon "
                  "has it open")
      ->required();
  CLI::Option& sequence =
      *command.add_option("ENTRY", arguments->question.sequence, "Sequence of an entry")
           ->check(CLI::PositiveNumber);
  CLI::Option& order = *command
                            .add_option("--order", arguments->question.order_id,
                                        "Id of an order: everything that befell it, entry by entry")
                            ->check(CLI::PositiveNumber)
                            ->excludes(&sequence);
  command
      .add_option("--cl-ord-id", arguments->firm_and_id,
                  "FIRM/ID: the message of a firm with this ClOrdID, and the order it became")
      ->check([](const std::string& text) {
        const std::size_t slash = text.find('/');
        return slash != std::string::npos && slash > 0 && slash + 1 < text.size()
                   ? ""
                   : "must be FIRM/ID, such as SH049/deal-7";
      })
      ->excludes(&sequence)
      ->excludes(&order);
  command.add_flag("--json", arguments->json, "Answer as JSON, with stable keys");
  arguments->record.add_options(command);
  command.footer(
      "The ledger's commands are replayed up to what is asked, so this takes as long as `emx audit "
      "verify` up to there. Every reason is found anew from the values of the moment and held "
      "against the code in the ledger; where the two should ever differ, a NOTE says so.\n"
      "Exit codes: 0 explained; 1 nothing to explain there, and what there is is said; 2 no "
      "answer (no ledger, damaged, of another version, or not what its commands give).");
  command.callback([=, &exit_code] {
    why::Question question = arguments->question;
    if (!arguments->firm_and_id.empty()) {
      const std::size_t slash = arguments->firm_and_id.find('/');
      question.firm = arguments->firm_and_id.substr(0, slash);
      question.cl_ord_id = arguments->firm_and_id.substr(slash + 1);
    }
    if (question.sequence == 0 && question.order_id == 0 && question.cl_ord_id.empty()) {
      throw CLI::ValidationError{"why", "needs one of ENTRY, --order and --cl-ord-id"};
    }
    const auto number = [](std::uint64_t n) { return n == 0 ? "" : std::to_string(n); };
    exit_code = arguments->record.answer(
        Question::why,
        {{"entry", number(question.sequence)},
         {"order", number(question.order_id)},
         {"cl-ord-id", arguments->firm_and_id}},
        arguments->data_dir, {std::cout, std::cerr, arguments->json, ::isatty(STDERR_FILENO) == 1},
        [&](const audit::Output& output) {
          return why::report_why(arguments->data_dir, question, output);
        });
  });
}

}  // namespace emx::tools
