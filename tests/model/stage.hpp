#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/market_commands.hpp"
#include "tests/model/reference_market.hpp"

namespace emx::model {

inline constexpr std::int64_t ample = 1'000'000'000;

// A reference market set for a scene: every province has an attaining zone "plain" and a key zone
// "key", quotas are ample, and one VOC book at 11,980 CNY trades continuously on 2026-06-18.
// All commands and all their lines are kept.
class Stage {
 public:
  using Lines = std::vector<std::string>;

  Stage();

  Lines run(const Command& command);

  // A facility of its own firm (which has its name), with ample cash, rights and demand.
  void add(const SetFacility& terms);
  void add(const std::string& name, Province province, const std::string& zone = "plain");
  void add_book(const SetInstrument& terms, std::int64_t reference_fen);

  // In the VOC book, or in that of `symbol`; the price is in ticks. The facility's own firm sends.
  Lines buy(const std::string& facility, std::int64_t quantity, std::int64_t price,
            const std::string& symbol = voc);
  Lines sell(const std::string& facility, std::int64_t quantity, std::int64_t price,
             const std::string& symbol = voc);
  Lines buy_ioc(const std::string& facility, std::int64_t quantity, std::int64_t price);
  Lines replace(const std::string& facility, int order, std::int64_t quantity, std::int64_t price);
  Lines cancel(const std::string& facility, int order);

  // Phase and date of all books.
  Lines phase(Phase phase);
  Lines next_day(const Day& date);  // closed, then the new date; the books stay closed

  // The order of `buy` or `sell`, ready to be given further terms and run.
  [[nodiscard]] NewOrder order(Side side, const std::string& facility, std::int64_t quantity,
                               std::int64_t price, const std::string& symbol = voc) const;

  // Ample caps for the province and pollutant in 2026, ready to be cut.
  [[nodiscard]] static SetQuota caps(Province province, Pollutant pollutant = Pollutant::voc);

  [[nodiscard]] const ReferenceMarket& market() const { return market_; }
  [[nodiscard]] const std::vector<std::pair<Command, Lines>>& record() const { return record_; }

  static inline const std::string voc = "VOC.AIR.YRD.IND.2630";

 private:
  ReferenceMarket market_{Genesis{}};
  std::vector<std::pair<Command, Lines>> record_;
  std::vector<SetInstrument> books_;
};

}  // namespace emx::model
