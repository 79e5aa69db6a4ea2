#include "gateway/request_reader.hpp"

#include <string>

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
  if (message.getField(40) != "2") throw FIX::IncorrectTagValue(40);  // limit orders only
  request.says_time_in_force = message.isSetField(59);
  if (request.says_time_in_force) request.time_in_force = enumerated<TimeInForce>(message, 59);
  request.price = decimal_of(message, 44, price_places);
  request.quantity = decimal_of(message, 38, quantity_places);
  request.account = name_of(
      request.kind == Request::Kind::new_order ? message.getField(1) : text_if_set(message, 1), 1);
  return request;
}

}  // namespace emx::gateway
