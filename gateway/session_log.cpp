#include "gateway/session_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>

#include <string>
#include <utility>

namespace emx::gateway {

namespace {

class SessionLog final : public FIX::Log {
 public:
  SessionLog(std::shared_ptr<spdlog::logger> logger, std::string comp_id)
      : logger_{std::move(logger)}, comp_id_{std::move(comp_id)} {}

  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string&) override {}
  void onOutgoing(const std::string&) override {}
  void onEvent(const std::string& text) override { logger_->debug("fix {}: {}", comp_id_, text); }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  std::string comp_id_;
};

}  // namespace

std::shared_ptr<spdlog::logger> or_silence(std::shared_ptr<spdlog::logger> logger) {
  if (logger) return logger;
  return std::make_shared<spdlog::logger>("gateway",
                                          std::make_shared<spdlog::sinks::null_sink_mt>());
}

FIX::Log* SessionLogs::create() { return new SessionLog{logger_, "-"}; }

FIX::Log* SessionLogs::create(const FIX::SessionID& session) {
  return new SessionLog{logger_, session.getTargetCompID().getValue()};
}

}  // namespace emx::gateway
