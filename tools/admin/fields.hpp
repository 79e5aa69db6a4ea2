#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/admin/request.hpp"
#include "tools/market/names.hpp"

namespace emx::admin {

// What is wrong with a request, in words for its sender. Thrown and caught while one is read: a
// line is read by a recursive library that throws as well.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The fields of one request: each is asked for once, and none may be left. What is not as it must
// be is a Fault. Figures come in the units of people: CNY with two decimals, kg, t, lots.
class Fields {
 public:
  // `names`: what the venue has. Both outlive this.
  Fields(const nlohmann::json& object, const market::Names& names)
      : object_{object}, names_{names} {}

  [[nodiscard]] bool has(const std::string& key) const { return object_.contains(key); }
  [[nodiscard]] const market::Names& names() const { return names_; }

  std::string text(const std::string& key);
  std::vector<std::string> texts(const std::string& key);
  bool boolean(const std::string& key);
  std::uint64_t above_zero(const std::string& key);
  // A whole number of this range; up to 2^62 where it says nothing else.
  std::int64_t count(const std::string& key, std::int64_t least,
                     std::int64_t most = std::int64_t{1} << 62);
  std::int64_t utc_ns(const std::string& key);
  // Above 0, as fen.
  std::int64_t cny(const std::string& key);
  // "VOC,NOX", or "none".
  std::uint8_t pollutants(const std::string& key);
  Sender sender();

  // Names that the venue must have.
  Symbol symbol(const std::string& key);
  const SetFacilityCommand& facility(const std::string& key);

  template <class Text>
  void copy(const std::string& key, Text& into) {
    const std::string value = text(key);
    if (value.empty() || !Text::fits(value)) {
      throw Fault{"'" + key + "' must have 1 to " + std::to_string(into.bytes.size()) + " bytes"};
    }
    into = Text{value};
  }
  template <class Enum>
  std::uint8_t enumerated(const std::string& key) {
    const std::string value = text(key);
    const auto found = from_name<Enum>(value);
    if (!found) throw Fault{"'" + value + "' is not a " + key};
    return static_cast<std::uint8_t>(*found);
  }
  void finish() const {
    if (used_ != object_.size()) throw Fault{"it has a field that is not known here"};
  }

 private:
  const nlohmann::json& find(const std::string& key);

  const nlohmann::json& object_;
  const market::Names& names_;
  std::size_t used_ = 0;
};

// What texts say, or a Fault.
[[nodiscard]] std::int32_t date_from(const std::string& text);
[[nodiscard]] std::int64_t cny_from(const std::string& text);
[[nodiscard]] std::int64_t count_from(const std::string& what, const std::string& text);

}  // namespace emx::admin
