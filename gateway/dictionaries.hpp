#pragma once

#include <string_view>

#include "gateway/quickfix.hpp"

namespace emx::gateway {

// Our data dictionaries, built into the binary from gateway/dictionaries/.
extern const std::string_view fixt11_xml;
extern const std::string_view fix50sp2_xml;
extern const std::string_view fix44_xml;

// Validates the session and order entry. Of application messages that are proper FIX but not spoken
// here it knows the type alone, so that the header of one (see header_of()) reaches the
// application, which can answer it with a BusinessMessageReject (35=j) instead of a Reject.
//
// Throws FIX::ConfigError: a dictionary in the binary is broken.
[[nodiscard]] FIX::DataDictionaryProvider load_dictionaries();

// Dictionaries for a FIX::Session of each version, from QuickFIX's XML.
struct DictionaryTexts {
  std::string_view fixt11;
  std::string_view fix50sp2;
  std::string_view fix44;
};
[[nodiscard]] FIX::DataDictionaryProvider dictionaries_from(const DictionaryTexts& texts);

}  // namespace emx::gateway
