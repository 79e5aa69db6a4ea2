#include "tools/emxd/session_memory.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/vocabulary/commands.hpp"
#include "gateway/gateway.hpp"
#include "gateway/session_records.hpp"

namespace emx::daemon {

SessionMemory::SessionMemory(const std::filesystem::path& directory,
                             std::span<const SessionConfig> sessions) {
  const gateway::SessionRecords records{directory};
  for (const SessionConfig& session : sessions) {
    const auto record = [&] {
      try {
        return records.find(session.comp_id);
      } catch (const std::runtime_error& error) {
        throw std::runtime_error{error.what() + (". " + renumber_advice(directory / "fix"))};
      }
    }();
    sessions_[gateway::session_id_of(session.comp_id)] = {
        .comp_id = session.comp_id, .recorded_epoch = record ? record->epoch : 0};
  }
}

std::string renumber_advice(const std::filesystem::path& folder) {
  return "Put " + folder.string() +
         " back as the last run left it. If it is lost, move what is there away, tell the clients "
         "that their sequence numbers start again, and start once with --renumber-sessions.";
}

void SessionMemory::see(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  if (header.session != 0) see(header.session, header.epoch);
}

void SessionMemory::see(std::uint32_t session, std::uint32_t epoch) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  found->second.ledger_epoch = std::max(found->second.ledger_epoch, epoch);
}

std::string SessionMemory::lost() const {
  std::string first;
  for (const auto& [id, session] : sessions_) {
    const bool is_lost = session.ledger_epoch > session.recorded_epoch;
    if (is_lost && (first.empty() || session.comp_id < first)) first = session.comp_id;
  }
  return first;
}

}  // namespace emx::daemon
