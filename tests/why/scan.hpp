#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/events.hpp"
#include "tests/audit/played.hpp"
#include "tools/market/names.hpp"
#include "tools/why/finding.hpp"

namespace emx::why::testing {

// What sets a rule: an entry's command, or the record of a document that the entry put into force.
struct Setter {
  std::uint64_t at = 0;        // the entry
  std::uint64_t recorded = 0;  // the entry with the record; 0: it is the command's own
  friend auto operator<=>(const Setter&, const Setter&) = default;
};

// What must be explained of a ledger, and which setters may be named as having set the rule that
// decided: found by reading entries from front to back, without an exchange and without what the
// explanations are made with.
struct Expected {
  Finding::Kind kind;
  Code code;
  std::uint64_t order_id;  // of a refused new order 0
  // What last set the rule; one of them must be named. Empty: no rule's value decided.
  std::set<Setter> set_by;
  std::uint64_t rule_set = 0;  // the entry that last changed a rule, this one included
};

class Scan {
 public:
  // What there is to explain of the next entry, in the order of its events.
  [[nodiscard]] std::vector<Expected> take(const audit::testing::Entry& entry);

 private:
  struct Order {
    std::uint32_t facility;
    std::uint32_t instrument;
    Side side;
  };
  // Whose order it is that a code befell, and who is on the other side.
  struct Case {
    Code code;
    Order order;
    std::uint32_t zone = no_id;       // of the class passed over
    std::uint8_t other_province = 0;  // of a SKIP or a fill
  };

  void take_rules(const audit::testing::Entry& entry);
  void take_rule(std::span<const std::byte> command, Setter by);
  [[nodiscard]] std::set<Setter> set_by(const Case& what) const;
  [[nodiscard]] std::set<Setter> set_by(Code code, const TransferEvent& transfer) const;
  [[nodiscard]] std::set<Setter> quota(std::uint8_t province, std::uint8_t pollutant) const;
  [[nodiscard]] std::set<Setter> last(const std::string& key) const;

  market::Names names_;
  std::map<std::string, Setter> rules_;
  std::map<std::uint64_t, Order> orders_;
  std::set<Setter> limits_;
  std::set<Setter> kills_;
  std::set<Setter> phases_;
  std::map<std::pair<std::uint8_t, std::uint16_t>, std::uint64_t> recorded_;
  std::uint64_t rule_set_ = 0;
  int year_ = 0;
};

}  // namespace emx::why::testing
