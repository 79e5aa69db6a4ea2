#include "gateway/retransmission.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/raw_message.hpp"

namespace emx::gateway {

Retransmission::Retransmission(const Request& request)
    : id_{request.status_id},
      own_id_{std::to_string(request.epoch) + "-" + std::to_string(request.msg_seq_num)},
      appl_id_{request.appl_id},
      asks_for_last_{request.asks_for_last},
      range_{request.appl_begin, request.appl_end} {}

OutMessage Retransmission::next(const ApplWindow& window, std::uint64_t last) {
  check(!is_done_);
  if (!std::exchange(is_acknowledged_, true)) return acknowledge(window, last);
  if (sent_ == reports_.size()) {
    is_done_ = true;
    return report_end();
  }
  OutMessage report = *std::exchange(reports_[sent_], nullptr);
  ++sent_;
  report.possible_resend = report.appl_resend = true;
  return report;
}

Retransmission::Response Retransmission::prepare(const ApplWindow& window, std::uint64_t last) {
  if (appl_id_ != reports_appl_id) return Response::no_application;
  if (asks_for_last_) return Response::processed;
  const bool is_to_last = range_.end == 0;
  if (is_to_last) range_.end = last;
  if (is_to_last && range_.begin == last + 1) return Response::processed;  // the client has all
  if (range_.begin <= range_.end) reports_ = window.reports(range_);
  return reports_.empty() ? Response::not_available : Response::processed;
}

OutMessage Retransmission::acknowledge(const ApplWindow& window, std::uint64_t last) {
  const Response response = prepare(window, last);
  const bool is_sent = response == Response::processed && !asks_for_last_;
  is_done_ = !is_sent;
  FieldText fields;
  fields.add(1353, own_id_ + "-1")
      .add(1346, id_.view())
      .add(1347, asks_for_last_ ? '2' : '0')
      .add(1348, static_cast<char>(response))
      .add(1349, std::uint64_t{reports_.size()});
  if (response == Response::no_application) {
    fields.add(58, "there is one application: " + std::string{reports_appl_id});
  } else if (response == Response::not_available && std::max(range_.begin, range_.end) > last) {
    fields.add(58, "the last report is " + std::to_string(last));
  } else if (response == Response::not_available) {
    fields.add(58,
               "not all of these are kept to be sent again: ask for the open orders (35=AF); what "
               "happened to them is in the ledger, by its entries (9706)");
  }
  fields.add(1351, '1').add(1355, appl_id_);
  if (response == Response::no_application) {
    fields.add(1354, '0');
    return {.type = "BX", .body = fields.take()};
  }
  // What is sent again, or else what could be.
  const auto range = is_sent ? std::optional{range_} : window.newest();
  if (range && range->begin <= range->end) fields.add(1182, range->begin).add(1183, range->end);
  fields.add(1357, last);
  if (response == Response::not_available) fields.add(1354, '1');
  return {.type = "BX", .body = fields.take()};
}

OutMessage Retransmission::report_end() const {
  FieldText fields;
  fields.add(1356, own_id_ + "-2")
      .add(1346, id_.view())
      .add(1426, '3')
      .add(1351, '1')
      .add(1355, appl_id_)
      .add(1357, range_.end);
  return {.type = "BY", .body = fields.take()};
}

}  // namespace emx::gateway
