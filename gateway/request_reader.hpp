#pragma once

#include "gateway/quickfix.hpp"
#include "gateway/request.hpp"

namespace emx::gateway {

// Reads a request. Throws what QuickFIX answers with a reject that says which field is wrong:
// FIX::FieldNotFound, RequiredTagMissing, IncorrectTagValue, IncorrectDataFormat;
// FIX::UnsupportedMessageType for another type. Depends on no dictionary, but without one MsgSeqNum
// (34) must be a number.
[[nodiscard]] Request read_request(const FIX::Message& message);

}  // namespace emx::gateway
