#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "gateway/appl_window.hpp"
#include "gateway/out_message.hpp"
#include "gateway/request.hpp"

namespace emx::gateway {

// The answer to one ApplicationMessageRequest (35=BW), message by message: what can be had (BX),
// and where reports are asked for, and all of them can be, the reports and the end of them (BY).
//
// They are the ones told live, with the same body and number, marked (97=Y, 1352=Y). What is to be
// sent is held from the BX on, whatever leaves the window meanwhile. Not thread-safe.
class Retransmission {
 public:
  explicit Retransmission(const Request& request);

  [[nodiscard]] bool is_done() const { return is_done_; }
  // Requires: !is_done(). `window` and `last`, the number of the last report that there is, are
  // looked at for the first message alone.
  [[nodiscard]] OutMessage next(const ApplWindow& window, std::uint64_t last);

 private:
  enum class Response : char { processed = '0', no_application = '1', not_available = '2' };

  [[nodiscard]] Response prepare(const ApplWindow& window, std::uint64_t last);
  [[nodiscard]] OutMessage acknowledge(const ApplWindow& window, std::uint64_t last);
  [[nodiscard]] OutMessage report_end() const;

  ClOrdId id_;
  std::string own_id_;  // no other answer of the session has it
  std::string appl_id_;
  bool asks_for_last_;
  ApplWindow::Range range_;  // as it was asked for; once it is acknowledged, as it is
  ApplWindow::Reports reports_;
  std::size_t sent_ = 0;
  bool is_acknowledged_ = false;
  bool is_done_ = false;
};

}  // namespace emx::gateway
