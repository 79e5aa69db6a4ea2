#include "gateway/order_entry.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "gateway/block_reports.hpp"
#include "gateway/business_reject.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/reports.hpp"

namespace emx::gateway {

namespace {

using Business = BusinessRejectReason;

OutMessage refusal_of(const Request& request, Business reason, Code code, std::string_view words) {
  const RefusedMessage of{
      .msg_seq_num = request.msg_seq_num,
      .msg_type = msg_type_of(request.kind),
      .id = (request.cl_ord_id.empty() ? request.status_id : request.cl_ord_id).view()};
  if (code == Code::none) return business_reject(of, reason, words);
  OutMessage answer = business_reject(of, reason, text_of(code));
  FieldText more;
  answer.body += more.add(9701, static_cast<std::uint64_t>(code)).text();
  return answer;
}

template <class Command>
Command blank(CommandKind kind, const Origin& origin, const Request& request, FirmId firm) {
  static_assert(is_record<Command>);
  Command command{};
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = static_cast<std::uint16_t>(sizeof command);
  command.header.session = origin.session;
  command.header.epoch = request.epoch;
  command.header.msg_seq_num = request.msg_seq_num;
  command.header.actor = firm.value;
  command.cl_ord_id = request.cl_ord_id;
  return command;
}

// Whether what the id was used for is of the request's kind; if not, the request is no repetition,
// but a second use of the id.
bool may_be_the_same(const Request& request, const ClOrdIds::Entry& known) {
  switch (known.use) {
    case ClOrdIds::Use::pending:
    case ClOrdIds::Use::pending_request:
    case ClOrdIds::Use::refused:
      return request.kind != Request::Kind::mass_cancel;
    case ClOrdIds::Use::order:
    case ClOrdIds::Use::request:
      return !is_block(request.kind) && request.kind != Request::Kind::mass_cancel;
    case ClOrdIds::Use::pending_mass_cancel:
    case ClOrdIds::Use::mass_cancel:
      return request.kind == Request::Kind::mass_cancel;
    case ClOrdIds::Use::block:
      return request.kind == Request::Kind::submit_block;
    case ClOrdIds::Use::answer:
      return is_block(request.kind) && request.kind != Request::Kind::submit_block;
  }
  return false;
}

// Of a cancel that was asked for, too: it is the order's that it named.
bool may_name_an_order(ClOrdIds::Use use) {
  return use == ClOrdIds::Use::pending || use == ClOrdIds::Use::order ||
         use == ClOrdIds::Use::request || use == ClOrdIds::Use::refused;
}

ClOrdIds::Use pending_use(Request::Kind kind) {
  if (kind == Request::Kind::new_order) return ClOrdIds::Use::pending;
  if (kind == Request::Kind::mass_cancel) return ClOrdIds::Use::pending_mass_cancel;
  return ClOrdIds::Use::pending_request;
}

// Whether the firm is the side of the block that may answer so.
bool is_senders(const Request& request, const Block& block, FirmId firm) {
  const bool submitters = request.kind == Request::Kind::cancel_block;
  return (submitters ? block.submitter : block.counterparty).firm == firm;
}

BlockAnswer block_answer_of(Request::Kind kind) {
  switch (kind) {
    case Request::Kind::accept_block:
      return BlockAnswer::accept;
    case Request::Kind::decline_block:
      return BlockAnswer::decline;
    default:
      return BlockAnswer::cancel;
  }
}

template <class Command>
void set_terms(Command& command, const Request& request) {
  command.price_fen = request.price.value;
  command.quantity_lots = request.quantity.value;
  if (request.price.inexact) command.flags |= order_inexact_price;
  if (request.quantity.inexact) command.flags |= order_inexact_quantity;
}

}  // namespace

bool OrderEntry::must_wait(const Origin& origin, const Request& request) const {
  // What names nothing of its own firm's has nothing to wait for.
  if (request.orig_cl_ord_id.empty() || !origin.concern.is_trader()) return false;
  const FirmId firm = market_.directory.firm(origin.firm());
  // One that names itself would wait for itself.
  return request.orig_cl_ord_id != request.cl_ord_id &&
         market_.cl_ord_ids.is_pending(firm, request.orig_cl_ord_id);
}

OrderEntry::Taken OrderEntry::take(const Origin& origin, const Request& request) {
  if (!request.over_rate.empty()) {
    ++counters_.commands_throttled;
    return {.refusal = refusal_of(request, Business::throttle, Code::none, request.over_rate)};
  }
  if (!origin.concern.is_trader()) {
    return {.refusal = refusal_of(request, Business::not_authorized, Code::none,
                                  "this session has copies, and enters nothing; it may ask "
                                  "for the open orders (35=AF)")};
  }
  const FirmId firm = market_.directory.firm(origin.firm());
  if (firm.value == no_id) {
    return {.refusal = refusal_of(request, Business::not_authorized, Code::none,
                                  "the firm of this session is not known to the venue")};
  }
  if (request.kind == Request::Kind::order_status) return answer_status(request, firm);
  if (request.possible_repeat) {
    const auto* const known = market_.cl_ord_ids.find_repeated(firm, request.cl_ord_id);
    if (known != nullptr && may_be_the_same(request, *known) && is_of(request, *known, firm)) {
      return {.answer = repeated(request, *known, firm)};
    }
    if (known == nullptr && request.transact_time_ns < market_.day_before_opened_ns) {
      return {.refusal = refusal_of(
                  request, Business::other, Code::none,
                  "TransactTime (60) is before the last trading day: whether it came then is not "
                  "known any more, so it is not taken now")};
    }
  }
  if (draining_ && !is_release(request.kind)) {
    ++counters_.commands_draining;
    return {.refusal = refusal_of(request, Business::not_available, Code::s02_draining, {})};
  }
  switch (request.kind) {
    case Request::Kind::new_order:
      return enter(origin, request, firm);
    case Request::Kind::cancel:
      return cancel(origin, request, firm);
    case Request::Kind::replace:
      return replace(origin, request, firm);
    case Request::Kind::mass_cancel:
      return mass_cancel(origin, request, firm);
    case Request::Kind::order_status:
    case Request::Kind::mass_status:
    case Request::Kind::missed_reports:
      break;  // they enter nothing
    case Request::Kind::submit_block:
      return submit_block(origin, request, firm);
    case Request::Kind::accept_block:
    case Request::Kind::decline_block:
    case Request::Kind::cancel_block:
      return answer_block(origin, request, firm);
  }
  check(false);
  return {};
}

OrderEntry::Taken OrderEntry::answer_status(const Request& request, FirmId firm) const {
  const auto* known = market_.cl_ord_ids.find_repeated(firm, request.cl_ord_id);
  if (known != nullptr && !may_name_an_order(known->use)) known = nullptr;
  if (const Order* const order = known != nullptr ? market_.orders.find(known->order) : nullptr) {
    if (const auto words = mismatch(request, *order); !words.empty()) {
      return {.refusal = refusal_of(request, Business::other, Code::none, words)};
    }
  }
  return {.answer = order_status(request, known, market_)};
}

std::vector<OrderId> OrderEntry::orders_asked_for(const Origin& origin,
                                                  const Request& request) const {
  const Directory& directory = market_.directory;
  std::vector<OrderId> orders;
  const InstrumentId instrument = directory.instrument(request.symbol);
  const FacilityId facility = directory.facility(request.account);
  const bool is_of_nothing = (!request.symbol.empty() && instrument.value == no_id) ||
                             (!request.account.empty() && facility.value == no_id);
  if (is_of_nothing) return orders;
  const auto look_at = [&](const Order& order) {
    const bool fits = (request.symbol.empty() || instrument == order.instrument) &&
                      (request.account.empty() || facility == order.facility) &&
                      (!request.says_side || request.side == order.side);
    if (fits) orders.push_back(order.id);
  };
  switch (origin.concern.role) {
    case Role::trader:
    case Role::copies_of_firm:
      market_.orders.for_each_live_of(directory.firm(origin.firm()), look_at);
      break;
    case Role::copies_of_province:
      market_.orders.for_each_live([&](const Order& order) {
        if (name_of(directory.province_of(order.facility)) == origin.concern.of.view()) {
          look_at(order);
        }
      });
      break;
    case Role::copies_of_all:
      market_.orders.for_each_live(look_at);
      break;
  }
  std::ranges::sort(orders, {}, &OrderId::value);
  return orders;
}

OutMessage OrderEntry::status_of(const Origin& origin, const ClOrdId& status_id,
                                 const std::vector<OrderId>& orders, std::size_t at) const {
  const bool is_last = at + 1 >= orders.size();
  const Order* const order = orders.empty() ? nullptr : market_.orders.find(orders[at]);
  OutMessage status = mass_status(status_id, {order, orders.size(), is_last}, market_);
  if (origin.concern.is_trader() || order == nullptr) return status;
  return copy_of(std::move(status), market_.directory.code_of(order->firm).view());
}

// Nothing, of a mass cancel under way: its own answer is to come.
std::optional<OutMessage> OrderEntry::repeated(const Request& request, ClOrdIds::Entry known,
                                               FirmId firm) const {
  if (request.kind == Request::Kind::mass_cancel) {
    if (known.use == ClOrdIds::Use::pending_mass_cancel) return std::nullopt;
    return present_mass_cancel(request, known);
  }
  if (is_block(request.kind)) {
    // An answer under way: what there is to tell is the block it names.
    const bool submits = request.kind == Request::Kind::submit_block;
    const Block* block = market_.blocks.find(known.block);
    if (block == nullptr && !submits) block = named_block(request, firm);
    const bool theirs = block != nullptr && (submits || is_senders(request, *block, firm));
    known.block = theirs ? block->number : 0;
    return present_block_state(request, known, market_);
  }
  // A cancel or replace under way: what there is to tell is the order it names.
  if (const Order* const order = named_order(request, firm); known.order.value == 0 && order) {
    known.order = order->id;
  }
  return present_state(request, known, market_);
}

template <class Command>
OrderEntry::Taken OrderEntry::submit(const Request& request, Command& command, FirmId firm) {
  const bool is_cancel = is_release(request.kind);
  const bool duplicate = market_.cl_ord_ids.find(firm, request.cl_ord_id) != nullptr;
  bool pending = false;
  if (duplicate) {
    command.flags |= order_duplicate_cl_ord_id;
  } else {
    // A cancel is taken even if there is no room to remember its ClOrdID.
    pending = market_.cl_ord_ids.add_pending(firm, request.cl_ord_id, pending_use(request.kind));
    if (!pending && !is_cancel) {
      return {.refusal = refusal_of(request, Business::throttle, Code::o11_capacity, {})};
    }
  }
  const auto urgency = is_cancel ? CommandSink::Urgency::cancel : CommandSink::Urgency::order;
  const auto outcome = sink_.submit(std::as_bytes(std::span{&command, 1}), urgency);
  if (outcome == CommandSink::Outcome::queued) {
    ++counters_.commands;
    return {.submitted = true};
  }
  if (pending) market_.cl_ord_ids.forget(firm, request.cl_ord_id);
  if (outcome == CommandSink::Outcome::no_space) {
    return {.refusal = refusal_of(request, Business::not_available, Code::none,
                                  "the venue's disk is nearly full: only cancels are taken")};
  }
  const bool busy = outcome == CommandSink::Outcome::busy;
  ++(busy ? counters_.commands_busy : counters_.commands_draining);
  return {.refusal = refusal_of(request, Business::not_available,
                                busy ? Code::s01_busy : Code::s02_draining, {})};
}

OrderEntry::Taken OrderEntry::enter(const Origin& origin, const Request& request, FirmId firm) {
  auto command = blank<NewOrderCommand>(CommandKind::new_order, origin, request, firm);
  const InstrumentId instrument = market_.directory.instrument(request.symbol);
  const FacilityId facility = market_.directory.facility(request.account);
  if (instrument.value == no_id) {
    command.unresolved = Text<32>{request.symbol};
  } else if (facility.value == no_id) {
    command.unresolved = Text<32>{request.account};
  }
  command.instrument = instrument.value;
  command.facility = facility.value;
  command.side = static_cast<std::uint8_t>(request.side);
  command.order_type = static_cast<std::uint8_t>(request.order_type);
  command.time_in_force = static_cast<std::uint8_t>(request.time_in_force);
  command.expire_date = request.expires.value;
  command.min_quantity_lots = request.minimum.value;
  command.display_quantity_lots = request.display.value;
  command.instructions = request.instructions;
  command.max_ratio_n = request.max_ratio_n;
  command.max_ratio_d = request.max_ratio_d;
  if (request.minimum.inexact || request.display.inexact) command.flags |= order_inexact_quantity;
  set_terms(command, request);
  return submit(request, command, firm);
}

OrderEntry::Taken OrderEntry::cancel(const Origin& origin, const Request& request, FirmId firm) {
  auto command = blank<CancelOrderCommand>(CommandKind::cancel_order, origin, request, firm);
  command.orig_cl_ord_id = request.orig_cl_ord_id;
  if (const Order* const order = named_order(request, firm)) {
    if (const auto words = mismatch(request, *order); !words.empty()) {
      return {.refusal = refusal_of(request, Business::other, Code::none, words)};
    }
    command.order_id = order->id.value;
  }
  return submit(request, command, firm);
}

OrderEntry::Taken OrderEntry::replace(const Origin& origin, const Request& request, FirmId firm) {
  auto command = blank<ReplaceOrderCommand>(CommandKind::replace_order, origin, request, firm);
  command.orig_cl_ord_id = request.orig_cl_ord_id;
  if (const Order* const order = named_order(request, firm)) {
    if (const auto words = mismatch(request, *order); !words.empty()) {
      return {.refusal = refusal_of(request, Business::other, Code::none, words)};
    }
    command.order_id = order->id.value;
  }
  set_terms(command, request);
  return submit(request, command, firm);
}

OrderEntry::Taken OrderEntry::mass_cancel(const Origin& origin, const Request& request,
                                          FirmId firm) {
  auto command = blank<MassCancelCommand>(CommandKind::mass_cancel, origin, request, firm);
  command.symbol = Symbol{request.symbol};
  if (request.says_side) command.side = static_cast<std::uint8_t>(request.side);
  return submit(request, command, firm);
}

OrderEntry::Taken OrderEntry::submit_block(const Origin& origin, const Request& request,
                                           FirmId firm) {
  auto command = blank<SubmitBlockCommand>(CommandKind::submit_block, origin, request, firm);
  command.facility = AccountCode{request.account};
  command.counterparty = AccountCode{request.counterparty};
  command.symbol = Symbol{request.symbol};
  command.side = static_cast<std::uint8_t>(request.side);
  constexpr std::uint32_t minutes_max = std::numeric_limits<std::uint8_t>::max();
  command.minutes = static_cast<std::uint8_t>(std::min(request.minutes, minutes_max));
  set_terms(command, request);
  return submit(request, command, firm);
}

OrderEntry::Taken OrderEntry::answer_block(const Origin& origin, const Request& request,
                                           FirmId firm) {
  auto command = blank<AnswerBlockCommand>(CommandKind::answer_block, origin, request, firm);
  command.answer = static_cast<std::uint8_t>(block_answer_of(request.kind));
  if (const Block* const block = named_block(request, firm)) {
    // Who is not the side that may say so is refused in the ledger (P05), and learns no more.
    const bool theirs = is_senders(request, *block, firm);
    if (const auto words = mismatch(request, *block); theirs && !words.empty()) {
      return {.refusal = refusal_of(request, Business::other, Code::none, words)};
    }
    command.block_no = block->number;
  }
  return submit(request, command, firm);
}

bool OrderEntry::cancel_day_orders(const Origin& origin) {
  MassCancelCommand command{};
  command.header.kind = static_cast<std::uint16_t>(CommandKind::mass_cancel);
  command.header.size = static_cast<std::uint16_t>(sizeof command);
  command.header.actor = no_id;
  command.order_session = origin.session;
  command.on_disconnect = 1;
  const auto outcome =
      sink_.submit(std::as_bytes(std::span{&command, 1}), CommandSink::Urgency::disconnect);
  if (outcome == CommandSink::Outcome::queued) ++counters_.disconnect_cancels;
  // Where the venue takes nothing at all any more, its next start sees to it.
  return outcome != CommandSink::Outcome::busy;
}

const Order* OrderEntry::named_order(const Request& request, FirmId firm) const {
  const ClOrdIds::Entry* const entry = market_.cl_ord_ids.find(firm, request.orig_cl_ord_id);
  if (entry == nullptr || entry->use != ClOrdIds::Use::order) return nullptr;
  return market_.orders.find(entry->order);
}

// Whether an answer is of the block that the answer with its id was of: ids may begin anew each
// day.
bool OrderEntry::is_of(const Request& request, const ClOrdIds::Entry& known, FirmId firm) const {
  if (known.use != ClOrdIds::Use::answer) return true;
  const Block* const block = named_block(request, firm);
  return (block == nullptr ? 0 : block->number) == known.block;
}

// Its submitter names a block by its own report, the other side by the one that alleged it.
const Block* OrderEntry::named_block(const Request& request, FirmId firm) const {
  if (request.kind != Request::Kind::cancel_block) {
    return market_.blocks.find_alleged(request.orig_cl_ord_id.view());
  }
  const ClOrdIds::Entry* const entry =
      market_.cl_ord_ids.find_repeated(firm, request.orig_cl_ord_id);
  if (entry == nullptr || entry->use != ClOrdIds::Use::block) return nullptr;
  return market_.blocks.find(entry->block);
}

// What an answer says of the block, as its sender sees it.
std::string_view OrderEntry::mismatch(const Request& request, const Block& block) const {
  const Directory& directory = market_.directory;
  if (directory.instrument(request.symbol) != block.instrument) {
    return "Symbol (55) is not that of the block that TradeReportRefID (572) names";
  }
  if (request.says_price && (request.price.inexact || request.price.value != block.price.value)) {
    return "LastPx (31) is not that of the block that TradeReportRefID (572) names";
  }
  if (request.says_quantity &&
      (request.quantity.inexact || request.quantity.value != block.quantity.value)) {
    return "LastQty (32) is not that of the block that TradeReportRefID (572) names";
  }
  if (!request.says_side) return {};
  const bool submitters = request.kind == Request::Kind::cancel_block;
  const Side side = submitters ? block.side : opposite(block.side);
  if (request.side != side) {
    return "Side (54) is not that of the sender in the block that TradeReportRefID (572) names";
  }
  if (directory.facility(request.account) != block.party(side).facility ||
      directory.facility(request.counterparty) != block.party(opposite(side)).facility) {
    return "Account (1) and PartyID (448) are not those of the block that TradeReportRefID (572) "
           "names";
  }
  return {};
}

// A client that takes one order for another is told, rather than obeyed.
std::string_view OrderEntry::mismatch(const Request& request, const Order& order) const {
  const Directory& directory = market_.directory;
  if (directory.instrument(request.symbol) != order.instrument) {
    return "Symbol (55) is not that of the order that is named";
  }
  if (request.side != order.side) {
    return "Side (54) is not that of the order that is named";
  }
  if (!request.account.empty() && directory.facility(request.account) != order.facility) {
    return "Account (1) is not that of the order that is named";
  }
  if (request.says_time_in_force && request.time_in_force != order.time_in_force) {
    return "TimeInForce (59) of an order cannot be changed";
  }
  return {};
}

}  // namespace emx::gateway
