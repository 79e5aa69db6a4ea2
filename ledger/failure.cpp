#include "ledger/failure.hpp"

#include <lmdb.h>

#include <cerrno>
#include <system_error>

#include "engine/vocabulary/check.hpp"

namespace emx::ledger {

namespace {

Status status_of(int error) {
  switch (error) {
    case ENOENT:
      return Status::missing;
    case ENOTDIR:
    case EEXIST:
      return Status::not_a_directory;
    case EACCES:
    case EPERM:
      return Status::no_permission;
    case EROFS:
      return Status::read_only;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Status::no_space;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return Status::no_memory;
    case MDB_MAP_FULL:
      return Status::map_full;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PAGE_FULL:
    case MDB_CURSOR_FULL:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
    case MDB_NOTFOUND:
    case MDB_KEYEXIST:
    case MDB_BAD_VALSIZE:
    case MDB_BAD_DBI:
      return Status::corrupt;
    default:
      return Status::io_failed;
  }
}

std::string_view advice_for(Status status) {
  switch (status) {
    case Status::ok:
      return "";
    case Status::missing:
      return "Check the path of the data directory, and that its disk is mounted; a ledger that is "
             "lost "
             "must be restored from a copy.";
    case Status::not_a_directory:
      return "Name a directory as the data directory.";
    case Status::no_permission:
      return "Run as the user that owns the data directory, or give this user the permission.";
    case Status::read_only:
      return "Use a file system that is mounted for writing, and open the ledger for writing.";
    case Status::locked:
      return "Stop the other one first, or use another data directory.";
    case Status::wrong_schema:
      return "Use the version of emx that wrote it.";
    case Status::corrupt:
      return "Do not write to this ledger: keep the directory as evidence, restore a verified copy "
             "and audit it.";
    case Status::map_full:
      return "Start again with a larger map; nothing that was acknowledged is lost.";
    case Status::no_space:
      return "Free disk space and start again; nothing that was acknowledged is lost.";
    case Status::no_memory:
      return "Raise the limits of memory, address space and open files (ulimit -v, -n), or reserve "
             "a smaller map.";
    case Status::interrupted:
      return "Start it again.";
    case Status::io_failed:
      return "See whether the disk is full or failing (df, dmesg), then start again: the start "
             "reads "
             "the ledger back from the disk and verifies it before it serves.";
  }
  return "";
}

}  // namespace

std::string_view name_of(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::missing:
      return "missing";
    case Status::not_a_directory:
      return "not_a_directory";
    case Status::no_permission:
      return "no_permission";
    case Status::read_only:
      return "read_only";
    case Status::locked:
      return "locked";
    case Status::wrong_schema:
      return "wrong_schema";
    case Status::corrupt:
      return "corrupt";
    case Status::map_full:
      return "map_full";
    case Status::no_space:
      return "no_space";
    case Status::no_memory:
      return "no_memory";
    case Status::interrupted:
      return "interrupted";
    case Status::io_failed:
      return "io_failed";
  }
  return "?";
}

Result failure(Status status, std::string_view what) {
  Result result{status, std::string{what}};
  result.message += ". ";
  result.message += advice_for(status);
  return result;
}

std::string what_happened(const Result& result) {
  const std::size_t ending = advice_for(result.status).size() + 2;
  check(!result.ok() && result.message.size() >= ending);
  return result.message.substr(0, result.message.size() - ending);
}

Result failure_of(int error, std::string_view doing, const std::filesystem::path& path) {
  std::string what = "cannot ";
  what += doing;
  what += ' ';
  what += path.string();
  what += ": ";
  // LMDB's codes are negative; mdb_strerror's answer for an errno is not safe with threads.
  what += error < 0 ? mdb_strerror(error) : std::generic_category().message(error);
  return failure(status_of(error), what);
}

}  // namespace emx::ledger
