// Writes what the exchange fuzzer starts from, one file an input, as records look today:
//
//   exchange_seeds DIRECTORY
//
// Each case of tools/scenario/cases, command by command, what no case would say on a page, and
// random courses in the small market.
// Runs in the project's root.

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <span>
#include <stdexcept>
#include <string>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "ledger/records.hpp"
#include "tests/fuzz/exchange_input.hpp"
#include "tools/scenario/memory_log.hpp"
#include "tools/scenario/scenario.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"

namespace emx::fuzz {
namespace {

static_assert(own_start_ns == script::RecorderOptions{}.start_ns);

// A kind that a ledger has and the table has not would never be tried.
void check_kinds() {
  for (std::uint16_t number = 0; number < 1'000; ++number) {
    const auto found = std::ranges::find(kinds, static_cast<CommandKind>(number), &Kind::kind);
    const std::uint32_t bytes = ledger::command_bytes_of(number);
    check((found != kinds.end()) == (bytes != 0));
    check(bytes == 0 || found->size == bytes);
  }
}

std::uint8_t index_of(CommandKind kind) {
  const auto found = std::ranges::find(kinds, kind, &Kind::kind);
  check(found != kinds.end());
  return static_cast<std::uint8_t>(found - kinds.begin());
}

// The commands of a course as an input.
class Course {
 public:
  void take(const EntryView& entry) {
    const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
    const std::int64_t since_ns = entry.stamp.at_ns - last_ns_ - script::RecorderOptions{}.step_ns;
    last_ns_ = entry.stamp.at_ns;
    if (kind == CommandKind::genesis) {
      out_.byte(static_cast<std::uint8_t>(Start::own_venue));
    } else if (kind != CommandKind::proceed) {  // the market does that by itself
      out_.byte(index_of(kind));
      out_.byte(static_cast<std::uint8_t>(How::exact | (since_ns > 0 ? How::later : 0)));
      if (since_ns > 0) out_.byte(span_byte(since_ns));
    } else {
      return;
    }
    out_.pack(entry.command.subspan(kind_and_size_bytes));
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return out_.bytes(); }

 private:
  Output out_;
  std::int64_t last_ns_ = own_start_ns;
};

void write(const std::filesystem::path& file, std::span<const std::byte> bytes) {
  std::ofstream stream{file, std::ios::binary};
  stream.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) throw std::runtime_error{"cannot write " + file.string()};
}

// Work that its entry's bound cuts off, of two orders: one that rests and shows one lot at a time.
// In the second a fixpoint, when the cap that kept them apart is raised.
constexpr const char* cut_market = R"(
instruments
| symbol               | reference |
| VOC.AIR.YRD.IND.2630 | 11,980    |

facilities
| facility | province |
| SH       | SH       |
| ZJ       | ZJ       |

quotas
| province | inflow |
| all      | ample  |
| ZJ       | 0      |

demand
| facility | kg    |
| all      | ample |

deposits
| facility | cny   |
| all      | ample |

issues
| facility | lots  |
| all      | ample |

steps
| do                                          | expect |
| day 2026-06-18                              |        |
| phase continuous                            |        |
)";
constexpr const char* cut_raise = "| quota 2026 ZJ VOC inflow=5000 | |\n";
constexpr const char* cut_ask = "| sell SH VOC.AIR.YRD.IND.2630 1000@12000 show=1 | |\n";
constexpr const char* cut_bid = "| buy ZJ VOC.AIR.YRD.IND.2630 1000@12000 show=1 | |\n";

void write_scenario(const scenario::Scenario& scenario, const std::filesystem::path& to) {
  if (!scenario.faults.empty()) throw std::runtime_error{scenario.file + " has faults"};
  Course course;
  scenario::MemoryLog log;
  script::RecorderOptions options;
  options.group_entries = 1;
  script::Recorder recorder{scenario.market.genesis, log,
                            [&](const EntryView& entry, std::uint32_t) { course.take(entry); },
                            options};
  script::Player player{recorder};
  for (const script::Step& step : scenario.market.steps) check(player.play(step).ok());
  for (const scenario::ScenarioStep& step : scenario.steps) {
    if (step.statement) check(player.play(*step.statement).ok());
  }
  write(to, course.bytes());
}

// Half of them orders that are likely to trade, and what becomes of them and of blocks; the rest of
// every kind, with names that exist.
void write_random(std::uint32_t seed, const std::filesystem::path& directory) {
  std::mt19937 random{seed};
  const auto below = [&](std::size_t bound) { return static_cast<std::uint8_t>(random() % bound); };
  constexpr std::array frequent{CommandKind::new_order,     CommandKind::new_order,
                                CommandKind::new_order,     CommandKind::cancel_order,
                                CommandKind::replace_order, CommandKind::submit_block,
                                CommandKind::answer_block};
  Output out;
  out.byte(static_cast<std::uint8_t>(Start::small_market));
  for (int commands = 0; commands < 50; ++commands) {
    const std::uint8_t kind =
        below(3) == 0 ? below(kinds.size()) : index_of(frequent.at(below(frequent.size())));
    if (kinds[kind].kind == CommandKind::proceed) continue;  // leaves the audit
    out.byte(kind);
    out.byte(How::likely | How::names);
    const CommandKind named = kinds[kind].kind;
    if (named == CommandKind::new_order) {
      for (std::size_t byte = 1; byte < choices_of(named); ++byte) out.byte(below(256));
      out.byte(below(256) & 0xC7);  // asks for no more
      continue;
    }
    // Choices, or the content and whose it is, and its names.
    const std::size_t bytes =
        choices_of(named) != 0 ? choices_of(named) : kinds[kind].size - content_begin(named) + 2;
    for (std::size_t byte = 0; byte < bytes; ++byte) out.byte(below(256));
  }
  write(directory / ("random-" + std::to_string(seed)), out.bytes());
}

}  // namespace
}  // namespace emx::fuzz

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "exchange_seeds DIRECTORY\n";
    return 2;
  }
  using namespace emx::fuzz;
  check_kinds();
  try {
    const std::filesystem::path directory{arguments[1]};
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    for (const auto& file : std::filesystem::directory_iterator{"tools/scenario/cases"}) {
      write_scenario(emx::scenario::read_scenario(file.path()), directory / file.path().stem());
    }
    const std::string before{cut_market};
    write_scenario(emx::scenario::parse_scenario(before + cut_raise + cut_ask + cut_bid, "cut"),
                   directory / "cut-pass");
    write_scenario(emx::scenario::parse_scenario(before + cut_ask + cut_bid + cut_raise, "cut"),
                   directory / "cut-fixpoint");
    // Fifty that reach all that must be reached (exchange_fuzz --must-reach): new kinds change
    // them.
    for (std::uint32_t seed = 101; seed <= 150; ++seed) write_random(seed, directory);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
