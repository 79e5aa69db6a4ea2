#include "gateway/quick_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>

#include "engine/vocabulary/commands.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

enum Field : std::uint8_t {
  // Of the header.
  begin_string,
  body_length,
  msg_type,
  msg_seq_num,
  sender,
  target,
  sending_time,
  // Of the body.
  account,
  cl_ord_id,
  orig_cl_ord_id,
  order_id,
  symbol,
  side,
  transact_time,
  order_qty,
  ord_type,
  price,
  time_in_force,
  exec_inst,
  handl_inst,
  text,
  min_qty,
  display_qty,
  local_only,
  refuse_if_no_headroom,
  check_sum,
  field_count,
  none = field_count,
};

constexpr Field field_of(std::uint32_t tag) {
  switch (tag) {
    case 1:
      return account;
    case 8:
      return begin_string;
    case 9:
      return body_length;
    case 10:
      return check_sum;
    case 11:
      return cl_ord_id;
    case 18:
      return exec_inst;
    case 21:
      return handl_inst;
    case 34:
      return msg_seq_num;
    case 35:
      return msg_type;
    case 37:
      return order_id;
    case 38:
      return order_qty;
    case 40:
      return ord_type;
    case 41:
      return orig_cl_ord_id;
    case 44:
      return price;
    case 49:
      return sender;
    case 52:
      return sending_time;
    case 54:
      return side;
    case 55:
      return symbol;
    case 56:
      return target;
    case 58:
      return text;
    case 59:
      return time_in_force;
    case 60:
      return transact_time;
    case 110:
      return min_qty;
    case 1138:
      return display_qty;
    case 9708:
      return local_only;
    case 9710:
      return refuse_if_no_headroom;
    default:
      return none;
  }
}

constexpr std::uint32_t set_of(std::initializer_list<Field> fields) {
  std::uint32_t set = 0;
  for (const Field field : fields) set |= 1U << field;
  return set;
}

constexpr std::uint32_t of_all =
    set_of({begin_string, body_length, msg_type, msg_seq_num, sender, target, sending_time,
            cl_ord_id, symbol, side, transact_time, check_sum});

// What it must have, and what it may.
struct Form {
  Request::Kind kind;
  std::uint32_t required;
  std::uint32_t allowed;
};

constexpr Form form_of(char type) {
  constexpr std::uint32_t terms = set_of({time_in_force, exec_inst, handl_inst, text, min_qty,
                                          display_qty, local_only, refuse_if_no_headroom});
  constexpr std::uint32_t of_new = of_all | set_of({account, order_qty, ord_type, price});
  constexpr std::uint32_t of_cancel = of_all | set_of({orig_cl_ord_id});
  constexpr std::uint32_t of_replace = of_cancel | set_of({order_qty, ord_type, price});
  constexpr std::uint32_t names = set_of({account, order_id, text});
  switch (type) {
    case 'D':
      return {Request::Kind::new_order, of_new, of_new | terms};
    case 'F':
      return {Request::Kind::cancel, of_cancel, of_cancel | names};
    case 'G':
      return {Request::Kind::replace, of_replace,
              of_replace | names | set_of({time_in_force, handl_inst})};
    default:
      return {Request::Kind::new_order, 1U << field_count, 0};  // nothing has that
  }
}

// The values of a frame of fields that are known here, each once, the header's first.
class Fields {
 public:
  // False: there is something else in it.
  [[nodiscard]] bool read(std::string_view frame) {
    while (!frame.empty()) {
      const std::size_t end = frame.find('\x01');
      if (end == frame.npos) return false;
      std::size_t at = 0;
      std::uint32_t tag = 0;
      for (; at < 5 && at < end && frame[at] >= '0' && frame[at] <= '9'; ++at) {
        tag = tag * 10 + static_cast<std::uint32_t>(frame[at] - '0');
      }
      const Field field = field_of(tag);
      if (field == none || frame[0] == '0' || frame[at] != '=' || at + 1 >= end) return false;
      const std::uint32_t bit = 1U << field;
      if ((set_ & bit) != 0) return false;
      // A field of the header is too late in the body, and 35 is the third of all.
      if (field <= sending_time && set_ >= 1U << account) return false;
      if (field == msg_type && set_ != set_of({begin_string, body_length})) return false;
      set_ |= bit;
      values_[field] = frame.substr(at + 1, end - at - 1);
      frame.remove_prefix(end + 1);
    }
    return true;
  }

  [[nodiscard]] std::uint32_t set() const { return set_; }
  [[nodiscard]] bool has(Field field) const { return (set_ & 1U << field) != 0; }
  // Empty where there is none.
  [[nodiscard]] std::string_view operator[](Field field) const { return values_[field]; }

 private:
  std::uint32_t set_ = 0;
  std::array<std::string_view, field_count> values_{};
};

// Digits, and at most one point between them: few enough that no reader of numbers minds.
bool is_plain_number(std::string_view value) {
  if (value.size() > 15 || value.front() == '.' || value.back() == '.') return false;
  bool has_point = false;
  for (const char c : value) {
    const bool is_point = c == '.';
    if (is_point ? has_point : c < '0' || c > '9') return false;
    has_point = has_point || is_point;
  }
  return true;
}

// Of this century, to the second or the millisecond.
std::optional<std::int64_t> plain_time(std::string_view value) {
  if ((value.size() != 17 && value.size() != 21) || !value.starts_with("20")) return std::nullopt;
  if (value[15] == '6') return std::nullopt;  // a leap second
  return utc_ns_of(value);
}

bool is_recent(std::int64_t sent_ns, std::int64_t now_ns) {
  constexpr std::int64_t most_ns = 119'000'000'000;
  return sent_ns > now_ns - most_ns && sent_ns < now_ns + most_ns;
}

bool is_one_of(std::string_view value, std::string_view letters) {
  return value.size() == 1 && letters.find(value[0]) != std::string_view::npos;
}

bool is_ours(const Fields& fields, const FrameNames& names, std::int64_t utc_ns) {
  if (fields[begin_string] != names.begin_string || fields[sender] != names.sender ||
      fields[target] != names.target) {
    return false;
  }
  const auto sent_ns = plain_time(fields[sending_time]);
  return sent_ns && is_recent(*sent_ns, utc_ns);
}

bool has_plain_numbers(const Fields& fields) {
  for (const Field field : {order_qty, price, min_qty, display_qty}) {
    if (fields.has(field) && !is_plain_number(fields[field])) return false;
  }
  return true;
}

bool has_known_letters(const Fields& fields) {
  if (!is_one_of(fields[side], "12")) return false;
  if (fields.has(ord_type) && fields[ord_type] != "2") return false;
  if (fields.has(time_in_force) && !is_one_of(fields[time_in_force], "0134")) return false;
  if (fields.has(exec_inst) && fields[exec_inst] != "6") return false;
  if (fields.has(handl_inst) && fields[handl_inst] != "1") return false;
  for (const Field field : {local_only, refuse_if_no_headroom}) {
    if (fields.has(field) && !is_one_of(fields[field], "YN")) return false;
  }
  return true;
}

bool has_fitting_texts(const Fields& fields) {
  return ClOrdId::fits(fields[cl_ord_id]) && ClOrdId::fits(fields[orig_cl_ord_id]) &&
         Symbol::fits(fields[symbol]) && Symbol::fits(fields[account]);
}

Decimal number_if_set(const Fields& fields, Field field, unsigned places) {
  return fields.has(field) ? *decimal_from_text(fields[field], places) : Decimal{};
}

void read_terms(const Fields& fields, Request& request) {
  if (fields.has(exec_inst)) request.instructions |= order_post_only;
  if (fields[local_only] == "Y") request.instructions |= order_local_only;
  if (fields[refuse_if_no_headroom] == "Y") request.instructions |= order_refuse_if_no_headroom;
  request.minimum = number_if_set(fields, min_qty, quantity_places);
  request.display = number_if_set(fields, display_qty, quantity_places);
}

}  // namespace

std::optional<Request> read_quickly(std::string_view frame, const FrameNames& names,
                                    std::int64_t utc_ns) {
  Fields fields;
  if (!fields.read(frame) || fields[msg_type].size() != 1) return std::nullopt;
  const Form form = form_of(fields[msg_type][0]);
  const bool has_all = (fields.set() & form.required) == form.required;
  if (!has_all || (fields.set() & ~form.allowed) != 0) return std::nullopt;
  const auto number = number_of(fields[msg_seq_num]);
  const auto transact_time_ns = plain_time(fields[transact_time]);
  if (!number || !transact_time_ns || !is_ours(fields, names, utc_ns)) return std::nullopt;
  if (!has_known_letters(fields) || !has_plain_numbers(fields) || !has_fitting_texts(fields)) {
    return std::nullopt;
  }
  std::optional<Request> read{std::in_place};
  Request& request = *read;
  request.kind = form.kind;
  request.msg_seq_num = *number;
  request.transact_time_ns = *transact_time_ns;
  request.cl_ord_id = ClOrdId{fields[cl_ord_id]};
  request.orig_cl_ord_id = ClOrdId{fields[orig_cl_ord_id]};
  request.symbol = fields[symbol];
  request.account = fields[account];
  request.side = fields[side] == "1" ? Side::buy : Side::sell;
  request.price = number_if_set(fields, price, price_places);
  request.quantity = number_if_set(fields, order_qty, quantity_places);
  request.says_time_in_force = fields.has(time_in_force);
  if (request.says_time_in_force) {
    request.time_in_force = static_cast<TimeInForce>(fields[time_in_force][0] - '0');
  }
  if (form.kind == Request::Kind::new_order) read_terms(fields, request);
  return read;
}

}  // namespace emx::gateway
