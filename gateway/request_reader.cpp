#include "gateway/request_reader.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "engine/vocabulary/commands.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

Request::Kind block_kind_of(const FIX::Message& message) {
  const std::string& text = message.getField(856);
  if (text == "0") return Request::Kind::submit_block;
  if (text == "2") return Request::Kind::accept_block;
  if (text == "3") return Request::Kind::decline_block;
  if (text == "6") return Request::Kind::cancel_block;
  throw FIX::IncorrectTagValue(856);
}

Request::Kind kind_of(const FIX::Message& message) {
  const std::string& type = message.getHeader().getField(35);
  if (type == "D") return Request::Kind::new_order;
  if (type == "F") return Request::Kind::cancel;
  if (type == "G") return Request::Kind::replace;
  if (type == "q") return Request::Kind::mass_cancel;
  if (type == "H") return Request::Kind::order_status;
  if (type == "AF") return Request::Kind::mass_status;
  if (type == "BW") return Request::Kind::missed_reports;
  if (type == "AE") return block_kind_of(message);
  throw FIX::UnsupportedMessageType();
}

bool is_set(const FIX::FieldMap& fields, int tag) {
  return fields.isSetField(tag) && fields.getField(tag) == "Y";
}

const std::string& required(const FIX::FieldMap& fields, int tag) {
  if (!fields.isSetField(tag)) throw FIX::RequiredTagMissing(tag);
  return fields.getField(tag);
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
  const auto ratio = ratio_from_text(message.getField(tag));
  if (!ratio) throw FIX::IncorrectDataFormat(tag);
  if (ratio->n == 0 || ratio->d == 0) throw FIX::IncorrectTagValue(tag);
  request.max_ratio_n = ratio->n;
  request.max_ratio_d = ratio->d;
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

// Of one book (`tag` is 1), with its Symbol, or of all (7).
void check_scope(const FIX::Message& message, int tag) {
  const std::string& scope = message.getField(tag);
  if (scope != "1" && scope != "7") throw FIX::IncorrectTagValue(tag);
  if (scope == "1" && !message.isSetField(55)) throw FIX::RequiredTagMissing(55);
  if (scope == "7" && message.isSetField(55)) throw FIX::IncorrectTagValue(55);
}

void read_side_if_set(const FIX::Message& message, Request& request) {
  request.says_side = message.isSetField(54);
  if (request.says_side) request.side = enumerated<Side>(message, 54);
}

// 35=H: of one order; 35=AF: of all open orders of the firm, or of those in one book.
void read_question(const FIX::Message& message, Request& request) {
  const bool is_mass = request.kind == Request::Kind::mass_status;
  const int id_tag = is_mass ? 584 : 790;
  if (is_mass || message.isSetField(id_tag)) request.status_id = id_of(message, id_tag);
  if (is_mass) {
    check_scope(message, 585);
  } else {
    request.cl_ord_id = id_of(message, 11);
  }
  request.symbol = name_of(is_mass ? text_if_set(message, 55) : message.getField(55), 55);
  request.account = name_of(text_if_set(message, 1), 1);
  if (!is_mass) required(message, 54);
  read_side_if_set(message, request);
}

std::uint64_t appl_seq_num_of(const FIX::FieldMap& fields, int tag) {
  const std::string& text = required(fields, tag);
  std::uint64_t number = 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || after != text.data() + text.size()) {
    throw FIX::IncorrectDataFormat(tag);
  }
  return number;
}

// 35=BW: of one application, a range of its reports, or the number of the last.
void read_missed_reports(const FIX::Message& message, Request& request) {
  request.status_id = id_of(message, 1346);
  request.asks_for_last = message.getField(1347) == "2";
  if (required(message, 1351) != "1") throw FIX::IncorrectTagValue(1351);
  FIX::Group application{1351, 1355};
  message.getGroup(1, application);
  request.appl_id = name_of(required(application, 1355), 1355);
  if (request.asks_for_last) return;
  request.appl_begin = appl_seq_num_of(application, 1182);
  request.appl_end = appl_seq_num_of(application, 1183);
  if (request.appl_begin == 0) throw FIX::IncorrectTagValue(1182);
  const bool is_to_last = request.appl_end == 0;
  if (!is_to_last && request.appl_end < request.appl_begin) throw FIX::IncorrectTagValue(1183);
}

// The command has no room for a longer one, which nothing has.
const std::string& account_of(const std::string& text, int tag) {
  if (text.empty() || !AccountCode::fits(text)) throw FIX::IncorrectTagValue(tag);
  return text;
}

// NoSides (552): the sender's own side, with the facility of the other as its one party.
void read_side(const FIX::Message& message, Request& request) {
  if (required(message, 552) != "1") throw FIX::IncorrectTagValue(552);
  FIX::Group side{552, 54};
  message.getGroup(1, side);
  if (required(side, 54) != "1" && side.getField(54) != "2") throw FIX::IncorrectTagValue(54);
  request.side = side.getField(54) == "1" ? Side::buy : Side::sell;
  request.says_side = true;
  request.account = account_of(required(side, 1), 1);
  if (required(side, 453) != "1" || side.groupCount(453) != 1) throw FIX::IncorrectTagValue(453);
  FIX::Group party{453, 448};
  side.getGroup(1, party);
  if (required(party, 447) != "D") throw FIX::IncorrectTagValue(447);
  if (required(party, 452) != "17") throw FIX::IncorrectTagValue(452);
  request.counterparty = account_of(required(party, 448), 448);
}

// What only the venue says.
void check_senders_fields(const FIX::Message& message) {
  for (const int tag : {17, 126, 150, 573, 797, 880, 939, 1003, 1180, 1181, 1352, 9701, 9702, 9703,
                        9704, 9706, 9707, 9713}) {
    if (message.isSetField(tag)) throw FIX::IncorrectTagValue(tag);
  }
}

// 35=AE: a block, or what a side says of one.
void read_trade_report(const FIX::Message& message, Request& request) {
  const bool is_new = request.kind == Request::Kind::submit_block;
  const std::string_view transaction = request.kind == Request::Kind::cancel_block ? "1" : "0";
  check_senders_fields(message);
  if (message.isSetField(487) && message.getField(487) != transaction) {
    throw FIX::IncorrectTagValue(487);
  }
  request.cl_ord_id = id_of(message, 571);
  if (is_new && message.isSetField(572)) throw FIX::IncorrectTagValue(572);
  if (!is_new) {
    required(message, 572);
    request.orig_cl_ord_id = id_of(message, 572);
    if (message.isSetField(9712)) throw FIX::IncorrectTagValue(9712);
  } else {
    required(message, 828);
    constexpr std::uint32_t minutes_unless_said = 30;
    request.minutes = minutes_unless_said;
    if (message.isSetField(9712)) {
      const auto minutes = number_of(message.getField(9712));
      if (!minutes) throw FIX::IncorrectDataFormat(9712);
      request.minutes = *minutes;
    }
  }
  request.says_price = is_new || message.isSetField(31);
  request.says_quantity = is_new || message.isSetField(32);
  if (is_new) {
    required(message, 31);
    required(message, 32);
  }
  if (request.says_price) request.price = decimal_of(message, 31, price_places);
  if (request.says_quantity) request.quantity = decimal_of(message, 32, quantity_places);
  if (is_new || message.isSetField(552)) read_side(message, request);
}

}  // namespace

Request read_request(const FIX::Message& message) {
  Request request;
  request.kind = kind_of(message);
  const FIX::Header& header = message.getHeader();
  request.possible_repeat = is_set(header, 43) || is_set(header, 97);
  request.msg_seq_num = static_cast<std::uint32_t>(FIX::IntConvertor::convert(header.getField(34)));
  if (request.kind == Request::Kind::missed_reports) {
    read_missed_reports(message, request);
    return request;
  }
  if (is_question(request.kind)) {
    read_question(message, request);
    return request;
  }
  const auto transact_time_ns = utc_ns_of(message.getField(60));
  if (!transact_time_ns) throw FIX::IncorrectDataFormat(60);
  request.transact_time_ns = *transact_time_ns;
  if (request.kind == Request::Kind::mass_cancel) {
    request.cl_ord_id = id_of(message, 11);
    check_scope(message, 530);
    request.symbol = name_of(text_if_set(message, 55), 55);
    read_side_if_set(message, request);
    return request;
  }
  request.symbol = name_of(message.getField(55), 55);
  if (is_block(request.kind)) {
    read_trade_report(message, request);
    return request;
  }
  request.cl_ord_id = id_of(message, 11);
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
