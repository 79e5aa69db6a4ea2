#include "tests/crash/disk.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>

namespace emx::crash {

namespace {

constexpr std::size_t sector_bytes = 512;
constexpr std::size_t page_bytes = 4'096;
constexpr std::size_t whole = std::size_t{1} << 40;

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::uint64_t end_of(std::uint64_t offset, const Bytes& bytes) { return offset + bytes.size(); }

void put(Bytes& content, std::uint64_t offset, std::span<const std::byte> bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  std::ranges::copy(bytes, content.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

// How a crash deals with what was not promised: some keep nearly all of it, some nearly nothing.
struct Disk::Habits {
  explicit Habits(Random& random)
      : kept_of_8{std::array<unsigned, 6>{0, 1, 4, 7, 8, 4}[random() % 6]},
        names_kept_of_8{std::array<unsigned, 5>{0, 1, 4, 7, 8}[random() % 5]},
        piece_bytes{std::array{sector_bytes, page_bytes, whole}[random() % 3]},
        leaves_garbage{random() % 4 == 0} {}

  [[nodiscard]] bool keeps(Random& random) const { return random() % 8 < kept_of_8; }
  [[nodiscard]] bool keeps_name(Random& random) const { return random() % 8 < names_kept_of_8; }

  unsigned kept_of_8;
  unsigned names_kept_of_8;
  std::size_t piece_bytes;
  bool leaves_garbage;
  bool keeps_nothing = false;  // not even a size
};

Image read_image(const std::filesystem::path& folder, std::string_view but_for) {
  Image image;
  for (const auto& found : std::filesystem::recursive_directory_iterator{folder}) {
    const std::string path = found.path();
    if (found.is_directory()) {
      image.folders.push_back(path);
    } else if (!path.ends_with(but_for)) {
      std::ifstream in{path, std::ios::binary};
      const std::string text{std::istreambuf_iterator<char>{in}, {}};
      const auto bytes = std::as_bytes(std::span{text});
      image.files[path].assign(bytes.begin(), bytes.end());
    }
  }
  return image;
}

void lay_out(const Image& image, const std::string& root, const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const std::string& path : image.folders) {
    std::filesystem::create_directories(folder.string() + path.substr(root.size()));
  }
  for (const auto& [path, bytes] : image.files) {
    std::ofstream out{folder.string() + path.substr(root.size()), std::ios::binary};
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error{"cannot write " + path};
  }
}

Disk::Disk(std::string root, const Flushes& flushes, const Image& image)
    : root_{std::move(root)}, flushes_{flushes} {
  names_[root_] = nullptr;
  for (const std::string& path : image.folders) names_[path] = nullptr;
  for (const auto& [path, bytes] : image.files) {
    names_[path] = std::make_shared<File>(File{bytes, {}});
  }
  promised_ = names_;
}

void Disk::begin(const Operation& operation) {
  const auto change_name = [&](const NameChange& change) {
    make(names_, change);
    name_changes_.push_back(change);
  };
  const auto file_named = [&](const std::string& path) {
    const auto found = names_.find(path);
    if (found == names_.end()) throw std::runtime_error{"nothing is named " + path};
    return found->second;
  };
  switch (operation.did) {
    case Did::open:
      open(operation);
      break;
    case Did::write:
      descriptors_.at(operation.descriptor)
          .file->changes.push_back({.offset = operation.offset, .bytes = operation.bytes});
      break;
    case Did::truncate:
      descriptors_.at(operation.descriptor)
          .file->changes.push_back({.offset = operation.offset, .bytes = {}, .truncates = true});
      break;
    case Did::rename:
      change_name({operation.path, operation.new_path, file_named(operation.path)});
      break;
    case Did::unlink:
      change_name({operation.path, {}, file_named(operation.path)});
      break;
    case Did::make_folder:
      change_name({{}, operation.path, nullptr});
      break;
    case Did::flush:
    case Did::flush_data:
    case Did::acknowledge:
    case Did::publish:
      break;
  }
}

void Disk::end(const Operation& operation) {
  if (operation.did == Did::write) {
    const Descriptor& descriptor = descriptors_.at(operation.descriptor);
    if (descriptor.writes_through && flushes_.through) {
      descriptor.file->changes.back().promised = true;
    }
  } else if (operation.did == Did::flush_data || operation.did == Did::flush) {
    const Descriptor& descriptor = descriptors_.at(operation.descriptor);
    const bool whole_file = descriptor.file == nullptr ? flushes_.of_folders : flushes_.of_files;
    if (operation.did == Did::flush ? whole_file : flushes_.of_data) flush(descriptor);
  }
}

void Disk::open(const Operation& operation) {
  if (!names_.contains(operation.path)) {
    if ((operation.flags & O_CREAT) == 0) {
      throw std::runtime_error{"nothing to open is named " + operation.path};
    }
    const NameChange change{{}, operation.path, std::make_shared<File>()};
    make(names_, change);
    name_changes_.push_back(change);
  }
  const FilePointer file = names_.at(operation.path);
  if ((operation.flags & O_TRUNC) != 0) {
    file->changes.push_back({.offset = 0, .bytes = {}, .truncates = true});
  }
  descriptors_[operation.descriptor] = {file, file == nullptr ? operation.path : std::string{},
                                        (operation.flags & O_DSYNC) != 0};
}

void Disk::flush(const Descriptor& descriptor) {
  if (descriptor.file != nullptr) {
    descriptor.file->flushed = content_of(*descriptor.file);
    descriptor.file->changes.clear();
    return;
  }
  std::erase_if(name_changes_, [&](const NameChange& change) {
    const bool is_here =
        folder_of(change.to.empty() ? change.from : change.to) == descriptor.folder;
    if (is_here) make(promised_, change);
    return is_here;
  });
}

void Disk::make(Names& names, const NameChange& change) {
  if (!change.from.empty()) names.erase(change.from);
  if (!change.to.empty()) names[change.to] = change.file;
}

// As it is in the page cache.
Bytes Disk::content_of(const File& file) {
  Bytes content = file.flushed;
  for (const Change& change : file.changes) {
    if (change.truncates) content.resize(change.offset);
    put(content, change.offset, change.bytes);
  }
  return content;
}

Bytes Disk::content_after_crash(const File& file, const Habits& habits, Random& random) {
  // The sizes it had; those before the last promised write are too small for it.
  std::vector<std::uint64_t> sizes{file.flushed.size()};
  std::uint64_t promised_size = 0;
  std::uint64_t size_max = sizes.back();
  for (const Change& change : file.changes) {
    const std::uint64_t end = end_of(change.offset, change.bytes);
    sizes.push_back(change.truncates ? end : std::max(sizes.back(), end));
    size_max = std::max(size_max, sizes.back());
    if (change.promised) promised_size = std::max(promised_size, end);
  }
  const std::uint64_t some_size = sizes[habits.keeps_nothing ? 0 : random() % sizes.size()];
  const std::uint64_t size =
      std::max(promised_size, habits.kept_of_8 == 8 ? sizes.back() : some_size);

  Bytes content = file.flushed;
  content.resize(size_max);
  if (habits.leaves_garbage) {
    for (std::size_t i = file.flushed.size(); i < content.size(); ++i) {
      content[i] = static_cast<std::byte>(random());
    }
  }
  for (const Change& change : file.changes) {
    if (change.promised) {
      put(content, change.offset, change.bytes);
      continue;
    }
    // Cut where the disk's pieces are, not where the write begins.
    for (std::size_t at = 0; at < change.bytes.size();) {
      const std::size_t to_next = habits.piece_bytes - (change.offset + at) % habits.piece_bytes;
      const std::size_t bytes = std::min(change.bytes.size() - at, to_next);
      if (habits.keeps(random)) {
        put(content, change.offset + at, std::span{change.bytes}.subspan(at, bytes));
      }
      at += bytes;
    }
  }
  content.resize(size);
  return content;
}

// With habits as a crash leaves them, without as they are in the page cache.
Image Disk::image_of(const Names& names, const Habits* habits, Random& random) const {
  Image image;
  // In order of their paths, so a folder comes before what is in it.
  const auto is_reachable = [&](const std::string& path) {
    const auto folder = names.find(folder_of(path));
    return folder != names.end() && folder->second == nullptr &&
           std::ranges::find(image.folders, folder->first) != image.folders.end();
  };
  for (const auto& [path, file] : names) {
    if (path != root_ && !is_reachable(path)) continue;
    if (file == nullptr) {
      image.folders.push_back(path);
    } else {
      image.files[path] =
          habits == nullptr ? content_of(*file) : content_after_crash(*file, *habits, random);
    }
  }
  return image;
}

bool Disk::names_are_open() const {
  return std::ranges::any_of(name_changes_,
                             [](const NameChange& change) { return !change.from.empty(); });
}

Image Disk::after_crash(Random& random) const {
  const Habits habits{random};
  Names names = promised_;
  for (const NameChange& change : name_changes_) {
    if (!habits.keeps_name(random)) continue;
    const bool is_half = !change.from.empty() && !change.to.empty() && random() % 8 == 0;
    make(names, is_half ? NameChange{{}, change.to, change.file} : change);
  }
  return image_of(names, &habits, random);
}

Image Disk::flushed() const {
  Random random;
  Habits habits{random};
  habits.kept_of_8 = 0;
  habits.keeps_nothing = true;
  return image_of(promised_, &habits, random);
}

Image Disk::cached() const {
  Random unused;
  return image_of(names_, nullptr, unused);
}

}  // namespace emx::crash
