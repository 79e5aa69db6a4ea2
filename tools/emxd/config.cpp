#include "tools/emxd/config.hpp"

#include <sys/un.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <sstream>
#include <stdexcept>

#include "engine/vocabulary/text.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/password.hpp"
#include "ledger/note.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/settings/table_reader.hpp"

namespace emx::daemon {

namespace {

using settings::TableReader;

constexpr std::size_t socket_path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::array log_levels = {"trace", "debug", "info", "warn", "error"};

// As the gateway holds to it.
void check_comp_id(TableReader& reader, const std::string& comp_id) {
  if (gateway::is_comp_id(comp_id)) return;
  reader.fault("comp_id", "must have 1 to 64 printable characters and no space");
}

// role = "trade", with a firm; or "drop-copy", with a firm, a province, or of all.
void read_concern(TableReader& reader, gateway::Concern& concern) {
  std::string role = "trade";
  reader.text("role", role, false);
  if (role != "trade" && role != "drop-copy") {
    return reader.fault("role", "must be trade or drop-copy, not \"" + role + "\"");
  }
  const bool trades = role == "trade";
  std::string firm;
  reader.text("firm", firm, trades);
  if (!FirmCode::fits(firm)) {
    return reader.fault("firm", "'" + firm + "' is too long for a firm's code");
  }
  std::string province;
  if (!trades) reader.text("province", province, false);
  if (!firm.empty() && !province.empty()) {
    return reader.fault("province", "stands beside a firm; give one of the two");
  }
  if (!province.empty() && !from_name<Province>(province)) {
    return reader.fault("province", "must be SH, JS, ZJ or AH, not \"" + province + "\"");
  }
  if (trades) {
    concern = gateway::trader_of(firm);
  } else if (!firm.empty()) {
    concern = {.role = gateway::Role::copies_of_firm, .of = FirmCode{firm}};
  } else if (!province.empty()) {
    concern = {.role = gateway::Role::copies_of_province, .of = FirmCode{province}};
  } else {
    concern = {.role = gateway::Role::copies_of_all};
  }
}

void read_password(TableReader& reader, std::string& hash) {
  reader.text("password_hash", hash, true);
  if (hash.empty() || gateway::is_password_hash(hash)) return;
  reader.fault("password_hash", "is no password hash; make one with `emx hash-password`");
}

// A list of tables, in each of which read(reader) finds a CompID.
template <class Read>
void read_sessions(TableReader& reader, const std::string& file, const std::string& list,
                   ConfigFaults& faults, Read&& read) {
  std::set<std::string> comp_ids;
  std::size_t count = 0;
  reader.array("session", "must be a list of tables: [[" + list + "]]",
               [&](const toml::node& node) {
                 const toml::table* table = node.as_table();
                 const std::string name = list + "[" + std::to_string(count++) + "]";
                 if (table == nullptr) {
                   faults.push_back(file + ": " + name + ": must be a table");
                   return;
                 }
                 TableReader session{file, name, *table, faults};
                 const std::string& comp_id = read(session);
                 if (!comp_id.empty() && !comp_ids.insert(comp_id).second) {
                   session.fault("comp_id", "'" + comp_id + "' stands twice", &node);
                 }
               });
}

void read_session(TableReader& reader, SessionConfig& session) {
  reader.text("comp_id", session.comp_id, true);
  read_concern(reader, session.concern);
  read_password(reader, session.password_hash);
  reader.boolean("allow_reset", session.allow_reset);
  reader.text("certificate", session.certificate, false);
  if (!session.comp_id.empty()) check_comp_id(reader, session.comp_id);
  reader.finish();
}

// Whether the files are what they should be shows when they are read, at the start.
void read_tls(TableReader& fix, const std::string& file, Config& config, ConfigFaults& faults) {
  const toml::table* const table = fix.table("tls");
  if (table == nullptr) return;
  TableReader reader{file, "fix.tls", *table, faults};
  gateway::TlsFiles& files = config.fix_tls.emplace();
  reader.path("certificate", files.certificate, true);
  reader.path("private_key", files.private_key, true);
  reader.path("client_authorities", files.client_authorities, true);
  reader.finish();
}

// "06:00", or "sunday 06:00".
std::optional<gateway::ResetSchedule> reset_from_text(std::string_view text) {
  constexpr std::array days = {"thursday", "friday",  "saturday", "sunday",
                               "monday",   "tuesday", "wednesday"};  // as 1970-01-01
  constexpr std::int64_t zone_s = 8 * 3'600;
  constexpr std::int64_t day_s = 86'400;
  gateway::ResetSchedule schedule{.first_s = -zone_s, .every_s = day_s};
  if (const std::size_t space = text.find(' '); space != text.npos) {
    const auto day = std::find(days.begin(), days.end(), text.substr(0, space));
    if (day == days.end()) return std::nullopt;
    schedule.first_s += (day - days.begin()) * day_s;
    schedule.every_s = 7 * day_s;
    text.remove_prefix(space + 1);
  }
  const auto minute = minute_from_text(text);
  if (!minute) return std::nullopt;
  schedule.first_s += std::int64_t{*minute} * 60;
  return schedule;
}

void read_reset(TableReader& reader, gateway::ResetSchedule& reset) {
  std::string text;
  reader.text("numbers_reset", text, false);
  if (text.empty()) return;
  if (const auto schedule = reset_from_text(text)) {
    reset = *schedule;
  } else {
    reader.fault("numbers_reset",
                 "must be a time such as \"06:00\" or a day of the week and a "
                 "time such as \"sunday 06:00\", not \"" +
                     text + "\"");
  }
}

void read_fix(TableReader& reader, const std::string& file, Config& config, ConfigFaults& faults) {
  reader.number("port", config.fix_port, 0, std::numeric_limits<std::uint16_t>::max());
  reader.number("messages_per_second_max", config.fix_messages_per_second_max, 0,
                std::numeric_limits<std::uint32_t>::max());
  read_reset(reader, config.fix_reset);
  read_tls(reader, file, config, faults);
  read_sessions(reader, file, "fix.session", faults,
                [&](TableReader& session) -> const std::string& {
                  SessionConfig& added = config.sessions.emplace_back();
                  read_session(session, added);
                  return added.comp_id;
                });
  reader.finish();
}

void read_reader(TableReader& reader, gateway::market_data::ReaderConfig& config) {
  reader.text("comp_id", config.comp_id, true);
  reader.text("firm", config.firm, false);
  if (!FirmCode::fits(config.firm)) {
    reader.fault("firm", "'" + config.firm + "' is too long for a firm's code");
  }
  reader.text("certificate", config.certificate, false);
  read_password(reader, config.password_hash);
  if (!config.comp_id.empty()) check_comp_id(reader, config.comp_id);
  reader.finish();
}

void read_market_data(TableReader& reader, const std::string& file, Config& config,
                      ConfigFaults& faults) {
  reader.number("port", config.market_data_port, 0, std::numeric_limits<std::uint16_t>::max());
  std::uint32_t interval_ms = 5;
  reader.number("interval_ms", interval_ms, 1, 1'000);
  config.market_data_interval = std::chrono::milliseconds{interval_ms};
  read_sessions(reader, file, "market_data.session", faults,
                [&](TableReader& session) -> const std::string& {
                  gateway::market_data::ReaderConfig& added = config.readers.emplace_back();
                  read_reader(session, added);
                  return added.comp_id;
                });
  reader.finish();
}

void read_operator(TableReader& reader, admin::Operator& person) {
  if (!reader.has("number")) reader.fault("number", "is missing; give a whole number above 0");
  reader.number("number", person.number, 1, admin::Operator::number_max);
  reader.text("name", person.name, true);
  std::string office;
  reader.text("office", office, true);
  if (const auto found = from_name<Office>(office)) {
    person.office = *found;
  } else if (!office.empty()) {
    reader.fault("office", "must be venue, joint, SH, JS, ZJ or AH, not \"" + office + "\"");
  }
  std::string key;
  reader.text("public_key", key, true);
  if (const auto found = admin::public_key_from_text(key)) {
    person.public_key = *found;
  } else if (!key.empty()) {
    reader.fault("public_key", "is no Ed25519 public key in base64; `emx keygen` prints one");
  }
  reader.finish();
}

// One person under two numbers would be her own second person.
void check_operator(TableReader& reader, const admin::Operator& person,
                    const std::vector<admin::Operator>& before, const toml::node& node) {
  for (const admin::Operator& other : before) {
    if (person.number != 0 && person.number == other.number) {
      reader.fault("number", std::to_string(person.number) + " stands twice", &node);
    }
    if (!person.name.empty() && person.name == other.name) {
      reader.fault("name", "'" + person.name + "' stands twice", &node);
    }
    if (person.public_key != admin::PublicKey{} && person.public_key == other.public_key) {
      reader.fault("public_key", "is also that of '" + other.name + "'", &node);
    }
  }
}

void read_operator_table(const toml::node& node, const std::string& file, Config& config,
                         ConfigFaults& faults) {
  const std::string name = "operator[" + std::to_string(config.operators.size()) + "]";
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    faults.push_back(file + ": " + name + ": must be a table");
    return;
  }
  TableReader reader{file, name, *table, faults};
  admin::Operator person;
  read_operator(reader, person);
  check_operator(reader, person, config.operators, node);
  config.operators.push_back(std::move(person));
}

void read_operators(const toml::table& root, const std::string& file, Config& config,
                    ConfigFaults& faults) {
  const toml::node* node = root.get("operator");
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    faults.push_back(file + ": operator: must be a list of tables: [[operator]]");
    return;
  }
  for (const toml::node& element : *list) read_operator_table(element, file, config, faults);
}

void read_phases(TableReader& reader, Config& config) {
  if (!reader.has("phases")) return;
  PhasePlan plan;
  reader.array("phases", "must be a list such as [\"09:30 continuous\", \"15:00 closed\"]",
               [&](const toml::node& node) {
                 const std::string text = node.value_or(std::string{});
                 const auto minute = minute_from_text(std::string_view{text}.substr(0, 5));
                 auto step = text.size() > 6 && text[5] == ' '
                                 ? step_from_text(std::string_view{text}.substr(6))
                                 : std::nullopt;
                 if (!minute || !step) {
                   reader.fault(
                       "phases",
                       "'" + text + "' is not a time and a phase, blocks-open or blocks-closed",
                       &node);
                   return;
                 }
                 if (!plan.empty() && plan.back().minute > *minute) {
                   reader.fault("phases", "'" + text + "' is before the one before it", &node);
                 }
                 step->minute = *minute;
                 plan.push_back(*step);
               });
  const bool closes =
      !plan.empty() && plan.back().step == Step::phase && plan.back().phase == Phase::closed;
  if (!closes) {
    return reader.fault("phases", "the last one must be closed");
  }
  config.phases = plan;
}

void read_schedule(TableReader& reader, Config& config) {
  std::string mode = "manual";
  reader.text("mode", mode, false);
  if (mode != "manual" && mode != "calendar") {
    reader.fault("mode", "must be \"manual\" or \"calendar\", not \"" + mode + "\"");
  }
  config.calendar = mode == "calendar";
  read_phases(reader, config);
  if (const toml::node* holidays = reader.take("holidays"); holidays != nullptr) {
    reader.fault(
        "holidays",
        "trading days are the joint office's calendar now, in the ledger; take the key out, "
        "and set the year by a rule set's [[calendar]] or by `emx admin calendar`",
        holidays);
  }
  reader.number("volatility_seconds", config.volatility_seconds, 0, 86'400);
  reader.finish();
}

// Each is read now, so that a key that cannot be used is known before anything is started.
void read_checkpoint(TableReader& reader, const std::filesystem::path& folder, Config& config) {
  std::set<admin::PublicKey> keys;
  reader.array("keys", "must be a list of files such as [\"venue.pem\"]",
               [&](const toml::node& node) {
                 const std::string text = node.value_or(std::string{});
                 if (text.empty()) return reader.fault("keys", "must have names of files", &node);
                 config.checkpoint_keys.push_back(folder / text);
                 try {
                   const auto key = admin::PrivateKey::read(config.checkpoint_keys.back());
                   if (keys.insert(key.public_key()).second) return;
                   reader.fault("keys", "the key in " + text + " stands twice", &node);
                 } catch (const std::runtime_error& error) {
                   reader.fault("keys", error.what(), &node);
                 }
               });
  if (config.checkpoint_keys.size() > ledger::note_signatures_max) {
    reader.fault("keys", "has more than " + std::to_string(ledger::note_signatures_max) + " keys");
  }
  reader.finish();
}

void read_log(TableReader& reader, Config& config) {
  reader.text("level", config.log_level, false);
  if (std::find(log_levels.begin(), log_levels.end(), config.log_level) == log_levels.end()) {
    reader.fault("level", "must be trace, debug, info, warn or error");
  }
  reader.path("file", config.log_file, false);
  reader.finish();
}

}  // namespace

ConfigFaults read_config(const std::filesystem::path& file, Config& config) {
  ConfigFaults faults;
  const std::string name = file.string();
  if (std::error_code ignored; std::filesystem::is_directory(file, ignored)) {
    return {name + ": is a folder, not a configuration file"};
  }
  toml::table root;
  if (std::string fault = settings::parse_file(file, root); !fault.empty()) return {fault};
  const toml::table nothing;
  const auto section = [&](std::string_view key) -> TableReader {
    const toml::node* node = root.get(key);
    const toml::table* table = node == nullptr ? &nothing : node->as_table();
    if (table == nullptr) {
      faults.push_back(name + ": " + std::string{key} + ": must be a table: [" + std::string{key} +
                       "]");
      table = &nothing;
    }
    return {name, std::string{key}, *table, faults};
  };
  TableReader venue = section("venue");
  venue.text("comp_id", config.comp_id, false);
  check_comp_id(venue, config.comp_id);
  venue.path("market", config.market, true);
  venue.finish();
  TableReader ledger = section("ledger");
  ledger.path("directory", config.ledger_directory, true);
  ledger.number("disk_reserve_bytes", config.disk_reserve_bytes, 0, std::int64_t{1} << 50);
  ledger.boolean("snapshot_at_close", config.snapshot_at_close);
  ledger.number("verified_before_start_max", config.verified_before_start_max, 0,
                std::numeric_limits<std::int64_t>::max());
  ledger.boolean("index", config.index);
  ledger.finish();
  TableReader checkpoint = section("checkpoint");
  read_checkpoint(checkpoint, file.parent_path(), config);
  TableReader fix = section("fix");
  read_fix(fix, name, config, faults);
  config.publishes_market_data = root.contains("market_data");
  TableReader market_data = section("market_data");
  read_market_data(market_data, name, config, faults);
  TableReader admin = section("admin");
  admin.path("socket", config.admin_socket, true);
  if (config.admin_socket.string().size() > socket_path_bytes_max) {
    admin.fault("socket", "the path " + config.admin_socket.string() + " has more than " +
                              std::to_string(socket_path_bytes_max) + " bytes");
  }
  admin.finish();
  read_operators(root, name, config, faults);
  TableReader metrics = section("metrics");
  metrics.number("port", config.metrics_port, 0, std::numeric_limits<std::uint16_t>::max());
  metrics.finish();
  TableReader schedule = section("schedule");
  read_schedule(schedule, config);
  TableReader log = section("log");
  read_log(log, config);
  TableReader run = section("run");
  run.path("ready_file", config.ready_file, false);
  run.number("spins", config.spins, 0, 1'000'000);
  run.finish();
  // Each session of FIX has a CompID of its own.
  for (const gateway::market_data::ReaderConfig& reader : config.readers) {
    const auto same = [&](const SessionConfig& session) {
      return session.comp_id == reader.comp_id;
    };
    if (std::none_of(config.sessions.begin(), config.sessions.end(), same)) continue;
    market_data.fault("session", "'" + reader.comp_id + "' is a session of [fix] already");
  }
  for (const auto& [key, node] : root) {
    constexpr std::array sections = {"venue",       "ledger", "checkpoint", "fix",
                                     "market_data", "admin",  "operator",   "metrics",
                                     "schedule",    "log",    "run"};
    if (std::find(sections.begin(), sections.end(), key.str()) == sections.end()) {
      faults.push_back(name + ":" + std::to_string(node.source().begin.line) + ": " +
                       std::string{key.str()} + ": is not a section here");
    }
  }
  return faults;
}

}  // namespace emx::daemon
