#include "gateway/stranger_log.hpp"

#include <spdlog/logger.h>

#include <utility>

namespace emx::gateway {

void StrangerLog::refused(const LogonAttempt& attempt, const std::string& peer) {
  last_ = "logon of '" + attempt.comp_id + "' from " + peer + " refused: " + attempt.refusal;
  if (std::exchange(has_told_, true)) {
    ++untold_;
  } else {
    logger_->warn("fix {}", last_);
  }
}

void StrangerLog::tick(std::uint64_t pushed_out) {
  has_told_ = untold_ > 0;
  if (has_told_) logger_->warn("fix: {} more logons refused; the last: {}", untold_, last_);
  untold_ = 0;
  if (pushed_out == pushed_out_) return;
  logger_->warn("fix: {} connections that had not logged on made room for others",
                pushed_out - pushed_out_);
  pushed_out_ = pushed_out;
}

}  // namespace emx::gateway
