#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/gateway.hpp"
#include "gateway/market_data/gateway.hpp"
#include "ledger/store.hpp"
#include "tools/admin/operators.hpp"
#include "tools/emxd/phase_plan.hpp"

namespace emx::daemon {

struct SessionConfig {
  std::string comp_id;
  gateway::Concern concern;   // the firm it trades for, or whose reports it has copies of
  std::string password_hash;  // as `emx hash-password` prints it
  bool allow_reset = false;   // whether a Logon with 141=Y may reset its numbers
  std::string certificate{};  // common name in its certificate; empty: the CompID
};

struct Config {
  // [venue]
  std::string comp_id = "EMX";
  std::filesystem::path market;  // folder; read only while the ledger is empty
  // [ledger]
  std::filesystem::path ledger_directory;
  std::uint64_t disk_reserve_bytes = ledger::disk_reserve_by_default;  // below it no new orders
  // A ledger with more entries is verified behind the start, where that can be.
  std::uint64_t verified_before_start_max = 200'000;
  bool snapshot_at_close = true;  // write a snapshot when the market has closed
  bool index = true;              // keep DIR/index up to date
  // [checkpoint]
  std::vector<std::filesystem::path> checkpoint_keys;  // without any, nothing is signed
  // [fix]
  std::uint16_t fix_port = 0;                // 0: a free one
  std::optional<gateway::TlsFiles> fix_tls;  // without: TCP alone
  gateway::ResetSchedule fix_reset;          // of all sessions' numbers
  // Of a session; 0: no bound.
  std::uint32_t fix_messages_per_second_max = gateway::GatewayLimits{}.messages_per_second_max;
  std::vector<SessionConfig> sessions;
  // [market_data]; without the table there is none
  bool publishes_market_data = false;
  std::uint16_t market_data_port = 0;                 // 0: a free one
  std::chrono::milliseconds market_data_interval{5};  // between two turns, at least
  std::vector<gateway::market_data::ReaderConfig> readers;
  // [admin]
  std::filesystem::path admin_socket;
  // [[operator]]
  std::vector<admin::Operator> operators;  // nobody acts by `emx admin` but they
  // [metrics]
  std::uint16_t metrics_port = 0;  // 0: a free one
  // [schedule]
  bool calendar = false;  // false: days and phases by `emx admin`
  PhasePlan phases = default_phase_plan();
  std::uint32_t volatility_seconds = 300;  // then an interruption ends; 0: by `emx admin`
  // [log]
  std::string log_level = "info";
  std::filesystem::path log_file;  // empty: standard error
  // [run]
  std::filesystem::path ready_file;  // written once emxd serves; empty: none
  std::uint32_t spins = 200;         // looks before a thread parks
  // --renumber-sessions
  bool renumber_sessions = false;  // those whose numbers are lost start again with 1
};

// What is wrong with a configuration: one line for each fault, with file, key and reason.
using ConfigFaults = std::vector<std::string>;

// Reads a TOML file whole; `config` is to be used only if no fault comes back. Relative paths in it
// are taken from the file's folder. A key that is not known is a fault.
[[nodiscard]] ConfigFaults read_config(const std::filesystem::path& file, Config& config);

}  // namespace emx::daemon
