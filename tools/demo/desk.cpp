#include "tools/demo/desk.hpp"

#include <algorithm>
#include <chrono>

#include "tools/demo/failure.hpp"

namespace emx::demo {

using fix_client::BlockReport;
using fix_client::LogonOutcome;
using fix_client::Report;

namespace {

fix_client::Identity identity_of(const std::string& firm, const Options& options) {
  fix_client::Identity identity;
  identity.sender = firm;
  identity.password = options.password;
  identity.adopt_numbers = true;  // each run of the demo is a new program
  return identity;
}

// New for each run: the ClOrdIDs of a day are taken once.
std::string fresh_prefix(const std::string& firm) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return firm + "-" +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count()) + "-";
}

}  // namespace

Desk::Desk(boost::asio::io_context& io, const std::string& firm, const Options& options)
    : firm_{firm},
      port_{options.fix_port},
      id_prefix_{fresh_prefix(firm)},
      client_{io, identity_of(firm, options)} {
  client_.on_message = [this](const fix_client::Message& message) {
    if (message.type() == "AE" || message.type() == "AR") {
      told_of_blocks_.push_back(read_block_report(message));
      return;
    }
    Report& report = told_.emplace_back(read_report(message));
    // A business reject names the order in another field.
    if (message.type() == "j") report.cl_ord_id = message.text(379);
  };
}

void Desk::log_on() {
  const LogonOutcome outcome = client_.logon(port_);
  if (outcome == LogonOutcome::online) return;
  throw Failure{firm_ + " cannot log on: " + std::string{words_for(outcome)} +
                (outcome == LogonOutcome::refused ? ": " + client_.why_closed() : "")};
}

void Desk::wait(const std::string& what, const std::function<bool()>& done) {
  client_.run_until([&] { return done() || !client_.is_open(); });
  if (done()) return;
  throw Failure{firm_ + ": no " + what +
                (client_.is_open() ? " in time" : "; " + client_.why_closed())};
}

Report Desk::enter(const Wish& wish) {
  const std::string id = id_prefix_ + std::to_string(++orders_);
  client_.send("D", fields_of(fix_client::NewOrder{.cl_ord_id = id,
                                                   .account = account(),
                                                   .symbol = wish.symbol,
                                                   .side = wish.side,
                                                   .quantity = wish.quantity,
                                                   .price = wish.price}));
  const auto answer = [&] {
    return std::find_if(told_.begin(), told_.end(),
                        [&](const Report& report) { return report.cl_ord_id == id; });
  };
  wait("answer to order " + id, [&] { return answer() != told_.end(); });
  return *answer();
}

std::vector<Report> Desk::fills_of(const std::string& cl_ord_id, std::size_t count) {
  std::vector<Report> fills;
  wait("fill of order " + cl_ord_id, [&] {
    fills.clear();
    std::copy_if(told_.begin(), told_.end(), std::back_inserter(fills), [&](const Report& report) {
      return report.is_trade() && report.cl_ord_id == cl_ord_id;
    });
    return fills.size() >= count;
  });
  return fills;
}

BlockReport Desk::block_report(const std::string& what,
                               std::function<bool(const BlockReport&)> is) {
  const auto found = [&] {
    return std::find_if(told_of_blocks_.rbegin(), told_of_blocks_.rend(), is);
  };
  wait(what, [&] { return found() != told_of_blocks_.rend(); });
  return *found();
}

BlockReport Desk::acknowledged(const std::string& id) {
  BlockReport report = block_report("answer to report " + id, [&](const BlockReport& told) {
    return told.is_acknowledgement() && told.report_id == id;
  });
  if (report.status != '0') throw Failure{firm_ + "'s report was refused: " + report.text};
  return report;
}

BlockReport Desk::submit_block(const Wish& wish, std::string_view counterparty) {
  const std::string id = id_prefix_ + std::to_string(++orders_);
  client_.send("AE", fields_of(fix_client::SubmitBlock{.report_id = id,
                                                       .account = account(),
                                                       .counterparty = counterparty,
                                                       .symbol = wish.symbol,
                                                       .side = wish.side,
                                                       .quantity = wish.quantity,
                                                       .price = wish.price}));
  return acknowledged(id);
}

BlockReport Desk::alleged_block() {
  return block_report("word of a block", [](const BlockReport& told) {
    return !told.is_acknowledgement() && told.exec_type == 'A';
  });
}

void Desk::accept_block(const BlockReport& alleged) {
  const std::string id = id_prefix_ + std::to_string(++orders_);
  client_.send("AE", fields_of(fix_client::AnswerBlock{.report_id = id,
                                                       .ref_id = alleged.report_id,
                                                       .symbol = alleged.symbol,
                                                       .answer = BlockAnswer::accept}));
  static_cast<void>(acknowledged(id));
}

BlockReport Desk::block_trade(const std::string& id) {
  return block_report("trade of block " + id, [&](const BlockReport& told) {
    return told.exec_type == 'F' && !told.is_acknowledgement() && told.ref_id == id;
  });
}

}  // namespace emx::demo
