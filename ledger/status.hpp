#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace emx::ledger {

// What can fail in the machine below the ledger. Each asks for something else of the operator.
enum class [[nodiscard]] Status : std::uint8_t{
    ok,
    missing,          // there is no ledger in the directory
    not_a_directory,  // the path, or a part of it, is something else
    no_permission,    // this user may not read, or not write, there
    read_only,        // the file system, or the store was opened for reading
    locked,           // another process, or this one, has the ledger open
    wrong_schema,     // written by another version of emx
    corrupt,          // the bytes are not those of a valid ledger
    map_full,         // the reserved address range is used up
    no_space,         // the file system is full, or the quota is used up
    no_memory,        // memory, address space or open files are used up
    interrupted,      // somebody ended it before it was through
    io_failed,        // anything else the operating system or the disk refused
};

// "no_space"; "?" for a number that is not in the enumeration.
[[nodiscard]] std::string_view name_of(Status status);

// A status, and for a person what happened, why, and what to do next (with the path and the
// system's own words). The message is empty when all went well.
struct [[nodiscard]] Result {
  Status status = Status::ok;
  std::string message;

  [[nodiscard]] bool ok() const { return status == Status::ok; }
};

// The message without what to do next, for a caller who knows better.
[[nodiscard]] std::string what_happened(const Result& result);

}  // namespace emx::ledger
