#include <gtest/gtest.h>

#include <string>

#include "tests/end_to_end/metrics_page.hpp"
#include "tests/end_to_end/venue.hpp"
#include "tools/admin/ed25519.hpp"

// /metrics, as Prometheus sees it.
namespace emx::end_to_end {

namespace {

Finished promtool(const std::filesystem::path& metrics) {
  return demo::run_program(
      {"/bin/sh", "-c", "exec promtool check metrics < \"$0\"", metrics.string()},
      std::chrono::seconds{60});
}

TEST(MetricsPage, IsOneThatPromtoolHasNoComplaintAbout) {
  Daemon daemon{{"SH049"}};
  admin::PrivateKey::make().write(daemon.folder() / "venue.pem");
  daemon.change_config("[admin]", "[checkpoint]\nkeys = [\"venue.pem\"]\n[admin]");
  daemon.change_config("index = false", "index = true");
  daemon.start();
  daemon.open_market();
  const std::string page = metrics_page(daemon.metrics_port());
  EXPECT_NE(page.find("emx_commits_total"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_rule_set_in_force 0"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_rule_sets_lapsed_total 0"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_checkpoints_stopped 0"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_checkpoint_signing 1"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_ledger_damaged 0"), std::string::npos) << page;
  EXPECT_NE(page.find("\nemx_ledger_verified_entries 1"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_follower_lag_entries"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_index_lag_entries"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_index_stopped 0"), std::string::npos) << page;
  EXPECT_NE(page.find("emx_day_snapshot_missing 0"), std::string::npos) << page;
  write_file(daemon.folder() / "metrics", page);
  const Finished checked = promtool(daemon.folder() / "metrics");
  EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.errors;
  EXPECT_EQ(checked.output + checked.errors, "");
  // Control: it does complain.
  write_file(daemon.folder() / "metrics", page + "# TYPE emx_wrong counter\nemx_wrong 1\n");
  EXPECT_NE(promtool(daemon.folder() / "metrics").exit_code, 0);
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace

}  // namespace emx::end_to_end
