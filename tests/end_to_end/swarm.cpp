#include "tests/end_to_end/swarm.hpp"

#include <algorithm>
#include <numeric>

#include "tests/end_to_end/daemon.hpp"

namespace emx::end_to_end {

using fix_client::LogonOutcome;
using fix_client::Message;

Swarm::Member::Member(boost::asio::io_context& io, const std::string& name,
                      const load::Options& options, std::uint64_t seed)
    // Of half of them, orders end with the session.
    : firm{name},
      client{io, Daemon::identity(name, seed % 2 == 0)},
      flow{options, name + "-1", seed} {}

Swarm::Swarm(const std::vector<std::string>& firms, std::uint64_t seed, std::size_t window)
    : window_{window} {
  options_.depth = 20;
  options_.mix = {.passive = 40, .cancel = 20, .replace = 20, .crossing = 20};
  for (const std::string& firm : firms) {
    Member& member = *members_.emplace_back(std::make_unique<Member>(io_, firm, options_, seed++));
    member.client.on_message = [this, &member](const Message& message) {
      member.flow.see(message);
      member.log.take(message);
      send_more(member);
    };
  }
}

std::string Swarm::log_on(std::uint16_t port) {
  for (const auto& member : members_) {
    const LogonOutcome outcome = member->client.logon(port);
    if (outcome != LogonOutcome::online) {
      return member->firm + ": " + std::string{words_for(outcome)} + ": " +
             member->client.why_closed();
    }
  }
  return {};
}

bool Swarm::all_online() const {
  return std::all_of(members_.begin(), members_.end(),
                     [](const auto& member) { return member->client.is_online(); });
}

void Swarm::send_more(Member& member) {
  while (sending_ && member.client.is_online() && member.log.unanswered() < window_) {
    const std::string id = member.firm + "-" + std::to_string(++member.ids);
    const load::Request request = member.flow.next(id);
    member.log.sent(id);
    member.client.send(std::string_view{&request.type, 1}, request.body);
  }
}

void Swarm::run_for(std::chrono::milliseconds time) {
  sending_ = true;
  for (const auto& member : members_) send_more(*member);
  members_.front()->client.run_until([this] { return !all_online(); }, time);
  sending_ = false;
}

bool Swarm::settle(std::chrono::milliseconds timeout) {
  members_.front()->client.run_until([this] { return unanswered() == 0 || !all_online(); },
                                     timeout);
  if (unanswered() > 0 || !all_online()) return false;
  // Reports of what others did to our orders, too.
  return std::all_of(members_.begin(), members_.end(),
                     [](const auto& member) { return member->client.round_trip(); });
}

void Swarm::wait_for_the_end() {
  for (const auto& member : members_) {
    member->client.run_until([&] { return !member->client.is_open(); });
  }
}

void Swarm::log_out() {
  for (const auto& member : members_) {
    if (member->client.is_online()) member->client.logout();
  }
}

std::size_t Swarm::unanswered() const {
  return std::accumulate(
      members_.begin(), members_.end(), std::size_t{0},
      [](std::size_t sum, const auto& member) { return sum + member->log.unanswered(); });
}

std::size_t Swarm::sent() const {
  return std::accumulate(
      members_.begin(), members_.end(), std::size_t{0},
      [](std::size_t sum, const auto& member) { return sum + member->log.sent_.size(); });
}

std::uint64_t Swarm::messages_resent() const {
  return std::accumulate(members_.begin(), members_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& member) {
                           return sum + member->client.session().messages_resent();
                         });
}

std::vector<std::string> Swarm::check(const LedgerLog& ledger) const {
  std::vector<std::string> found;
  for (const auto& member : members_) {
    for (const std::string& words : disagreements(member->firm, member->log, ledger)) {
      found.push_back(member->firm + ": " + words);
    }
    if (!member->client.session().violation().empty()) {
      found.push_back(member->firm + ": " + member->client.session().violation());
    }
  }
  return found;
}

}  // namespace emx::end_to_end
