#pragma once

#include <string_view>

#include "gateway/quickfix.hpp"

namespace emx::gateway {

// Our data dictionaries, built into the binary from gateway/dictionaries/.
extern const std::string_view fixt11_xml;
extern const std::string_view fix50sp2_xml;

struct Dictionaries {
  FIX::DataDictionaryProvider strict;  // validates the session and order entry
  // Knows no application message, so that one which is proper FIX but not spoken here reaches the
  // application, which can answer it with a BusinessMessageReject (35=j) instead of a Reject.
  FIX::DataDictionaryProvider lenient;
};

// Throws FIX::ConfigError: a dictionary in the binary is broken.
[[nodiscard]] Dictionaries load_dictionaries();

}  // namespace emx::gateway
