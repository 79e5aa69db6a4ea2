#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/market/command_list.hpp"
#include "tools/market/fault.hpp"
#include "tools/market/names.hpp"

namespace emx::script {

// One statement, ready to be applied.
struct Step {
  std::uint32_t line = 0;
  std::string text;                // the line as it stands in the file, without its comment
  market::CommandList command;     // one
  std::int64_t not_before_ns = 0;  // UTC since 1970; the clock goes there if it is behind

  // A new order: the name that later statements know it by, or empty. Cancel and replace: the
  // order's name; its id is known only once the exchange gave it (Player).
  std::string order;
};

struct Script {
  std::vector<Step> steps;  // empty when there are faults
  market::Faults faults;
};

struct Present;  // readers.hpp

// Reads statements one by one, each against what stood before it. Not thread-safe.
class StatementReader {
 public:
  // `file` is what faults call it; `faults` outlives this.
  StatementReader(std::string file, market::Faults& faults);
  ~StatementReader();
  StatementReader(const StatementReader&) = delete;
  StatementReader& operator=(const StatementReader&) = delete;

  // Takes a command that no statement made: what it defines may be named from here on.
  void know(std::span<const std::byte> command);

  // nullopt: nothing but blanks and a comment, or what cannot be read, which is a Fault.
  [[nodiscard]] std::optional<Step> read(std::uint32_t line, std::string_view text);

  // Ids as the exchange will give them, were no statement so far refused.
  [[nodiscard]] const market::Names& names() const;

 private:
  std::string file_;
  market::Faults& faults_;
  std::unique_ptr<Present> present_;
};

// Reads a script (README.md has the language). `market`: the commands that will have been applied
// before it, for the names it uses. `file` is what faults call it.
[[nodiscard]] Script parse_script(std::string_view text, const std::string& file,
                                  const market::CommandList& market);
[[nodiscard]] Script read_script(const std::filesystem::path& file,
                                 const market::CommandList& market);

}  // namespace emx::script
