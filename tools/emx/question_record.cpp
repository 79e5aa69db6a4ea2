#include "tools/emx/question_record.hpp"

#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

#include "ledger/writer_at_work.hpp"
#include "tools/audit/reading.hpp"

namespace emx::tools {

using nlohmann::json;

namespace {

// Throws what is not confirmed.
audit::Recorded put_on_record(const AdminLine& line, Question question,
                              const QuestionRecord::Arguments& arguments) {
  const std::uint64_t id = id_of(line);
  json request{{"command", "query"}, {"id", id}, {"question", name_of(question)}};
  for (const auto& [name, value] : arguments) {
    if (!value.empty()) request[name] = value;
  }
  const std::string text = signed_by(line, std::move(request));
  json answer;
  try {
    answer = ask(line, text);
  } catch (const std::exception& error) {
    throw std::runtime_error{std::string{error.what()} + " (this had --id " + std::to_string(id) +
                             ')'};
  }
  if (!answer.value("ok", false)) throw std::runtime_error{words_of_refusal(answer)};
  return {answer.at("sequence").get<std::uint64_t>(), id};
}

}  // namespace

void tell_of_no_record(const std::filesystem::path& data_dir, const audit::Output& output) {
  const std::uint32_t writer = ledger::writer_at_work(data_dir);
  if (writer == 0) return;
  output.err << "note: process " << writer
             << " writes to this ledger, and this question is not on record there; --socket, "
                "--operator and --as of `emx audit` put it there\n";
}

void QuestionRecord::add_options(CLI::App& command) {
  CLI::Option* socket = command.add_option(
      "--socket", line_.socket,
      "Admin socket of the exchange that writes the ledger: has the question put on record there "
      "first, and answers from the entries before the record; no answer without it (exit code 2)");
  add_sender_options(command, line_);
  for (const char* name : {"--operator", "--as", "--id", "--timeout-ms"}) {
    command.get_option(name)->needs(socket);
  }
}

int QuestionRecord::answer(Question question, const Arguments& arguments,
                           const std::filesystem::path& data_dir, audit::Output output,
                           const Report& report) const {
  if (line_.socket.empty()) {
    tell_of_no_record(data_dir, output);
    return report(output);
  }
  try {
    output.recorded = put_on_record(line_, question, arguments);
  } catch (const std::exception& error) {
    return audit::report_failure(
        {ledger::Status::io_failed,
         std::string{"the question is not on record, so it is not answered: "} + error.what()},
        data_dir, output);
  }
  if (!output.json) {
    (output.csv ? output.err : output.out) << "recorded_in: " << output.recorded.sequence << '\n';
  }
  return report(output);
}

}  // namespace emx::tools
