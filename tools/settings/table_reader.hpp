#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A TOML file that a person wrote, read whole: every fault with file, line, key and what to do.

namespace emx::settings {

using Faults = std::vector<std::string>;

// The fault that keeps a file from being TOML at all; empty: there is none.
[[nodiscard]] std::string parse_file(const std::filesystem::path& file, toml::table& root);
// The same of a text that came from the file.
[[nodiscard]] std::string parse_text(std::string_view text, const std::string& file,
                                     toml::table& root);

// Walks one table: takes the keys it knows and reports what is wrong or left over.
class TableReader {
 public:
  TableReader(const std::string& file, std::string name, const toml::table& table, Faults& faults)
      : file_{file}, name_{std::move(name)}, table_{table}, faults_{faults} {}

  void fault(std::string_view key, std::string_view reason, const toml::node* node = nullptr) {
    std::ostringstream line;
    line << file_;
    if (node != nullptr) line << ':' << node->source().begin.line;
    line << ": " << name_ << '.' << key << ": " << reason;
    faults_.push_back(line.str());
  }

  void text(std::string_view key, std::string& into, bool required) {
    const toml::node* node = find(key, required, "a text");
    if (node == nullptr) return;
    const auto value = node->value_exact<std::string>();
    if (!value) return fault(key, "must be a text in quotes", node);
    if (required && value->empty()) return fault(key, "must not be empty", node);
    into = *value;
  }
  void path(std::string_view key, std::filesystem::path& into, bool required) {
    std::string value;
    text(key, value, required);
    if (value.empty()) return;
    into = std::filesystem::path{file_}.parent_path() / value;
  }
  void boolean(std::string_view key, bool& into) {
    const toml::node* node = find(key, false, "");
    if (node == nullptr) return;
    const auto value = node->value_exact<bool>();
    if (!value) return fault(key, "must be true or false", node);
    into = *value;
  }
  template <class Number>
  void number(std::string_view key, Number& into, std::int64_t least, std::int64_t most,
              bool required = false) {
    const toml::node* node = find(key, required, "a whole number");
    if (node == nullptr) return;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      return fault(
          key,
          "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most),
          node);
    }
    into = static_cast<Number>(*value);
  }
  // A table within; nullptr: there is none.
  const toml::table* table(std::string_view key) {
    const toml::node* node = find(key, false, "");
    if (node == nullptr) return nullptr;
    if (!node->is_table()) fault(key, "must be a table: [" + std::string{key} + "]", node);
    return node->as_table();
  }
  // Elements of an array, one at a time; each is the visitor's to judge.
  template <class Visit>
  void array(std::string_view key, std::string_view what, Visit&& visit) {
    const toml::node* node = find(key, false, "");
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) return fault(key, what, node);
    for (const toml::node& element : *array) visit(element);
  }

  // Faults of the file so far.
  [[nodiscard]] std::size_t faults_count() const { return faults_.size(); }
  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  // What stands under a key that is of the reader's own to judge; nullptr: nothing.
  const toml::node* take(std::string_view key) { return find(key, false, ""); }
  // What stands there, for a fault's line; nullptr: nothing.
  [[nodiscard]] const toml::node* at(std::string_view key) const { return table_.get(key); }

  // What nobody asked for.
  void finish() {
    for (const auto& [key, node] : table_) {
      if (!known_.contains(std::string{key.str()})) fault(key.str(), "is not a key here", &node);
    }
  }

 private:
  const toml::node* find(std::string_view key, bool required, std::string_view what) {
    known_.insert(std::string{key});
    const toml::node* node = table_.get(key);
    if (node == nullptr && required) {
      // The file's own table has no line of its own: it begins where the file does.
      const bool is_within = table_.source().begin.line > 1;
      fault(key, "is missing; give " + std::string{what}, is_within ? &table_ : nullptr);
    }
    return node;
  }

  const std::string& file_;
  std::string name_;
  const toml::table& table_;
  Faults& faults_;
  std::set<std::string> known_;
};

}  // namespace emx::settings
