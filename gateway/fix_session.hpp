#pragma once

#include <memory>
#include <string>

#include "gateway/fix_version.hpp"
#include "gateway/quickfix.hpp"

namespace emx::gateway {

struct FixSessionParts {
  FIX::Application& application;
  FIX::MessageStoreFactory& stores;
  FIX::LogFactory* logs;  // may be null
  const FIX::DataDictionaryProvider& dictionaries;
};

// An acceptor session that never resets by the clock.
[[nodiscard]] std::unique_ptr<FIX::Session> make_fix_session(const FixSessionParts& parts,
                                                             FixVersion version,
                                                             const std::string& our_comp_id,
                                                             const std::string& client_comp_id);

}  // namespace emx::gateway
