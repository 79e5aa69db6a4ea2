#include "gateway/market_data/session.hpp"

#include <utility>
#include <vector>

#include "gateway/business_reject.hpp"
#include "gateway/market_data/reference.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/session_status.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway::market_data {

namespace {

// FIX 281 MDReqRejReason.
constexpr char unknown_symbol = '0';
constexpr char duplicate_id = '1';
constexpr char too_much = '2';
constexpr char not_permitted = '3';
constexpr char bad_subscription = '4';
constexpr char bad_depth = '5';
constexpr char bad_aggregation = '7';
constexpr char bad_type = '8';

// Nothing outlives the connection, so a number is as durable as it will be; and what is sent again
// is a gap fill.
constexpr StoreLimits store_limits{.block = 10'000, .window_messages = 0};

const std::string too_many_words = "more than " + std::to_string(Session::subscriptions_max) +
                                   " subscriptions; end some (263=2) first";

}  // namespace

Session::Session(Identity identity, const Surroundings& around)
    : identity_{std::move(identity)},
      around_{around},
      layer_{{.application = *this,
              .counters = around_.counters,
              .dictionaries = around_.dictionaries,
              .logs = around_.logs,
              .our_comp_id = identity_.our_comp_id,
              .comp_id = identity_.comp_id},
             {.store = store_limits}} {
  layer_.start(1, 1, 1 + store_limits.block);
}

void Session::reset_numbers(std::function<void()> done) {
  end_subscriptions();
  layer_.renumber(1 + store_limits.block);
  done();
}

void Session::attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
                     const LogonAttempt& attempt) {
  if (layer_.attach(connection, logon, attempt.version)) on_written();
}

void Session::log_out(const std::string& words) {
  if (!layer_.is_logged_on()) return;
  end_subscriptions();
  logging_out_ = true;
  layer_.log_out(words);
}

bool Session::has_room() const {
  return layer_.is_logged_on() && !logging_out_ && layer_.queued_bytes() < queued_bytes_max;
}

void Session::on_written() {
  static_cast<void>(layer_.send_old());
  around_.streams.go_on(*this);
}

void Session::on_disconnected() {
  end_subscriptions();
  logging_out_ = false;
}

void Session::end_subscriptions() {
  around_.streams.unsubscribe_all(*this);
  reference_.clear();
}

void Session::on_sending(FIX::Message& message) {
  complete(message, layer_, SessionStatus::active);
}

// --- Requests ---

void Session::on_message(const FIX::Message& message) {
  const std::string& type = message.getHeader().getField(35);
  if (type == "j") return;  // of a client's own reject there is nothing to say
  if (type != "V" && type != "x" && type != "e" && type != "g") {
    throw FIX::UnsupportedMessageType();
  }
  if (logging_out_) return;
  if (!rate_.take(std::chrono::steady_clock::now())) {
    return turn_away(message, "more than " + std::to_string(requests_per_second_max) +
                                  " requests a second; it was not taken, send it again");
  }
  if (type == "V") return on_request(read_market_data_request(message));
  const ReferenceRequest request = read_reference_request(message);
  if (request.subscription == SubscriptionType::updates && has_too_many(1)) {
    return turn_away(message, too_many_words);
  }
  if (!has_room()) return turn_away(message, "take what was sent before, then ask again");
  if (type == "x") return on_list_request(request);
  if (type == "e") return on_status_request(request);
  on_session_request(request);
}

void Session::turn_away(const FIX::Message& message, const std::string& words) {
  const FIX::Header& header = message.getHeader();
  std::string id;
  for (const int tag : {262, 320, 324, 335}) {
    if (message.isSetField(tag)) id = message.getField(tag);
  }
  tell(business_reject({.msg_seq_num = number_of(header.getField(34)).value_or(0),
                        .msg_type = header.getField(35),
                        .id = id},
                       BusinessRejectReason::throttle, words));
}

bool Session::has_too_many(std::size_t more) const {
  return around_.streams.subscriptions(*this).books + reference_.size() + more > subscriptions_max;
}

bool Session::takes_too_many_books(const MarketDataRequest& request) {
  const auto now = std::chrono::steady_clock::now();
  const auto books = static_cast<std::uint32_t>(request.symbols.size());
  if (request.account.empty()) return !rate_of_books_.take(now, books);
  return !rate_of_views_.take(now, books);
}

void Session::refuse(const std::string& request_id, char reason, const std::string& words) {
  FieldText fields;
  tell({.type = "Y", .body = fields.add(262, request_id).add(281, reason).add(58, words).take()});
}

void Session::on_request(const MarketDataRequest& request) {
  if (request.subscription == SubscriptionType::end) {
    if (around_.streams.unsubscribe(*this, request.id)) return;
    return refuse(request.id, bad_subscription, "there is no subscription of this MDReqID (262)");
  }
  if (around_.streams.has(*this, request.id)) {
    return refuse(request.id, duplicate_id, "a subscription has this MDReqID (262) already");
  }
  std::vector<StreamKey> keys;
  if (!make_keys(request, keys)) return;
  UpdateMode mode = UpdateMode::snapshot_only;
  if (request.subscription == SubscriptionType::updates) {
    mode = request.full_refresh ? UpdateMode::full_refresh : UpdateMode::incremental;
  }
  around_.streams.subscribe(*this, request.id, keys, mode);
}

// False: it was refused.
bool Session::make_keys(const MarketDataRequest& request, std::vector<StreamKey>& keys) {
  const auto no = [&](char reason, const std::string& words) {
    refuse(request.id, reason, words);
    return false;
  };
  if (!request.is_aggregated) return no(bad_aggregation, "AggregatedBook (266) must be Y");
  if (!request.foreign_type.empty()) {
    return no(bad_type, "MDEntryType (269) " + request.foreign_type + " is not spoken here");
  }
  if (request.depth > levels_max) {
    return no(bad_depth, "MarketDepth (264) is 0 (full) or up to " + std::to_string(levels_max));
  }
  if (has_too_many(request.symbols.size())) {
    return no(too_much, too_many_words);
  }
  StreamKey key{.instrument = InstrumentId{0}, .types = request.types};
  key.levels = request.depth == 0 ? levels_max : request.depth;
  if (!request.account.empty()) {
    key.viewer = around_.market.find_facility(request.account, identity_.firm);
    if (key.viewer.value == no_id) {
      return no(not_permitted, "Account (1) is no facility of the firm of this session");
    }
    const std::size_t views = around_.streams.subscriptions(*this).executable_views;
    if (views + request.symbols.size() > executable_views_max) {
      return no(too_much, "more than " + std::to_string(executable_views_max) +
                              " executable views; end some (263=2) first");
    }
    if (!request.types.only_levels()) {
      return no(bad_type, "with an Account (1) MDEntryType (269) is 0 or 1");
    }
    key.local_only = request.local_only;
    key.max_ratio_n = request.max_ratio_n;
    key.max_ratio_d = request.max_ratio_d;
  }
  for (const std::string& symbol : request.symbols) {
    key.instrument = around_.market.find_instrument(symbol);
    if (key.instrument.value == no_id) {
      return no(unknown_symbol, "Symbol (55) " + symbol + " is unknown; ask for the list by 35=x");
    }
    keys.push_back(key);
  }
  if (!takes_too_many_books(request)) return true;
  return no(too_much, "more than " + std::to_string(books_per_second_max) + " books a second, or " +
                          std::to_string(executable_views_per_second_max) +
                          " executable views; ask again");
}

void Session::on_list_request(const ReferenceRequest& request) {
  if (request.subscription == SubscriptionType::end) {
    reference_.forget_list(request.id);
    return;
  }
  std::vector<InstrumentId> ids;
  if (!request.symbol.empty()) {
    const InstrumentId id = around_.market.find_instrument(request.symbol);
    if (id.value != no_id) ids.push_back(id);
  } else {
    for (std::uint32_t i = 0; i < around_.market.instruments(); ++i) ids.push_back(InstrumentId{i});
  }
  std::size_t first = 0;
  do {
    tell(security_list(around_.market, request.id, ids, first));
    first += instruments_per_page;
  } while (first < ids.size());
  if (request.subscription == SubscriptionType::updates) {
    reference_.follow_list(request.id, around_.market.instruments());
  }
}

void Session::on_status_request(const ReferenceRequest& request) {
  if (request.subscription == SubscriptionType::end) {
    reference_.forget_status(request.id);
    return;
  }
  const InstrumentId id = around_.market.find_instrument(request.symbol);
  if (id.value == no_id) return tell(unknown_security_status(request.id, request.symbol));
  tell(security_status(around_.market, around_.tape, request.id, id));
  if (request.subscription == SubscriptionType::updates) {
    reference_.follow_status(request.id, id, around_.market.book(id));
  }
}

void Session::on_session_request(const ReferenceRequest& request) {
  if (request.subscription == SubscriptionType::end) {
    reference_.forget_session(request.id);
    return;
  }
  tell(trading_session_status(around_.market, around_.tape, request.id));
  if (request.subscription == SubscriptionType::updates) {
    reference_.follow_session(request.id, around_.tape, around_.market);
  }
}

}  // namespace emx::gateway::market_data
