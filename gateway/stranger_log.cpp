#include "gateway/stranger_log.hpp"

#include <utility>

namespace emx::gateway {

void StrangerLog::refused(const LogonAttempt& attempt, const std::string& peer) {
  last_ = "logon of '" + attempt.comp_id + "' from " + peer + " refused: " + attempt.refusal;
  if (std::exchange(has_told_, true)) {
    ++untold_;
  } else {
    warn_(where_ + ": " + last_);
  }
}

void StrangerLog::tick(std::uint64_t pushed_out) {
  has_told_ = untold_ > 0;
  if (has_told_) {
    warn_(where_ + ": " + std::to_string(untold_) + " more logons refused; the last: " + last_);
  }
  untold_ = 0;
  if (pushed_out == pushed_out_) return;
  warn_(where_ + ": " + std::to_string(pushed_out - pushed_out_) +
        " connections that had not logged on made room for others");
  pushed_out_ = pushed_out;
}

}  // namespace emx::gateway
