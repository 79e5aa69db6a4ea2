#include "tools/load/tally.hpp"

#include <charconv>
#include <utility>

namespace emx::load {

using fix_client::ExecIds;
using fix_client::Message;

namespace {

constexpr std::size_t complaints_max = 10;

}  // namespace

Tally::Tally(std::string prefix, std::uint64_t requests_max) : prefix_{std::move(prefix)} {
  requests_.reserve(requests_max);
  latencies_ns_.reserve(requests_max);
}

std::string Tally::start(Time now) {
  requests_.push_back({now});
  return prefix_ + std::to_string(requests_.size() - 1);
}

Tally::Request* Tally::find(std::string_view cl_ord_id) {
  if (!cl_ord_id.starts_with(prefix_)) return nullptr;
  const std::string_view digits = cl_ord_id.substr(prefix_.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return nullptr;
  return number < requests_.size() ? &requests_[number] : nullptr;
}

void Tally::complain(std::uint64_t& count, std::string_view what, const Message& message) {
  ++count;
  if (complaints_.size() >= complaints_max) return;
  complaints_.push_back(std::string{what} + ": " + message.readable());
}

bool Tally::answer(std::string_view cl_ord_id, const Message& message, Time now) {
  Request* const request = find(cl_ord_id);
  if (request == nullptr) {
    complain(unexpected_, "an answer to nothing of ours", message);
    return false;
  }
  if (request->answered) {
    complain(doubled_, "answered twice", message);
    return false;
  }
  request->answered = true;
  latencies_ns_.push_back(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now - request->at).count());
  return true;
}

// "L02_RIGHTS: the available rights are too few (limit ...)": what is before the colon.
void Tally::refuse(const Message& message) {
  const std::string_view text = message.text(58);
  ++refused_[std::string{text.substr(0, text.find(':'))}];
}

bool Tally::take(const Message& message, Time now) {
  const std::string_view type = message.type();
  if (type == "8") return take_report(message, now);
  if (type == "9" || type == "j") {
    refuse(message);
    return answer(message.text(type == "9" ? 11 : 379), message, now);
  }
  complain(unexpected_, "neither a report nor a reject of an order", message);
  return false;
}

bool Tally::take_report(const Message& report, Time now) {
  switch (exec_ids_.see(report)) {
    case ExecIds::Seen::first:
      break;
    case ExecIds::Seen::doubled:
      complain(doubled_, "an execution told twice", report);
      return false;
    case ExecIds::Seen::repeated:
    case ExecIds::Seen::none:
      return false;
  }
  const std::string_view exec_type = report.text(150);
  if (exec_type == "0") {
    ++accepted_;
    return answer(report.text(11), report, now);
  }
  if (exec_type == "8") {
    refuse(report);
    return answer(report.text(11), report, now);
  }
  if (exec_type == "4" && report.has(41)) {
    ++cancelled_;
    return answer(report.text(11), report, now);
  }
  if (exec_type == "5") return answer(report.text(11), report, now);
  if (exec_type == "F") ++fills_;
  return false;
}

}  // namespace emx::load
