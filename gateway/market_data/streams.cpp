#include "gateway/market_data/streams.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/raw_message.hpp"

namespace emx::gateway::market_data {

namespace {

// More changes than these are longer than all that there is to say.
constexpr std::uint32_t changes_max = 400;

}  // namespace

// --- Who reads what ---

Streams::Published& Streams::published(const StreamKey& key) {
  const auto found = published_.find(key);
  if (found != published_.end()) return found->second;
  Published& added =
      published_.try_emplace(key, Published{Stream{key, market_, tape_}, {}}).first->second;
  const std::size_t book = key.instrument.value;
  if (book >= by_instrument_.size()) by_instrument_.resize(book + 1);
  by_instrument_[book].push_back(&added);
  return added;
}

void Streams::subscribe(Reader& reader, const std::string& request_id, const StreamKey& key,
                        UpdateMode mode) {
  Published& of = published(key);
  // What others have not been told yet is theirs first: the snapshot is behind it.
  tell_changes(of);
  fall_behind(of.subscriptions.emplace_back(Subscription{&reader, request_id, mode}));
  catch_up(of, &reader);
  sweep();
}

template <class Matches>
std::size_t Streams::erase_subscriptions(Matches&& matches) {
  std::size_t erased = 0;
  for (auto& [key, of] : published_) {
    erased += std::erase_if(of.subscriptions, matches);
    has_unread_ = has_unread_ || of.subscriptions.empty();
  }
  sweep();
  return erased;
}

// Nothing is worked out for nobody.
void Streams::sweep() {
  if (!std::exchange(has_unread_, false)) return;
  for (auto at = published_.begin(); at != published_.end();) {
    Published& of = at->second;
    if (!of.subscriptions.empty()) {
      ++at;
      continue;
    }
    std::erase(by_instrument_[at->first.instrument.value], &of);
    std::erase(due_, &of);
    at = published_.erase(at);
  }
}

bool Streams::unsubscribe(const Reader& reader, const std::string& request_id) {
  std::size_t behind = 0;
  const std::size_t erased = erase_subscriptions([&](const Subscription& s) {
    const bool is_it = s.reader == &reader && s.request_id == request_id;
    if (is_it && s.is_behind) ++behind;
    return is_it;
  });
  if (behind != 0 && (behind_[&reader] -= behind) == 0) behind_.erase(&reader);
  return erased != 0;
}

void Streams::unsubscribe_all(const Reader& reader) {
  behind_.erase(&reader);
  erase_subscriptions([&](const Subscription& s) { return s.reader == &reader; });
}

std::size_t Streams::subscriptions(const Reader& reader) const {
  std::size_t count = 0;
  for (const auto& [key, of] : published_) {
    count += static_cast<std::size_t>(
        std::count_if(of.subscriptions.begin(), of.subscriptions.end(),
                      [&](const Subscription& s) { return s.reader == &reader; }));
  }
  return count;
}

bool Streams::has(const Reader& reader, const std::string& request_id) const {
  return std::any_of(published_.begin(), published_.end(), [&](const auto& of) {
    return std::any_of(
        of.second.subscriptions.begin(), of.second.subscriptions.end(),
        [&](const Subscription& s) { return s.reader == &reader && s.request_id == request_id; });
  });
}

// --- What has changed ---

void Streams::make_due(Published& of) {
  if (std::exchange(of.is_due, true)) return;
  due_.push_back(&of);
}

void Streams::touch(InstrumentId instrument) {
  if (instrument.value >= by_instrument_.size()) return;
  for (Published* const of : by_instrument_[instrument.value]) {
    if (!of->stream.key().is_executable_view()) make_due(*of);
  }
}

void Streams::publish(Time now) {
  if (market_moved_ && now - executable_views_at_ >= executable_views_every) {
    market_moved_ = false;
    executable_views_at_ = now;
    for (auto& [key, of] : published_) {
      if (key.is_executable_view() || key.types.has(EntryType::headroom)) make_due(of);
    }
  }
  for (Published* const of : due_) {
    tell_changes(*of);
    catch_up(*of, nullptr);
  }
  due_.clear();
  sweep();
}

void Streams::tell_changes(Published& of) {
  of.is_due = false;
  const EntryGroup changes = of.stream.take_changes();
  if (changes.entries == 0) return;
  const Stamp last = market_.last();
  FieldText rest;
  rest.add(60, utc_timestamp(last.at_ns))
      .add(9706, last.sequence.value)
      .add(268, std::uint64_t{changes.entries});
  const std::string body = rest.text() + changes.text;
  for (Subscription& s : of.subscriptions) {
    if (s.is_behind) continue;
    if (!s.reader->has_room()) {
      fall_behind(s);
      ++conflations_;
    } else if (s.mode == UpdateMode::full_refresh || changes.entries > changes_max) {
      s.reader->tell(snapshot(of, s.request_id));
    } else {
      FieldText id;
      s.reader->tell({.type = "X", .body = id.add(262, s.request_id).text() + body});
    }
  }
}

OutMessage Streams::snapshot(const Published& of, const std::string& request_id) const {
  const EntryGroup image = of.stream.image();
  const Stamp last = market_.last();
  FieldText fields;
  fields.add(262, request_id)
      .add(55, market_.instrument(of.stream.key().instrument).symbol.view())
      .add(60, utc_timestamp(last.at_ns))
      .add(83, of.stream.number())
      .add(9706, last.sequence.value)
      .add(268, std::uint64_t{image.entries});
  return {.type = "W", .body = fields.text() + image.text};
}

void Streams::fall_behind(Subscription& subscription) {
  subscription.is_behind = true;
  ++behind_[subscription.reader];
}

// `only`: of this reader alone; nullptr: of all.
void Streams::catch_up(Published& of, const Reader* only) {
  for (Subscription& s : of.subscriptions) {
    if (!s.is_behind || (only != nullptr && s.reader != only) || !s.reader->has_room()) continue;
    s.is_behind = false;
    if (--behind_[s.reader] == 0) behind_.erase(s.reader);
    s.reader->tell(snapshot(of, s.request_id));
  }
  std::erase_if(of.subscriptions, [](const Subscription& s) {
    return s.mode == UpdateMode::snapshot_only && !s.is_behind;
  });
  has_unread_ = has_unread_ || of.subscriptions.empty();
}

void Streams::go_on(const Reader& reader) {
  if (!behind_.contains(&reader)) return;
  for (auto& [key, of] : published_) {
    const bool waits =
        std::any_of(of.subscriptions.begin(), of.subscriptions.end(),
                    [&](const Subscription& s) { return s.is_behind && s.reader == &reader; });
    if (!waits) continue;
    if (!reader.has_room()) break;
    tell_changes(of);
    catch_up(of, &reader);
  }
  sweep();
}

}  // namespace emx::gateway::market_data
