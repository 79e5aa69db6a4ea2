#include "ledger/disk_copy.hpp"

#include <cstdint>
#include <string>
#include <system_error>

#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/page_check.hpp"
#include "ledger/probe.hpp"

namespace emx::ledger {

namespace {

// The copy needs room for itself; better to say so before hours of copying than after.
Result check_room_for_copy(const std::filesystem::path& file) {
  std::error_code error;
  const std::uint64_t needed = std::filesystem::file_size(file, error);
  if (error) return failure_of(error.value(), "look at", file);
  std::uint64_t available = 0;
  if (Result result = free_bytes(file, available); !result.ok()) return result;
  if (available >= needed) return {};
  return failure(Status::no_space,
                 file.string() +
                     " must be copied from the disk before it is used, and the copy "
                     "needs " +
                     std::to_string(needed) + " bytes of which " + std::to_string(available) +
                     " are free");
}

}  // namespace

Result replace_with_disk_copy(
    const std::filesystem::path& file,
    const std::function<Result(const std::filesystem::path& copy)>& verify) {
  const std::filesystem::path copy = file.string() + ".new";
  Result result = check_room_for_copy(file);
  if (result.ok()) result = copy_from_disk(file, copy);
  if (result.ok()) result = verify(copy);
  // A reader that is still running has the old file, and shall keep its old locks with it: mixed
  // with the new file they would tell it the number of a transaction that the old one never saw.
  if (result.ok()) result = remove_file(file.parent_path() / "lock.mdb");
  if (result.ok()) result = rename_file(copy, file);
  if (!result.ok()) static_cast<void>(remove_file(copy).ok());
  return result;
}

Result ready_side_environment(const std::filesystem::path& folder) {
  const auto file = folder / "data.mdb";
  bool there = false;
  Result result = look_for(file, there);
  if (!result.ok() || !there) return result;
  result = check_file_head(file);
  if (result.ok()) {
    result = replace_with_disk_copy(file, [](const std::filesystem::path& copy) {
      return run_in_child(copy, [&] { return check_pages(copy); });
    });
  }
  if (result.status == Status::corrupt) result.message = what_happened(result);
  return result;
}

}  // namespace emx::ledger
