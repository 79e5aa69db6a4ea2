#pragma once

#include <memory>
#include <utility>

#include "gateway/quickfix.hpp"

namespace spdlog {
class logger;
}

namespace emx::gateway {

// The logger, or where there is none one that is silent.
[[nodiscard]] std::shared_ptr<spdlog::logger> or_silence(std::shared_ptr<spdlog::logger> logger);

// Passes on what QuickFIX says about its sessions. Messages themselves are not logged: a Logon has
// a password in it, and the ledger has the rest.
class SessionLogs final : public FIX::LogFactory {
 public:
  explicit SessionLogs(std::shared_ptr<spdlog::logger> logger) : logger_{std::move(logger)} {}

  FIX::Log* create() override;
  FIX::Log* create(const FIX::SessionID& session) override;
  void destroy(FIX::Log* log) override { delete log; }

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace emx::gateway
