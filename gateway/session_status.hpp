#pragma once

#include "gateway/logon_gate.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/session_layer.hpp"

namespace emx::gateway {

// What a venue adds to what QuickFIX says by itself, before it is sent: a Logon's 1409, `of_logon`;
// a Logout's 1409, and in 58 why it ends the session. FIX.4.4 has no 1409.
void complete(FIX::Message& message, const SessionLayer& layer, SessionStatus of_logon);

}  // namespace emx::gateway
