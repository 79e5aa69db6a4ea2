#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/ed25519.hpp"
#include "ledger/store.hpp"
#include "tools/audit/reports.hpp"

// What the audit's tests share: ledgers that were played, taken apart and put together again.

namespace emx::audit::testing {

// A folder of its own, gone at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Plays a script on tools/market/delta into a new ledger. Throws when it has faults.
void play(std::string_view script, const std::filesystem::path& data_dir);
void play_file(const std::filesystem::path& script, const std::filesystem::path& data_dir);

// Facts about one ledger of tests/audit/day.emx, which they only read.
class PlayedDay : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    play_file("tests/audit/day.emx", folder->path());
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
  }

  static inline TempFolder* folder = nullptr;
};

// An entry whose bytes are its own.
struct Entry {
  Stamp stamp;
  std::vector<std::byte> command;
  std::vector<std::byte> events;
  std::uint32_t events_count;
  std::uint64_t digest;
  std::uint64_t rule_set;

  [[nodiscard]] EntryView view() const {
    return {stamp, command, events, events_count, digest, rule_set};
  }

  // The first event of a kind as a record, for a change that set_event() puts back.
  template <class Event>
  [[nodiscard]] Event event(EventKind kind) const {
    return read_record<Event>(std::span{events}.subspan(place_of(kind)));
  }
  template <class Event>
  void set_event(EventKind kind, const Event& event) {
    std::memcpy(events.data() + place_of(kind), &event, sizeof event);
  }
  // Throws when there is none.
  [[nodiscard]] std::size_t place_of(EventKind kind) const;
  void drop_last_event();
};

[[nodiscard]] std::vector<Entry> read_ledger(const std::filesystem::path& data_dir);

// A new ledger of these entries: its chain and its meta record are right, whatever they say.
void write_ledger(const std::vector<Entry>& entries, const std::filesystem::path& data_dir);

// Signs the ledger at these sizes, as emxd would have.
void sign(const std::filesystem::path& data_dir, const std::string& origin,
          const std::vector<std::uint64_t>& sizes, std::span<const ledger::PrivateKey> keys);

// The first entry with an event of this kind.
[[nodiscard]] Entry& first_with(std::vector<Entry>& entries, EventKind kind);

// A report with its exit code and what it printed.
struct Answer {
  int exit_code = -1;
  std::string out;
  std::string err;
};
template <class Report>
[[nodiscard]] Answer ask(Report&& report, const std::filesystem::path& data_dir, bool json = false,
                         const std::string& at = "") {
  std::ostringstream out;
  std::ostringstream err;
  Answer answer;
  Output output{out, err, json};
  output.at = moment_from_text(at);
  answer.exit_code = report(data_dir, output);
  answer.out = out.str();
  answer.err = err.str();
  return answer;
}

}  // namespace emx::audit::testing
