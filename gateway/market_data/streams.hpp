#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/ids.hpp"
#include "gateway/market_data/stream.hpp"
#include "gateway/out_message.hpp"

namespace emx::gateway::market_data {

// Who reads: a session.
class Reader {
 public:
  // Whether it takes what it is sent; one that does not is spared what comes meanwhile.
  [[nodiscard]] virtual bool has_room() const = 0;
  // Changes no subscription.
  virtual void tell(const OutMessage& message) = 0;

 protected:
  ~Reader() = default;
};

// How a subscription is answered (FIX 263 and 265).
enum class UpdateMode : std::uint8_t { snapshot_only, full_refresh, incremental };

// All streams that anybody reads, and who reads them.
//
// A change is worked out once for all who asked for the same, and told as FIX 35=X. A reader that
// does not take it is left out from then on: once it has room again it is told how things are then
// (35=W), and goes on from there. So the slowest reader costs no memory beyond its out-queue, and
// holds up nobody. A new subscription begins the same way. Not thread-safe.
class Streams {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds executable_views_every{100};

  // Both outlive it.
  Streams(const Market& market, const Tape& tape) : market_{market}, tape_{tape} {}

  // Each key is one subscription. Requires: !has(reader, request_id).
  void subscribe(Reader& reader, const std::string& request_id, const std::vector<StreamKey>& keys,
                 UpdateMode mode);
  // False: it has no such subscription.
  bool unsubscribe(const Reader& reader, const std::string& request_id);
  void unsubscribe_all(const Reader& reader);
  [[nodiscard]] bool has(const Reader& reader, const std::string& request_id) const;

  struct Count {
    std::size_t books = 0;
    std::size_t executable_views = 0;  // of these
  };
  [[nodiscard]] Count subscriptions(const Reader& reader) const;

  // Something of this book may have changed since the last publish().
  void touch(InstrumentId instrument);
  // Something of the market may have: what is executable for whom, and what quotas leave.
  void touch_market() { market_moved_ = true; }

  // Tells everybody what has changed. Executable views, which cost by the orders that they look at,
  // are worked out ten times a second at most.
  void publish(Time now);
  // The reader may have room again.
  void go_on(const Reader& reader);

  [[nodiscard]] std::uint64_t conflations() const { return conflations_; }
  [[nodiscard]] std::size_t streams() const { return published_.size(); }

 private:
  struct Subscription {
    Reader* reader;
    std::string request_id;
    UpdateMode mode;
    bool is_behind = false;  // it is to be told how things are
  };
  struct Published {
    Stream stream;
    std::vector<Subscription> subscriptions;
    bool is_due = false;
  };
  using ByKey = std::map<StreamKey, Published>;
  using Requests = std::map<std::string, std::vector<StreamKey>>;  // by MDReqID

  [[nodiscard]] Published& published(const StreamKey& key);
  void make_due(Published& of);
  void refresh(Published& of);
  void tell_changes(Published& of);
  void tell(Published& of, const EntryGroup& changes);
  [[nodiscard]] bool may_tell(Subscription& subscription);
  void fall_behind(Subscription& subscription);
  void catch_up(Published& of, const Reader* only);
  void forget(const Subscription& subscription, const StreamKey& key);
  void sweep();
  [[nodiscard]] OutMessage snapshot(const Published& of, const std::string& request_id) const;

  const Market& market_;
  const Tape& tape_;
  ByKey published_;
  std::vector<std::vector<Published*>> by_instrument_;
  std::vector<Published*> due_;
  std::map<const Reader*, Requests> requests_;
  std::map<const Reader*, std::size_t> behind_;  // subscriptions; none that has no such
  bool has_unread_ = false;                      // a stream that nobody reads any more
  bool market_moved_ = false;
  Time executable_views_at_{};
  std::uint64_t conflations_ = 0;
};

}  // namespace emx::gateway::market_data
