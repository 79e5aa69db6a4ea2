#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/signature_check.hpp"

namespace emx::audit {

// Which rules there were: every signed document from its closing to what became of it, and every
// rule set with the entries that were judged by it. Not thread-safe.
class RuleLog {
 public:
  struct Document {
    std::uint32_t version = 0;
    std::uint8_t authority = 0;
    std::uint16_t records = 0;
    std::int32_t effective_date = 0;
    std::uint64_t sequence = 0;  // that closed it
    std::int64_t at_ns = 0;
    std::string handed_in_by;
    std::uint64_t key_set_in = 0;  // of the authority's key then; 0: it had none
    bool is_signed = false;        // with that key
    std::uint64_t activated = 0;   // 0: never
    std::string activated_by;
    std::string approved_by;
    // "closed": it still lies there; "replaced", by another of its authority; or a RuleSetStage.
    std::string stage = "closed";
    std::uint64_t stage_at = 0;  // sequence
    std::int64_t stage_ns = 0;
    Code code = Code::none;  // of a set that lapsed
  };
  // What was in force from one entry on until the next that changed a rule.
  struct RuleSet {
    std::uint64_t id = 0;  // sequence of the entry that changed a rule
    std::int64_t at_ns = 0;
    std::string change;  // its command, in words
    std::string by;
    std::string approved_by;
    std::int64_t signed_rules = 0;  // that came into force with it
    std::uint64_t first = 0;        // entry that was judged by it
    std::uint64_t last = 0;
    std::int64_t entries = 0;
    std::int64_t of_firms = 0;  // commands of firms among them
    std::int64_t trades = 0;
  };

  // Requires: entries in order.
  void apply(const EntryView& entry);

  [[nodiscard]] const std::vector<Document>& documents() const { return documents_; }
  [[nodiscard]] const std::vector<RuleSet>& sets() const { return sets_; }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void take_document(const EntryView& entry, bool is_signed);
  void activate(const EntryView& entry);
  void take_stage(const EntryView& entry, const RuleSetEvent& event);
  void move_on(const EntryView& entry, Document& document, std::string stage);
  void use(const EntryView& entry);
  [[nodiscard]] RuleSet set_of(const EntryView& entry) const;

  Describer describer_;
  SignatureCheck signatures_;
  std::array<std::uint64_t, authorities_count> keys_{};
  std::array<std::size_t, authorities_count> closed_{none, none, none, none, none};
  std::vector<Document> documents_;
  std::vector<RuleSet> sets_;
};

}  // namespace emx::audit
