#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ledger/store.hpp"
#include "tools/admin/request.hpp"
#include "tools/audit/reports.hpp"
#include "tools/rehearsal/effect.hpp"
#include "tools/rehearsal/later.hpp"
#include "tools/rehearsal/rehearsal.hpp"
#include "tools/rehearsal/rule_set.hpp"

namespace emx::rehearsal {

// Of the documents that are closed once a document was handed in.
struct Activation {
  std::uint32_t version = 0;
  std::vector<Part> parts;
  std::optional<Effect::Refusal> refusal;
  bool waits = false;  // for its date
};

// What an act would do, now and in what follows from it.
struct Forecast {
  Effect act;
  std::optional<Activation> activation;  // of a document's act
  // What the rule set that the act is about would do if its date were this trade date. Nothing: it
  // is about none, or `act` says it.
  std::optional<Effect> if_now;
  std::vector<Later> later;  // by date
};

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

// `course` has started and is used up; `courses` may start others. Empty: `forecast` is made; else
// why there is none.
[[nodiscard]] std::string make_forecast(const admin::CommandRequest& request, Rehearsal& course,
                                        Courses& courses, Forecast& forecast);

}  // namespace emx::rehearsal
