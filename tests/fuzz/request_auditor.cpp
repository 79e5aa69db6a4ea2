#include "tests/fuzz/request_auditor.hpp"

#include <optional>
#include <string>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/decimal.hpp"
#include "gateway/raw_message.hpp"
#include "tests/fuzz/reached.hpp"

namespace emx::fuzz {
namespace {

using gateway::Decimal;
using gateway::Request;
using Kind = Request::Kind;

// What the message says, by tag.
class Said {
 public:
  explicit Said(const std::vector<WrittenField>& fields) : fields_{fields} {}

  [[nodiscard]] std::optional<std::string> value(std::string_view tag) const {
    return first_value(fields_, tag);
  }
  [[nodiscard]] std::string text(std::string_view tag) const { return value(tag).value_or(""); }
  [[nodiscard]] bool is(std::string_view tag, std::string_view expected) const {
    return value(tag) == expected;
  }
  // None where it is not said.
  [[nodiscard]] Decimal decimal(std::string_view tag, unsigned places) const {
    const auto said = value(tag);
    return said ? gateway::decimal_from_text(*said, places).value() : Decimal{};
  }

 private:
  const std::vector<WrittenField>& fields_;
};

std::string without_leading_zeros(const std::string& text) {
  std::string digits = text;
  digits.erase(0, digits.find_first_not_of('0'));
  return digits;
}

template <class Enum>
std::string number_text(Enum value) {
  return std::to_string(static_cast<unsigned>(value));
}

// Of the question itself.
std::string_view id_tag_of(Kind kind) {
  if (kind == Kind::mass_status) return "584";
  return kind == Kind::missed_reports ? "1346" : "790";
}

// Whether it has an id of its own in the place of a ClOrdID.
bool has_status_id_alone(Kind kind) {
  return kind == Kind::mass_status || kind == Kind::missed_reports;
}

bool is_order(Kind kind) { return kind == Kind::new_order || kind == Kind::replace; }

void check_ids(const Request& request, const Said& said) {
  const std::string id = said.text(is_block(request.kind) ? "571" : "11");
  const std::string original = said.text(is_block(request.kind) ? "572" : "41");
  check(request.cl_ord_id.view() == (has_status_id_alone(request.kind) ? std::string{} : id));
  check(request.orig_cl_ord_id.view() == original);
  if (is_question(request.kind)) {
    check(request.status_id.view() == said.text(id_tag_of(request.kind)));
  }
  check(request.symbol == said.text("55"));
  if (request.kind != Kind::mass_cancel) check(request.account == said.text("1"));
}

void check_terms(const Request& request, const Said& said) {
  if (request.kind != Kind::new_order) return;
  const auto has = [&](std::uint8_t instruction) {
    return (request.instructions & instruction) != 0;
  };
  check(has(order_post_only) == said.value("18").has_value());
  check(has(order_local_only) == said.is("9708", "Y"));
  check(has(order_refuse_if_no_headroom) == said.is("9710", "Y"));
  check(request.minimum == said.decimal("110", gateway::quantity_places));
  check(request.display == said.decimal("1138", gateway::quantity_places));
  check((request.time_in_force == TimeInForce::gtd) == said.value("432").has_value());
  if (const auto date = said.value("432")) {
    check(text_of(request.expires) ==
          date->substr(0, 4) + '-' + date->substr(4, 2) + '-' + date->substr(6));
  }
  if (request.expires.value != 0) reached("ExpireDate");
  const auto ratio = said.value("9709");
  check((request.max_ratio_n != 0) == ratio.has_value());
  if (!ratio) return;
  reached("MaxRatio");
  const std::size_t slash = ratio->find('/');
  check(without_leading_zeros(ratio->substr(0, slash)) == std::to_string(request.max_ratio_n));
  check(without_leading_zeros(ratio->substr(slash + 1)) == std::to_string(request.max_ratio_d));
}

void check_order(const Request& request, const Said& said) {
  check(said.is("40", number_text(request.order_type)));
  check((request.order_type == OrderType::limit) == said.value("44").has_value());
  check(request.price == said.decimal("44", gateway::price_places));
  check(request.quantity == said.decimal("38", gateway::quantity_places));
  check(request.says_time_in_force == said.value("59").has_value());
  const bool is_market = request.order_type == OrderType::market;
  if (is_market) reached("market order");
  const TimeInForce unless_said = is_market ? TimeInForce::ioc : TimeInForce::day;
  check(said.value("59").value_or(number_text(unless_said)) == number_text(request.time_in_force));
}

void check_missed_reports(const Request& request, const Said& said) {
  check(request.appl_id == said.text("1355"));
  check(request.asks_for_last == said.is("1347", "2"));
  if (request.asks_for_last) return reached("last ApplSeqNum");
  check(std::stoull(said.text("1182")) == request.appl_begin);
  check(std::stoull(said.text("1183")) == request.appl_end);
}

void check_block(const Request& request, const Said& said) {
  const bool is_new = request.kind == Kind::submit_block;
  check(request.says_price == said.value("31").has_value());
  check(request.says_quantity == said.value("32").has_value());
  check(request.price == said.decimal("31", gateway::price_places));
  check(request.quantity == said.decimal("32", gateway::quantity_places));
  check(request.counterparty == said.text("448"));
  const std::string minutes = said.value("9712").value_or(is_new ? "30" : "0");
  check(std::stoul(minutes) == request.minutes);
  if (said.value("9712")) reached("BlockMinutes");
  if (!is_new && request.says_side) reached("answer that says its side");
}

}  // namespace

void check_fits(const Request& request) {
  check(is_known(request.side));
  check(is_known(request.order_type));
  check(is_known(request.time_in_force));
  check(Symbol::fits(request.symbol));
  check(Symbol::fits(request.account));
  check((request.max_ratio_n == 0) == (request.max_ratio_d == 0));
  check(has_status_id_alone(request.kind) ? !request.status_id.empty()
                                          : !request.cl_ord_id.empty());
  check(Symbol::fits(request.appl_id));
  const bool asks_for_range = request.kind == Kind::missed_reports && !request.asks_for_last;
  check(asks_for_range == (request.appl_begin != 0));
  check(request.appl_end == 0 || (asks_for_range && request.appl_end >= request.appl_begin));
  const bool names_another = request.kind == Kind::cancel || request.kind == Kind::replace ||
                             (is_block(request.kind) && request.kind != Kind::submit_block);
  check(names_another != request.orig_cl_ord_id.empty());
  constexpr std::uint8_t instructions =
      order_post_only | order_local_only | order_refuse_if_no_headroom;
  check((request.instructions & ~instructions) == 0);
  const bool names_both = is_block(request.kind) && request.says_side;
  check(names_both != request.counterparty.empty());
  check(AccountCode::fits(request.counterparty));
  if (names_both) check(!request.account.empty() && AccountCode::fits(request.account));
}

void check_says(const Request& request, const std::vector<WrittenField>& fields) {
  const Said said{fields};
  check(said.is("35", msg_type_of(request.kind)));
  check(std::stoul(said.text("34")) == request.msg_seq_num);
  check(request.possible_repeat == (said.is("43", "Y") || said.is("97", "Y")));
  check_ids(request, said);
  const bool says_side = said.value("54").has_value();
  check(!says_side || said.is("54", number_text(request.side)));
  const bool may_say_side = !is_order(request.kind) && request.kind != Kind::cancel;
  check(request.says_side == (may_say_side && says_side));
  if (request.kind == Kind::missed_reports) check_missed_reports(request, said);
  if (is_question(request.kind)) return;
  check(gateway::utc_ns_of(said.text("60")) == request.transact_time_ns);
  if (is_order(request.kind)) check_order(request, said);
  check_terms(request, said);
  if (is_block(request.kind)) check_block(request, said);
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::new_order:
      return "new order";
    case Kind::cancel:
      return "cancel";
    case Kind::replace:
      return "replace";
    case Kind::mass_cancel:
      return "mass cancel";
    case Kind::order_status:
      return "order status";
    case Kind::mass_status:
      return "mass status";
    case Kind::missed_reports:
      return "missed reports";
    case Kind::submit_block:
      return "submit block";
    case Kind::accept_block:
      return "accept block";
    case Kind::decline_block:
      return "decline block";
    case Kind::cancel_block:
      return "cancel block";
  }
  return "?";
}

}  // namespace emx::fuzz
