#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/trace.hpp"

// What is left of files when the machine dies while they are written.

namespace emx::crash {

using Bytes = std::vector<std::byte>;
using Random = std::mt19937_64;

// Files by path; folders that are there.
struct Image {
  std::map<std::string, Bytes> files;
  std::vector<std::string> folders;
};

// What is in a folder, but for files whose names end with `but_for`.
Image read_image(const std::filesystem::path& folder, std::string_view but_for = "\n");

// Writes an image as real files into a folder in the place of `root`.
void lay_out(const Image& image, const std::string& root, const std::filesystem::path& folder);

// A disk and the page cache before it, fed with a trace, which can say at any moment what a crash
// might leave. What POSIX and the strictest file systems promise, and no more:
// * What was written to a file before its last fsync or fdatasync is there, and so is a write
//   through a descriptor opened with O_DSYNC that has returned.
// * Of what was written since, any part may be there: each write whole, in pages or in sectors of
//   512 bytes, in any order; the size that it had at any moment since; between, zeros or what an
//   older file left behind.
// * A name that came, went or changed since the last fsync of its folder did so or did not, each by
//   itself; a rename may have left both names. That a file was flushed says nothing of its name.
class Disk {
 public:
  // Which flushes do something. All of them, but in a control.
  struct Flushes {
    bool of_data = true;     // fdatasync
    bool through = true;     // writes through a descriptor opened with O_DSYNC
    bool of_files = true;    // fsync
    bool of_folders = true;  // fsync
  };
  // As with MDB_NOSYNC.
  static constexpr Flushes none_of_lmdb() { return {.of_data = false, .through = false}; }

  // `root` is there, and durable with all that the image has.
  explicit Disk(std::string root, const Flushes& flushes, const Image& image = {});

  // An operation: it begins, and from then on a crash may leave its effects; once it has ended they
  // are what was promised.
  void begin(const Operation& operation);
  void end(const Operation& operation);

  // Whether a name has changed or gone, and that is not promised.
  [[nodiscard]] bool names_are_open() const;

  // A state that a crash may leave now.
  [[nodiscard]] Image after_crash(Random& random) const;
  // That of a crash before which nothing more was written back: no more than what was promised.
  [[nodiscard]] Image flushed() const;
  // What a process sees that runs on: the page cache.
  [[nodiscard]] Image cached() const;

 private:
  struct Change {
    std::uint64_t offset = 0;  // of a truncation: the new size
    Bytes bytes;
    bool truncates = false;
    bool promised = false;
  };
  struct File {
    Bytes flushed;
    std::vector<Change> changes;  // since
  };
  using FilePointer = std::shared_ptr<File>;  // null: a folder
  using Names = std::map<std::string, FilePointer>;
  struct NameChange {
    std::string from;  // empty: comes to be
    std::string to;    // empty: goes
    FilePointer file;
  };
  struct Descriptor {
    FilePointer file;    // null: a folder
    std::string folder;  // then
    bool writes_through = false;
  };
  struct Habits;

  static void make(Names& names, const NameChange& change);
  static Bytes content_of(const File& file);
  static Bytes content_after_crash(const File& file, const Habits& habits, Random& random);
  [[nodiscard]] Image image_of(const Names& names, const Habits* habits, Random& random) const;
  void open(const Operation& operation);
  void flush(const Descriptor& descriptor);

  std::string root_;
  Flushes flushes_;
  Names names_;     // as a process sees them
  Names promised_;  // after a crash, whatever it does to the changes since
  std::vector<NameChange> name_changes_;
  std::map<int, Descriptor> descriptors_;
};

}  // namespace emx::crash
