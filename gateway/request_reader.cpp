#include "gateway/request_reader.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <system_error>

#include "engine/vocabulary/commands.hpp"
#include "gateway/raw_message.hpp"

namespace emx::gateway {

namespace {

Request::Kind kind_of(const FIX::Message& message) {
  const std::string& type = message.getHeader().getField(35);
  if (type == "D") return Request::Kind::new_order;
  if (type == "F") return Request::Kind::cancel;
  if (type == "G") return Request::Kind::replace;
  throw FIX::UnsupportedMessageType();
}

bool is_set(const FIX::FieldMap& fields, int tag) {
  return fields.isSetField(tag) && fields.getField(tag) == "Y";
}

std::string text_if_set(const FIX::Message& message, int tag) {
  return message.isSetField(tag) ? message.getField(tag) : std::string{};
}

// A name that the ledger can hold as it came, whether anything has it or not.
const std::string& name_of(const std::string& text, int tag) {
  if (!Symbol::fits(text)) throw FIX::IncorrectTagValue(tag);
  return text;
}

ClOrdId id_of(const FIX::Message& message, int tag) {
  const std::string& text = message.getField(tag);
  if (text.empty() || !ClOrdId::fits(text)) throw FIX::IncorrectTagValue(tag);
  return ClOrdId{text};
}

Decimal decimal_of(const FIX::Message& message, int tag, unsigned places) {
  const auto decimal = decimal_from_text(message.getField(tag), places);
  if (!decimal) throw FIX::IncorrectDataFormat(tag);
  return *decimal;
}

// The tag's value as an enumeration whose numbers are FIX's.
template <class Enum>
Enum enumerated(const FIX::Message& message, int tag) {
  const std::string& text = message.getField(tag);
  if (text.size() != 1) throw FIX::IncorrectTagValue(tag);
  const auto value = static_cast<Enum>(text[0] - '0');
  if (!is_known(value)) throw FIX::IncorrectTagValue(tag);
  return value;
}

Decimal quantity_if_set(const FIX::Message& message, int tag) {
  return message.isSetField(tag) ? decimal_of(message, tag, quantity_places) : Decimal{};
}

// "20260630".
Date date_of(const FIX::Message& message, int tag) {
  if (!message.isSetField(tag)) throw FIX::RequiredTagMissing(tag);
  const std::string& text = message.getField(tag);
  const bool eight_digits = text.size() == 8 && text.find_first_not_of("0123456789") == text.npos;
  const auto date =
      eight_digits
          ? date_from_text(text.substr(0, 4) + '-' + text.substr(4, 2) + '-' + text.substr(6))
          : std::nullopt;
  if (!date) throw FIX::IncorrectDataFormat(tag);
  return *date;
}

// "3/2".
void read_ratio(const FIX::Message& message, int tag, Request& request) {
  if (!message.isSetField(tag)) return;
  const std::string& text = message.getField(tag);
  const char* const end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data(), end, request.max_ratio_n);
  if (error != std::errc{} || slash == end || *slash != '/') throw FIX::IncorrectDataFormat(tag);
  const auto [after, also_error] = std::from_chars(slash + 1, end, request.max_ratio_d);
  if (also_error != std::errc{} || after != end) throw FIX::IncorrectDataFormat(tag);
  if (request.max_ratio_n == 0 || request.max_ratio_d == 0) throw FIX::IncorrectTagValue(tag);
}

// What only a new order says of how it wants to be treated.
void read_terms(const FIX::Message& message, Request& request) {
  const bool is_market = request.order_type == OrderType::market;
  if (is_market && !request.says_time_in_force) request.time_in_force = TimeInForce::ioc;
  if (request.time_in_force == TimeInForce::gtd) {
    request.expires = date_of(message, 432);
  } else if (message.isSetField(432)) {
    throw FIX::IncorrectTagValue(432);  // of a good till date order only
  }
  if (message.isSetField(18)) request.instructions |= order_post_only;  // the one value there is
  if (is_set(message, 9708)) request.instructions |= order_local_only;
  if (is_set(message, 9710)) request.instructions |= order_refuse_if_no_headroom;
  request.minimum = quantity_if_set(message, 110);
  request.display = quantity_if_set(message, 1138);
  read_ratio(message, 9709, request);
}

}  // namespace

Request read_request(const FIX::Message& message) {
  Request request;
  request.kind = kind_of(message);
  const FIX::Header& header = message.getHeader();
  request.possible_repeat = is_set(header, 43) || is_set(header, 97);
  request.msg_seq_num = static_cast<std::uint32_t>(FIX::IntConvertor::convert(header.getField(34)));
  const auto transact_time_ns = utc_ns_of(message.getField(60));
  if (!transact_time_ns) throw FIX::IncorrectDataFormat(60);
  request.transact_time_ns = *transact_time_ns;
  request.cl_ord_id = id_of(message, 11);
  request.symbol = name_of(message.getField(55), 55);
  request.side = enumerated<Side>(message, 54);
  if (request.kind != Request::Kind::new_order) request.orig_cl_ord_id = id_of(message, 41);
  if (request.kind == Request::Kind::cancel) {
    request.account = name_of(text_if_set(message, 1), 1);
    return request;
  }
  const bool is_new = request.kind == Request::Kind::new_order;
  request.order_type = enumerated<OrderType>(message, 40);
  const bool is_market = request.order_type == OrderType::market;
  if (is_market && !is_new) throw FIX::IncorrectTagValue(40);  // none rests, to be replaced
  if (is_market && message.isSetField(44)) throw FIX::IncorrectTagValue(44);
  if (!is_market && !message.isSetField(44)) throw FIX::RequiredTagMissing(44);
  request.says_time_in_force = message.isSetField(59);
  if (request.says_time_in_force) request.time_in_force = enumerated<TimeInForce>(message, 59);
  if (!is_market) request.price = decimal_of(message, 44, price_places);
  request.quantity = decimal_of(message, 38, quantity_places);
  request.account = name_of(is_new ? message.getField(1) : text_if_set(message, 1), 1);
  if (is_new) read_terms(message, request);
  return request;
}

}  // namespace emx::gateway
