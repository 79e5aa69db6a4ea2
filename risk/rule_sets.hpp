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

// What one authority says for the next rule set.
struct RuleDocument {
  std::vector<RuleRecord> records;
  Date effective{};
  std::uint64_t closed_by = 0;  // sequence of the command that closed it, signed; 0: none did

  [[nodiscard]] bool whole() const { return closed_by != 0; }
};

// Rule sets on their way into force: the authorities' keys, the documents of the next version, and
// the version that waits for its date. What is in force stands where the rules themselves stand.
// A document that lies closed stays while another is drafted beside it, until that one closes.
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
  // Another key ends what was handed in under the one before: the draft, and the document that lies
  // closed. A set that waits for its date stands: two persons activated it, no key.
  void set_key(Authority authority, const std::array<std::uint8_t, 32>& bytes);

  // Version numbers; 0: none yet.
  [[nodiscard]] std::uint32_t activated() const { return activated_; }
  [[nodiscard]] std::uint32_t in_force() const { return in_force_; }
  [[nodiscard]] bool waits() const { return waits_; }

  [[nodiscard]] const RuleDocument& document(Authority authority) const {
    return documents_[static_cast<std::size_t>(authority)];
  }
  // It lies closed, and no activation has taken it.
  [[nodiscard]] bool lies_closed(Authority authority) const {
    return !waits_ && document(authority).whole();
  }
  // What is being handed in, not closed.
  [[nodiscard]] const RuleDocument& draft(Authority authority) const {
    return drafts_[static_cast<std::size_t>(authority)];
  }

  // Requires: room for it.
  void start_draft(Authority authority);
  void add(Authority authority, const RuleRecord& record);
  // The draft takes the place of the document that lies closed. `closed_by`: above 0.
  void close_draft(Authority authority, Date effective, std::uint64_t closed_by);

  // The set's version is given; it waits. Its documents are those of `parts_mask` (bit =
  // Authority); what else lies there is over. Requires: none waits; these are closed.
  void activate(std::uint8_t parts_mask);
  // It does so no longer: its rules came into force, could not, or were withdrawn. Drops all
  // documents.
  void end_wait(bool in_force);

  [[nodiscard]] std::uint64_t digest() const { return digest_.value() + counter_cell(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  struct Key {
    bool known = false;
    std::array<std::uint8_t, 32> bytes{};
  };

  [[nodiscard]] const Key& key(Authority authority) const {
    return keys_[static_cast<std::size_t>(authority)];
  }
  void drop_draft(std::size_t authority);
  void drop_document(std::size_t authority);
  [[nodiscard]] static std::uint64_t cell(std::size_t authority, const Key& key);
  enum class Place : std::uint8_t { draft = 0, document = 1 };
  [[nodiscard]] static std::uint64_t cell(std::size_t authority, Place place, std::size_t index,
                                          const RuleRecord& record);
  [[nodiscard]] static std::uint64_t cell(std::size_t authority, const RuleDocument& document);
  [[nodiscard]] std::uint64_t counter_cell() const;

  std::array<Key, authorities_count> keys_{};
  std::array<RuleDocument, authorities_count> documents_{};  // that lie closed, or are empty
  std::array<RuleDocument, authorities_count> drafts_{};
  std::uint32_t activated_ = 0;
  std::uint32_t in_force_ = 0;
  bool waits_ = false;
  Digest digest_;
};

}  // namespace emx::risk
