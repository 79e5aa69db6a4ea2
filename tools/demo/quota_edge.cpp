#include "engine/vocabulary/code.hpp"
#include "tools/demo/scenes.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::demo {

using audit::TextTable;
using fix_client::Report;
using market::grouped;

namespace {

constexpr Fen price{450'000};
constexpr Lots offered{8'000};
constexpr Lots wanted{4'000};
constexpr Lots room{5'000};

std::vector<std::string> row_of(std::string buyer, const Report& fill) {
  return {std::move(buyer), grouped(fill.last_quantity.value), grouped(fill.leaves.value),
          fill.code == Code::none ? std::string{} : std::string{name_of(fill.code)}};
}

}  // namespace

// Market-rules 14: outflow cap SH 5,000; SH asks 8,000; AH buys 4,000, then ZJ 4,000.
void play_quota_edge(Stage& stage) {
  const Authority& authority = stage.authority();
  stage.heading("At a quota's edge: Shanghai may sell 5,000 kg more NOx to other provinces");
  const Quota usual = authority.quota(stage.year, "SH", "NOX");
  Quota tight = usual;
  tight.outflow_cap = room.value - usual.net_inflow;  // what has left already counts
  authority.set_quota(stage.year, "SH", "NOX", tight);
  stage.say("SH029 offers " + grouped(offered.value) + " kg; AH016 bids for " +
            grouped(wanted.value) + ", then ZJ043 for " + grouped(wanted.value) + ".");

  const Report ask = stage.rest("SH029", {Side::sell, nox, offered, price});
  const Report first_bid = stage.rest("AH016", {Side::buy, nox, wanted, price});
  const Report first = stage.desk("AH016").fills_of(first_bid.cl_ord_id, 1).front();
  const Report second_bid = stage.rest("ZJ043", {Side::buy, nox, wanted, price});
  const Report second = stage.desk("ZJ043").fills_of(second_bid.cl_ord_id, 1).front();

  authority.set_quota(stage.year, "SH", "NOX", usual);
  const Report third = stage.desk("ZJ043").fills_of(second_bid.cl_ord_id, 2).back();
  const auto sold = stage.desk("SH029").fills_of(ask.cl_ord_id, 3);

  using enum TextTable::Align;
  TextTable table{{{"buyer"}, {"fill kg", right}, {"rest kg", right}, {"cut by"}}};
  table.add(row_of("AH016", first));
  table.add(row_of("ZJ043", second));
  table.add(row_of("ZJ043, once the cap is raised", third));
  stage.table(table);
  stage.say(second.text);

  Findings& findings = stage.findings();
  findings.expect("AH016's fill, kg", wanted, first.last_quantity);
  findings.expect("ZJ043's fill at the edge, kg", room - wanted, second.last_quantity);
  findings.expect("cut by", name_of(Code::q02_net_outflow), name_of(second.code));
  findings.expect("ZJ043's rest that waits, kg", wanted - (room - wanted), second.leaves);
  findings.expect("and trades by itself once the cap is raised, kg", second.leaves,
                  third.last_quantity);
  findings.expect_quietly("SH029's rest", "0", std::to_string(sold.back().leaves.value));
  stage.take_trades({{first, sold[0]}, {second, sold[1]}, {third, sold[2]}});
}

}  // namespace emx::demo
