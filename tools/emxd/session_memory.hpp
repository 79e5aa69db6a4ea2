#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/emxd/config.hpp"

namespace emx::daemon {

// Whether the FIX sessions' numbers outlived the process before. They stand in DIR/fix, beside the
// ledger; without them a session would go on with outgoing numbers behind those that its client
// has seen, which looks to it like messages it had already. The ledger knows who traded, so what is
// lost shows. Not thread-safe.
class SessionMemory {
 public:
  // Reads the records of the configured sessions. Throws std::runtime_error with words for a person
  // when it cannot. Requires: nobody has DIR/fix open.
  SessionMemory(const std::filesystem::path& directory, std::span<const SessionConfig> sessions);

  // Every entry of the ledger, or the highest epoch that those not seen have of each session.
  void see(const EntryView& entry);
  void see(std::uint32_t session, std::uint32_t epoch);

  // The first configured session that the ledger knows in a numbering of which there is no record;
  // empty: none.
  [[nodiscard]] std::string lost() const;

 private:
  struct Session {
    std::string comp_id;
    std::uint32_t recorded_epoch = 0;  // 0: there is no record
    std::uint32_t ledger_epoch = 0;    // the highest; 0: no command of it
  };
  std::unordered_map<std::uint32_t, Session> sessions_;  // by CommandHeader::session
};

// What an operator can do when records in the folder are lost or damaged. Not: an older copy of
// them, which would be behind.
[[nodiscard]] std::string renumber_advice(const std::filesystem::path& folder);

}  // namespace emx::daemon
