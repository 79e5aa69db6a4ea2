#include "tests/fuzz/session_auditor.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"
#include "gateway/fix_session.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/request_reader.hpp"
#include "tests/fuzz/fix_rule.hpp"

namespace emx::fuzz {

SessionAuditor::SessionAuditor(gateway::FixVersion version,
                               const FIX::DataDictionaryProvider& dictionaries)
    : version_{version},
      dictionaries_{dictionaries},
      store_{{.block = 1'000, .window_messages = 100},
             [this](std::uint32_t to) { store_.reserved(to); }} {
  log_on();
}

// Also again, after an end of the session.
void SessionAuditor::log_on() {
  store_.resume(1, 1, 1'000);
  session_.reset();  // QuickFIX knows a session by its name: the old one goes first
  session_ =
      gateway::make_fix_session({*this, *this, nullptr, dictionaries_}, version_, "EMX", "ALPHA1");
  session_->setCheckLatency(false);
  session_->logon();
  session_->setResponder(this);
  gateway::FieldText logon;
  logon.add(35, 'A').add(34, std::uint64_t{1}).add(49, "ALPHA1");
  logon.add(52, gateway::utc_timestamp_now()).add(56, "EMX").add(98, '0').add(108, "30");
  if (version_ == gateway::FixVersion::fix50sp2) logon.add(1137, '9');
  session_->next(gateway::framed(begin_string_of(version_), logon.text()), FIX::UtcTimeStamp());
  check(session_->isLoggedOn());
}

SessionAuditor::Outcome SessionAuditor::hear(const std::string& message,
                                             std::uint32_t msg_seq_num) {
  if (!session_->isLoggedOn()) log_on();
  store_.setNextTargetMsgSeqNum(static_cast<int>(std::max(msg_seq_num, 1U)));
  outcome_ = {};
  session_->next(message, FIX::UtcTimeStamp());
  return outcome_;
}

void SessionAuditor::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  outcome_.is_delivered = true;
  if (message.getHeader().getField(35) != "j") static_cast<void>(gateway::read_request(message));
}

bool SessionAuditor::send(const std::string& bytes) {
  check(is_message(bytes));
  outcome_.is_answered = true;
  return true;
}

}  // namespace emx::fuzz
