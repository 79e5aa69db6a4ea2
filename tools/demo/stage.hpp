#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/audit/text_table.hpp"
#include "tools/demo/authority.hpp"
#include "tools/demo/desk.hpp"
#include "tools/demo/findings.hpp"
#include "tools/demo/options.hpp"

namespace emx::demo {

// A deal of two firms in a book: the seller's ask rests, the buyer's bid meets it.
struct Deal {
  std::string_view buyer;
  std::string_view seller;
  std::string_view symbol;
  Lots quantity;
  Fen price;
};

// A fill as FIX told both sides of it.
struct Fill {
  fix_client::Report buyer;
  fix_client::Report seller;
};

// What all scenes share: the desks, the authorities, what was found, and the page it is written on.
class Stage {
 public:
  Stage(const Options& options, std::ostream& out);

  void log_on();
  void log_out();

  [[nodiscard]] Desk& desk(std::string_view firm);
  [[nodiscard]] const Authority& authority() const { return authority_; }
  [[nodiscard]] Findings& findings() { return findings_; }

  // Enters an order that must be accepted; a refusal is a Failure.
  fix_client::Report rest(std::string_view firm, const Wish& wish);
  // Both orders, and the fill of the whole quantity that both sides were told of.
  Fill make(const Deal& deal);

  // The ledger's trades since the last call, held to what FIX told of these fills, in their order.
  std::vector<LedgerTrade> take_trades(const std::vector<Fill>& fills);
  // The same, of so many, which the caller looks at.
  std::vector<LedgerTrade> take_trades(std::size_t count);

  // --- The page ---
  void heading(std::string_view text);
  void say(std::string_view text);
  void table(const audit::TextTable& table);

  int year = 0;                       // of the trade date
  std::string date;                   // the trade date
  std::uint64_t ledger_at_start = 0;  // last entry with a trade of an earlier day

 private:
  Options options_;
  std::ostream& out_;
  boost::asio::io_context io_;
  std::map<std::string, std::unique_ptr<Desk>, std::less<>> desks_;
  Authority authority_;
  Findings findings_;
  std::uint64_t trades_taken_to_ = 0;
  int headings_ = 0;
};

}  // namespace emx::demo
