#include "tools/scenario/event_line.hpp"

#include <algorithm>

#include "tools/market/table_row.hpp"

namespace emx::scenario {

using market::in_quotes;

namespace {

std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    words.push_back(text.substr(0, text.find_first_of(" \t")));
    text.remove_prefix(words.back().size());
  }
}

template <class Range, class Text>
std::string list(const Range& range, Text&& text) {
  std::string all;
  for (const auto& one : range) {
    if (!all.empty()) all += ", ";
    all += text(one);
  }
  return all.empty() ? "nothing" : all;
}

std::string usage(const EventForm& form) {
  std::string text{form.name};
  for (const Item& item : form.words) text.append(" ").append(item.name);
  for (const Item& item : form.fields) text.append(" [").append(item.name).append("=...]");
  return text;
}

bool same(Value value, std::string_view expected, std::string_view happened) {
  return value == Value::figure ? same_figure(expected, happened) : expected == happened;
}

class Reading {
 public:
  Reading(const Known& known, std::string& fault) : known_{known}, fault_{fault} {}

  std::optional<EventLine> read(std::string_view text, std::span<const EventForm> forms) {
    auto words = words_in(text);
    std::string name{words.empty() ? std::string_view{} : words.front()};
    if (name == "check" && words.size() > 1) {  // a check's name has two words
      name.append(" ").append(words[1]);
      words.erase(words.begin());
    }
    event_.form = find_form(forms, name);
    if (event_.form == nullptr) {
      fault_ = in_quotes(name) + (name.starts_with("check") ? " is no check" : " is no event") +
               "; expected one of " +
               list(forms, [](const EventForm& form) { return std::string{form.name}; });
      return std::nullopt;
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      const bool good = equals == std::string_view::npos
                            ? take_word(words[i])
                            : take_field(words[i].substr(0, equals), words[i].substr(equals + 1));
      if (!good) return std::nullopt;
    }
    return std::move(event_);
  }

 private:
  bool take_word(std::string_view text) {
    const std::size_t place = event_.words.size();
    if (place == event_.form->words.size()) {
      fault_ = in_quotes(text) + " is one word too many; expected " + usage(*event_.form);
      return false;
    }
    return take_value(event_.form->words[place], text,
                      [&](std::string value) { event_.words.push_back(std::move(value)); });
  }

  bool take_field(std::string_view name, std::string_view text) {
    const auto item = std::ranges::find(event_.form->fields, name, &Item::name);
    if (item == event_.form->fields.end()) {
      fault_ = in_quotes(name) + " is no field of " + std::string{event_.form->name} +
               "; expected some of " +
               list(event_.form->fields, [](const Item& one) { return std::string{one.name}; });
      return false;
    }
    if (event_.find(name) != nullptr) {
      fault_ = "the field " + std::string{name} + " is there twice";
      return false;
    }
    return take_value(*item, text, [&](std::string value) {
      event_.fields.push_back({std::string{name}, std::move(value)});
    });
  }

  template <class Take>
  bool take_value(const Item& item, std::string_view text, Take&& take) {
    auto value = canonical(item.value, text, known_);
    if (!value) {
      fault_ = std::string{item.name} + ": " + in_quotes(text) + " is not " +
               std::string{expected_for(item.value)};
      return false;
    }
    take(std::move(*value));
    return true;
  }

  const Known& known_;
  std::string& fault_;
  EventLine event_;
};

}  // namespace

const EventLine::Field* EventLine::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

std::optional<EventLine> read_event(std::string_view text, std::span<const EventForm> forms,
                                    const Known& known, std::string& fault) {
  return Reading{known, fault}.read(text, forms);
}

bool fits(const EventLine& expected, const EventLine& happened) {
  if (expected.form != happened.form || expected.words.size() > happened.words.size()) return false;
  for (std::size_t i = 0; i < expected.words.size(); ++i) {
    if (!same(expected.form->words[i].value, expected.words[i], happened.words[i])) return false;
  }
  return std::ranges::all_of(expected.fields, [&](const EventLine::Field& field) {
    const EventLine::Field* told = happened.find(field.name);
    const auto item = std::ranges::find(expected.form->fields, field.name, &Item::name);
    return told != nullptr && same(item->value, field.value, told->value);
  });
}

std::string text_of(const EventLine& event, const EventLine* like) {
  std::string text{event.form->name};
  const std::size_t words =
      like == nullptr ? event.words.size() : std::min(like->words.size(), event.words.size());
  for (std::size_t i = 0; i < words; ++i) text.append(" ").append(event.words[i]);
  for (const EventLine::Field& field : event.fields) {
    const bool wanted = like == nullptr ? field.telling : like->find(field.name) != nullptr;
    if (wanted) text.append(" ").append(field.name).append("=").append(field.value);
  }
  return text;
}

}  // namespace emx::scenario
