#include "tools/publisher/publisher.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <stdexcept>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "tools/publisher/day_start.hpp"

namespace emx::publisher {

namespace asio = boost::asio;

namespace {

constexpr int lower_priority = 10;
constexpr std::uint64_t entries_in_a_turn = 4'096;
constexpr auto beat_interval = std::chrono::milliseconds{100};
// What a call would give is asked for less than once a second: more often it is refused (O04).
constexpr unsigned beats_between_calls = 11;
constexpr auto pause_after_bad_read = std::chrono::seconds{1};

}  // namespace

Publisher::Publisher(Options options, Surroundings around,
                     std::unique_ptr<engine::Exchange> exchange)
    : options_{std::move(options)},
      around_{std::move(around)},
      replica_{std::move(exchange)},
      gateway_{options_.gateway, io_, replica_, around_.log} {}

Publisher::~Publisher() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

void Publisher::start() {
  thread_ = std::thread{[this] { run(); }};
}

void Publisher::wake() {
  if (turn_posted_.exchange(true, std::memory_order_acq_rel)) return;
  asio::post(io_, [this] { turn_soon(); });
}

void Publisher::begin_stop() {
  asio::post(io_, [this] {
    turn_timer_.cancel();
    beat_timer_.cancel();
    gateway_.close([this] { io_.stop(); });
  });
}

void Publisher::stop() {
  if (thread_.joinable()) thread_.join();
}

// Nothing that is thrown may leave the thread: that would end the exchange.
void Publisher::run() {
  // Of this thread alone, on Linux. Without it the publisher only is less polite.
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), lower_priority));
  try {
    see_the_past();
    gateway_.start();
    beat_later();
    wake();
    io_.run();
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

// The trading day so far, with its trades and statistics, and all that there is to replay. Nobody
// is told of it.
void Publisher::see_the_past() {
  if (!replica_.is_empty()) see_the_day(replica_.last().sequence);
  while (take_entries()) {
    if (is_failing_) throw std::runtime_error{"the ledger could not be read"};
  }
}

void Publisher::see_the_day(SeqNo last) {
  SeqNo start{1};
  ledger::Result result = find_day_start(around_.store, last, start);
  if (result.ok()) {
    result = around_.store.visit(start, [&](const ledger::StoredEntry& entry) {
      if (entry.header.sequence > last.value) return false;
      gateway_.see(entry.view);
      return true;
    });
  }
  if (!result.ok()) throw std::runtime_error{result.message};
  next_ = last.value + 1;
}

// --- Turns ---

void Publisher::turn_soon() {
  const auto now = Clock::now();
  if (now >= turn_at_) return turn();
  turn_timer_.expires_at(turn_at_);
  turn_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) turn();
  });
}

void Publisher::turn() {
  turn_posted_.store(false, std::memory_order_release);
  const auto began = Clock::now();
  const bool more = take_entries();
  gateway_.publish();
  const auto now = Clock::now();
  turn_at_ = std::max(began + options_.interval, now + (now - began));
  if (is_failing_) turn_at_ = now + pause_after_bad_read;
  set_figures();
  if (more) wake();
}

// Whether there is more to take.
bool Publisher::take_entries() {
  const std::uint64_t first = next_;
  if (around_.store.size().value < first) return false;
  const ledger::Result result =
      around_.store.visit(SeqNo{first}, [&](const ledger::StoredEntry& entry) {
        take(entry.view);
        return ++next_ - first < entries_in_a_turn;
      });
  if (!result.ok() && result.status == ledger::Status::corrupt) {
    throw std::runtime_error{result.message};
  }
  if (!std::exchange(is_failing_, !result.ok()) && is_failing_) {
    around_.log->warn("market data: the ledger cannot be read now, and it is tried again: {}",
                      result.message);
  }
  return is_failing_ || around_.store.size().value >= next_;
}

void Publisher::take(const EntryView& entry) {
  touched_.clear();
  replica_.apply(entry, touched_);
  gateway_.see(entry);
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  for (const InstrumentId instrument : touched_) {
    gateway_.touch(instrument);
    // What a call would give has not changed by asking.
    if (kind != CommandKind::indicative) to_ask_.insert(instrument.value);
  }
}

// --- What time alone brings ---

void Publisher::beat_later() {
  beat_timer_.expires_after(beat_interval);
  beat_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    beat();
    beat_later();
  });
}

void Publisher::beat() {
  gateway_.publish();  // the views that had to wait
  if (++beats_ % beats_between_calls == 0) ask_for_calls();
  set_figures();
}

void Publisher::ask_for_calls() {
  for (const std::uint32_t book : std::exchange(to_ask_, {})) {
    const InstrumentId instrument{book};
    if (!is_call(replica_.book(instrument).phase)) continue;
    around_.ask_indicative(replica_.instrument(instrument).symbol);
  }
}

// --- Figures ---

void Publisher::set_figures() {
  const std::lock_guard lock{mutex_};
  figures_.gateway = gateway_.figures();
  figures_.followed = next_ - 1;
}

Publisher::Figures Publisher::figures() const {
  const std::lock_guard lock{mutex_};
  return figures_;
}

void Publisher::fail(const std::string& why) {
  around_.log->critical("NO MORE MARKET DATA IS PUBLISHED; trading goes on. {}", why);
  {
    const std::lock_guard lock{mutex_};
    figures_.stopped = true;
  }
  // Who reads must know that nothing more comes.
  turn_timer_.cancel();
  beat_timer_.cancel();
  gateway_.close([this] { io_.stop(); });
  io_.restart();
  io_.run();
}

}  // namespace emx::publisher
