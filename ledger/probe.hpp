#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "ledger/log_file.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

// LMDB 0.9 has no page checksums: a damaged file can make it read outside the file (SIGBUS,
// SIGSEGV) or fail an assertion, and either ends the process. So a file is first read from end to
// end in a child process, and only then opened in this one.
//
// Requires of the caller: call it early, before the process starts threads. The child is a fork
// without exec; a lock that another thread held at that moment would stay locked in it for ever.
// SIGCHLD must not be ignored.

// Runs `work` in a child process and returns what it returned. A child that crashed, or that ended
// in another way than by returning, is Status::corrupt with words about `subject`, the file it
// read; but one that was killed is Status::no_memory, because that is no fault of the file. The
// child prints nothing, leaves no core file, and does not outlive this process.
Result run_in_child(const std::filesystem::path& subject, const std::function<Result()>& work);

// How much of a ledger is verified when it is opened. For a reader, who does not ask for a valid
// ledger, all but `none` read every entry.
enum class Probe : std::uint8_t {
  none,   // for a caller that has done it, or that can afford to crash; after a crash as `tail`
  tail,   // every page (page_check.hpp), and chain and records of the last 4,096 entries
  ends,   // after a close, where the pages that a commit builds on are as they were then
          // (page_edge.hpp): chain and records of the last 4,096 entries; else as `whole`. For who
          // verifies the whole ledger soon, and reads no other entry before without having tried
          // it in a child process
  whole,  // every page, and all that verify() does
};

// Reads the ledger at `path` in a child process. With `judge`, where `path` is the file and nobody
// writes it, verifies it as `probe` says. Without, where it is as in LogFile::open, finds only what
// keeps it from being read: an audit wants to open a bad ledger, too, and say what is wrong with
// it.
Result probe_in_child(const std::filesystem::path& path, LogFile::Mode mode,
                      std::uint64_t map_bytes, Probe probe, bool judge);

// What needs no child: an ordinary file, long enough, with LMDB's two meta pages, and these of
// transactions that follow each other, each in its place: LMDB takes the younger one, and would
// quietly go back by a commit where a damaged number makes the older one look younger. A writer may
// have the file open.
Result check_file_head(const std::filesystem::path& file);

}  // namespace emx::ledger
