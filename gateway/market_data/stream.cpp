#include "gateway/market_data/stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/decimal.hpp"
#include "gateway/market_data/phase_codes.hpp"
#include "gateway/raw_message.hpp"

namespace emx::gateway::market_data {

namespace {

constexpr char action_new = '0';  // FIX 279
constexpr char action_change = '1';
constexpr char action_delete = '2';

}  // namespace

Stream::Stream(const StreamKey& key, const Market& market, const Tape& tape)
    : key_{key}, market_{market}, tape_{tape}, instrument_{market.instrument(key.instrument)} {
  check(key.levels >= 1 && key.levels <= levels_max);
  day_ = tape_.day();
  trades_ = tape_.trades(key_.instrument);
  static_cast<void>(take_changes());
  number_ = 0;
}

std::vector<EntryGroup> Stream::take_changes() {
  as_of_ = market_.last();
  Changes changes;
  if (key_.types.has(EntryType::bid)) take_levels(changes, Side::buy, bids_);
  if (key_.types.has(EntryType::offer)) take_levels(changes, Side::sell, offers_);
  if (key_.types.has(EntryType::trade)) take_trades(changes);
  take_figures(changes);
  return changes;
}

EntryGroup Stream::image() const {
  EntryGroup group;
  const auto add = [&](EntryType type, std::string_view fields) {
    FieldText entry;
    entry.add(269, static_cast<char>(type));
    group.text += entry.text();
    group.text += fields;
    ++group.entries;
  };
  for (const DepthLevel& level : bids_) add(EntryType::bid, level_text(level));
  for (const DepthLevel& level : offers_) add(EntryType::offer, level_text(level));
  if (key_.types.has(EntryType::trade) && trades_ != 0 && day_ == tape_.day()) {
    const PublicTrade* const last = tape_.trade(key_.instrument, trades_ - 1);
    if (last != nullptr) add(EntryType::trade, trade_text(*last));
  }
  for (const Figure& figure : figures_) {
    if (!figure.fields.empty()) add(figure.type, figure.fields);
  }
  return group;
}

Stream::Levels Stream::levels_of(Side side) const {
  std::array<DepthLevel, levels_max> levels{};
  const std::span<DepthLevel> room{levels.data(), key_.levels};
  const std::size_t count =
      key_.is_executable_view()
          ? market_.executable_depth(
                key_.instrument, side,
                {key_.viewer, key_.local_only, key_.max_ratio_n, key_.max_ratio_d}, room)
          : market_.depth(key_.instrument, side, room);
  return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count)};
}

// Both lists have the best level first, and each price once.
void Stream::take_levels(Changes& changes, Side side, Levels& published) {
  const EntryType type = side == Side::buy ? EntryType::bid : EntryType::offer;
  const auto is_better = [side](PriceTicks a, PriceTicks b) {
    return side == Side::buy ? a > b : a < b;
  };
  Levels now = levels_of(side);
  auto before = published.begin();
  for (const DepthLevel& level : now) {
    for (; before != published.end() && is_better(before->price, level.price); ++before) {
      add_change(changes, action_delete, type, level_text(*before));
    }
    const bool was_there = before != published.end() && before->price == level.price;
    if (!was_there || before->lots != level.lots) {
      add_change(changes, was_there ? action_change : action_new, type, level_text(level));
    }
    if (was_there) ++before;
  }
  for (; before != published.end(); ++before) {
    add_change(changes, action_delete, type, level_text(*before));
  }
  published = std::move(now);
}

void Stream::take_trades(Changes& changes) {
  if (std::exchange(day_, tape_.day()) != tape_.day()) trades_ = 0;
  for (; trades_ < tape_.trades(key_.instrument); ++trades_) {
    const PublicTrade* const trade = tape_.trade(key_.instrument, trades_);
    if (trade != nullptr) {
      add_change(changes, action_new, EntryType::trade, trade_text(*trade));
    } else {
      ++number_;  // that it was missed shows
    }
  }
}

void Stream::take_figures(Changes& changes) {
  std::vector<Figure> now = figures();
  for (Figure& figure : now) {
    const auto before = std::find_if(figures_.begin(), figures_.end(), [&](const Figure& old) {
      return old.type == figure.type && old.name == figure.name;
    });
    const bool was_there = before != figures_.end() && !before->fields.empty();
    if (figure.fields == (was_there ? before->fields : std::string{})) continue;
    if (figure.fields.empty()) {
      add_change(changes, action_delete, figure.type, before->fields);
    } else {
      add_change(changes, was_there ? action_change : action_new, figure.type, figure.fields);
    }
  }
  figures_ = std::move(now);
}

// In the order of the standard's group: what is of the Instrument (471) follows its symbol, and 83
// is at the end.
void Stream::add_change(Changes& changes, char action, EntryType type, std::string_view fields) {
  FieldText entry;
  entry.add(279, action).add(269, static_cast<char>(type)).add(55, instrument_.symbol.view());
  FieldText number;
  number.add(83, ++number_);
  if (changes.empty() || changes.back().entries == changes_max) changes.emplace_back();
  EntryGroup& group = changes.back();
  group.text += entry.text();
  group.text += fields;
  group.text += number.text();
  ++group.entries;
}

std::string Stream::price_text(PriceTicks price) const {
  return text_of(Fen{price.value * instrument_.tick_fen});
}

std::string Stream::level_text(const DepthLevel& level) const {
  FieldText fields;
  return fields.add(270, price_text(level.price)).add(271, level.lots).take();
}

std::string Stream::trade_text(const PublicTrade& trade) const {
  const std::string at = utc_timestamp(trade.at_ns);
  FieldText fields;
  fields.add(270, price_text(trade.price))
      .add(271, trade.quantity.value)
      .add(272, std::string_view{at}.substr(0, 8))
      .add(273, std::string_view{at}.substr(9))
      .add(1003, trade.trade_no);
  if (trade.is_block) fields.add(828, '1');
  if (trade.aggressor != 0) fields.add(2446, static_cast<std::uint64_t>(trade.aggressor));
  return fields.take();
}

// --- Figures ---

std::vector<Stream::Figure> Stream::figures() const {
  std::vector<Figure> figures;
  if (key_.types.only_levels()) return figures;
  const Book book = market_.book(key_.instrument);
  add_statistics(figures);
  add_call(figures, book.phase);
  if (key_.types.has(EntryType::reference)) {
    FieldText fields;
    if (book.has_limits) {
      fields.add(270, price_text(book.reference))
          .add(1148, price_text(book.lower))
          .add(1149, price_text(book.upper));
    }
    figures.push_back({EntryType::reference, {}, fields.take()});
  }
  add_phase(figures, book.phase);
  add_headroom(figures);
  return figures;
}

void Stream::add_statistics(std::vector<Figure>& figures) const {
  const DayStatistics& day = tape_.statistics(key_.instrument);
  const auto add = [&](EntryType type, bool has_any, std::uint32_t tag, const std::string& value) {
    if (!key_.types.has(type)) return;
    FieldText fields;
    if (has_any) fields.add(tag, value);
    figures.push_back({type, {}, fields.take()});
  };
  const bool has_any = day.book_lots != 0;
  add(EntryType::high, has_any, 270, price_text(day.high));
  add(EntryType::low, has_any, 270, price_text(day.low));
  add(EntryType::average, has_any, 270,
      average_price_text(day.book_value * instrument_.tick_fen, Lots{day.book_lots}));
  add(EntryType::volume, day.volume_lots != 0, 271, std::to_string(day.volume_lots));
}

void Stream::add_call(std::vector<Figure>& figures, Phase phase) const {
  const Indicative& call = tape_.indicative(key_.instrument);
  const bool has_price = is_call(phase) && call.quantity.value != 0;
  if (key_.types.has(EntryType::indicative_price)) {
    FieldText fields;
    if (has_price) fields.add(270, price_text(call.price)).add(271, call.quantity.value);
    figures.push_back({EntryType::indicative_price, {}, fields.take()});
  }
  if (key_.types.has(EntryType::imbalance)) {
    FieldText fields;
    if (has_price) fields.add(271, call.imbalance_lots);
    figures.push_back({EntryType::imbalance, {}, fields.take()});
  }
}

void Stream::add_phase(std::vector<Figure>& figures, Phase phase) const {
  if (!key_.types.has(EntryType::phase)) return;
  FieldText fields;
  add_phase_codes(fields, phase);
  figures.push_back({EntryType::phase, {}, fields.take()});
}

// Carbon has no province quotas.
void Stream::add_headroom(std::vector<Figure>& figures) const {
  if (!key_.types.has(EntryType::headroom) || is_carbon(instrument_.pollutant)) return;
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    const auto province = static_cast<Province>(p);
    const Headroom room = market_.headroom(province, instrument_.pollutant);
    for (const Side side : {Side::buy, Side::sell}) {
      FieldText fields;
      fields.add(471, name_of(province))
          .add(54, static_cast<std::uint64_t>(side))
          .add(9705, side == Side::buy ? room.buy_kg : room.sell_kg);
      const std::string name = std::string{name_of(province)} + (side == Side::buy ? "+" : "-");
      figures.push_back({EntryType::headroom, name, fields.take()});
    }
  }
}

}  // namespace emx::gateway::market_data
