#include "gateway/fix_session.hpp"

namespace emx::gateway {

std::unique_ptr<FIX::Session> make_fix_session(const FixSessionParts& parts, FixVersion version,
                                               const std::string& our_comp_id,
                                               const std::string& client_comp_id) {
  // QuickFIX resets a session at the end of its session time, 00:00 UTC unless told otherwise, and
  // 1.15.1 cannot be told "never". From noon and a nanosecond to noon of the next day every moment
  // is inside; and our store was always made just now (SessionStore::getCreationTime), so it is
  // always of the same session time.
  const FIX::TimeRange always{FIX::UtcTimeOnly{12, 0, 0, 1, 9}, FIX::UtcTimeOnly{12, 0, 0}};
  const FIX::SessionID id{std::string{begin_string_of(version)}, our_comp_id, client_comp_id};
  constexpr int acceptor = 0;  // an initiator gives its heartbeat interval here
  auto session = std::make_unique<FIX::Session>(parts.application, parts.stores, id,
                                                parts.dictionaries, always, acceptor, parts.logs);
  if (version == FixVersion::fix50sp2) {
    session->setSenderDefaultApplVerID("9");
    session->setTargetDefaultApplVerID("9");
  }
  session->setTimestampPrecision(3);
  session->setValidateLengthAndChecksum(false);  // the framer has
  return session;
}

}  // namespace emx::gateway
