#include "tests/crash/simulation.hpp"

#include <fcntl.h>

#include <algorithm>
#include <stdexcept>

#include "ledger/checkpoint_log.hpp"
#include "ledger/ed25519.hpp"
#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tests/crash/process.hpp"
#include "tests/ledger/support.hpp"

namespace emx::crash {

namespace {

constexpr std::size_t failures_told_max = 10;

// A moment of the recording: the operations before `operation` have ended, and it has begun or not.
struct Moment {
  std::size_t operation = 0;
  bool has_begun = false;
  Random random{};  // for what the crash leaves
  std::uint64_t state = 0;
};

bool changes_names(const Operation& operation) {
  switch (operation.did) {
    case Did::rename:
    case Did::unlink:
    case Did::make_folder:
      return true;
    case Did::open:
      return (operation.flags & (O_CREAT | O_TRUNC)) != 0;
    default:
      return false;
  }
}

std::vector<Moment> moments_of(const Recording& recording, const Simulation& simulation) {
  const auto& operations = recording.operations;
  std::vector<std::size_t> of_names;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (changes_names(operations[i])) of_names.push_back(i);
  }
  std::vector<Moment> moments;
  for (std::uint64_t i = 0; i < simulation.states; ++i) {
    Moment& moment = moments.emplace_back();
    moment.state = simulation.first_state + i;
    std::seed_seq seeds{simulation.seed, moment.state};
    moment.random = Random{seeds};
    // Nearly all that happens is a commit; marks and renames shall be seen as well.
    moment.operation = moment.random() % operations.size();
    if (moment.random() % 3 == 0) {
      const std::size_t near = of_names[moment.random() % of_names.size()];
      moment.operation = std::min(operations.size() - 1, near + moment.random() % 3);
    }
    moment.has_begun = moment.random() % 2 == 0;
  }
  std::ranges::sort(moments, {}, [](const Moment& moment) {
    return std::pair{moment.operation, moment.has_begun};
  });
  return moments;
}

// Does again what was recorded.
class Machine {
 public:
  Machine(const Recording& recording, const Disk::Flushes& flushes)
      : recording_{recording},
        disk_{recording.root, flushes, recording.found},
        promised_{recording.promised} {}

  // Requires: no moment before this one was asked for.
  void run_until(const Moment& moment) {
    while (ended_ < moment.operation) {
      begin();
      disk_.end(recording_.operations[ended_++]);
      has_begun_ = false;
    }
    if (moment.has_begun) begin();
  }

  [[nodiscard]] const Disk& disk() const { return disk_; }
  [[nodiscard]] const Promised& promised() const { return promised_; }

 private:
  void begin() {
    const Operation& operation = recording_.operations[ended_];
    if (!has_begun_) disk_.begin(operation);
    take_promise(operation, promised_);
    has_begun_ = true;
  }

  const Recording& recording_;
  Disk disk_;
  Promised promised_;
  std::size_t ended_ = 0;  // operations
  bool has_begun_ = false;
};

Recording record(const Programs& programs, const std::filesystem::path& folder,
                 const std::vector<std::string>& what) {
  const auto trace = folder.string() + ".trace";
  std::filesystem::remove(trace);
  std::vector<std::string> command{programs.traffic, (folder / "data").string()};
  command.insert(command.end(), what.begin(), what.end());
  const Ended done = run(command, {"LD_PRELOAD=" + programs.recorded_disk, "EMX_TRACE=" + trace,
                                   "EMX_TRACE_UNDER=" + folder.string(), "EMX_DISK_VIEW=.disk"});
  if (done.exit_code != 0) {
    throw std::runtime_error{"the recorded process ended with " + std::to_string(done.exit_code) +
                             ": " + done.errors};
  }
  Recording recording{.root = folder.string(), .operations = read_trace(trace)};
  std::filesystem::remove(trace);
  return recording;
}

// What is signed of the ledger that a crash left, and that it can be signed on.
std::string judge_checkpoints(const std::filesystem::path& data_dir, std::uint64_t size,
                              std::uint64_t published, const Traffic& traffic) {
  ledger::CheckpointLog log;
  if (auto result = log.open(data_dir); !result.ok()) return result.message;
  if (log.last_size() < published) {
    return "the checkpoint of " + std::to_string(published) + ' ' + std::string{unsigned_words} +
           " is of " + std::to_string(log.last_size());
  }
  if (log.guard().size > size) {
    return std::to_string(log.guard().size) + " entries were signed, and there are " +
           std::to_string(size);
  }
  if (size == 0) return {};
  ledger::CheckpointReader reader;
  if (auto result = reader.open(data_dir); !result.ok()) return result.message;
  for (std::uint64_t last = 0;;) {
    std::optional<ledger::Note> note;
    if (auto result = reader.next(note); !result.ok()) return result.message;
    if (!note) break;
    const auto checkpoint = ledger::checkpoint_from_text(note->text);
    const std::uint64_t of = checkpoint ? checkpoint->tree.size : 0;
    if (of <= last || of > size || *checkpoint != traffic.checkpoint(of)) {
      return "checkpoint " + std::to_string(reader.number()) + " is none of the traffic";
    }
    last = of;
  }
  if (const auto& guard = log.guard();
      guard.size != 0 && guard != traffic.checkpoint(guard.size).tree) {
    return "what was signed last is not a tree of the traffic";
  }
  if (log.last_size() == size) return {};
  std::vector<ledger::PrivateKey> keys;
  keys.push_back(ledger::PrivateKey::make());
  return log.add(traffic.checkpoint(size), keys).message;
}

std::string judge(ledger::LedgerStore& store, std::uint64_t released, const Traffic& traffic) {
  const std::uint64_t size = store.size().value;
  if (size < released) {
    return "entry " + std::to_string(released) + ' ' + std::string{lost_words} + ' ' +
           std::to_string(size);
  }
  if (size > traffic.size() || store.head() != traffic.head(size)) {
    return "the first " + std::to_string(size) + " entries are not those of the traffic";
  }
  const ledger::Verdict verdict = verify(store);
  if (!verdict.result.ok()) return verdict.result.message;
  if (verdict.entries != size) return "the audit found " + std::to_string(verdict.entries);
  if (size == traffic.size()) return store.close().message;
  ledger::ChainedBatch next{store.end()};
  next.add(traffic.entry(size + 1));
  if (auto result = store.append(next.entries()); !result.ok()) return result.message;
  if (store.head() != traffic.head(size + 1)) return "the next entry is not what was appended";
  return store.close().message;
}

}  // namespace

Recording record_traffic(const Programs& programs, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  return record(programs, folder, {"record"});
}

Recording record_resumption(const Programs& programs, const std::filesystem::path& folder,
                            std::uint64_t entries) {
  return record(programs, folder, {"resume", std::to_string(entries)});
}

void take_promise(const Operation& operation, Promised& promised) {
  if (operation.did == Did::acknowledge) {
    promised.released = std::max(promised.released, operation.offset);
  } else if (operation.did == Did::publish) {
    promised.published = std::max(promised.published, operation.offset);
  }
}

std::string what_is_wrong(const std::filesystem::path& data_dir, const Promised& promised,
                          const Traffic& traffic) {
  ledger::LedgerStore store;
  if (auto result = store.open(data_dir, ledger::testing::to_write()); !result.ok()) {
    return result.message;
  }
  const std::uint64_t size = store.size().value;
  const std::string wrong = judge(store, promised.released, traffic);
  return wrong.empty() ? judge_checkpoints(data_dir, size, promised.published, traffic) : wrong;
}

Recording record_restart(const Programs& programs, const Recording& recording,
                         const Simulation& simulation, const std::filesystem::path& folder,
                         std::uint64_t entries) {
  Machine machine{recording, simulation.flushes};
  Moment moment = moments_of(recording, simulation).front();
  machine.run_until(moment);
  lay_out(machine.disk().after_crash(moment.random), recording.root, folder);
  Image found = read_image(folder);
  Recording restart = record_resumption(programs, folder, entries);
  restart.found = std::move(found);
  restart.promised = machine.promised();
  return restart;
}

Outcome simulate(const Recording& recording, const Traffic& traffic, const Simulation& simulation,
                 const std::filesystem::path& folder,
                 const std::function<void(std::uint64_t done)>& progress) {
  Outcome outcome;
  Machine machine{recording, simulation.flushes};
  for (Moment& moment : moments_of(recording, simulation)) {
    machine.run_until(moment);
    if (machine.disk().names_are_open()) ++outcome.of_names;
    lay_out(machine.disk().after_crash(moment.random), recording.root, folder);
    const std::string wrong = what_is_wrong(folder / "data", machine.promised(), traffic);
    if (wrong.find(lost_words) != std::string::npos) ++outcome.lost;
    if (wrong.find(unsigned_words) != std::string::npos) ++outcome.unsigned_again;
    if (!wrong.empty() && outcome.failed++ < failures_told_max) {
      outcome.first_failures.push_back("seed " + std::to_string(simulation.seed) + ", state " +
                                       std::to_string(moment.state) + " (operation " +
                                       std::to_string(moment.operation) + "): " + wrong);
    }
    ++outcome.states;
    if (progress) progress(outcome.states);
  }
  return outcome;
}

}  // namespace emx::crash
