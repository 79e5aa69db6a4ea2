#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/enums.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/admin/request.hpp"
#include "tools/admin/signed_line.hpp"

namespace emx::admin {

using emx::Office;

// A person who may act. Numbers stand in the ledger for ever: none is given twice.
struct Operator {
  static constexpr std::uint32_t number_max = 1'000'000;

  std::uint32_t number = 0;  // from 1
  std::string name;
  Office office = Office::venue;
  PublicKey public_key{};
};

// "Li Wei (venue, person 1)".
[[nodiscard]] std::string words_of(const Operator& person);

// The persons of a venue.
class Operators {
 public:
  // Requires: no number, name or key stands twice.
  explicit Operators(std::vector<Operator> persons) : persons_{std::move(persons)} {}

  // nullptr: nobody has the number.
  [[nodiscard]] const Operator* find(std::uint32_t number) const;
  // Why find() gives none.
  [[nodiscard]] std::string refusal_of_number(std::uint32_t number) const;
  // As above; whoever is no more configured is a number.
  [[nodiscard]] std::string words_of(std::uint32_t number) const;

  // Why the line does not count as its sender's: unsigned, signed by another, or too far from this
  // time to be no replay. Empty: it does.
  [[nodiscard]] std::string refusal_of(const Line& line, const Sender& sender,
                                       std::int64_t now_ns) const;

 private:
  std::vector<Operator> persons_;
};

}  // namespace emx::admin
