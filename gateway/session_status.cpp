#include "gateway/session_status.hpp"

#include <string>

namespace emx::gateway {

void complete(FIX::Message& message, const SessionLayer& layer, SessionStatus of_logon) {
  const std::string& type = message.getHeader().getField(35);
  // QuickFIX puts it into its own, where FIX has no place for it.
  if (type == "j") return message.removeField(1137);
  if (type != "A" && type != "5") return;
  const auto set = [&](SessionStatus value) {
    if (layer.version() == FixVersion::fix44) return;
    message.setField(1409, std::to_string(static_cast<int>(value)));
  };
  if (type == "A") return set(of_logon);
  if (!message.isSetField(58) && !layer.trouble().empty()) message.setField(58, layer.trouble());
  const bool too_low =
      message.isSetField(58) && message.getField(58).starts_with("MsgSeqNum too low");
  set(too_low ? SessionStatus::seq_num_too_low : SessionStatus::logout_complete);
}

}  // namespace emx::gateway
