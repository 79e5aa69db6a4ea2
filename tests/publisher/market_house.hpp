#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/inspection.hpp"
#include "gateway/market_data/streams.hpp"
#include "gateway/market_data/tape.hpp"
#include "tests/exchange/floor.hpp"
#include "tests/publisher/book_reader.hpp"
#include "tools/publisher/replica.hpp"

namespace emx::publisher::test {

using engine::testing::operator""_cny;

// An open market and what is published of it, as the publisher does it.
class MarketHouse : public ::testing::Test {
 public:
  static std::unique_ptr<engine::Exchange> copy_of(const engine::Exchange& exchange) {
    std::vector<std::byte> bytes;
    exchange.save(bytes);
    std::string fault;
    return engine::Exchange::load(exchange.inspection().genesis(), bytes, fault);
  }

 protected:
  static constexpr InstrumentId book{0};

  MarketHouse() : floor{prepared()}, replica{copy_of(floor->exchange())} {
    floor->on_entry = [this](const EntryView& entry) {
      std::vector<InstrumentId> touched;
      replica.apply(entry, touched);
      tape.on_entry(entry);
      streams.touch_market();
      for (const InstrumentId instrument : touched) streams.touch(instrument);
    };
  }

  // A second later each time: what is worked out at intervals is due.
  void publish() {
    now += std::chrono::seconds{1};
    streams.publish(now);
  }

  std::unique_ptr<engine::testing::Floor> floor;
  Replica replica;
  gateway::market_data::Tape tape;
  gateway::market_data::Streams streams{replica, tape};
  std::chrono::steady_clock::time_point now{};

 private:
  static std::unique_ptr<engine::testing::Floor> prepared() {
    GenesisCommand genesis = engine::testing::Floor::small_genesis();
    genesis.instruments_max = 64;
    genesis.orders_max = 8'192;
    auto floor = std::make_unique<engine::testing::Floor>(genesis);
    floor->open_market();
    floor->add("ZJ", Province::zj);
    floor->add("BAD", Province::zj, "bad");
    floor->add("SH", Province::sh);
    floor->add("JS", Province::js);
    floor->verifies = false;
    return floor;
  }
};

}  // namespace emx::publisher::test
