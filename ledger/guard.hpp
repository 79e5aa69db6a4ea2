#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ledger/merkle.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

// What the venue has signed last of a ledger, in DIR/ledger/signed, one line as an anchor's with
// the root in place of the head. It is written when the ledger is founded, with size 0: nothing was
// signed yet. So where it is missing nobody can tell, and nothing is signed until a person has
// found out (checkpoint_log.hpp).

[[nodiscard]] std::filesystem::path guard_file(const std::filesystem::path& data_dir);

// Nothing: there is no such file. `corrupt`: it is damaged.
Result read_guard(const std::filesystem::path& data_dir, std::optional<TreeHead>& guard);

// On the disk, under its name, when it returns ok.
Result write_guard(const std::filesystem::path& data_dir, const TreeHead& guard);

// Of a ledger without an entry, of which nothing can have been signed; one that is there stays.
Result found_guard(const std::filesystem::path& data_dir);

// What a person can do about a guard that is missing or damaged.
[[nodiscard]] std::string how_to_mend_guard();

}  // namespace emx::ledger
