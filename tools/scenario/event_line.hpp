#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/scenario/vocabulary.hpp"

namespace emx::scenario {

// An event in the language's words: one that is expected, which may say less than there is to say,
// or one that happened, which says all.
struct EventLine {
  struct Field {
    std::string name;
    std::string value;
    bool telling = true;  // worth a place where nobody asked for it
  };
  const EventForm* form = nullptr;
  std::vector<std::string> words;
  std::vector<Field> fields;

  [[nodiscard]] const Field* find(std::string_view name) const;
};

// Reads "trade bid ask 4000@11900 code=Q02". nullopt: `fault` says why.
[[nodiscard]] std::optional<EventLine> read_event(std::string_view text,
                                                  std::span<const EventForm> forms,
                                                  const Known& known, std::string& fault);

// What happened is as it was expected: every word and field that `expected` names.
[[nodiscard]] bool fits(const EventLine& expected, const EventLine& happened);

// All words, and the fields that are telling; with `like`: no more words than that has, and the
// fields that it names.
[[nodiscard]] std::string text_of(const EventLine& event, const EventLine* like = nullptr);

}  // namespace emx::scenario
