#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/files.hpp"
#include "ledger/meta.hpp"
#include "ledger/store.hpp"

struct MDB_env;

// What the ledger's tests share.

namespace emx::ledger::testing {

using Bytes = std::vector<std::byte>;

// A folder in memory, where there is one: for what is not about disks, and is done often.
std::filesystem::path memory_folder();

// A folder of its own, gone at the end.
class TempFolder {
 public:
  explicit TempFolder(const std::filesystem::path& within = std::filesystem::temp_directory_path());
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Small enough for a machine that limits address space.
inline constexpr std::uint64_t test_map_bytes = std::uint64_t{1} << 28;

// Options for many openings in one test: without the probe's child process where none is wanted.
StoreOptions to_write(Probe probe = Probe::whole);
StoreOptions to_read(Probe probe = Probe::none);

// Entry number `sequence` of the sample ledger: always the same bytes for the same number, so a
// test that lost the ledger still knows what it must hold. Entry 1 is the genesis; then deposits,
// issues, orders with a trade and its postings, and now and then an entry of more than a page.
class Sample {
 public:
  explicit Sample(std::uint64_t sequence);

  [[nodiscard]] EntryView view() const;

  std::int64_t at_ns;
  std::uint64_t rule_set;

  template <class Command>
  void set_command(CommandKind kind, Command command) {
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = sizeof command;
    command.header.actor = 7;
    command.header.approver = kind == CommandKind::deposit ? 9 : 0;
    command_ = bytes_of(command);
  }
  template <class Event>
  void add_event(EventKind kind, Event event) {
    event.header.kind = static_cast<std::uint16_t>(kind);
    event.header.size = sizeof event;
    event.header.index = events_count_++;
    const Bytes bytes = bytes_of(event);
    events_.insert(events_.end(), bytes.begin(), bytes.end());
  }
  void add_posting(std::uint32_t asset, AccountId debit, AccountId credit, std::int64_t amount);
  void clear_events();

  template <class Record>
  [[nodiscard]] static Bytes bytes_of(const Record& record) {
    const auto bytes = std::as_bytes(std::span{&record, 1});
    return {bytes.begin(), bytes.end()};
  }

 private:
  void fill_trade();

  std::uint64_t sequence_;
  Bytes command_;
  Bytes events_;
  std::uint32_t events_count_ = 0;
};

// Chains these entries to the ledger's end and appends them together. check()s as the chain does.
Result append(LedgerStore& store, std::span<const EntryView> entries);

// Appends the sample entries from `first` to `last` in batches; the first failure, or ok.
Result append_samples(LedgerStore& store, std::uint64_t first, std::uint64_t last,
                      std::uint64_t batch = 16);

// Makes a ledger of the first `entries` sample entries and closes it.
void make_ledger(const std::filesystem::path& data_dir, std::uint64_t entries);

// A copy with every file of it.
void copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to);

// Empty when the ledger holds at least `acknowledged` entries, all of them those of the sample, and
// verifies; else what is wrong. Opens it for writing, as the daemon would after a crash.
std::string what_is_lost(const std::filesystem::path& data_dir, std::uint64_t acknowledged);

// The same ledger past the store: what a person with the file and LMDB's tools can do.
class RawLedger {
 public:
  explicit RawLedger(const std::filesystem::path& data_dir);
  ~RawLedger();
  RawLedger(const RawLedger&) = delete;
  RawLedger& operator=(const RawLedger&) = delete;

  [[nodiscard]] std::map<std::uint64_t, Bytes> entries() const;
  [[nodiscard]] Bytes meta() const;
  void put(std::uint64_t key, Bytes value);
  void erase(std::uint64_t key);
  void put_meta(Bytes value);
  void create_table(const char* name);
  // Reader slots that are taken, by processes dead or alive.
  [[nodiscard]] int readers() const;

 private:
  void change(const char* table, Bytes key, const Bytes* value);

  MDB_env* environment_ = nullptr;
};

// Where the file has these bytes, in every place: LMDB leaves older pages behind, with the same.
// Changes them there, below LMDB and without a commit.
class StoredBytes {
 public:
  StoredBytes(const std::filesystem::path& file, const Bytes& bytes);

  void put(std::size_t place, std::byte value) const;

 private:
  FileDescriptor file_;
  std::vector<std::ptrdiff_t> offsets_;
};

}  // namespace emx::ledger::testing
