#include "ledger/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <vector>

#include "ledger/failure.hpp"

namespace emx::ledger {

namespace {

using Identity = std::pair<std::uint64_t, std::uint64_t>;

// The folders this process has open.
struct OpenFolders {
  std::mutex mutex;
  std::vector<Identity> identities;
};

OpenFolders& open_folders() {
  static OpenFolders folders;
  return folders;
}

std::filesystem::path clean_mark(const std::filesystem::path& folder) { return folder / "clean"; }
std::filesystem::path failed_mark(const std::filesystem::path& folder) { return folder / "failed"; }

}  // namespace

Result DataDirectory::open_to_write(const std::filesystem::path& data_dir) {
  Result result = create_folders(data_dir / "ledger");
  if (result.ok()) result = claim(data_dir);
  if (result.ok()) result = lock(O_RDWR | O_CREAT, LOCK_EX);
  if (result.ok()) {
    const std::string process = std::to_string(::getpid()) + '\n';
    // For the message of another process only, so a failure changes nothing.
    [[maybe_unused]] const bool written =
        ::ftruncate(lock_.get(), 0) == 0 &&
        ::pwrite(lock_.get(), process.data(), process.size(), 0) >= 0;
  }
  if (!result.ok()) close();
  return result;
}

Result DataDirectory::open_to_read(const std::filesystem::path& data_dir) {
  Result result = claim(data_dir);
  bool there = false;
  if (result.ok()) result = look_for(data_file(), there);
  if (result.ok() && !there) {
    result = failure(Status::missing, "there is no ledger in " + data_dir.string());
  }
  if (result.ok()) {
    const FileDescriptor readers{::open(reader_lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640)};
    alone_ = !readers.is_open();
    // On a medium that nobody can write there need not even be a lock.
    if (alone_) result = look_for(folder_ / "writer.lock", there);
    if (result.ok() && alone_ && there) result = lock(O_RDONLY, LOCK_SH);
  }
  if (!result.ok()) close();
  return result;
}

Result DataDirectory::claim(const std::filesystem::path& data_dir) {
  folder_ = data_dir / "ledger";
  struct stat found {};
  if (::stat(folder_.c_str(), &found) != 0) return failure_of(errno, "look at", folder_);
  if (!S_ISDIR(found.st_mode)) return failure_of(ENOTDIR, "use", folder_);
  identity_ = {found.st_dev, found.st_ino};
  auto& folders = open_folders();
  const std::lock_guard guard{folders.mutex};
  if (std::ranges::find(folders.identities, identity_) != folders.identities.end()) {
    return failure(Status::locked, "this process has " + folder_.string() + " open already");
  }
  folders.identities.push_back(identity_);
  claimed_ = true;
  return {};
}

Result DataDirectory::lock(int flags, int operation) {
  const auto path = folder_ / "writer.lock";
  if (Result result = open_file(path, flags, lock_); !result.ok()) return result;
  if (::flock(lock_.get(), operation | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return failure_of(errno, "lock", path);
  std::string holder = read_file(path);
  std::erase(holder, '\n');
  const std::string what = operation == LOCK_EX
                               ? "another process has " + folder_.string() + " open"
                               : "a process is writing to " + folder_.string() +
                                     ", which this user may only read without one";
  return failure(Status::locked, what + " (" + path.string() + " names process " + holder + ")");
}

void DataDirectory::close() {
  if (claimed_) {
    auto& folders = open_folders();
    const std::lock_guard guard{folders.mutex};
    std::erase(folders.identities, identity_);
    claimed_ = false;
  }
  lock_.reset();
  alone_ = false;
}

Result DataDirectory::find_ledger(bool& there) const {
  Result result = look_for(data_file(), there);
  if (!result.ok() || there) return result;
  for (const auto& trace : {reader_lock(), clean_mark(folder_), failed_mark(folder_)}) {
    bool left = false;
    result = look_for(trace, left);
    if (!result.ok()) return result;
    if (left) {
      return failure(Status::missing, data_file().string() + " is missing, and " + trace.string() +
                                          " says that there was a ledger");
    }
  }
  return result;
}

std::optional<Anchor> DataDirectory::closed_at() const {
  return anchor_from_text(read_file(clean_mark(folder_)));
}

std::string DataDirectory::earlier_failure() const { return read_file(failed_mark(folder_)); }

Result DataDirectory::mark_closed(const Anchor& end) {
  Result result = write_file(clean_mark(folder_), text_of(end));
  return result.ok() ? flush_folder(folder_) : result;
}

Result DataDirectory::remove_marks() {
  Result result = remove_file(clean_mark(folder_));
  return result.ok() ? remove_file(failed_mark(folder_)) : result;
}

void DataDirectory::mark_failed(std::string_view message) const {
  const Result written = write_file(failed_mark(folder_), message);
  if (written.ok()) static_cast<void>(flush_folder(folder_).ok());
}

}  // namespace emx::ledger
