#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/depth.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/market_data/entry_types.hpp"
#include "gateway/market_data/market.hpp"
#include "gateway/market_data/tape.hpp"

namespace emx::gateway::market_data {

// Of a side, however deep a book is: a message has to stay below 64 KiB.
inline constexpr std::uint32_t levels_max = 1'000;
// In one message, for the same reason.
inline constexpr std::uint32_t changes_max = 400;

// What is asked for of one book. Who asks for the same hears the same.
struct StreamKey {
  InstrumentId instrument;
  EntryTypes types;
  std::uint32_t levels = 0;  // of a side
  FacilityId viewer{no_id};  // no_id: the consolidated book
  bool local_only = false;   // of the viewer, as the next two
  std::uint8_t max_ratio_n = 0;
  std::uint8_t max_ratio_d = 0;

  [[nodiscard]] bool is_executable_view() const { return viewer.value != no_id; }

  friend constexpr auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

// Entries of a group (FIX 268), one behind the other.
struct EntryGroup {
  std::uint32_t entries = 0;
  std::string text;
};

// One book as it is told to those who asked for the same of it: what was published last, and what
// has changed since. A level is named by its side and price: it comes (279=0), changes its size
// (1), and goes (2); with the best N levels asked for, one that drops out of these goes as well.
//
// Every change has a number (FIX 83): the stream's next. So who has a snapshot with the number n
// goes on with n + 1, and who finds another number knows that he missed something. Not thread-safe.
class Stream {
 public:
  // Both outlive it. What there is now counts as published.
  Stream(const StreamKey& key, const Market& market, const Tape& tape);

  // What has changed since the last call, for a FIX 35=X each; empty: nothing. Counts as published.
  [[nodiscard]] std::vector<EntryGroup> take_changes();
  // All as last published, for FIX 35=W: of the trades the last one.
  [[nodiscard]] EntryGroup image() const;
  [[nodiscard]] std::uint64_t number() const { return number_; }  // of the last change
  // The entry that the image is the state of: that of the market when it was last looked at.
  [[nodiscard]] const Stamp& as_of() const { return as_of_; }
  [[nodiscard]] const StreamKey& key() const { return key_; }

 private:
  // What is not a level or a trade: one value for each type and name.
  struct Figure {
    EntryType type;
    std::string name;    // of its own; empty: its type has one only
    std::string fields;  // empty: there is none now
  };
  using Levels = std::vector<DepthLevel>;
  using Changes = std::vector<EntryGroup>;

  [[nodiscard]] Levels levels_of(Side side) const;
  [[nodiscard]] std::vector<Figure> figures() const;
  void add_phase(std::vector<Figure>& figures, Phase phase) const;
  void add_statistics(std::vector<Figure>& figures) const;
  void add_call(std::vector<Figure>& figures, Phase phase) const;
  void add_headroom(std::vector<Figure>& figures) const;
  void add_change(Changes& changes, char action, EntryType type, std::string_view fields);
  void take_levels(Changes& changes, Side side, Levels& published);
  void take_trades(Changes& changes);
  void take_figures(Changes& changes);
  [[nodiscard]] std::string price_text(PriceTicks price) const;
  [[nodiscard]] std::string level_text(const DepthLevel& level) const;
  [[nodiscard]] std::string trade_text(const PublicTrade& trade) const;

  StreamKey key_;
  const Market& market_;
  const Tape& tape_;
  Instrument instrument_;
  Levels bids_;
  Levels offers_;
  std::vector<Figure> figures_;
  std::uint64_t day_ = 0;     // of the tape
  std::uint64_t trades_ = 0;  // of that day, published
  std::uint64_t number_ = 0;
  Stamp as_of_{};
};

}  // namespace emx::gateway::market_data
