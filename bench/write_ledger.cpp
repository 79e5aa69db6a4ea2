// write_ledger FLOW DIR [DAYS]: a ledger of the flow's operations, through the pipeline, for what
// is measured on one. README.md says how.

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "bench/venue.hpp"

int main(int argc, char** argv) {
  using namespace emx::bench;
  const long days = argc == 4 ? std::strtol(argv[3], nullptr, 10) : 1;
  if (argc < 3 || argc > 4 || days < 1 || days > 150) {
    std::fprintf(stderr,
                 "usage: write_ledger FLOW DIR [DAYS]\n"
                 "An order flow of one instrument, in so many trading days (1 to 150; 1), as a "
                 "ledger in DIR, which is made anew.\n");
    return 2;
  }
  try {
    const Flow flow = read_flow(argv[1]);
    const CoreMarket market = market_of(Constraints::twelve);
    CoreMarket first = market_of(Constraints::twelve);
    const auto commands =
        commands_of(flow, Constraints::twelve, first, static_cast<std::uint32_t>(days));
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
