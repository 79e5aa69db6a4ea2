#include <boost/asio/post.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "engine/inspection.hpp"
#include "engine/vocabulary/commands.hpp"
#include "tools/emxd/daemon.hpp"
#include "tools/emxd/past.hpp"
#include "tools/emxd/snapshots.hpp"
#include "tools/market/names.hpp"

// From the ledger to a daemon that may serve, and what follows the ledger behind it.

namespace emx::daemon {

// From the newest snapshot and the entries after it, as far as there is one.
void Daemon::recover_from_ledger() {
  FromSnapshot from = from_snapshot(store_, config_.ledger_directory,
                                    [this](const std::string& words) { log_->warn(words); });
  RecoveryOptions recovery;
  if (from.exchange != nullptr) {
    log_->info("the exchange of entry {} is taken from {}", from.sequence, from.path.string());
    if (config_.renumber_sessions) {
      from.without_past = "sessions whose numbers are lost are told all there ever was";
    } else if (from.past != nullptr) {
      from.without_past = resume(*from.past);
    }
    if (from.without_past.empty()) {
      recovery.seen = SeqNo{from.sequence};
    } else {
      log_->warn(
          "all entries are read, for what that snapshot has beside the exchange is of no use: {}",
          from.without_past);
    }
  }
  if (recovery.seen.value == 0 && !store_.was_verified_whole()) {
    throw std::runtime_error{
        "the snapshot that was tried before the ledger was opened can no longer be used; start "
        "again, and if it does not help, move " +
        (config_.ledger_directory / "snapshots").string() + " away"};
  }
  recovery.start = std::move(from.exchange);
  recovery.on_entry = [this](const EntryView& entry) {
    session_memory_.see(entry);
    see(entry);
  };
  recovery.on_progress = [this, before = recovery.seen.value](std::uint64_t entries) {
    log_->info("read {} of {} entries", before + entries, store_.size().value);
  };
  const std::uint64_t before = recovery.seen.value;
  recovered_ = recover(command_log_, std::move(recovery));
  log_->info("read {} ledger entries and replayed {} of them in {:.3f} s; {}",
             store_.size().value - before, recovered_.entries, recovered_.seconds,
             store_.was_copied_from_disk() ? "the ledger was not closed, and was copied from disk"
                                           : "the ledger was closed");
}

// Everybody goes on behind the past's last entry. Words when the gateway cannot: then nothing has
// changed.
std::string Daemon::resume(Past& past) {
  const auto numbers = past.history().numbers();  // the gateway takes what the history has
  if (std::string why = gateway_->resume(past.history()); !why.empty()) return why;
  for (const auto& [session, noted] : numbers) session_memory_.see(session, noted.epoch);
  block_times_ = past.block_times();
  for (const std::uint64_t sequence : past.lasting()) {
    const ledger::Result result = store_.get(
        SeqNo{sequence}, [&](const ledger::StoredEntry& entry) { see_lasting(entry.view); });
    if (!result.ok()) throw std::runtime_error{result.message};
  }
  return "";
}

// Nothing that goes wrong with checkpoints stops the exchange: whoever reads the log, or has an
// alarm on emx_checkpoints_stopped, must look.
void Daemon::prepare_follower() {
  if (config_.checkpoint_keys.empty()) {
    log_->warn("no checkpoints are signed: [checkpoint] keys has no key");
    return;
  }
  std::vector<ledger::PrivateKey> keys;
  const std::string origin = ledger::origin_of(venue_name());
  for (const std::filesystem::path& file : config_.checkpoint_keys) {
    keys.push_back(ledger::PrivateKey::read(file));
    log_->info(
        "checkpoints are signed; the key to verify them with: {}",
        text_of(ledger::VerifierKey{origin, ledger::KeyKind::ed25519, keys.back().public_key()}));
  }
  checkpointer_ = std::make_unique<follower::Checkpointer>(
      config_.ledger_directory, std::move(keys),
      follower::Checkpointer::Words{
          .inform = [log = log_](const std::string& words) { log->info(words); },
          .warn = [log = log_](const std::string& words) { log->warn(words); },
          .alarm =
              [log = log_](const std::string& words) {
                log->critical("NO MORE CHECKPOINTS ARE SIGNED; trading goes on. {}", words);
              }});
  follower_ = std::make_unique<follower::Follower>(
      store_, std::vector<follower::Sink*>{checkpointer_.get()},
      [log = log_](const std::string& words) { log->warn(words); });
}

void Daemon::prepare_index() {
  if (!config_.index) return;
  index_ = std::make_unique<IndexProcess>(
      io_, IndexProcess::Of{config_.ledger_directory, config_.disk_reserve_bytes},
      IndexProcess::Words{.inform = [log = log_](const std::string& words) { log->info(words); },
                          .warn = [log = log_](const std::string& words) { log->warn(words); }});
}

// From a copy of the exchange as it is now. One with work to go on with cannot be copied: then the
// publisher replays the ledger.
void Daemon::prepare_publisher() {
  if (!config_.publishes_market_data) return;
  std::unique_ptr<engine::Exchange> copy;
  if (!recovered_.exchange->more_to_do()) {
    std::vector<std::byte> bytes;
    recovered_.exchange->save(bytes);
    std::string fault;
    copy = engine::Exchange::load(recovered_.exchange->inspection().genesis(), bytes, fault);
    if (copy == nullptr) throw std::runtime_error{"the exchange cannot be copied: " + fault};
  }
  publisher::Publisher::Options options{.gateway = {}, .interval = config_.market_data_interval};
  options.gateway.port = config_.market_data_port;
  options.gateway.comp_id = config_.comp_id;
  options.gateway.tls = config_.fix_tls;
  options.gateway.readers = config_.readers;
  publisher_ = std::make_unique<publisher::Publisher>(
      std::move(options),
      publisher::Publisher::Surroundings{
          .store = store_,
          .log = log_,
          .words = {.warn = [log = log_](const std::string& words) { log->warn(words); },
                    .alarm =
                        [log = log_](const std::string& words) {
                          log->critical("NO MORE MARKET DATA IS PUBLISHED; trading goes on. {}",
                                        words);
                        }},
          .ask_indicative =
              [this](const Symbol& symbol) {
                boost::asio::post(io_, [this, symbol] { ask_indicative(symbol); });
              }},
      std::move(copy));
}

std::string Daemon::venue_name() const {
  std::string name;
  const ledger::Result result = command_log_.visit(SeqNo{1}, [&](const EntryView& entry) {
    name = read_record<GenesisCommand>(entry.command).venue.view();  // recover() saw that it is one
    return false;
  });
  if (!result.ok()) throw std::runtime_error{result.message};
  return name;
}

void Daemon::require_firms() const {
  const market::Names& names = admin_->desk().names();
  for (std::size_t i = 0; i < config_.sessions.size(); ++i) {
    const gateway::Concern& concern = config_.sessions[i].concern;
    const bool is_of_a_firm = concern.is_trader() || concern.role == gateway::Role::copies_of_firm;
    if (!is_of_a_firm || names.find_firm(concern.of.view()) != no_id) continue;
    throw std::runtime_error{"fix.session[" + std::to_string(i) + "].firm: '" +
                             std::string{concern.of.view()} + "' is no firm of this venue"};
  }
  for (std::size_t i = 0; i < config_.readers.size(); ++i) {
    const std::string& firm = config_.readers[i].firm;
    if (firm.empty() || names.find_firm(firm) != no_id) continue;
    throw std::runtime_error{"market_data.session[" + std::to_string(i) + "].firm: '" + firm +
                             "' is no firm of this venue"};
  }
}

// What was acknowledged stays, and the market goes on: new entries do not build on those that are
// damaged. But nothing of such a ledger is signed, and the next start verifies all of it first.
void Daemon::take_damage(const std::string& why) {
  log_->critical(
      "THE LEDGER IS DAMAGED; trading goes on until emxd is stopped, and emxd will not start on it "
      "again. Copy its whole folder, and have a backup ready to be restored: {}",
      why);
  store_.distrust();
  if (checkpointer_ != nullptr) checkpointer_->cut_off("the ledger is damaged");
}

}  // namespace emx::daemon
