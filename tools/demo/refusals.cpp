#include <iterator>

#include "engine/vocabulary/code.hpp"
#include "tools/demo/scenes.hpp"

namespace emx::demo {

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
  std::int64_t by_the_code_expected = 0;
  for (const Refused& order : refused) {
    const Report answer = stage.desk(order.firm).enter(order.wish);
    stage.say(std::string{order.firm} + ": " + order.what);
    stage.say("   " + (answer.is_refusal() ? answer.text : "accepted"));
    const std::string_view found = answer.is_refusal() ? name_of(answer.code) : "accepted";
    stage.findings().expect_quietly(std::string{order.firm} + "'s order", name_of(order.code),
                                    found);
    if (found == name_of(order.code)) ++by_the_code_expected;
  }
  stage.findings().expect("refused by the code that the rules name",
                          static_cast<std::int64_t>(std::size(refused)), by_the_code_expected);
}

}  // namespace emx::demo
