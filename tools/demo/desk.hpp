#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/units.hpp"
#include "tools/demo/options.hpp"
#include "tools/fix_client/blocks.hpp"
#include "tools/fix_client/client.hpp"
#include "tools/fix_client/orders.hpp"

namespace emx::demo {

// What a desk wants done.
struct Wish {
  Side side = Side::buy;
  std::string_view symbol{};
  Lots quantity{};
  Fen price{};
};

// A firm's trading desk: one FIX session and all it was told. What it waits for and does not get is
// a Failure.
class Desk {
 public:
  Desk(boost::asio::io_context& io, const std::string& firm, const Options& options);

  void log_on();
  void log_out() { client_.logout(); }

  // Sends an order and waits for its acceptance or refusal.
  fix_client::Report enter(const Wish& wish);
  // The fills of an order, once there are `count` of them.
  std::vector<fix_client::Report> fills_of(const std::string& cl_ord_id, std::size_t count);

  // Reports a block with that account, which must be taken.
  fix_client::BlockReport submit_block(const Wish& wish, std::string_view counterparty);
  // The last block that this firm was told of as another's.
  fix_client::BlockReport alleged_block();
  // Must be taken.
  void accept_block(const fix_client::BlockReport& alleged);
  // What it was told of the trade of a block: the one it reported under this id, or that was
  // alleged to it under this id.
  fix_client::BlockReport block_trade(const std::string& id);

  [[nodiscard]] const std::string& firm() const { return firm_; }
  [[nodiscard]] std::string account() const { return firm_ + "-1"; }

 private:
  void wait(const std::string& what, const std::function<bool()>& done);
  // The last report that is so, once there is one.
  fix_client::BlockReport block_report(const std::string& what,
                                       std::function<bool(const fix_client::BlockReport&)> is);
  // The answer to a report of its own, which must be taken.
  fix_client::BlockReport acknowledged(const std::string& id);

  std::string firm_;
  std::uint16_t port_;
  std::string id_prefix_;
  int orders_ = 0;
  std::vector<fix_client::Report> told_;
  std::vector<fix_client::BlockReport> told_of_blocks_;
  fix_client::Client client_;
};

}  // namespace emx::demo
