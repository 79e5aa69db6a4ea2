// bench_recovery DIR [RUNS]: how fast a ledger is replayed, and how long its state takes to be
// saved, written, read and loaded; prints one JSON line. DIR is a data directory, which is only
// read; a snapshot is written beside, to DIR.bench. README.md says what is measured and how.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "ledger/snapshot_file.hpp"
#include "ledger/store.hpp"

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

struct Times {
  std::vector<double> replay;
  std::vector<double> save;
  std::vector<double> write;
  std::vector<double> read;
  std::vector<double> load;
};

int run(const std::filesystem::path& data_dir, int runs) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  require(store.open(data_dir, options));
  GenesisCommand genesis{};
  require(store.get(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    genesis = read_record<GenesisCommand>(entry.view.command);
  }));
  const std::filesystem::path beside = data_dir.string() + ".bench";
  Times times;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  for (int i = 0; i < runs; ++i) {
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
  }
  std::filesystem::remove_all(beside);
  const double replay_s = median(times.replay);
  std::printf(
      "{\"entries\": %llu, \"replay_s\": %.3f, \"entries_per_s\": %.0f, \"state_bytes\": %llu, "
      "\"save_ms\": %.2f, \"write_ms\": %.2f, \"read_ms\": %.2f, \"load_ms\": %.2f}\n",
      static_cast<unsigned long long>(entries), replay_s, static_cast<double>(entries) / replay_s,
      static_cast<unsigned long long>(bytes), median(times.save) * 1e3, median(times.write) * 1e3,
      median(times.read) * 1e3, median(times.load) * 1e3);
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
