#pragma once

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace emx::model {

// An event line taken apart: words, of which some read key=value.
class ParsedLine {
 public:
  ParsedLine() = default;
  explicit ParsedLine(const std::string& text) {
    std::istringstream words{text};
    for (std::string word; words >> word;) words_.push_back(word);
  }

  [[nodiscard]] std::string kind() const { return words_.empty() ? "" : words_[0]; }

  [[nodiscard]] const std::string& word(std::size_t index) const { return words_.at(index); }

  [[nodiscard]] std::string value(const std::string& key) const {
    for (const std::string& word : words_) {
      if (word.starts_with(key + "=")) return word.substr(key.size() + 1);
    }
    return "";
  }

  [[nodiscard]] std::int64_t number(const std::string& key) const { return std::stoll(value(key)); }

  // An order's number: the word or value reads "#7".
  [[nodiscard]] int order(std::size_t index) const { return std::stoi(word(index).substr(1)); }
  [[nodiscard]] int order(const std::string& key) const { return std::stoi(value(key).substr(1)); }

 private:
  std::vector<std::string> words_;
};

}  // namespace emx::model
