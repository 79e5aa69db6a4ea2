// write_ledger FLOW DIR: a ledger of the flow's operations, through the pipeline, for what is
// measured on one. README.md says how.

#include <cstdio>
#include <exception>

#include "bench/venue.hpp"

int main(int argc, char** argv) {
  using namespace emx::bench;
  if (argc != 3) {
    std::fprintf(stderr,
                 "usage: write_ledger FLOW DIR\n"
                 "An order flow of one instrument as a ledger in DIR, which is made anew.\n");
    return 2;
  }
  try {
    const Flow flow = read_flow(argv[1]);
    const CoreMarket market = market_of(Constraints::twelve);
    CoreMarket first = market_of(Constraints::twelve);
    const auto commands = commands_of(flow, Constraints::twelve, first);
    Venue venue{argv[2], market};
    venue.run(commands);
    const CommitPlan plan = venue.stop();
    std::printf("%llu entries in %zu commits\n",
                static_cast<unsigned long long>(venue.founded() + plan.entry_bytes.size()),
                plan.batch_entries.size());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_ledger: %s\n", error.what());
    return 2;
  }
}
