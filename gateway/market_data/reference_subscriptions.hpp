#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/market_data/market.hpp"
#include "gateway/market_data/streams.hpp"
#include "gateway/market_data/tape.hpp"

namespace emx::gateway::market_data {

// What one reader wants to hear of as it changes: new instruments (35=x with 263=1), where books
// stand (e), where the market stands (g). Told by how things are: what came and went while the
// reader had no room is not told. Not thread-safe.
class ReferenceSubscriptions {
 public:
  void follow_list(const std::string& id, std::uint32_t instruments);
  void follow_status(const std::string& id, InstrumentId instrument, const Book& now);
  void follow_session(const std::string& id, const Tape& tape, const Market& market);
  // False: there is none of this id.
  bool forget_list(const std::string& id) { return lists_.erase(id) != 0; }
  bool forget_status(const std::string& id) { return statuses_.erase(id) != 0; }
  bool forget_session(const std::string& id) { return sessions_.erase(id) != 0; }
  void clear();
  [[nodiscard]] std::size_t size() const {
    return lists_.size() + statuses_.size() + sessions_.size();
  }

  // Tells what has changed since it was told last.
  void tell_news(Reader& reader, const Market& market, const Tape& tape);

 private:
  struct Status {
    InstrumentId instrument;
    Book told;
  };
  struct Session {
    Phase phase;
    Date date;
  };

  std::map<std::string, std::uint32_t> lists_;  // how many instruments were told
  std::map<std::string, Status> statuses_;
  std::map<std::string, Session> sessions_;
};

}  // namespace emx::gateway::market_data
