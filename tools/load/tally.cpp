#include "tools/load/tally.hpp"

#include <charconv>

namespace emx::load {

using fix_client::ExecIds;
using fix_client::Message;

namespace {

constexpr std::size_t complaints_max = 10;

}  // namespace

void Tally::sent(const Sent& request) {
  requests_.push_back({.sent = request});
  ++sent_[index_of(request.kind)];
}

std::optional<std::uint64_t> Tally::number_of(std::string_view cl_ord_id) const {
  if (!cl_ord_id.starts_with(prefix_)) return std::nullopt;
  const std::string_view digits = cl_ord_id.substr(prefix_.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number < sent() ? std::optional{number} : std::nullopt;
}

// "L<number>-<number>", as all runs have them, with another first number.
bool Tally::is_of_another_run(std::string_view cl_ord_id) const {
  const auto dash = cl_ord_id.find('-');
  if (dash == std::string_view::npos || !cl_ord_id.starts_with('L')) return false;
  const std::string_view run = cl_ord_id.substr(1, dash - 1);
  const bool is_number = run.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number && !cl_ord_id.starts_with(prefix_);
}

void Tally::complain(std::uint64_t& count, std::string_view what, const Message& message) {
  ++count;
  if (complaints_.size() >= complaints_max) return;
  complaints_.push_back(std::string{what} + ": " + message.readable());
}

std::optional<Answer> Tally::answer(std::string_view cl_ord_id, const Message& message) {
  const auto number = number_of(cl_ord_id);
  if (!number) {
    complain(unexpected_, "an answer to nothing of ours", message);
    return std::nullopt;
  }
  if (*number < first_ || requests_[*number - first_].is_answered) {
    complain(told_twice_, "answered twice", message);
    return std::nullopt;
  }
  Request& request = requests_[*number - first_];
  request.is_answered = true;
  ++answered_;
  const Answer answer{.request = request.sent};
  while (!requests_.empty() && requests_.front().is_answered) {
    requests_.pop_front();
    ++first_;
  }
  return answer;
}

// "L02_RIGHTS: the available rights are too few (limit ...)": what is before the colon.
std::optional<Answer> Tally::refuse(std::string_view cl_ord_id, const Message& message) {
  auto answered = answer(cl_ord_id, message);
  if (!answered) return std::nullopt;
  const std::string_view text = message.text(58);
  ++refused_[std::string{text.substr(0, text.find(':'))}];
  ++refusals_;
  answered->is_refusal = true;
  return answered;
}

std::optional<Answer> Tally::take(const Message& message) {
  const std::string_view type = message.type();
  if (is_of_another_run(message.text(type == "j" ? 379 : 11))) return std::nullopt;
  if (type == "8") return take_report(message);
  if (type == "9") return refuse(message.text(11), message);
  if (type == "j") return refuse(message.text(379), message);
  complain(unexpected_, "neither a report nor a reject of an order", message);
  return std::nullopt;
}

std::optional<Answer> Tally::take_report(const Message& report) {
  switch (exec_ids_.see(report)) {
    case ExecIds::Seen::first:
      break;
    case ExecIds::Seen::doubled:
      complain(told_twice_, "an execution told twice", report);
      return std::nullopt;
    case ExecIds::Seen::repeated:
    case ExecIds::Seen::none:
      return std::nullopt;
  }
  switch (report.letter(150)) {
    case '0':
      ++accepted_;
      break;
    case '4':
      if (!report.has(41)) return std::nullopt;
      ++cancelled_;
      break;
    case '5':
      ++replaced_;
      break;
    case '8':
      return refuse(report.text(11), report);
    case 'F':
      ++fills_;
      return std::nullopt;
    default:
      return std::nullopt;
  }
  return answer(report.text(11), report);
}

}  // namespace emx::load
