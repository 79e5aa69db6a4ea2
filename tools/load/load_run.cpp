#include "tools/load/load_run.hpp"

#include <csignal>
#include <utility>

#include "tools/load/progress.hpp"

namespace emx::load {

using fix_client::LogonOutcome;
using fix_client::Message;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds watch_every{100};

// Requests that are due are sent by so many, and answers read in between: else a generator that is
// behind its schedule would send and never read.
constexpr int burst_max = 32;

// ClOrdIDs must be new for the firm and the day, so each run has a prefix of its own.
std::string fresh_prefix() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "L" + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) +
         "-";
}

}  // namespace

LoadRun::LoadRun(Options options)
    : options_{std::move(options)},
      tls_{options_.tls ? std::make_unique<fix_client::Tls>(*options_.tls) : nullptr},
      watch_{io_},
      next_{io_},
      interruptions_{io_},
      tally_{fresh_prefix()} {
  std::uint64_t seed = options_.seed;
  for (const std::string& comp_id : options_.comp_ids) {
    fix_client::Identity identity;
    identity.version = options_.version;
    identity.sender = comp_id;
    identity.target = options_.target;
    identity.password = options_.password;
    identity.adopt_numbers = true;
    parties_.push_back(
        std::make_unique<Party>(io_, std::move(identity), tls_.get(),
                                OrderFlow{options_, comp_id + options_.account_suffix, seed++}));
  }
}

LoadRun::~LoadRun() = default;

std::string LoadRun::log_on() {
  for (const auto& party : parties_) {
    const LogonOutcome outcome = party->client.logon(options_.port);
    if (outcome != LogonOutcome::online) {
      return party->client.session().identity().sender + ": " + std::string{words_for(outcome)} +
             (outcome == LogonOutcome::refused || outcome == LogonOutcome::not_secure
                  ? ": " + party->client.why_closed()
                  : "");
    }
  }
  for (std::size_t session = 0; session < parties_.size(); ++session) {
    Party& party = *parties_[session];
    party.client.on_message = [this, session](const Message& message) {
      on_message(session, message);
    };
    party.client.on_closed = [this, &party] { on_closed(party); };
  }
  return {};
}

bool LoadRun::is_done() const {
  return tally_.lost() == 0 && pacing_->is_over(steady_clock::now());
}

void LoadRun::end_early(std::string why) {
  if (trouble_.empty() && !is_done()) trouble_ = std::move(why);
}

void LoadRun::on_closed(const Party& party) {
  end_early(party.client.session().identity().sender + ": " + party.client.why_closed());
}

void LoadRun::run() {
  interruptions_.add(SIGINT);
  interruptions_.async_wait([this](boost::system::error_code error, int) {
    if (!error) end_early("interrupted");
  });
  heard_ = steady_clock::now();
  pacing_.emplace(options_.plan, parties_.size(), options_.seed, heard_);
  seconds_.emplace(heard_);
  watch();
  send_due();
  while (!is_done() && trouble_.empty()) {
    io_.restart();
    io_.run_one();
  }
  seconds_->finish(steady_clock::now());
  watch_.cancel();
  next_.cancel();
  interruptions_.clear();
  if (options_.shows_progress) clear_progress();
}

void LoadRun::log_out() {
  for (const auto& party : parties_) {
    if (party->client.is_online()) party->client.logout();
  }
}

void LoadRun::send_due() {
  for (int sent = 0; sent < burst_max && trouble_.empty(); ++sent) {
    const Time now = steady_clock::now();
    const auto turn = pacing_->next(now);
    if (!turn) break;
    send(*turn, now);
  }
  wait_for_the_next();
}

void LoadRun::send(const Pacing::Turn& turn, Time now) {
  Party& party = *parties_[turn.session];
  if (!party.client.is_online()) return on_closed(party);  // the venue has said goodbye
  if (tally_.lost() == 0) heard_ = now;
  const Request request = party.flow.next(tally_.next_id());
  tally_.sent({.kind = request.kind, .intended = turn.intended, .at = now, .counts = turn.counts});
  if (turn.counts) measurement_.sent(turn.lag);
  seconds_->sent(now);
  party.client.send(std::string_view{&request.type, 1}, request.body);
}

void LoadRun::wait_for_the_next() {
  if (waits_for_next_ || !trouble_.empty()) return;
  const auto at = pacing_->next_at(steady_clock::now());
  if (!at) return;
  waits_for_next_ = true;
  next_.expires_at(*at);
  next_.async_wait([this](boost::system::error_code error) {
    waits_for_next_ = false;
    if (!error) send_due();
  });
}

void LoadRun::on_message(std::size_t session, const Message& message) {
  const Time now = steady_clock::now();
  parties_[session]->flow.see(message);
  const auto answer = tally_.take(message);
  if (!answer) return;
  heard_ = now;
  pacing_->answered(session, now);
  if (answer->request.counts) measurement_.answered(answer->request, now);
  seconds_->answered(now, now - answer->request.intended, answer->is_refusal);
  send_due();
}

void LoadRun::watch() {
  watch_.expires_after(watch_every);
  watch_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const Time now = steady_clock::now();
    if (tally_.lost() > 0 && now - heard_ > options_.patience) {
      end_early("no answer for " + std::to_string(options_.patience.count()) + " s");
    }
    seconds_->advance(now);
    if (options_.shows_progress && seconds().size() > seconds_shown_) {
      seconds_shown_ = seconds().size();
      show_progress(seconds_shown_, seconds().back(), options_.plan.rate);
    }
    watch();
  });
}

std::chrono::nanoseconds LoadRun::measured_time() const {
  if (measurement_.answers() == 0) return std::chrono::nanoseconds{0};
  return measurement_.last_answer() - pacing_->counts_from();
}

}  // namespace emx::load
