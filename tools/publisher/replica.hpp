#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/market_data/market.hpp"

namespace emx::publisher {

// The exchange once more, made from the durable entries alone: what it shows is what everybody may
// rely on, and looking costs the exchange itself nothing. Each entry must come out of it as it
// stands in the ledger. Not thread-safe.
class Replica final : public gateway::market_data::Market {
 public:
  // Goes on behind what the exchange was given last; nullptr: with the first entry of the ledger.
  explicit Replica(std::unique_ptr<engine::Exchange> exchange);

  // The next entry. `touched` gets the books that it may have changed, some more than once. Throws
  // std::runtime_error, in words for a person: it does not come out again.
  void apply(const EntryView& entry, std::vector<InstrumentId>& touched);

  [[nodiscard]] bool is_empty() const { return exchange_ == nullptr; }

  // Market. Require: an entry.
  [[nodiscard]] Stamp last() const override;
  [[nodiscard]] Date trade_date() const override;
  [[nodiscard]] std::uint32_t instruments() const override;
  [[nodiscard]] InstrumentId find_instrument(std::string_view symbol) const override;
  [[nodiscard]] FacilityId find_facility(std::string_view account,
                                         std::string_view firm) const override;
  [[nodiscard]] gateway::market_data::Instrument instrument(InstrumentId id) const override;
  [[nodiscard]] gateway::market_data::Book book(InstrumentId id) const override;
  [[nodiscard]] std::size_t depth(InstrumentId id, Side side,
                                  std::span<DepthLevel> levels) const override;
  [[nodiscard]] std::size_t executable_depth(InstrumentId id, Side side, const Viewer& viewer,
                                             std::span<DepthLevel> levels) const override;
  [[nodiscard]] gateway::market_data::Headroom headroom(Province province,
                                                        Pollutant pollutant) const override;

 private:
  void find_touched(const EntryView& entry, std::vector<InstrumentId>& touched) const;
  void learn_names();

  std::unique_ptr<engine::Exchange> exchange_;
  EventBatch events_;
  std::unordered_map<std::string, InstrumentId> symbols_;
  std::unordered_map<std::string, FacilityId> accounts_;
};

}  // namespace emx::publisher
