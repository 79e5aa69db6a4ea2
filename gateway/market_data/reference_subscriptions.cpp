#include "gateway/market_data/reference_subscriptions.hpp"

#include <vector>

#include "gateway/market_data/reference.hpp"

namespace emx::gateway::market_data {

namespace {

bool is_same(const Book& a, const Book& b) {
  return a.phase == b.phase && a.has_limits == b.has_limits && a.reference == b.reference &&
         a.lower == b.lower && a.upper == b.upper;
}

}  // namespace

void ReferenceSubscriptions::follow_list(const std::string& id, std::uint32_t instruments) {
  lists_[id] = instruments;
}

void ReferenceSubscriptions::follow_status(const std::string& id, InstrumentId instrument,
                                           const Book& now) {
  statuses_[id] = {instrument, now};
}

void ReferenceSubscriptions::follow_session(const std::string& id, const Tape& tape,
                                            const Market& market) {
  sessions_[id] = {tape.phase(), market.trade_date()};
}

void ReferenceSubscriptions::clear() {
  lists_.clear();
  statuses_.clear();
  sessions_.clear();
}

void ReferenceSubscriptions::tell_news(Reader& reader, const Market& market, const Tape& tape) {
  for (auto& [id, told] : lists_) {
    if (!reader.has_room()) return;
    if (told == market.instruments()) continue;
    std::vector<InstrumentId> added;
    for (; told < market.instruments(); ++told) added.push_back(InstrumentId{told});
    for (std::size_t first = 0; first < added.size(); first += instruments_per_page) {
      reader.tell(security_list(market, id, added, first));
    }
  }
  for (auto& [id, status] : statuses_) {
    if (!reader.has_room()) return;
    const Book now = market.book(status.instrument);
    if (is_same(now, status.told)) continue;
    status.told = now;
    reader.tell(security_status(market, tape, id, status.instrument));
  }
  for (auto& [id, session] : sessions_) {
    if (!reader.has_room()) return;
    if (session.phase == tape.phase() && session.date == market.trade_date()) continue;
    session = {tape.phase(), market.trade_date()};
    reader.tell(trading_session_status(market, tape, id));
  }
}

}  // namespace emx::gateway::market_data
