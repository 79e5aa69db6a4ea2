#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/audience.hpp"
#include "gateway/market_view.hpp"
#include "gateway/reports.hpp"

namespace emx::gateway {

// Where reports go. One for all sessions; a session that does not exist gets none.
class ReportSink {
 public:
  // Whether to make a report of this entry for this session at all.
  [[nodiscard]] virtual bool wants(std::uint32_t session, SeqNo entry) const = 0;
  virtual void report(std::uint32_t session, OutMessage message) = 0;
  [[nodiscard]] virtual const Audience& audience() const = 0;

 protected:
  ~ReportSink() = default;
};

// Follows the durable entries: keeps the MarketView and writes the reports.
//
// The same entries in the same order give the same view and the same reports, whether they come
// live or are read again after a restart. An order's reports go to the session that entered it; the
// answer to a cancel or replace goes to the session that asked. What becomes of a block is told to
// the session that submitted it and to the one that accepted or declined it; where the other side
// has not answered, to all sessions of its firm. Of what is told of an order or a block there are
// copies (FIX 797), with the same ExecID, for those who have them (Audience). Not thread-safe.
class Reporter {
 public:
  Reporter(MarketView& market, ReportSink& sink) : market_{market}, sink_{sink} {}

  // Entries in the order of the ledger, each once.
  void on_entry(const EntryView& entry);

 private:
  struct Context;  // the entry at hand

  void on_event(Context& context, EventKind kind, std::span<const std::byte> event);
  void on_refused(const Context& context, const RefusedEvent& refused);
  void on_accepted(const Context& context, const OrderAcceptedEvent& accepted);
  void on_replaced(const Context& context, const OrderReplacedEvent& replaced);
  void on_cancelled(const Context& context, const OrderCancelledEvent& cancelled);
  void on_trade(const Context& context, const TradeEvent& trade);
  void on_trade_side(const Context& context, const TradeEvent& trade, OrderId id, Lots left);
  void on_order_refused(const Context& context, const RefusedEvent& refused);
  void on_request_refused(const Context& context, const RefusedEvent& refused);
  void settle_cancel(const Context& context);
  void settle_answer(const Context& context);
  [[nodiscard]] std::size_t orders_named(const MassCancelCommand& command) const;
  void on_mass_cancel(const Context& context, std::size_t orders);
  void on_mass_cancel_refused(const Context& context, const RefusedEvent& refused);
  void on_block_refused(const Context& context, const RefusedEvent& refused);
  void on_answer_refused(const Context& context, const RefusedEvent& refused);
  void on_block(Context& context, const BlockEvent& event);
  void on_alleged(const Context& context, const BlockEvent& event);
  void on_block_trade(const Context& context, const TradeEvent& trade);
  void tell_side(const Context& context, const Block& block, Side side, const OutMessage& message);
  // Whether a report for the firm is for this session: one that once traded for it, and now is for
  // something else, is told nothing of it any more.
  [[nodiscard]] bool is_told(const Context& context, std::uint32_t session, FirmId firm) const;
  void tell(const Context& context, std::uint32_t session, const Order& order,
            const Occurrence& what);
  void tell_copies(const Context& context, const Order& order, const Occurrence& what);
  // make(): the report that there are to be copies of, which is made only if there are.
  template <class Make>
  void send_copies(const Context& context, FirmId firm, FacilityId facility, Make&& make);

  MarketView& market_;
  ReportSink& sink_;
};

}  // namespace emx::gateway
