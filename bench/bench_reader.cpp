// bench_reader FLOW DIR EMX [MINUTES]: what an auditor who reads a ledger without a pause costs the
// exchange that writes it: commit latency and growth of the file, minutes with and without one in
// turn; prints one JSON line. README.md says how.

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
constexpr auto minute = std::chrono::seconds{60};
constexpr int minutes_default = 60;

// `EMX audit verify DIR`, again and again, while it is told to.
class Auditor {
 public:
  Auditor(std::string emx, std::string data_dir)
      : emx_{std::move(emx)}, data_dir_{std::move(data_dir)} {}
  ~Auditor() { stop(); }
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

  // Begins the next reading when the one before has ended. Throws when one was not well.
  void go_on() {
    if (child_ != 0) {
      int status = 0;
      if (::waitpid(child_, &status, WNOHANG) == 0) return;
      child_ = 0;
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw std::runtime_error{"the audit of the live ledger failed"};
      }
      ++readings_;
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const char* words[] = {emx_.c_str(), "audit", "verify", data_dir_.c_str(), nullptr};
    const int error =
        ::posix_spawn(&child_, emx_.c_str(), &actions, nullptr, const_cast<char**>(words), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error{"cannot run " + emx_};
  }
  void stop() {
    if (child_ == 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  [[nodiscard]] int readings() const { return readings_; }

 private:
  const std::string emx_;
  const std::string data_dir_;
  pid_t child_ = 0;
  int readings_ = 0;
};

struct Minute {
  bool read = false;
  Clock::time_point begun;
  std::uint64_t file_bytes = 0;  // at its end
  std::uint64_t entries = 0;     // durable at its end
};

// Commands are due evenly.
class Pacer {
 public:
  Pacer(Venue& venue, const LargeVector<CoreCommand>& commands)
      : venue_{venue}, commands_{commands} {}

  void run_for(Clock::duration time, Auditor* auditor) {
    const auto until = Clock::now() + time;
    while (Clock::now() < until) {
      if (auditor != nullptr) auditor->go_on();
      submit_due();
      venue_.pipeline().take_durable(Venue::entries_per_take, [](const EntryView&) {});
      std::this_thread::sleep_for(Venue::nap);
    }
  }

 private:
  void submit_due() {
    const std::chrono::duration<double> since = Clock::now() - started_;
    const auto due = static_cast<std::size_t>(since.count() * paced_per_s);
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
  std::size_t next_ = 0;
};

struct Side {
  std::vector<double> commit_us;
  std::vector<double> minute_p50_us;
  std::vector<double> minute_p99_us;
  std::vector<double> bytes_per_entry;  // of growth, by minute
};

double at(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

// The first minute, in which the file is made, counts for neither side.
std::pair<Side, Side> compare(const std::vector<Minute>& minutes, const CommitPlan& plan) {
  std::pair<Side, Side> sides;
  for (std::size_t i = 1; i < minutes.size(); ++i) {
    Side& side = minutes[i].read ? sides.first : sides.second;
    std::vector<double> us;
    for (const CommitPlan::Times& times : plan.times) {
      const auto since = times.begun - minutes[i].begun;
      if (since < Clock::duration{} || since >= minute) continue;
      us.push_back(std::chrono::duration<double, std::micro>(times.ended - times.begun).count());
    }
    side.minute_p50_us.push_back(at(us, 0.5));
    side.minute_p99_us.push_back(at(us, 0.99));
    side.bytes_per_entry.push_back(
        static_cast<double>(minutes[i].file_bytes - minutes[i - 1].file_bytes) /
        static_cast<double>(minutes[i].entries - minutes[i - 1].entries));
  }
  return sides;
}

void print(const char* name, Side& side) {
  std::printf("\"%s\":{\"commit_p50_us\":%.0f,\"commit_p99_us\":%.0f,\"bytes_per_entry\":%.1f}",
              name, at(side.minute_p50_us, 0.5), at(side.minute_p99_us, 0.5),
              at(side.bytes_per_entry, 0.5));
}

int run(const char* flow_path, const std::filesystem::path& data_dir, const char* emx, int count) {
  const Flow flow = read_flow(flow_path);
  const CoreMarket market = market_of(Constraints::twelve);
  CoreMarket first = market_of(Constraints::twelve);
  const auto commands = commands_of(flow, Constraints::twelve, first);
  Venue venue{data_dir, market};
  Auditor auditor{emx, data_dir.string()};
  Pacer pacer{venue, commands};
  std::vector<Minute> minutes;
  for (int i = 0; i <= count; ++i) {
    Minute& now = minutes.emplace_back();
    now.read = i % 2 == 1;
    now.begun = Clock::now();
    pacer.run_for(minute, now.read ? &auditor : nullptr);
    auditor.stop();
    now.file_bytes = std::filesystem::file_size(data_dir / "ledger" / "data.mdb");
    now.entries = venue.pipeline().durable().value;
    std::fprintf(stderr, "minute %d, %s: %llu entries, %llu bytes, %d readings\n", i,
                 now.read ? "read" : "not read", static_cast<unsigned long long>(now.entries),
                 static_cast<unsigned long long>(now.file_bytes), auditor.readings());
  }
  const CommitPlan plan = venue.stop();
  auto [read, alone] = compare(minutes, plan);
  std::printf("{\"minutes\":%d,\"entries\":%llu,\"readings\":%d,", count,
              static_cast<unsigned long long>(minutes.back().entries), auditor.readings());
  print("read", read);
  std::printf(",");
  print("not_read", alone);
  std::printf("}\n");
  return 0;
}

}  // namespace
}  // namespace emx::bench

int main(int argc, char** argv) {
  int minutes = emx::bench::minutes_default;
  const std::string_view number = argc == 5 ? argv[4] : "";
  const bool number_ok =
      argc != 5 || (std::from_chars(number.begin(), number.end(), minutes).ptr == number.end() &&
                    minutes >= 2 && minutes <= 600);
  if (argc < 4 || argc > 5 || !number_ok) {
    std::fprintf(
        stderr,
        "usage: bench_reader FLOW DIR EMX [MINUTES]\n"
        "An exchange that writes 2,000 entries a second to a ledger in DIR, which is made\n"
        "anew, for MINUTES (60) after one to warm up; in every other minute the program\n"
        "EMX audits the ledger without a pause. Progress on standard error, then one JSON\n"
        "line. The flow needs 120,000 operations a minute.\n");
    return 2;
  }
  try {
    return emx::bench::run(argv[1], argv[2], argv[3], minutes);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_reader: %s\n", error.what());
    return 2;
  }
}
