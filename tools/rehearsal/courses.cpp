#include "tools/rehearsal/courses.hpp"

#include "tools/audit/reading.hpp"

namespace emx::rehearsal {

std::string Courses::start(Rehearsal& course) {
  const ledger::Result read = audit::read_verified(data_dir_, output_, [&](const EntryView& entry) {
    if (last_ != 0 && entry.stamp.sequence.value > last_) return std::string{audit::read_enough};
    const std::string fault = course.take(entry);
    return fault.empty() ? fault
                         : "entry " + std::to_string(entry.stamp.sequence.value) + ": " + fault;
  });
  if (!read.ok()) return data_dir_.string() + ": " + read.message;
  if (!course.has_begun()) return data_dir_.string() + ": it is empty";
  last_ = course.last();
  course.settle(now_ns_);
  return {};
}

}  // namespace emx::rehearsal
