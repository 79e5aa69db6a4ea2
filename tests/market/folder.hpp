#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace emx::market::testing {

// The tests run in the project's root.
inline const std::filesystem::path delta = "tools/market/delta";

// A copy of the sample market that a test may spoil; gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "emx-market-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    path_ = name;
    for (const auto& file : std::filesystem::directory_iterator{delta}) {
      std::filesystem::copy(file, path_ / file.path().filename());
    }
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  [[nodiscard]] std::string read(const std::string& file) const {
    std::ifstream stream{path_ / file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }
  void write(const std::string& file, std::string_view text) const {
    std::ofstream{path_ / file, std::ios::binary} << text;
  }
  // Requires: `before` stands there.
  void replace(const std::string& file, std::string_view before, std::string_view after) const {
    std::string text = read(file);
    const std::size_t at = text.find(before);
    if (at == std::string::npos) throw std::runtime_error{"not in " + file};
    write(file, text.replace(at, before.size(), after));
  }
  void append(const std::string& file, std::string_view line) const {
    write(file, read(file) + std::string{line} + '\n');
  }

 private:
  std::filesystem::path path_;
};

}  // namespace emx::market::testing
