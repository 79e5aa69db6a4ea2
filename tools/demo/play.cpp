#include "tools/demo/play.hpp"

#include <exception>
#include <ostream>

#include "tools/demo/scenes.hpp"

namespace emx::demo {

const std::vector<std::string>& cast() {
  static const std::vector<std::string> firms = {"AH016", "AH052", "AH076", "AH143",
                                                 "JS074", "SH001", "SH029", "SH049",
                                                 "SH065", "ZJ043", "ZJ063"};
  return firms;
}

int play(const Options& options, std::ostream& out) {
  try {
    Stage stage{options, out};
    open_day(stage, options.date);
    play_jingde(stage);
    play_four_deals(stage);
    play_quota_edge(stage);
    play_block(stage);
    play_refusals(stage);
    stage.log_out();
    audit_the_day(stage);
    const Findings& findings = stage.findings();
    if (findings.wrong() == 0) {
      out << "\nAll " << findings.right() << " expectations hold.\n";
      return 0;
    }
    out << "\nWRONG: " << findings.wrong() << " of " << findings.right() + findings.wrong()
        << " expectations do not hold.\n";
  } catch (const std::exception& failure) {
    out << "\nThe demo stops: " << failure.what() << '\n';
  }
  return 1;
}

}  // namespace emx::demo
