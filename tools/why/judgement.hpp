#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/date.hpp"
#include "tools/why/context.hpp"

namespace emx::why {

// An order as it is asked for (market-rules 10), of a new order or of a replace.
struct Asked {
  std::uint32_t facility = no_id;
  std::uint32_t instrument = no_id;
  Side side{};
  TimeInForce time_in_force{};
  bool market = false;
  bool post_only = false;
  bool local_only = false;
  bool is_replace = false;
  bool keeps_priority = false;
  bool refuse_if_no_headroom = false;
  std::uint8_t flags = 0;
  std::int64_t price_fen = 0;
  std::int64_t lots = 0;       // total
  std::int64_t filled = 0;     // so far
  std::int64_t open_more = 0;  // than now
  std::int64_t min_lots = 0;
  std::int64_t display_lots = 0;
  std::uint8_t ratio_n = 0;
  std::uint8_t ratio_d = 0;
  Date expires{};
};

using SetBys = std::vector<const SetBy*>;

// Of a refused command: what its tests look at, and what they found. A test that fails is the
// reason; none is made after it.
struct Judgement {
  // Notes a test; false: it failed, and is the reason.
  bool test(Code code, std::string name, std::string compared, bool passed, const SetBys& by = {});
  // The same, and what the refusal's own numbers must be.
  bool test(Code code, std::string name, std::string compared, bool passed, const SetBys& by,
            std::int64_t limit, std::int64_t value);

  [[nodiscard]] const risk::Instrument& what(const Asked& asked) const {
    return context.instrument(asked.instrument);
  }
  [[nodiscard]] const SetBy* set_instrument(const Asked& asked) const {
    return context.rules.instrument(what(asked).symbol.view());
  }
  [[nodiscard]] std::int64_t now_ns() const { return context.entry.stamp.at_ns; }
  // With the unit.
  [[nodiscard]] std::string lots(std::int64_t count, const Asked& asked) const;
  // Of a market order the limit of its side.
  [[nodiscard]] std::int64_t price_ticks(const Asked& asked) const;

  const Context& context;
  const engine::Exchange& exchange;
  const engine::Inspection& state;
  Finding& finding;
  RefusedEvent refused;
  bool failed = false;
};

}  // namespace emx::why
