#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

// A whole state as bytes, and back. One function for each class says what is in it, for both ways:
//
//   template <class Self, class Archive>
//   static void persist(Self& self, Archive& archive);
//
// with a StateWriter and a const object, or a StateReader and a fresh one. So the two cannot drift
// apart; and where it begins with a structured binding of all members, a member that is new does
// not compile until it says what becomes of it. Little-endian, without padding: equal states give
// equal bytes.

namespace emx {

// Its bytes are its value: no padding, no pointer, no second way to say the same. A bool is not
// among them, for not every byte is one.
template <class T>
concept PlainState = std::is_trivially_copyable_v<T> &&
                     std::has_unique_object_representations_v<T> && !std::is_pointer_v<T> &&
                     !std::is_same_v<std::remove_cv_t<T>, bool>;

class StateWriter {
 public:
  static constexpr bool loads = false;

  // Appends to `bytes`.
  explicit StateWriter(std::vector<std::byte>& bytes) : bytes_{bytes} {}

  template <class... T>
  void plain(const T&... values) {
    (one(values), ...);
  }
  // As many as both sides know of.
  template <class T>
  void rows(const T* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) one(values[i]);
  }
  // Values up to a capacity, each by `each(value)`, or by their bytes.
  template <class T, class Each>
  void list(const std::vector<T>& values, std::size_t, Each&& each) {
    plain(std::uint64_t{values.size()});
    for (const T& value : values) each(value);
  }
  template <class T>
  void list(const std::vector<T>& values, std::size_t most) {
    list(values, most, [this](const T& value) { one(value); });
  }
  // Those of many rows that are in use, with their places.
  template <PlainState T, class InUse>
  void sparse(const T* rows, std::size_t count, InUse&& in_use) {
    const std::size_t at = bytes_.size();
    std::uint64_t used = 0;
    plain(used);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!in_use(rows[i])) continue;
      plain(i, rows[i]);
      ++used;
    }
    std::memcpy(bytes_.data() + at, &used, sizeof used);
  }
  // What a reader must find; of what is written it is known.
  static constexpr bool require(bool, const char*) { return true; }

 private:
  template <PlainState T>
  void one(const T& value) {
    const auto* const from = reinterpret_cast<const std::byte*>(&value);
    bytes_.insert(bytes_.end(), from, from + sizeof value);
  }
  void one(const bool& value) { one(static_cast<std::uint8_t>(value)); }

  std::vector<std::byte>& bytes_;
};

// Reads what a StateWriter wrote into an object of the same capacities. It never reads beyond the
// bytes, and never makes more rows than the object has room for; the first fault is kept, and
// after it nothing is read any longer: values stay as they are, and lists are empty.
class StateReader {
 public:
  static constexpr bool loads = true;

  explicit StateReader(std::span<const std::byte> bytes) : rest_{bytes} {}

  template <class... T>
  void plain(T&... values) {
    (one(values), ...);
  }
  template <class T>
  void rows(T* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) one(values[i]);
  }
  // Requires: `values` has room for `most`, so that nothing is allocated.
  template <class T, class Each>
  void list(std::vector<T>& values, std::size_t most, Each&& each) {
    const std::uint64_t count = size(most);
    values.clear();
    for (std::uint64_t i = 0; i < count && ok(); ++i) each(values.emplace_back());
    if (!ok()) values.clear();
  }
  template <class T>
  void list(std::vector<T>& values, std::size_t most) {
    list(values, most, [this](T& value) { one(value); });
  }
  template <PlainState T, class InUse>
  void sparse(T* rows, std::size_t count, InUse&& in_use) {
    const std::uint64_t used = size(count);
    std::uint64_t next = 0;
    for (std::uint64_t i = 0; i < used; ++i) {
      std::uint64_t at = 0;
      plain(at);
      if (!require(at >= next && at < count, "rows out of order, or beyond the capacity")) return;
      plain(rows[at]);
      if (!require(in_use(rows[at]), "a row that is not in use")) return;
      next = at + 1;
    }
  }

  // A number of rows that must not be more than `most`.
  [[nodiscard]] std::uint64_t size(std::size_t most) {
    std::uint64_t count = 0;
    plain(count);
    return require(count <= most, "more rows than the capacity") ? count : 0;
  }

  // Keeps `fault` when it does not hold and none was kept before; says whether all is well.
  bool require(bool holds, const char* fault) {
    if (!holds && fault_ == nullptr) fault_ = fault;
    return fault_ == nullptr;
  }

  [[nodiscard]] bool ok() const { return fault_ == nullptr; }
  [[nodiscard]] std::string fault() const { return fault_ == nullptr ? "" : fault_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  template <PlainState T>
  void one(T& value) {
    if (!require(rest_.size() >= sizeof value, "it ends too early")) return;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_ = rest_.subspan(sizeof value);
  }
  void one(bool& value) {
    std::uint8_t byte = value ? 1 : 0;
    one(byte);
    if (require(byte <= 1, "a yes or no that is neither")) value = byte != 0;
  }

  std::span<const std::byte> rest_;
  const char* fault_ = nullptr;
};

}  // namespace emx
