#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "tools/audit/reports.hpp"
#include "tools/rehearsal/rehearsal.hpp"

namespace emx::rehearsal {

// Replays a ledger as often as an answer needs the state it comes to, each time to the same entry:
// that which was the last one the first time.
class Courses {
 public:
  Courses(std::filesystem::path data_dir, std::int64_t now_ns, const audit::Output& output)
      : data_dir_{std::move(data_dir)}, now_ns_{now_ns}, output_{output} {}

  // To the end, settled. Empty: it has begun; else why there is no answer.
  [[nodiscard]] std::string start(Rehearsal& course);
  [[nodiscard]] std::uint64_t last() const { return last_; }

 private:
  std::filesystem::path data_dir_;
  std::int64_t now_ns_;
  const audit::Output& output_;
  std::uint64_t last_ = 0;  // 0: not yet known
};

}  // namespace emx::rehearsal
