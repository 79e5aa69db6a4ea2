#pragma once

#include <cstddef>
#include <cstring>
#include <iterator>
#include <span>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx::market {

// Commands as records, back to back in the order they are to be applied.
class CommandList {
 public:
  // Appends, and fills in kind, size and actor: as in the header, the venue's own schedule unless
  // somebody is named.
  template <class Command>
  void add(CommandKind kind, Command command, std::uint32_t actor = no_id) {
    static_assert(is_record<Command>);
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = static_cast<std::uint16_t>(sizeof command);
    command.header.actor = actor;
    const auto bytes = std::as_bytes(std::span{&command, 1});
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    ++count_;
  }

  // A record as it stands. Requires: a whole command with its header.
  void append(std::span<const std::byte> command) {
    bytes_.insert(bytes_.end(), command.begin(), command.end());
    ++count_;
  }

  void append(const CommandList& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
    count_ += other.count_;
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

  // for (std::span<const std::byte> command : list)
  class Iterator {
   public:
    using value_type = std::span<const std::byte>;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(std::span<const std::byte> rest) : rest_{rest} {}
    [[nodiscard]] value_type operator*() const {
      return rest_.first(read_record<CommandHeader>(rest_).size);
    }
    Iterator& operator++() {
      rest_ = rest_.subspan((**this).size());
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    // Positions of one list.
    [[nodiscard]] bool operator==(const Iterator& other) const {
      return rest_.size() == other.rest_.size();
    }

   private:
    std::span<const std::byte> rest_;
  };
  [[nodiscard]] Iterator begin() const { return Iterator{bytes_}; }
  [[nodiscard]] Iterator end() const { return Iterator{}; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t count_ = 0;
};

}  // namespace emx::market
