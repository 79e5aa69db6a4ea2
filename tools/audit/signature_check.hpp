#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "tools/admin/ed25519.hpp"

namespace emx::audit {

// Holds every document of rules that came into the log to its authority's signature, under the key
// that was the authority's then: from the log alone. Not thread-safe.
class SignatureCheck {
 public:
  // Words for a fault; empty: none. Requires: entries in order from the first.
  [[nodiscard]] std::string apply(const EntryView& entry);

  // See EntryChecks.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive) {
    for (auto& signer : self.signers_) {
      auto& [key, records] = signer;
      bool has_key = key.has_value();
      admin::PublicKey bytes = key.value_or(admin::PublicKey{});
      archive.plain(has_key, bytes);
      if constexpr (Archive::loads) {
        if (has_key) key = bytes;
      }
      archive.list(records, records_max);
    }
  }

 private:
  static constexpr std::size_t records_max = 1 << 24;

  struct Signer {
    std::optional<admin::PublicKey> key;
    std::vector<RuleRecord> records;  // of the document that is being handed in
  };

  std::array<Signer, authorities_count> signers_;
};

}  // namespace emx::audit
