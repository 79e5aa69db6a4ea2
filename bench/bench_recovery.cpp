// bench_recovery DIR [RUNS]: how fast a ledger is opened, read, replayed and audited, and how long
// its state takes to be saved, written, read and loaded; prints one JSON line. DIR is a data
// directory, which is only read; a snapshot is written beside, to DIR.bench. README.md says what is
// measured and how.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "ledger/snapshot_file.hpp"
#include "ledger/store.hpp"
#include "tools/audit/reports.hpp"

namespace emx::bench {
namespace {

constexpr int runs_default = 5;

void require(const ledger::Result& result) {
  if (!result.ok()) throw std::runtime_error{result.message};
}

template <class Act>
double seconds_of(Act&& act) {
  const auto start = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// As emxd starts: every entry read, applied, and held byte by byte against what the ledger has.
std::unique_ptr<engine::Exchange> replay(const ledger::LedgerStore& store) {
  std::unique_ptr<engine::Exchange> exchange;
  EventBatch events;
  require(store.visit(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    const EntryView& view = entry.view;
    if (exchange == nullptr) {
      exchange = std::make_unique<engine::Exchange>(read_record<GenesisCommand>(view.command));
    }
    exchange->apply(view.stamp, view.command, events);
    const bool same =
        view.digest == exchange->digest() && std::ranges::equal(view.events, events.bytes());
    if (!same) throw std::runtime_error{"the ledger is not what its commands give"};
    return true;
  }));
  return exchange;
}

// Every entry's bytes, and nothing done with them.
std::uint64_t scan(const ledger::LedgerStore& store) {
  std::uint64_t sum = 0;
  require(store.visit(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    for (std::size_t i = 0; i < entry.bytes.size(); i += 64) {
      sum += std::to_integer<std::uint64_t>(entry.bytes[i]);
    }
    return true;
  }));
  return sum;
}

// `emx audit verify`, from opening to the verdict, in so many threads.
void audit_whole(const std::filesystem::path& data_dir, unsigned jobs) {
  std::ostringstream out;
  std::ostringstream err;
  if (audit::report_verdict(data_dir, {}, {out, err}, {.jobs = jobs}) != audit::ledger_is_valid) {
    throw std::runtime_error{"the ledger is not valid: " + out.str() + err.str()};
  }
}

struct Times {
  std::vector<double> open;
  std::vector<double> scan;
  std::vector<double> audit;
  std::vector<double> audit_in_two;
  std::vector<double> replay;
  std::vector<double> save;
  std::vector<double> write;
  std::vector<double> read;
  std::vector<double> load;
};

int run(const std::filesystem::path& data_dir, int runs) {
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  const std::filesystem::path beside = data_dir.string() + ".bench";
  Times times;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t sum = 0;
  for (int i = 0; i < runs; ++i) {
    ledger::LedgerStore store;
    times.open.push_back(seconds_of([&] { require(store.open(data_dir, options)); }));
    GenesisCommand genesis{};
    require(store.get(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
      genesis = read_record<GenesisCommand>(entry.view.command);
    }));
    times.scan.push_back(seconds_of([&] { sum += scan(store); }));
    std::unique_ptr<engine::Exchange> exchange;
    times.replay.push_back(seconds_of([&] { exchange = replay(store); }));
    std::vector<std::byte> state;
    times.save.push_back(seconds_of([&] { exchange->save(state); }));
    ledger::SnapshotHeader header;
    header.semantics_version = engine::semantics_version;
    header.sequence = exchange->last_stamp().sequence.value;
    entries = header.sequence;
    bytes = state.size();
    const ledger::NamedBytes section{ledger::exchange_section, state};
    times.write.push_back(seconds_of([&] {
      require(ledger::write_snapshot(beside, header, {&section, 1}));
    }));
    ledger::Snapshot snapshot;
    times.read.push_back(seconds_of(
        [&] { require(ledger::read_snapshot(ledger::snapshot_path(beside, entries), snapshot)); }));
    std::string fault;
    std::unique_ptr<engine::Exchange> loaded;
    times.load.push_back(seconds_of([&] {
      loaded = engine::Exchange::load(genesis, *snapshot.section(ledger::exchange_section), fault);
    }));
    if (loaded == nullptr || loaded->digest() != exchange->digest()) {
      throw std::runtime_error{"the loaded state is another one: " + fault};
    }
    require(store.close());  // a process has a ledger open once
    times.audit.push_back(seconds_of([&] { audit_whole(data_dir, 1); }));
    times.audit_in_two.push_back(seconds_of([&] { audit_whole(data_dir, 2); }));
    std::fprintf(stderr, "run %d: replay %.2f s, audit %.2f s, in two threads %.2f s\n", i + 1,
                 times.replay.back(), times.audit.back(), times.audit_in_two.back());
  }
  std::filesystem::remove_all(beside);
  const auto per_s = [&](const std::vector<double>& seconds) {
    return static_cast<double>(entries) / median(seconds);
  };
  std::printf(
      "{\"entries\": %llu, \"open_s\": %.3f, \"scan_per_s\": %.0f, \"replay_per_s\": %.0f, "
      "\"audit_per_s\": %.0f, \"audit_in_two_per_s\": %.0f, \"state_bytes\": %llu, \"save_ms\": "
      "%.2f, \"write_ms\": %.2f, "
      "\"read_ms\": %.2f, \"load_ms\": %.2f, \"sum\": %llu}\n",
      static_cast<unsigned long long>(entries), median(times.open), per_s(times.scan),
      per_s(times.replay), per_s(times.audit), per_s(times.audit_in_two),
      static_cast<unsigned long long>(bytes), median(times.save) * 1e3, median(times.write) * 1e3,
      median(times.read) * 1e3, median(times.load) * 1e3, static_cast<unsigned long long>(sum));
  return 0;
}

}  // namespace
}  // namespace emx::bench

int main(int argc, char** argv) {
  int runs = emx::bench::runs_default;
  const std::string_view text = argc == 3 ? argv[2] : "";
  const bool is_number =
      argc != 3 || std::from_chars(text.data(), text.data() + text.size(), runs).ec == std::errc{};
  if (argc < 2 || argc > 3 || !is_number || runs < 1) {
    std::fprintf(stderr, "usage: bench_recovery DIR [RUNS]\n");
    return 2;
  }
  try {
    return emx::bench::run(argv[1], runs);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_recovery: %s\n", error.what());
    return 2;
  }
}
