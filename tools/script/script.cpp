#include "tools/script/script.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "tools/script/readers.hpp"

namespace emx::script {

using market::in_quotes;

namespace {

std::string_view without_comment(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t last = line.find_last_not_of(" \t\r");
  return last == std::string_view::npos ? std::string_view{} : line.substr(0, last + 1);
}

template <class Rule>
std::span<const std::byte> bytes_of(const Rule& rule) {
  return std::as_bytes(std::span{&rule, 1});
}

// A record of a rule set: statements behind it may name what it would define.
void define(const SetInstrumentCommand& rule, market::Names& names) {
  if (names.find_instrument(rule.symbol.view()) == no_id) names.apply(bytes_of(rule));
}
void define(const SetZoneCommand& rule, market::Names& names) {
  const auto province = static_cast<Province>(rule.province);
  if (names.find_zone(province, rule.zone.view()) == no_id) names.apply(bytes_of(rule));
}
template <class Rule>
void define(const Rule&, market::Names&) {}

}  // namespace

void Present::apply(std::span<const std::byte> command) {
  names.apply(command);
  const auto header = read_record<CommandHeader>(command);
  if (header.kind == static_cast<std::uint16_t>(CommandKind::set_quota)) {
    const auto quota = read_record<SetQuotaCommand>(command);
    quotas[{quota.year, quota.province, quota.pollutant}] = quota;
  } else if (header.kind == static_cast<std::uint16_t>(CommandKind::day_open)) {
    today = Date{read_record<DayOpenCommand>(command).date};
  } else if (header.kind == static_cast<std::uint16_t>(CommandKind::rule_record)) {
    const auto record = read_record<RuleRecordCommand>(command);
    visit_rule(record.record_kind, record.body, [this](const auto& rule) { define(rule, names); });
  }
}

std::int64_t Present::time_ns(Statement& statement, std::string_view time_of_day) const {
  constexpr std::int64_t day_ns = 86'400'000'000'000;
  constexpr std::int64_t utc_plus_8_ns = 8 * 3'600'000'000'000;
  if (!today && statement.ok()) statement.fault("a time of day needs a day statement before it");
  const std::int64_t midnight_ns = today.value_or(Date{}).value * day_ns - utc_plus_8_ns;
  return midnight_ns + statement.time_of_day_ns(time_of_day);
}

RatioParts ratio_from(Statement& statement, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    statement.fault(in_quotes(text) + " is no ratio; expected for example 3/2");
    return {};
  }
  const auto part = [&](std::string_view number) {
    const std::int64_t value = statement.count("part of a ratio", number);
    if (value > 255) statement.fault("a ratio's parts are at most 255");
    return static_cast<std::uint8_t>(value);
  };
  const std::uint8_t n = part(text.substr(0, slash));
  return {n, part(text.substr(slash + 1))};
}

std::uint32_t approver_of(Statement& statement) {
  const auto text = statement.option("approved-by");
  if (!text) return 0;
  const std::int64_t number = statement.count("person's number", *text);
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (number > most) statement.fault("a person's number is at most " + std::to_string(most));
  return static_cast<std::uint32_t>(number);
}

std::uint32_t known_symbol(Statement& statement, const Present& present) {
  const std::string_view symbol = statement.word("symbol");
  const std::uint32_t id = present.names.find_instrument(symbol);
  if (id == no_id && statement.ok()) {
    statement.fault(in_quotes(symbol) + " is no instrument of this market");
  }
  return id;
}

std::uint32_t known_facility(Statement& statement, const Present& present) {
  const std::string_view code = statement.word("facility");
  const std::uint32_t id = present.names.find_facility(code);
  if (id == no_id && statement.ok()) {
    statement.fault(in_quotes(code) + " is no facility of this market");
  }
  return id;
}

StatementReader::StatementReader(std::string file, market::Faults& faults)
    : file_{std::move(file)}, faults_{faults}, present_{std::make_unique<Present>()} {}

StatementReader::~StatementReader() = default;

void StatementReader::know(std::span<const std::byte> command) { present_->apply(command); }

const market::Names& StatementReader::names() const { return present_->names; }

std::optional<Step> StatementReader::read(std::uint32_t line, std::string_view text) {
  Statement statement{file_, line, text, faults_};
  if (statement.at_end()) return std::nullopt;
  const std::string_view verb = statement.word("statement");
  Reader reader = find_rule_statement(verb);
  if (reader == nullptr) reader = find_order_statement(verb);
  if (reader == nullptr) reader = find_limit_statement(verb);
  if (reader == nullptr) reader = find_account_statement(verb);
  if (reader == nullptr) reader = find_block_statement(verb);
  if (reader == nullptr) reader = find_rule_set_statement(verb);
  if (reader == nullptr) {
    statement.fault(
        in_quotes(verb) +
        " is no statement; expected one of day, phase, reference, instrument, quota, demand, link, "
        "zone, firm, facility, parameters, calendar, limit, kill, release, deposit, withdraw, "
        "issue, freeze, unfreeze, "
        "pledge, unpledge, trust, distrust, transfer, buy, sell, cancel, replace, mass-cancel, "
        "indicative, block, accept-block, decline-block, cancel-block, block-session, "
        "authority-key, rule-record, rule-document, activate-rules, withdraw-rules, query");
    return std::nullopt;
  }
  const auto at = statement.option("at");
  Step step = reader(statement, *present_);
  if (at) step.not_before_ns = present_->time_ns(statement, *at);
  if (statement.ok()) statement.end();
  if (!statement.ok()) return std::nullopt;
  step.line = line;
  step.text = without_comment(text);
  present_->apply(*step.command.begin());
  return step;
}

Script parse_script(std::string_view text, const std::string& file,
                    const market::CommandList& market) {
  Script script;
  StatementReader reader{file, script.faults};
  for (const auto command : market) reader.know(command);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (auto step = reader.read(number, line)) script.steps.push_back(std::move(*step));
  }
  if (!script.faults.empty()) script.steps.clear();
  return script;
}

Script read_script(const std::filesystem::path& file, const market::CommandList& market) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) {
    Script script;
    script.faults.push_back({file.string(), 0, "", "cannot be read; is it there?"});
    return script;
  }
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  return parse_script(text, file.string(), market);
}

}  // namespace emx::script
