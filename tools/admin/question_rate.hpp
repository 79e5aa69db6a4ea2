#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace emx::admin {

// How many questions of each person go into the log: programs ask as fast as they can, and each
// question is an entry for ever. Time is an argument. Not thread-safe.
class QuestionRate {
 public:
  static constexpr std::uint32_t questions_max = 60;  // of a person, in a minute of the clock

  // Counts one; words when it is one too many, and then it is not counted.
  [[nodiscard]] std::string refusal_of_one_more(std::uint32_t person, std::int64_t now_ns) {
    constexpr std::int64_t minute_ns = 60'000'000'000;
    Asked& asked = asked_[person];
    if (asked.minute != now_ns / minute_ns) asked = {now_ns / minute_ns, 0};
    if (asked.questions == questions_max) {
      return "person " + std::to_string(person) + " has asked " + std::to_string(questions_max) +
             " questions in this minute, which is as many as may be; ask again in the next";
    }
    ++asked.questions;
    return "";
  }

 private:
  struct Asked {
    std::int64_t minute = 0;
    std::uint32_t questions = 0;
  };
  std::unordered_map<std::uint32_t, Asked> asked_;
};

}  // namespace emx::admin
