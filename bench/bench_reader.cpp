// bench_reader FLOW DIR EMX [MINUTES [backup]]: what an auditor who reads a ledger without a pause
// costs the exchange that writes it, or who copies it: commit latency and growth of the file, times
// with and without one in turn; prints one JSON line. README.md says how.

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/venue.hpp"

extern char** environ;

namespace emx::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double paced_per_s = 2'000;
constexpr int minutes_default = 60;

// What the reader does, and for how long at a time. A backup is of a ledger that is large already.
struct Course {
  int minutes = minutes_default;
  bool backs_up = false;

  [[nodiscard]] std::chrono::seconds turn() const {
    return std::chrono::seconds{backs_up ? 15 : 60};
  }
  // After one to warm up.
  [[nodiscard]] int turns() const { return static_cast<int>(minutes * 60 / turn().count()); }
  [[nodiscard]] std::size_t paced_max() const {
    return static_cast<std::size_t>(paced_per_s * static_cast<double>(turn().count())) *
           static_cast<std::size_t>(turns() + 2);
  }
};

// `EMX audit verify DIR`, or `EMX backup DIR DIR.backup/N`, again and again, while it is told to.
class Reader {
 public:
  Reader(const char* emx, const std::filesystem::path& data_dir, bool backs_up)
      : words_{emx, backs_up ? "backup" : "audit"} {
    if (!backs_up) words_.emplace_back("verify");
    words_.push_back(data_dir.string());
    if (!backs_up) return;
    copies_ = data_dir.string() + ".backup";
    words_.emplace_back();
  }
  ~Reader() {
    stop();
    if (!copies_.empty()) std::filesystem::remove_all(copies_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Begins the next reading when the one before has ended. Throws when one was not well.
  void go_on() {
    if (child_ != 0) {
      int status = 0;
      if (::waitpid(child_, &status, WNOHANG) == 0) return;
      child_ = 0;
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw std::runtime_error{"the reader of the live ledger failed"};
      }
      ++readings_;
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!copies_.empty()) {
      std::filesystem::create_directories(copies_);
      words_.back() = (copies_ / std::to_string(copies_begun_++)).string();
    }
    std::vector<char*> words;
    for (std::string& word : words_) words.push_back(word.data());
    words.push_back(nullptr);
    const int error = ::posix_spawn(&child_, words[0], &actions, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error{"cannot run " + words_[0]};
  }
  void stop() {
    if (child_ == 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  [[nodiscard]] int readings() const { return readings_; }

 private:
  std::vector<std::string> words_;
  // Kept to the end, for the disk has work with what is removed as well; empty: none are made.
  std::filesystem::path copies_;
  int copies_begun_ = 0;
  pid_t child_ = 0;
  int readings_ = 0;
};

struct Turn {
  bool read = false;
  Clock::time_point begun;
  std::uint64_t file_bytes = 0;  // at its end
  std::uint64_t entries = 0;     // durable at its end
};

// Commands are due evenly, from one of them on.
class Pacer {
 public:
  Pacer(Venue& venue, const LargeVector<CoreCommand>& commands, std::size_t first)
      : venue_{venue}, commands_{commands}, first_{first}, next_{first} {}

  void run_for(Clock::duration time, Reader* reader) {
    const auto until = Clock::now() + time;
    while (Clock::now() < until) {
      if (reader != nullptr) reader->go_on();
      submit_due();
      venue_.pipeline().take_durable(Venue::entries_per_take, [](const EntryView&) {});
      std::this_thread::sleep_for(Venue::nap);
    }
  }

 private:
  void submit_due() {
    const std::chrono::duration<double> since = Clock::now() - started_;
    const auto due = first_ + static_cast<std::size_t>(since.count() * paced_per_s);
    if (due >= commands_.size()) throw std::runtime_error{"the flow is too short"};
    while (next_ < due) {
      const CoreCommand& command = commands_[next_];
      if (!venue_.pipeline().submit({command.bytes, command.size}, false)) return;
      ++next_;
    }
  }

  Venue& venue_;
  const LargeVector<CoreCommand>& commands_;
  const Clock::time_point started_ = Clock::now();
  const std::size_t first_;
  std::size_t next_;
};

struct Side {
  std::vector<double> p50_us;  // by turn
  std::vector<double> p99_us;
  std::vector<double> p999_us;
  std::vector<double> bytes_per_entry;  // of growth
};

double at(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

// The first turn, in which the file is made, counts for neither side.
std::pair<Side, Side> compare(const std::vector<Turn>& turns, Clock::duration turn,
                              const CommitPlan& plan) {
  std::pair<Side, Side> sides;
  for (std::size_t i = 1; i < turns.size(); ++i) {
    Side& side = turns[i].read ? sides.first : sides.second;
    std::vector<double> us;
    for (const CommitPlan::Times& times : plan.times) {
      const auto since = times.begun - turns[i].begun;
      if (since < Clock::duration{} || since >= turn) continue;
      us.push_back(std::chrono::duration<double, std::micro>(times.ended - times.begun).count());
    }
    side.p50_us.push_back(at(us, 0.5));
    side.p99_us.push_back(at(us, 0.99));
    side.p999_us.push_back(at(us, 0.999));
    side.bytes_per_entry.push_back(
        static_cast<double>(turns[i].file_bytes - turns[i - 1].file_bytes) /
        static_cast<double>(turns[i].entries - turns[i - 1].entries));
  }
  return sides;
}

void print(const char* name, Side& side) {
  std::printf(
      "\"%s\":{\"commit_p50_us\":%.0f,\"commit_p99_us\":%.0f,\"commit_p999_us\":%.0f,"
      "\"bytes_per_entry\":%.1f}",
      name, at(side.p50_us, 0.5), at(side.p99_us, 0.5), at(side.p999_us, 0.5),
      at(side.bytes_per_entry, 0.5));
}

// As fast as it goes, what the flow has beyond what is due later; how many.
std::size_t fill(Venue& venue, const LargeVector<CoreCommand>& commands, const Course& course) {
  if (!course.backs_up || commands.size() <= course.paced_max()) return 0;
  const std::size_t count = commands.size() - course.paced_max();
  venue.run({commands.data(), count});
  return count;
}

int run(const char* flow_path, const std::filesystem::path& data_dir, const char* emx,
        const Course& course) {
  const Flow flow = read_flow(flow_path);
  const CoreMarket market = market_of(Constraints::twelve);
  CoreMarket first = market_of(Constraints::twelve);
  const auto commands = commands_of(flow, Constraints::twelve, first);
  Venue venue{data_dir, market};
  Reader reader{emx, data_dir, course.backs_up};
  const std::size_t filled = fill(venue, commands, course);
  Pacer pacer{venue, commands, filled};
  std::vector<Turn> turns;
  for (int i = 0; i <= course.turns(); ++i) {
    Turn& now = turns.emplace_back();
    now.read = i % 2 == 1;
    now.begun = Clock::now();
    pacer.run_for(course.turn(), now.read ? &reader : nullptr);
    reader.stop();
    now.file_bytes = std::filesystem::file_size(data_dir / "ledger" / "data.mdb");
    now.entries = venue.pipeline().durable().value;
    std::fprintf(stderr, "turn %d, %s: %llu entries, %llu bytes, %d readings\n", i,
                 now.read ? "read" : "not read", static_cast<unsigned long long>(now.entries),
                 static_cast<unsigned long long>(now.file_bytes), reader.readings());
  }
  const CommitPlan plan = venue.stop();
  auto [read, alone] = compare(turns, course.turn(), plan);
  std::printf("{\"minutes\":%d,\"entries\":%llu,\"readings\":%d,", course.minutes,
              static_cast<unsigned long long>(turns.back().entries), reader.readings());
  print("read", read);
  std::printf(",");
  print("not_read", alone);
  std::printf("}\n");
  return 0;
}

}  // namespace
}  // namespace emx::bench

int main(int argc, char** argv) {
  emx::bench::Course course;
  const std::string_view number = argc >= 5 ? argv[4] : "60";
  const bool number_ok =
      std::from_chars(number.begin(), number.end(), course.minutes).ptr == number.end() &&
      course.minutes >= 1 && course.minutes <= 600;
  course.backs_up = argc == 6 && std::string_view{argv[5]} == "backup";
  if (argc < 4 || argc > 6 || !number_ok || (argc == 6 && !course.backs_up)) {
    std::fprintf(
        stderr,
        "usage: bench_reader FLOW DIR EMX [MINUTES [backup]]\n"
        "An exchange that writes 2,000 entries a second to a ledger in DIR, which is made\n"
        "anew, for MINUTES (60) after one to warm up; in every other minute the program\n"
        "EMX audits the ledger without a pause. With backup: in every other quarter of a\n"
        "minute it copies the ledger into DIR.backup, again and again, after the rest of the\n"
        "flow was written; the copies are removed at the end. Progress on standard error, then one "
        "JSON line.\n"
        "The flow needs 120,000 operations a minute.\n");
    return 2;
  }
  try {
    return emx::bench::run(argv[1], argv[2], argv[3], course);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_reader: %s\n", error.what());
    return 2;
  }
}
