#include "tests/rehearsal/rehearsing.hpp"

#include "tools/rehearsal/report.hpp"

namespace emx::rehearsal::testing {

using nlohmann::json;

void Rehearsing::play(std::string_view scene) {
  data_dir = folder.path() / ("played-" + std::to_string(++played_));
  audit::testing::play(scene, data_dir);
}

audit::testing::Answer Rehearsing::ask(json request, bool as_json, std::uint32_t person) const {
  request["id"] = 1;
  request["person"] = person;
  request["time"] = "2026-06-18T02:03:04Z";
  return audit::testing::ask(
      [&](const std::filesystem::path& from, const audit::Output& output) {
        return report_rehearsal(
            from,
            {.request = request.dump(), .now_ns = now_ns, .persons = persons, .is_draft = is_draft},
            output);
      },
      data_dir, as_json);
}

json Rehearsing::said_of(const json& request) const {
  const audit::testing::Answer answer = ask(request);
  EXPECT_NE(answer.exit_code, no_answer) << answer.err;
  return json::parse(answer.out);
}

}  // namespace emx::rehearsal::testing
