#include "gateway/market_data/streams.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/raw_message.hpp"

namespace emx::gateway::market_data {

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

void Streams::subscribe(Reader& reader, const std::string& request_id,
                        const std::vector<StreamKey>& keys, UpdateMode mode) {
  requests_[&reader][request_id] = keys;
  for (const StreamKey& key : keys) {
    Published& of = published(key);
    // What others have not been told yet is theirs first: the snapshot is behind it.
    refresh(of);
    fall_behind(of.subscriptions.emplace_back(Subscription{&reader, request_id, mode}));
    catch_up(of, &reader);
  }
  sweep();
}

bool Streams::unsubscribe(const Reader& reader, const std::string& request_id) {
  const auto requests = requests_.find(&reader);
  if (requests == requests_.end()) return false;
  const auto request = requests->second.find(request_id);
  if (request == requests->second.end()) return false;
  for (const StreamKey& key : std::exchange(request->second, {})) {
    Published& of = published_.at(key);
    std::erase_if(of.subscriptions, [&](const Subscription& s) {
      const bool is_it = s.reader == &reader && s.request_id == request_id;
      if (is_it && s.is_behind && --behind_[&reader] == 0) behind_.erase(&reader);
      return is_it;
    });
    has_unread_ = has_unread_ || of.subscriptions.empty();
  }
  requests->second.erase(request);
  if (requests->second.empty()) requests_.erase(requests);
  sweep();
  return true;
}

void Streams::unsubscribe_all(const Reader& reader) {
  while (requests_.contains(&reader)) {
    const std::string request_id = requests_.at(&reader).begin()->first;
    unsubscribe(reader, request_id);
  }
}

bool Streams::has(const Reader& reader, const std::string& request_id) const {
  const auto requests = requests_.find(&reader);
  return requests != requests_.end() && requests->second.contains(request_id);
}

Streams::Count Streams::subscriptions(const Reader& reader) const {
  Count count;
  const auto requests = requests_.find(&reader);
  if (requests == requests_.end()) return count;
  for (const auto& [id, keys] : requests->second) {
    count.books += keys.size();
    for (const StreamKey& key : keys) {
      if (key.is_executable_view()) ++count.executable_views;
    }
  }
  return count;
}

// A snapshot that was told is no subscription any more.
void Streams::forget(const Subscription& subscription, const StreamKey& key) {
  Requests& requests = requests_.at(subscription.reader);
  std::vector<StreamKey>& keys = requests.at(subscription.request_id);
  std::erase(keys, key);
  if (!keys.empty()) return;
  requests.erase(subscription.request_id);
  if (requests.empty()) requests_.erase(subscription.reader);
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

// Between two turns. An executable view stays as it was told last: it costs, and has its times.
void Streams::refresh(Published& of) {
  if (!of.stream.key().is_executable_view()) tell_changes(of);
}

void Streams::tell_changes(Published& of) {
  of.is_due = false;
  const std::vector<EntryGroup> groups = of.stream.take_changes();
  if (groups.empty()) return;
  for (const EntryGroup& changes : groups) tell(of, changes);
  for (Subscription& s : of.subscriptions) {
    if (s.mode != UpdateMode::full_refresh || s.is_behind) continue;
    if (may_tell(s)) s.reader->tell(snapshot(of, s.request_id));
  }
}

// False: it has no room, and is told how things are once it has.
bool Streams::may_tell(Subscription& subscription) {
  if (subscription.reader->has_room()) return true;
  fall_behind(subscription);
  ++conflations_;
  return false;
}

void Streams::tell(Published& of, const EntryGroup& changes) {
  const Stamp& as_of = of.stream.as_of();
  FieldText rest;
  rest.add(60, utc_timestamp(as_of.at_ns))
      .add(9706, as_of.sequence.value)
      .add(268, std::uint64_t{changes.entries});
  const std::string body = rest.text() + changes.text;
  for (Subscription& s : of.subscriptions) {
    if (s.is_behind || s.mode == UpdateMode::full_refresh || !may_tell(s)) continue;
    FieldText id;
    s.reader->tell({.type = "X", .body = id.add(262, s.request_id).text() + body});
  }
}

OutMessage Streams::snapshot(const Published& of, const std::string& request_id) const {
  const EntryGroup image = of.stream.image();
  const Stamp& as_of = of.stream.as_of();
  FieldText fields;
  fields.add(262, request_id)
      .add(55, market_.instrument(of.stream.key().instrument).symbol.view())
      .add(60, utc_timestamp(as_of.at_ns))
      .add(83, of.stream.number())
      .add(9706, as_of.sequence.value)
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
  std::erase_if(of.subscriptions, [&](const Subscription& s) {
    const bool is_done = s.mode == UpdateMode::snapshot_only && !s.is_behind;
    if (is_done) forget(s, of.stream.key());
    return is_done;
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
    refresh(of);
    catch_up(of, &reader);
  }
  sweep();
}

}  // namespace emx::gateway::market_data
