#include "tests/end_to_end/occurrences.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "ledger/store.hpp"
#include "tools/fix_client/orders.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/market/names.hpp"

namespace emx::end_to_end {

using fix_client::ExecIds;
using fix_client::Message;

namespace {

std::string at_price(std::int64_t quantity, std::int64_t price_fen) {
  return std::to_string(quantity) + "@" + market::cny(price_fen);
}

std::string left(std::int64_t quantity) { return " left " + std::to_string(quantity); }

std::string side_name(Side side) { return std::string{name_of(side)}; }

// --- The client's side ---

std::string line_of(const Message& message) {
  const std::string sequence = std::string{message.text(9706)} + " ";
  const std::string id{message.text(11)};
  const std::string code{message.text(9701)};
  if (message.type() == "9") {
    const std::string what = message.says(434, "2") ? "replace" : "cancel";
    return sequence + what + " refused " + id + " " + code;
  }
  const std::string_view what = message.text(150);
  if (what == "0") {
    return sequence + "accepted " + id + " " + (message.says(54, "1") ? "buy" : "sell") + " " +
           at_price(message.number(38).value_or(0), fix_client::price_of(message.text(44)).value);
  }
  if (what == "8") return sequence + "refused " + id + " " + code;
  if (what == "F") {
    return sequence + "trade " + std::string{message.text(1003)} + " " + id + " " +
           at_price(message.number(32).value_or(0), fix_client::price_of(message.text(31)).value) +
           left(message.number(151).value_or(-1));
  }
  if (what == "5") {
    return sequence + "replaced " + std::string{message.text(41)} + " by " + id + " " +
           at_price(message.number(38).value_or(0), fix_client::price_of(message.text(44)).value) +
           left(message.number(151).value_or(-1));
  }
  if (what == "4" && message.has(41)) {
    return sequence + "cancelled " + std::string{message.text(41)} + " by " + id;
  }
  if (what == "4" || what == "C") return sequence + "ended " + id + " " + code;
  return {};
}

bool is_answer(const Message& message) {
  const std::string_view what = message.text(150);
  return message.type() == "9" || what == "0" || what == "5" || what == "8" ||
         (what == "4" && message.has(41));
}

// An answer to what was sent again: what has become of it, which an entry told of already.
bool is_present_state(const Message& message) {
  return message.says(150, "I") || (message.type() == "9" && !message.has(9706));
}

// 38 = 14 + 151 while an order works; 151 = 0 when it does not.
bool adds_up(const Message& message) {
  const auto quantity = message.number(38);
  const auto filled = message.number(14);
  const auto open = message.number(151);
  if (message.type() == "9") return true;
  if (!filled || !open) return false;
  if (message.says(39, "0")) return filled == 0 && open == quantity;
  if (message.says(39, "1")) return *filled > 0 && *open > 0 && quantity == *filled + *open;
  if (message.says(39, "2")) return open == 0 && filled == quantity;
  if (message.says(39, "4") || message.says(39, "C")) return open == 0 && *filled < quantity;
  return message.says(39, "8") && open == 0 && filled == 0;
}

}  // namespace

bool ClientLog::take(const Message& message) {
  if (message.type() != "8" && message.type() != "9") {
    complaints_.push_back("neither a report nor a cancel's reject: " + message.readable());
    return false;
  }
  if (is_present_state(message)) return false;
  if (exec_ids_.see(message) == ExecIds::Seen::doubled) {
    complaints_.push_back("told twice, unmarked: " + message.readable());
  }
  if (!adds_up(message)) complaints_.push_back("does not add up: " + message.readable());
  const std::string line = line_of(message);
  if (line.empty()) complaints_.push_back("makes no sense: " + message.readable());
  told_.insert(line);
  const std::string id{message.text(11)};
  return is_answer(message) && sent_.contains(id) && answered_.insert(id).second;
}

// --- The ledger's side ---

namespace {

class Reader {
 public:
  void take(const EntryView& entry) {
    header_ = read_record<CommandHeader>(entry.command);
    sequence_ = std::to_string(entry.stamp.sequence.value) + " ";
    refused_ = false;
    const auto kind = static_cast<CommandKind>(header_.kind);
    if (kind == CommandKind::new_order) {
      const auto command = read_record<NewOrderCommand>(entry.command);
      request_ = command.cl_ord_id.view();
    } else if (kind == CommandKind::cancel_order) {
      const auto command = read_record<CancelOrderCommand>(entry.command);
      request_ = command.cl_ord_id.view();
      named_ = command.orig_cl_ord_id.view();
    } else if (kind == CommandKind::replace_order) {
      const auto command = read_record<ReplaceOrderCommand>(entry.command);
      request_ = command.cl_ord_id.view();
      named_ = command.orig_cl_ord_id.view();
    }
    if (is_request()) log_.requests[firm()].insert(request_);
    const bool whole = for_each_event(entry.events, [&](const EventHeader& event, auto bytes) {
      take_event(static_cast<EventKind>(event.kind), bytes, entry.command);
    });
    if (!whole) throw std::runtime_error{"a damaged entry: " + sequence_};
    for_each_setting(entry, [this](std::span<const std::byte> setting) { names_.apply(setting); });
  }

  [[nodiscard]] LedgerLog log() && { return std::move(log_); }

 private:
  struct Order {
    std::string firm;
    std::vector<std::string> cl_ord_ids;  // its own, and those of its replaces
    std::int64_t tick_fen;

    [[nodiscard]] const std::string& cl_ord_id() const { return cl_ord_ids.back(); }
    // The one that a request named it by, which may be an earlier one.
    [[nodiscard]] const std::string& called(const std::string& named) const {
      const auto found = std::find(cl_ord_ids.begin(), cl_ord_ids.end(), named);
      return found == cl_ord_ids.end() ? cl_ord_id() : *found;
    }
  };

  [[nodiscard]] bool is_request() const {
    const auto kind = static_cast<CommandKind>(header_.kind);
    return kind == CommandKind::new_order || kind == CommandKind::cancel_order ||
           kind == CommandKind::replace_order;
  }
  [[nodiscard]] std::string firm() const {
    const SetFirmCommand* firm = names_.firm(header_.actor);
    return firm == nullptr ? "?" : std::string{firm->firm.view()};
  }
  void say(const std::string& firm, const std::string& words) {
    log_.lines[firm].insert(sequence_ + words);
  }

  void take_event(EventKind kind, std::span<const std::byte> bytes,
                  std::span<const std::byte> command) {
    switch (kind) {
      case EventKind::refused:
        refused_ = true;
        if (is_request()) on_refused(read_record<RefusedEvent>(bytes));
        return;
      case EventKind::order_accepted:
        return on_accepted(read_record<OrderAcceptedEvent>(bytes));
      case EventKind::order_replaced:
        return on_replaced(read_record<OrderReplacedEvent>(bytes));
      case EventKind::order_cancelled:
        return on_cancelled(read_record<OrderCancelledEvent>(bytes), command);
      case EventKind::trade:
        return on_trade(read_record<TradeEvent>(bytes));
      default:
        return;
    }
  }

  void on_refused(const RefusedEvent& event) {
    const auto kind = static_cast<CommandKind>(header_.kind);
    const std::string what = kind == CommandKind::cancel_order    ? "cancel "
                             : kind == CommandKind::replace_order ? "replace "
                                                                  : "";
    say(firm(), what + "refused " + request_ + " " + std::to_string(event.code));
  }

  void on_accepted(const OrderAcceptedEvent& event) {
    const SetInstrumentCommand* instrument = names_.instrument(event.instrument);
    const Order& order = orders_[event.order_id] = {firm(), {request_}, instrument->tick_fen};
    say(order.firm, "accepted " + request_ + " " + side_name(static_cast<Side>(event.side)) + " " +
                        at_price(event.quantity_lots, event.price_ticks * order.tick_fen));
  }

  void on_replaced(const OrderReplacedEvent& event) {
    Order& order = orders_.at(event.order_id);
    say(order.firm, "replaced " + order.called(named_) + " by " + request_ + " " +
                        at_price(event.quantity_lots, event.price_ticks * order.tick_fen) +
                        left(event.remaining_lots));
    order.cl_ord_ids.push_back(request_);
  }

  void on_cancelled(const OrderCancelledEvent& event, std::span<const std::byte> command) {
    const Order& order = orders_.at(event.order_id);
    const bool asked_for = static_cast<CommandKind>(header_.kind) == CommandKind::cancel_order &&
                           read_record<CancelOrderCommand>(command).order_id == event.order_id;
    say(order.firm, asked_for ? "cancelled " + order.called(named_) + " by " + request_
                              : "ended " + order.cl_ord_id() + " " + std::to_string(event.code));
  }

  void on_trade(const TradeEvent& event) {
    for (const auto& [id, remaining] :
         {std::pair{event.buy_order_id, event.buy_remaining_lots},
          std::pair{event.sell_order_id, event.sell_remaining_lots}}) {
      const Order& order = orders_.at(id);
      say(order.firm, "trade " + std::to_string(event.trade_no) + " " + order.cl_ord_id() + " " +
                          at_price(event.quantity_lots, event.price_ticks * order.tick_fen) +
                          left(remaining));
    }
  }

  LedgerLog log_;
  market::Names names_;
  std::map<std::uint64_t, Order> orders_;
  CommandHeader header_{};
  std::string sequence_;
  std::string request_;
  std::string named_;  // by a cancel or replace
  bool refused_ = false;
};

}  // namespace

LedgerLog LedgerLog::read(const std::filesystem::path& data_dir) {
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  ledger::LedgerStore store;
  const ledger::Result opened = store.open(data_dir, options);
  if (!opened.ok()) throw std::runtime_error{opened.message};
  Reader reader;
  const ledger::Result read = store.visit(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    reader.take(entry.view);
    return true;
  });
  if (!read.ok()) throw std::runtime_error{read.message};
  return std::move(reader).log();
}

// --- One against the other ---

std::vector<std::string> disagreements(const std::string& firm, const ClientLog& client,
                                       const LedgerLog& ledger) {
  std::vector<std::string> found = client.complaints_;
  static const std::multiset<std::string> nothing;
  const auto lines = ledger.lines.find(firm);
  const auto& written = lines == ledger.lines.end() ? nothing : lines->second;
  const auto entries = ledger.requests.find(firm);
  const auto& requests = entries == ledger.requests.end() ? nothing : entries->second;
  for (const std::string& line : client.told_) {
    if (!written.contains(line)) found.push_back("told and not in the ledger: " + line);
  }
  for (const std::string& line : written) {
    if (!client.told_.contains(line)) found.push_back("in the ledger and not told: " + line);
  }
  for (const std::string& id : client.sent_) {
    const std::size_t times = requests.count(id);
    if (times == 0) found.push_back("sent and not in the ledger: " + id);
    if (times > 1) found.push_back("in the ledger " + std::to_string(times) + " times: " + id);
  }
  for (const std::string& id : requests) {
    if (!client.sent_.contains(id)) found.push_back("in the ledger and never sent: " + id);
  }
  for (const std::string& id : client.sent_) {
    if (!client.answered_.contains(id)) found.push_back("sent and never answered: " + id);
  }
  return found;
}

}  // namespace emx::end_to_end
