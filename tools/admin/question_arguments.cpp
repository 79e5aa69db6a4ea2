#include "tools/admin/question_arguments.hpp"

#include <array>

namespace emx::admin {

namespace {

constexpr std::array<std::string_view, 2> of_verify{"anchor", "venue-key"};
constexpr std::array<std::string_view, 1> of_a_moment{"at"};
constexpr std::array<std::string_view, 2> of_balances{"by", "at"};
constexpr std::array<std::string_view, 2> of_lots{"facility", "at"};
constexpr std::array<std::string_view, 2> of_entries{"from", "count"};
constexpr std::array<std::string_view, 3> of_position{"province", "pollutant", "at"};
constexpr std::array<std::string_view, 4> of_orders{"firm", "group", "from", "to"};
constexpr std::array<std::string_view, 2> of_holdings{"pollutant", "at"};
constexpr std::array<std::string_view, 2> of_ratios{"trades", "at"};
constexpr std::array<std::string_view, 6> of_provenance{"facility", "batch", "issued-to",
                                                        "symbol",   "trade", "at"};
constexpr std::array<std::string_view, 2> of_queries{"from", "to"};
constexpr std::array<std::string_view, 3> of_why{"entry", "order", "cl-ord-id"};

// Takes one value from the front, in quotes or not, and what parts it from the next.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (rest.empty() || rest.front() != '"') {
    value = rest.substr(0, rest.find(' '));
    rest.remove_prefix(value.size());
  } else {
    rest.remove_prefix(1);
    while (!rest.empty() && rest.front() != '"') {
      if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
      value += rest.front();
      rest.remove_prefix(1);
    }
    if (!rest.empty()) rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return value;
}

}  // namespace

std::span<const std::string_view> arguments_of(Question question) {
  switch (question) {
    case Question::verify:
      return of_verify;
    case Question::balances:
      return of_balances;
    case Question::lots:
      return of_lots;
    case Question::entries:
      return of_entries;
    case Question::position:
      return of_position;
    case Question::orders:
      return of_orders;
    case Question::holdings:
      return of_holdings;
    case Question::ratios:
      return of_ratios;
    case Question::provenance:
      return of_provenance;
    case Question::queries:
      return of_queries;
    case Question::why:
      return of_why;
    case Question::trades:
    case Question::quotas:
    case Question::rules:
    case Question::barriers:
      return of_a_moment;
  }
  return {};
}

void add_argument(std::string& record, std::string_view name, std::string_view value) {
  if (!record.empty()) record += ' ';
  record.append(name) += '=';
  if (!value.empty() && value.find_first_of(" \"\\") == std::string_view::npos) {
    record += value;
    return;
  }
  record += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') record += '\\';
    record += c;
  }
  record += '"';
}

std::optional<std::string> argument(std::string_view record, std::string_view name) {
  for (std::string_view rest = record; !rest.empty();) {
    const std::size_t sign = rest.find('=');
    if (sign == std::string_view::npos) return std::nullopt;
    const std::string_view here = rest.substr(0, sign);
    rest.remove_prefix(sign + 1);
    std::string value = take_value(rest);
    if (here == name) return value;
  }
  return std::nullopt;
}

}  // namespace emx::admin
