#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/enums.hpp"
#include "tools/audit/reports.hpp"
#include "tools/emx/admin_line.hpp"

namespace emx::tools {

// A note on output.err where a process writes to the ledger: whoever asks beside the record should
// know that she does.
void tell_of_no_record(const std::filesystem::path& data_dir, const audit::Output& output);

// A question of the ledger of a running exchange stands in it before it is answered (market-rules
// 15): with --socket the exchange is told first of it, and of nothing that it does not confirm
// there is an answer.
class QuestionRecord {
 public:
  // What it is asked with, by the names of the options; what is empty was not given.
  using Arguments = std::vector<std::pair<std::string, std::string>>;
  using Report = std::function<int(const audit::Output&)>;

  // --socket, and who asks.
  void add_options(CLI::App& command);

  // Has it put on record, where that is wanted, and answers from the entries before the record; the
  // exit code.
  [[nodiscard]] int answer(Question question, const Arguments& arguments,
                           const std::filesystem::path& data_dir, audit::Output output,
                           const Report& report) const;

 private:
  AdminLine line_;
};

}  // namespace emx::tools
