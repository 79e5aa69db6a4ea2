#include "engine/authority.hpp"

namespace emx::engine {

// Bytes behind the arguments' end would stand in the log unseen.
Refusal query(const QueryCommand& command) {
  if (!is_known(static_cast<Question>(command.question))) {
    return {Code::o01_quantity, 0, command.question};
  }
  if (!is_known(static_cast<Office>(command.office))) {
    return {Code::o01_quantity, 0, command.office};
  }
  const std::string_view seen = command.arguments.view();
  if (command.arguments != Text<120>{seen}) {
    return {Code::o01_quantity, static_cast<std::int64_t>(seen.size()),
            static_cast<std::int64_t>(command.arguments.bytes.size())};
  }
  return {};
}

}  // namespace emx::engine
