#include "gateway/appl_window.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::gateway {

void ApplWindow::add(const OutMessage& report) {
  check(report.appl_seq_num != 0);
  const std::uint64_t last = reports_.empty() ? 0 : reports_.back()->appl_seq_num;
  if (report.appl_seq_num <= last || reports_max_ == 0) return;
  if (report.appl_seq_num != last + 1) unbroken_from_ = report.appl_seq_num;
  if (reports_.size() == reports_max_) reports_.pop_front();
  reports_.push_back(std::make_shared<const OutMessage>(report));
}

ApplWindow::Reports ApplWindow::reports(const Range& range) const {
  check(range.begin <= range.end);
  const auto first = std::ranges::lower_bound(
      reports_, range.begin, {}, [](const auto& report) { return report->appl_seq_num; });
  const auto at = static_cast<std::size_t>(first - reports_.begin());
  const std::uint64_t behind_first = range.end - range.begin;
  if (behind_first >= reports_.size() - at) return {};
  // Numbers only grow, so none is left out between two that are as far apart as their places.
  const std::size_t last = at + static_cast<std::size_t>(behind_first);
  if (number_at(at) != range.begin || number_at(last) != range.end) return {};
  return {first, reports_.begin() + static_cast<std::ptrdiff_t>(last + 1)};
}

std::optional<ApplWindow::Range> ApplWindow::newest() const {
  if (reports_.empty()) return std::nullopt;
  return Range{std::max(unbroken_from_, number_at(0)), reports_.back()->appl_seq_num};
}

}  // namespace emx::gateway
