#include "tools/audit/progress.hpp"

#include <algorithm>
#include <ostream>

#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

std::string count(std::uint64_t value) { return market::grouped(static_cast<std::int64_t>(value)); }

}  // namespace

Progress::~Progress() {
  if (shown_) output_.err << '\n';
}

void Progress::show(std::uint64_t entries, std::uint64_t entries_total) {
  const auto now = Clock::now();
  if (!output_.progress || (now < next_ && entries != entries_total)) return;
  next_ = now + std::chrono::milliseconds{200};
  shown_ = true;
  output_.err << '\r' << count(entries) << " of " << count(entries_total) << " entries, "
              << entries * 100 / std::max<std::uint64_t>(entries_total, 1) << " %" << std::flush;
}

}  // namespace emx::audit
