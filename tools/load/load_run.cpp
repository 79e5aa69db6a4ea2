#include "tools/load/load_run.hpp"

#include <utility>

#include "tools/load/progress.hpp"

namespace emx::load {

using fix_client::LogonOutcome;
using fix_client::Message;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds watch_every{200};

// ClOrdIDs must be new for the firm and the day, so each run has a prefix of its own.
std::string fresh_prefix() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "L" + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) +
         "-";
}

}  // namespace

LoadRun::LoadRun(Options options)
    : options_{std::move(options)}, watch_{io_}, tally_{fresh_prefix(), options_.requests} {
  std::uint64_t seed = options_.seed;
  for (const std::string& comp_id : options_.comp_ids) {
    fix_client::Identity identity;
    identity.sender = comp_id;
    identity.target = options_.target;
    identity.password = options_.password;
    identity.adopt_numbers = true;
    parties_.push_back(std::make_unique<Party>(
        io_, std::move(identity), OrderFlow{options_, comp_id + options_.account_suffix, seed++}));
  }
}

LoadRun::~LoadRun() = default;

std::string LoadRun::log_on() {
  for (const auto& party : parties_) {
    const LogonOutcome outcome = party->client.logon(options_.port);
    if (outcome != LogonOutcome::online) {
      return party->client.session().identity().sender + ": " + std::string{words_for(outcome)} +
             (outcome == LogonOutcome::refused ? ": " + party->client.why_closed() : "");
    }
  }
  for (const auto& owned : parties_) {
    Party& party = *owned;
    party.client.on_message = [this, &party](const Message& message) {
      on_message(party, message);
    };
    party.client.on_closed = [this, &party] {
      if (trouble_.empty() && !is_done()) {
        trouble_ = party.client.session().identity().sender + ": " + party.client.why_closed();
      }
    };
  }
  return {};
}

bool LoadRun::is_done() const { return tally_.answered() == options_.requests; }

void LoadRun::run() {
  begin_ = last_answer_ = steady_clock::now();
  watch();
  for (const auto& party : parties_) send_more(*party);
  while (!is_done() && trouble_.empty()) {
    io_.restart();
    io_.run_one();
  }
  elapsed_ = steady_clock::now() - begin_;
  watch_.cancel();
  if (options_.shows_progress) clear_progress();
}

void LoadRun::log_out() {
  for (const auto& party : parties_) {
    if (party->client.is_online()) party->client.logout();
  }
}

void LoadRun::send_more(Party& party) {
  while (party.unanswered < options_.window && tally_.started() < options_.requests &&
         party.client.is_online()) {
    const auto now = steady_clock::now();
    const Request request = party.flow.next(tally_.start(now));
    ++party.unanswered;
    party.client.send(std::string_view{&request.type, 1}, request.body);
  }
}

void LoadRun::on_message(Party& party, const Message& message) {
  const auto now = steady_clock::now();
  party.flow.see(message);
  if (!tally_.take(message, now)) return;
  last_answer_ = now;
  --party.unanswered;
  send_more(party);
}

void LoadRun::watch() {
  watch_.expires_after(watch_every);
  watch_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const auto now = steady_clock::now();
    if (now - last_answer_ > options_.patience && trouble_.empty()) {
      trouble_ = "no answer for " + std::to_string(options_.patience.count()) + " s";
    }
    if (options_.shows_progress) {
      show_progress(tally_.answered(), options_.requests, now - begin_);
    }
    watch();
  });
}

}  // namespace emx::load
