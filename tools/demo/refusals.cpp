#include "engine/vocabulary/code.hpp"
#include "tools/demo/scenes.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::demo {

using audit::TextTable;
using fix_client::Report;

namespace {

struct Refused {
  const char* firm;
  Wish wish;
  Code code;
  const char* what;
};

}  // namespace

void play_refusals(Stage& stage) {
  stage.heading("What the rules refuse");
  const Refused refused[] = {
      {"SH001",
       {Side::sell, "SO2.AIR.YRD.IND.2630", Lots{100}, Fen{600'000}},
       Code::e05_power,
       "a power plant offers in industry's book"},
      {"AH016",
       {Side::sell, "SHEA25", Lots{100}, Fen{7'000}},
       Code::l02_rights,
       "a plant offers allowances it does not hold"},
      {"ZJ063",
       {Side::buy, "VOC.AIR.YRD.IND.2630", Lots{100}, Fen{1'500'000}},
       Code::o05_price,
       "a coater bids far above the price limit"},
      {"AH076",
       {Side::buy, "CEA25", Lots{100}, Fen{6'236}},
       Code::p02_venue,
       "a foundry bids for the national market's allowances"},
  };
  TextTable table{{{"firm"}, {"what"}, {"the venue's words"}}};
  std::vector<std::pair<const Refused*, Report>> answers;
  for (const Refused& order : refused) {
    const Report& answer =
        answers.emplace_back(&order, stage.desk(order.firm).enter(order.wish)).second;
    table.add({order.firm, order.what, answer.text});
  }
  stage.table(table);
  for (const auto& [order, answer] : answers) {
    stage.findings().expect(std::string{order->firm} + "'s order", name_of(order->code),
                            answer.is_refusal() ? name_of(answer.code) : "accepted");
  }
}

}  // namespace emx::demo
