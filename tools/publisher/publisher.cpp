#include "tools/publisher/publisher.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <stdexcept>
#include <utility>

#include "engine/vocabulary/check.hpp"
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
constexpr std::size_t asks_at_a_time = 50;
constexpr auto pause_after_bad_read = std::chrono::seconds{1};

}  // namespace

Publisher::Publisher(Options options, Surroundings around,
                     std::unique_ptr<engine::Exchange> exchange)
    : options_{std::move(options)},
      around_{std::move(around)},
      replica_{std::move(exchange)},
      gateway_{options_.gateway, io_, replica_, around_.log} {}

Publisher::~Publisher() {
  stopping_ = true;
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
  stopping_ = true;
  asio::post(io_, [this] {
    if (has_failed_) return;  // it is closing
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
    if (!stopping_) {
      gateway_.start();
      beat_later();
      wake();
    }
    const auto work = asio::make_work_guard(io_);  // until it is stopped
    io_.run();
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

// The trading day so far, with its trades and statistics, and all that there is to replay. Nobody
// is told of it.
void Publisher::see_the_past() {
  if (!replica_.is_empty()) see_the_day(replica_.last().sequence);
  while (!stopping_ && take_entries()) {
    if (is_failing_) throw std::runtime_error{"the ledger could not be read"};
    set_figures();
  }
  if (stopping_) return;
  for (std::uint32_t i = 0; i < replica_.instruments(); ++i) to_ask_.insert(i);
}

void Publisher::see_the_day(SeqNo last) {
  SeqNo start{1};
  ledger::Result result = find_day_start(
      around_.store, last, [this] { return stopping_.load(); }, start);
  if (result.ok()) {
    result = around_.store.visit(start, [&](const ledger::StoredEntry& entry) {
      if (entry.header.sequence > last.value || stopping_) return false;
      gateway_.see(entry.view);
      return true;
    });
  }
  if (!result.ok()) throw std::runtime_error{result.message};
  next_ = last.value + 1;
}

// --- Turns ---

void Publisher::turn_soon() {
  if (has_failed_ || stopping_) return;
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
    around_.words.warn("market data: the ledger cannot be read now, and it is tried again: " +
                       result.message);
  }
  return is_failing_ || around_.store.size().value >= next_;
}

void Publisher::take(const EntryView& entry) {
  // A day that is over is told to its end before the next one begins with nothing.
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind == CommandKind::day_open && !is_refused(entry) && !replica_.is_empty()) {
    gateway_.publish();
  }
  touched_.clear();
  replica_.apply(entry, touched_);
  gateway_.see(entry);
  for (const InstrumentId instrument : touched_) gateway_.touch(instrument);
  note_call(entry);
}

// What a call would give is to be asked for when its book has changed, until there is an answer.
void Publisher::note_call(const EntryView& entry) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind != CommandKind::indicative) {
    for (const InstrumentId instrument : touched_) to_ask_.insert(instrument.value);
    return;
  }
  const bool whole = for_each_event(entry.events, [this](const EventHeader& header, auto bytes) {
    if (static_cast<EventKind>(header.kind) != EventKind::indicative) return;
    const auto answer = read_record<IndicativeEvent>(bytes);
    to_ask_.erase(answer.instrument);
    if (answer.quantity_lots != 0) {
      priced_.insert(answer.instrument);
    } else {
      priced_.erase(answer.instrument);
    }
  });
  check(whole);
}

// --- What time alone brings ---

void Publisher::beat_later() {
  beat_timer_.expires_after(beat_interval);
  beat_timer_.async_wait([this](boost::system::error_code error) {
    if (error || has_failed_ || stopping_) return;
    beat();
    beat_later();
  });
}

void Publisher::beat() {
  wake();  // for the views that had to wait
  if (++beats_ % beats_between_calls == 0) ask_for_calls();
  set_figures();
}

// A bounded number at a time, each in its turn: they are commands of the exchange.
void Publisher::ask_for_calls() {
  std::erase_if(to_ask_,
                [this](std::uint32_t book) { return !wants_to_be_asked(InstrumentId{book}); });
  auto next = to_ask_.upper_bound(asked_last_);
  const std::size_t count = std::min(to_ask_.size(), asks_at_a_time);
  for (std::size_t i = 0; i < count; ++i) {
    if (next == to_ask_.end()) next = to_ask_.begin();
    asked_last_ = *next++;
    around_.ask_indicative(replica_.instrument(InstrumentId{asked_last_}).symbol);
  }
}

// In a call, and where there may be a price, or was one.
bool Publisher::wants_to_be_asked(InstrumentId instrument) const {
  if (!is_call(replica_.book(instrument).phase)) return false;
  if (priced_.contains(instrument.value)) return true;
  DepthLevel best{};
  return replica_.depth(instrument, Side::buy, {&best, 1}) != 0 &&
         replica_.depth(instrument, Side::sell, {&best, 1}) != 0;
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

// Who reads must know that nothing more comes. Nothing that goes wrong in saying so may leave the
// thread, either.
void Publisher::fail(const std::string& why) noexcept {
  has_failed_ = true;
  try {
    around_.words.alarm(why);
    {
      const std::lock_guard lock{mutex_};
      figures_.stopped = true;
    }
    turn_timer_.cancel();
    beat_timer_.cancel();
    gateway_.close([this] { io_.stop(); });
    io_.restart();
    say_goodbyes();
    set_figures();
  } catch (const std::exception& error) {
    around_.words.alarm(std::string{"and its readers could not be told: "} + error.what());
  }
}

// Until it is stopped; what one session throws is not the others' affair.
void Publisher::say_goodbyes() {
  constexpr int failures_max = 1'000;
  for (int failures = 0; failures < failures_max; ++failures) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {
      if (failures == 0) around_.words.warn(std::string{"market data: "} + error.what());
    }
  }
}

}  // namespace emx::publisher
