#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/rule_record.hpp"

namespace emx::risk {

// What one authority has handed in for the next rule set.
struct RuleDocument {
  std::vector<RuleRecord> records;
  Date effective{};
  bool whole = false;  // signed and closed
};

// Rule sets on their way into force: the authorities' keys, the documents of the next version, and
// the version that waits for its date. What is in force stands where the rules themselves stand.
// Not thread-safe; allocates in the constructor and nowhere else.
class RuleSets {
 public:
  static constexpr std::uint32_t records_max = 256;  // of one document

  RuleSets();

  [[nodiscard]] bool has_key(Authority authority) const { return key(authority).known; }
  // Requires: has_key().
  [[nodiscard]] const std::array<std::uint8_t, 32>& public_key(Authority authority) const {
    return key(authority).bytes;
  }
  void set_key(Authority authority, const std::array<std::uint8_t, 32>& bytes);

  // Version numbers; 0: none yet.
  [[nodiscard]] std::uint32_t activated() const { return activated_; }
  [[nodiscard]] std::uint32_t in_force() const { return in_force_; }
  [[nodiscard]] bool waits() const { return waits_; }

  [[nodiscard]] const RuleDocument& document(Authority authority) const {
    return documents_[static_cast<std::size_t>(authority)];
  }
  // Bit = Authority: whose documents are whole.
  [[nodiscard]] std::uint8_t whole_mask() const;

  // Requires: room for it. The first record of a document takes the place of one handed in before.
  void start_document(Authority authority);
  void add(Authority authority, const RuleRecord& record);
  void close_document(Authority authority, Date effective);

  // The set's version is given; it waits. Requires: none waits.
  void activate();
  // It does so no longer: its rules came into force, or could not. Drops all documents.
  void end_wait(bool in_force);

  [[nodiscard]] std::uint64_t digest() const { return digest_.value() + counter_cell(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

 private:
  struct Key {
    bool known = false;
    std::array<std::uint8_t, 32> bytes{};
  };

  [[nodiscard]] const Key& key(Authority authority) const {
    return keys_[static_cast<std::size_t>(authority)];
  }
  [[nodiscard]] RuleDocument& own(Authority authority) {
    return documents_[static_cast<std::size_t>(authority)];
  }
  [[nodiscard]] static std::uint64_t cell(std::size_t authority, const Key& key);
  [[nodiscard]] static std::uint64_t cell(std::size_t authority, std::size_t index,
                                          const RuleRecord& record);
  [[nodiscard]] static std::uint64_t cell(std::size_t authority, const RuleDocument& document);
  [[nodiscard]] std::uint64_t counter_cell() const;

  std::array<Key, authorities_count> keys_{};
  std::array<RuleDocument, authorities_count> documents_{};
  std::uint32_t activated_ = 0;
  std::uint32_t in_force_ = 0;
  bool waits_ = false;
  Digest digest_;
};

}  // namespace emx::risk
