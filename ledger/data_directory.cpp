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
#include "ledger/page_edge.hpp"

namespace emx::ledger {

namespace {

constexpr std::size_t failed_bytes_max = 4'096;

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
std::filesystem::path edge_mark(const std::filesystem::path& folder) { return folder / "edge"; }
std::filesystem::path failed_mark(const std::filesystem::path& folder) { return folder / "failed"; }
std::filesystem::path new_file_for(const std::filesystem::path& mark) {
  return mark.string() + ".new";
}

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
    // Not made here: a writer of another user could not open what this one would leave behind.
    const FileDescriptor readers{::open(reader_lock().c_str(), O_RDWR | O_CLOEXEC)};
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
  failed_.reset();
  alone_ = false;
}

Result DataDirectory::find_ledger(bool& there) const {
  Result result = look_for(data_file(), there);
  if (!result.ok() || there) return result;
  for (const auto& trace :
       {reader_lock(), clean_mark(folder_), failed_mark(folder_), folder_ / "signed"}) {
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

Result DataDirectory::read_closed_at(std::optional<Anchor>& closed_at) const {
  closed_at.reset();
  std::string text;
  Result result = read_file(clean_mark(folder_), text);
  if (result.status == Status::missing) return {};
  if (!result.ok()) return result;
  closed_at = anchor_from_text(text);
  if (closed_at) return {};
  return failure(Status::corrupt, "the mark " + clean_mark(folder_).string() +
                                      " is damaged, which says where the ledger was closed");
}

Result DataDirectory::read_earlier_failure(std::string& message) const {
  Result result = read_file(failed_mark(folder_), message);
  if (result.status == Status::missing) return {};
  if (result.ok() && message.empty()) message = "a failed commit of which no more could be noted";
  return result;
}

bool DataDirectory::has_edge_of_close() const {
  std::string text;
  Edge edge;
  return read_file(edge_mark(folder_), text).ok() &&
         read_edge(data_file(), std::nullopt, edge).ok() && text == text_of(hash_of(edge)) + '\n';
}

Result DataDirectory::mark_closed(const Anchor& end, bool is_trusted) {
  const auto mark = new_file_for(clean_mark(folder_));
  Result result = remove_file(new_file_for(failed_mark(folder_)));
  if (result.ok()) result = is_trusted ? write_edge() : remove_file(edge_mark(folder_));
  if (result.ok()) result = write_file(mark, text_of(end));
  return result.ok() ? rename_file(mark, clean_mark(folder_)) : result;
}

// A disk that fails here is none on which a ledger counts as closed.
Result DataDirectory::write_edge() const {
  Edge edge;
  Result result = read_edge(data_file(), std::nullopt, edge);
  if (result.ok()) result = write_file(edge_mark(folder_), text_of(hash_of(edge)) + '\n');
  return result;
}

Result DataDirectory::remove_marks() {
  const std::string room(failed_bytes_max, ' ');
  const auto mark = new_file_for(failed_mark(folder_));
  Result result = write_file(mark, room);
  if (result.ok()) result = open_file(mark, O_WRONLY, failed_);
  if (result.ok()) result = remove_file(clean_mark(folder_));
  return result.ok() ? remove_file(failed_mark(folder_)) : result;
}

void DataDirectory::mark_failed(std::string_view message) {
  message = message.substr(0, failed_bytes_max);
  // The mark counts by being there, so it goes to its place whatever becomes of its words.
  const auto written = ::pwrite(failed_.get(), message.data(), message.size(), 0);
  if (::ftruncate(failed_.get(), std::max<off_t>(written, 0)) == 0) ::fsync(failed_.get());
  const auto mark = failed_mark(folder_);
  static_cast<void>(rename_file(new_file_for(mark), mark).ok());
}

}  // namespace emx::ledger
