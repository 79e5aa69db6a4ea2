#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/admin/request.hpp"

namespace emx::admin {

// Acts that wait for a second person. They are in memory only: a restart forgets them, and their
// senders ask anew. Each person has a bounded number, so nobody keeps another's from being asked
// for; of her own, what is decided gives way to what waits. Bounded in time, which is an argument.
//
// An act's number follows from what is asked for, the text and the command that is made of it: who
// read of it and names it after a restart means that act, or none.
class Approvals {
 public:
  static constexpr std::size_t acts_of_person_max = 16;
  static constexpr std::size_t text_bytes_max = 2'048;
  static constexpr std::int64_t lifetime_ns = 600'000'000'000;

  enum class State { waiting, approved, rejected };
  struct Act {
    std::uint64_t number;  // of six digits
    CommandRequest request;
    std::string text;  // that its sender signed
    std::int64_t since_ns;
    State state = State::waiting;
    std::uint32_t second = 0;  // person; who decided
  };

  // Lets go of what is too old. Pointers that were given are then no more good.
  void expire(std::int64_t now_ns);

  // The act waits from now on; nullptr: too many of its sender's do. Requires: none has its id.
  Act* add(const CommandRequest& request, const std::string& text, std::int64_t now_ns);

  // It waits no longer, and is not kept as decided either.
  void remove(std::uint64_t number);

  // nullptr: there is none, or it is too old.
  [[nodiscard]] Act* find_number(std::uint64_t number);
  [[nodiscard]] const Act* find_id(std::uint64_t id) const;

  // In the order they came, the decided ones among them.
  [[nodiscard]] const std::vector<Act>& acts() const { return acts_; }
  [[nodiscard]] std::size_t waiting() const;

 private:
  [[nodiscard]] std::uint64_t free_number(const CommandRequest& request, const std::string& text);

  std::vector<Act> acts_;
};

}  // namespace emx::admin
