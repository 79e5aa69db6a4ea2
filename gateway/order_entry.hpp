#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/command_sink.hpp"
#include "gateway/concern.hpp"
#include "gateway/counters.hpp"
#include "gateway/market_view.hpp"
#include "gateway/out_message.hpp"
#include "gateway/request.hpp"

namespace emx::gateway {

// From whom a request comes.
struct Origin {
  std::uint32_t session = 0;  // CommandHeader::session
  Concern concern;

  // Of a session that trades; the code of its firm.
  [[nodiscard]] std::string_view firm() const { return concern.of.view(); }
};

// Turns requests into commands for the exchange. Knows no session layer.
//
// A duplicate ClOrdID goes to the exchange, too, so that the ledger has the refusal (D02); only
// what the ring does not take (S01, S02, no space), or what could not be told from nonsense, is
// answered here with a BusinessMessageReject and consumes nothing. A request that may be a
// repetition (43=Y, 97=Y) is never entered again: if its ClOrdID is known it is answered with the
// present state, and if it is of a day whose ClOrdIDs are known no more, it is not taken. Not
// thread-safe.
class OrderEntry {
 public:
  struct Taken {
    bool submitted = false;
    std::optional<OutMessage> answer = {};   // to a repetition, or a question about one order
    std::optional<OutMessage> refusal = {};  // 35=j: it was not taken, and consumed nothing
  };

  OrderEntry(CommandSink& sink, MarketView& market, Counters& counters)
      : sink_{sink}, market_{market}, counters_{counters} {}

  // Whether the request names an order whose own entry is still awaited. Such a request, and all
  // after it from its session, must wait, or they would overtake what they build on.
  [[nodiscard]] bool must_wait(const Origin& origin, const Request& request) const;

  // Requires: must_wait() does not hold.
  [[nodiscard]] Taken take(const Origin& origin, const Request& request);

  // The open orders that a question (35=AF) is about, and what is to be said of each in its turn;
  // none was open: of none. In the order of their entry.
  // Of who has copies: of all that he has copies of.
  [[nodiscard]] std::vector<OrderId> orders_asked_for(const Origin& origin,
                                                      const Request& request) const;
  [[nodiscard]] OutMessage status_of(const Origin& origin, const ClOrdId& status_id,
                                     const std::vector<OrderId>& orders, std::size_t at) const;

  // Whether DAY orders of a session are open, as far as durable entries tell.
  [[nodiscard]] bool has_day_orders(std::uint32_t session) const {
    return market_.orders.has_live_day_orders(session);
  }
  // The session has ended: its DAY orders are to be cancelled (C02), by a command of the venue's
  // own. False: the ring is full; try again, before anything else of the session.
  [[nodiscard]] bool cancel_day_orders(const Origin& origin);

  // From now on only what lets go is taken: cancels, and declines of blocks.
  void begin_drain() { draining_ = true; }

 private:
  template <class Command>
  [[nodiscard]] Taken submit(const Request& request, Command& command, FirmId firm);
  [[nodiscard]] Taken enter(const Origin& origin, const Request& request, FirmId firm);
  [[nodiscard]] Taken cancel(const Origin& origin, const Request& request, FirmId firm);
  [[nodiscard]] Taken replace(const Origin& origin, const Request& request, FirmId firm);
  [[nodiscard]] Taken mass_cancel(const Origin& origin, const Request& request, FirmId firm);
  [[nodiscard]] Taken submit_block(const Origin& origin, const Request& request, FirmId firm);
  [[nodiscard]] Taken answer_block(const Origin& origin, const Request& request, FirmId firm);
  [[nodiscard]] Taken answer_status(const Request& request, FirmId firm) const;
  [[nodiscard]] std::optional<OutMessage> repeated(const Request& request, ClOrdIds::Entry known,
                                                   FirmId firm) const;
  [[nodiscard]] const Order* named_order(const Request& request, FirmId firm) const;
  [[nodiscard]] bool is_of(const Request& request, const ClOrdIds::Entry& known, FirmId firm) const;
  [[nodiscard]] const Block* named_block(const Request& request, FirmId firm) const;
  [[nodiscard]] std::string_view mismatch(const Request& request, const Order& order) const;
  [[nodiscard]] std::string_view mismatch(const Request& request, const Block& block) const;

  CommandSink& sink_;
  MarketView& market_;
  Counters& counters_;
  bool draining_ = false;
};

}  // namespace emx::gateway
