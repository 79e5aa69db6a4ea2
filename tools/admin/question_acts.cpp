#include <algorithm>
#include <array>
#include <string>

#include "tools/admin/acts.hpp"
#include "tools/admin/question_arguments.hpp"

// A question of the ledger goes into it before it is answered. What is named need not be there: the
// answer to who asks for a firm that there is not is asked for as well.

namespace emx::admin {

namespace {

// A line break would make a second line of the log, where an act is one.
bool is_one_line(const std::string& value) {
  return std::ranges::none_of(
      value, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

// The office is that of whom the desk takes the request from.
Act query(Fields& fields) {
  auto command = start<QueryCommand>(CommandKind::query);
  command.question = fields.enumerated<Question>("question");
  std::string arguments;
  for (const std::string_view name : arguments_of(static_cast<Question>(command.question))) {
    const std::string key{name};
    if (!fields.has(key)) continue;
    const std::string value = fields.text(key);
    if (!is_one_line(value)) throw Fault{"'" + key + "' must be one line of text"};
    add_argument(arguments, name, value);
  }
  if (!decltype(command.arguments)::fits(arguments)) {
    throw Fault{"the ledger's record of a question has room for " +
                std::to_string(command.arguments.bytes.size()) +
                " bytes of arguments, and these have " + std::to_string(arguments.size()) +
                "; ask with fewer of them"};
  }
  command.arguments = decltype(command.arguments){arguments};
  return Act{command};
}

constexpr std::array question_acts{NamedAct{"query", query}};

}  // namespace

std::span<const NamedAct> acts_of_questions() { return question_acts; }

}  // namespace emx::admin
