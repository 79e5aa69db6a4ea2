#include "tools/audit/reading.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ostream>
#include <system_error>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "tools/audit/progress.hpp"

namespace emx::audit {

int exit_code_of(const ledger::Result& result) {
  switch (result.status) {
    case ledger::Status::ok:
      return ledger_is_valid;
    case ledger::Status::corrupt:
      return ledger_is_invalid;
    default:
      return could_not_run;
  }
}

int report_failure(const ledger::Result& result, const std::filesystem::path& data_dir,
                   const Output& output) {
  if (output.json) {
    write(Json{{"ledger", data_dir.string()},
               {"verdict", exit_code_of(result) == could_not_run ? "could_not_run" : "invalid"},
               {"reason", result.message}},
          output);
  }
  output.err << data_dir.string() << ": " << result.message << '\n';
  return exit_code_of(result);
}

namespace {

ledger::Result find_record(const ledger::LedgerStore& store, const Recorded& recorded) {
  bool found = false;
  ledger::Result result;
  if (recorded.sequence <= store.size().value) {
    result = store.get(SeqNo{recorded.sequence}, [&](const ledger::StoredEntry& entry) {
      const auto header = read_record<CommandHeader>(entry.view.command);
      found = static_cast<CommandKind>(header.kind) == CommandKind::query &&
              header.command_id == recorded.command_id;
    });
  }
  if (!result.ok() || found) return result;
  return {ledger::Status::missing,
          "the question is on record in entry " + std::to_string(recorded.sequence) +
              " of the exchange that was asked, and not in this ledger, which is another one or a "
              "copy; ask with the data directory of that exchange"};
}

}  // namespace

void let_the_writer_go_first(const std::filesystem::path& data_dir) {
  std::error_code ignored;
  if (std::filesystem::exists(data_dir / "ledger" / "clean", ignored)) return;
  constexpr int lower_priority = 10;  // where it is not lower already
  if (::getpriority(PRIO_PROCESS, 0) < lower_priority) {
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, lower_priority));
  }
  constexpr int of_thread = 1;
  constexpr int lowest_of_those_that_are_served = 2 << 13 | 7;
  static_cast<void>(::syscall(SYS_ioprio_set, of_thread, 0, lowest_of_those_that_are_served));
}

ledger::Result open_to_read(const std::filesystem::path& data_dir, ledger::LedgerStore& store,
                            const Output& output) {
  let_the_writer_go_first(data_dir);
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  ledger::Result result = store.open(data_dir, options);
  if (result.ok() && !store.earlier_failure().empty()) {
    output.err << "note: the last writer stopped because a commit failed: "
               << store.earlier_failure() << '\n';
  }
  if (result.ok() && output.recorded.sequence != 0) result = find_record(store, output.recorded);
  return result;
}

ledger::Result read_verified(const std::filesystem::path& data_dir, const Output& output,
                             const std::function<std::string(const EntryView&)>& inspect) {
  ledger::LedgerStore store;
  if (ledger::Result result = open_to_read(data_dir, store, output); !result.ok()) return result;
  Progress progress{output};
  bool was_enough = false;
  ledger::VerifyOptions options;
  options.inspect = [&](const EntryView& entry) {
    const std::uint64_t recorded = output.recorded.sequence;
    const bool is_record = recorded != 0 && entry.stamp.sequence.value >= recorded;
    const bool is_behind = is_record || (output.at && is_after(entry.stamp, *output.at));
    std::string words = is_behind ? std::string{read_enough} : inspect(entry);
    was_enough = words == read_enough;
    return words;
  };
  options.progress = [&](std::uint64_t entries, std::uint64_t total) {
    progress.show(entries, total);
  };
  ledger::Result result = ledger::verify(store, options).result;
  return was_enough ? ledger::Result{} : result;
}

void write(Json json, const Output& output) {
  if (output.recorded.sequence != 0) json["recorded_in"] = output.recorded.sequence;
  // What is not UTF-8 in a damaged record becomes a replacement character.
  output.out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace emx::audit
