#include "tools/admin/operators.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tools/admin/utc_text.hpp"

namespace emx::admin {

namespace {

constexpr std::int64_t clock_difference_max_ns = 120'000'000'000;

}  // namespace

const Operator* Operators::find(std::uint32_t number) const {
  const auto found = std::find_if(persons_.begin(), persons_.end(),
                                  [&](const Operator& person) { return person.number == number; });
  return found == persons_.end() ? nullptr : &*found;
}

std::string words_of(const Operator& person) {
  return person.name + " (" + std::string{name_of(person.office)} + ", person " +
         std::to_string(person.number) + ')';
}

std::string Operators::words_of(std::uint32_t number) const {
  const Operator* person = find(number);
  return person == nullptr ? "person " + std::to_string(number) : admin::words_of(*person);
}

std::string Operators::refusal_of_number(std::uint32_t number) const {
  if (persons_.empty()) {
    return "emxd knows nobody who may act: add an [[operator]] to its configuration, with a key "
           "that `emx keygen` makes";
  }
  return "nobody has the number " + std::to_string(number);
}

std::string Operators::refusal_of(const Line& line, const Sender& sender,
                                  std::int64_t now_ns) const {
  if (persons_.empty()) return refusal_of_number(sender.person);
  if (!line.signature) return "the request is not signed; give --operator FILE and --as NUMBER";
  const Operator* person = find(sender.person);
  if (person == nullptr) return refusal_of_number(sender.person);
  if (!is_signed_by(line, person->public_key)) {
    return "the signature is not by the key of person " + std::to_string(sender.person);
  }
  const std::int64_t difference_ns = sender.at_ns - now_ns;
  if (std::max(difference_ns, -difference_ns) > clock_difference_max_ns) {
    return "the request's time, " + text_of_utc(sender.at_ns) + ", is more than two minutes from " +
           "emxd's, " + text_of_utc(now_ns) +
           "; send it anew, and see whether the clocks are right";
  }
  return "";
}

}  // namespace emx::admin
