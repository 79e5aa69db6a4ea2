#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tools/audit/reports.hpp"

// What the reports share, those of tools/why and tools/whatif included.

namespace emx::audit {

using Json = nlohmann::ordered_json;

// Exit code of an answer that could not be given, or of a ledger that is not valid.
[[nodiscard]] int exit_code_of(const ledger::Result& result);

// Says why there is no answer, in the form that was asked for; returns exit_code_of(result).
int report_failure(const ledger::Result& result, const std::filesystem::path& data_dir,
                   const Output& output);

// Words of an inspection that has read all it needs.
inline constexpr std::string_view read_enough = "enough was read";

// Verifies the ledger's bytes, up to the moment or the record of the question where there is one,
// and calls `inspect` for each entry that has passed, with a line of progress; ok only if all have.
// Words from `inspect` that are not empty end it: as a fault, or, where they are `read_enough`,
// well.
ledger::Result read_verified(const std::filesystem::path& data_dir, const Output& output,
                             const std::function<std::string(const EntryView&)>& inspect);

// Where a writer may be at work on it, which is so of a ledger that was not closed: a lower
// priority for processor and disk, of this thread and of the children and threads that it makes.
void let_the_writer_go_first(const std::filesystem::path& data_dir);

// Opens for reading, at a lower priority where a writer may be at work; says on `output.err` what
// the last writer left, if it failed. Not ok where the question is on record and the record is not
// in this ledger: it is not the one of the exchange that was asked.
ledger::Result open_to_read(const std::filesystem::path& data_dir, ledger::LedgerStore& store,
                            const Output& output);

// With `recorded_in`, where the question is on record.
void write(Json json, const Output& output);

}  // namespace emx::audit
