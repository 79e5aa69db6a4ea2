#include "tools/why/report.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "tools/audit/reading.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/market/refusal_text.hpp"
#include "tools/why/act_rules.hpp"
#include "tools/why/explainer.hpp"
#include "tools/why/rule_words.hpp"

namespace emx::why {

using market::grouped;
using Json = nlohmann::ordered_json;

namespace {

std::string_view name_of(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::refusal:
      return "refusal";
    case Finding::Kind::skip:
      return "skip";
    case Finding::Kind::cut_fill:
      return "cut_fill";
    case Finding::Kind::cancel:
      return "cancel";
    case Finding::Kind::block_end:
      return "block_end";
    case Finding::Kind::transfer_end:
      return "transfer_end";
  }
  return "?";
}

// An entry in words, with what there is to explain of it.
struct Explained {
  std::uint64_t sequence;
  std::int64_t at_ns;
  std::string command;
  std::vector<Finding> findings;
};

bool is_of(const Finding& finding, std::uint64_t order_id) {
  return finding.order_id == order_id || finding.sell_order_id == order_id;
}

// Follows the ledger for what was asked.
class Inquiry {
 public:
  explicit Inquiry(const Question& question) : question_{question}, order_id_{question.order_id} {}

  // The next entry; words that are not empty end it.
  std::string take(const EntryView& entry);

  [[nodiscard]] const std::vector<Explained>& answers() const { return answers_; }
  [[nodiscard]] bool found() const { return found_; }

 private:
  [[nodiscard]] bool names_cl_ord_id(const EntryView& entry) const;
  [[nodiscard]] bool touches_order(const EntryView& entry) const;

  const Question& question_;
  std::uint64_t order_id_;  // 0: not known, or none
  Explainer explainer_;
  bool found_ = false;
  std::vector<Explained> answers_;
};

bool Inquiry::names_cl_ord_id(const EntryView& entry) const {
  if (question_.cl_ord_id.empty()) return false;
  const auto is = [&](const auto& command) {
    const SetFirmCommand* firm = explainer_.words().names().firm(command.header.actor);
    return firm != nullptr && firm->firm.view() == question_.firm &&
           command.cl_ord_id.view() == question_.cl_ord_id;
  };
  switch (static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind)) {
    case CommandKind::new_order:
      return is(read_record<NewOrderCommand>(entry.command));
    case CommandKind::replace_order:
      return is(read_record<ReplaceOrderCommand>(entry.command));
    case CommandKind::cancel_order:
      return is(read_record<CancelOrderCommand>(entry.command));
    case CommandKind::mass_cancel:
      return is(read_record<MassCancelCommand>(entry.command));
    case CommandKind::submit_block:
      return is(read_record<SubmitBlockCommand>(entry.command));
    case CommandKind::answer_block:
      return is(read_record<AnswerBlockCommand>(entry.command));
    default:
      return false;
  }
}

bool Inquiry::touches_order(const EntryView& entry) const {
  if (order_id_ == 0) return false;
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  bool touches = (kind == CommandKind::cancel_order &&
                  read_record<CancelOrderCommand>(entry.command).order_id == order_id_) ||
                 (kind == CommandKind::replace_order &&
                  read_record<ReplaceOrderCommand>(entry.command).order_id == order_id_);
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        switch (static_cast<EventKind>(header.kind)) {
          case EventKind::order_accepted:
            touches |= read_record<OrderAcceptedEvent>(event).order_id == order_id_;
            break;
          case EventKind::order_cancelled:
            touches |= read_record<OrderCancelledEvent>(event).order_id == order_id_;
            break;
          case EventKind::skip:
            touches |= read_record<SkipEvent>(event).order_id == order_id_;
            break;
          case EventKind::trade: {
            const auto trade = read_record<TradeEvent>(event);
            touches |= trade.buy_order_id == order_id_ || trade.sell_order_id == order_id_;
            break;
          }
          default:
            break;
        }
      }));
  return touches;
}

std::string Inquiry::take(const EntryView& entry) {
  const std::uint64_t sequence = entry.stamp.sequence.value;
  if (question_.sequence != 0 && sequence > question_.sequence)
    return std::string{audit::read_enough};
  const bool by_name = names_cl_ord_id(entry);
  const bool by_order = touches_order(entry);
  const bool whole = sequence == question_.sequence || by_name;
  std::string command = whole || by_order ? explainer_.words().command(entry.command) : "";
  std::vector<Finding> findings = explainer_.take(entry, whole || by_order);
  if (!explainer_.fault().empty()) return explainer_.fault();
  if (!whole && !by_order) return {};
  found_ = true;
  if (!whole) std::erase_if(findings, [&](const Finding& f) { return !is_of(f, order_id_); });
  if (by_name && entry.events_count > 0) {
    const auto header = read_record<EventHeader>(entry.events);
    if (static_cast<EventKind>(header.kind) == EventKind::order_accepted) {
      order_id_ = read_record<OrderAcceptedEvent>(entry.events).order_id;
    } else if (static_cast<EventKind>(header.kind) == EventKind::order_replaced) {
      order_id_ = read_record<OrderReplacedEvent>(entry.events).order_id;
    }
  }
  answers_.push_back({sequence, entry.stamp.at_ns, std::move(command), std::move(findings)});
  return {};
}

RuleWords rule_of(const Finding& finding) {
  const RuleWords of_act = finding.act ? rule_of_act(*finding.act, finding.code) : RuleWords{};
  return of_act.section.empty() ? why::rule_of(finding.code) : of_act;
}

std::string rule_words(const Finding& finding) {
  const RuleWords words = rule_of(finding);
  return "market-rules " + std::string{words.section} + ", " + std::string{words.rule};
}

// A signed rule is one of many that its entry brought into force.
std::string source_words(const std::optional<SetBy>& by) {
  if (!by) return "none";
  if (!by->rule) return "entry " + std::to_string(by->sequence);
  return audit::place_words(by->rule->version, by->rule->authority, by->rule->record);
}

void write_caps(const Finding& finding, std::ostream& out) {
  using enum audit::TextTable::Align;
  audit::TextTable table{{{"  row"},
                          {"code"},
                          {"cap of"},
                          {"cap kg", right},
                          {"use kg", right},
                          {"room kg", right},
                          {"to sell kg", right},
                          {"set by"},
                          {""}}};
  for (const Cap& cap : finding.caps) {
    table.add({"  " + std::to_string(cap.row), std::string{emx::name_of(cap.code)}, cap.name,
               grouped(cap.cap_kg), grouped(cap.use_kg), grouped(cap.room_kg), grouped(cap.lots),
               source_words(cap.set_by), cap.decides ? "decides" : ""});
  }
  table.write(out);
}

void write_tests(const Finding& finding, std::ostream& out) {
  audit::TextTable table{{{"  test"}, {"of"}, {"result"}, {"values"}}};
  for (const Test& test : finding.tests) {
    table.add({"  " + std::string{emx::name_of(test.code)}, test.name,
               test.passed ? "passed" : "FAILED", test.compared});
  }
  table.write(out);
}

void write_set_by(const SetBy& by, std::ostream& out) {
  out << "  set by    ";
  if (by.rule) {
    const SignedRule& rule = *by.rule;
    out << audit::place_words(rule.version, rule.authority, rule.record) << ": " << rule.words
        << "\n            recorded by entry " << rule.recorded << ", activated by entry "
        << rule.activated << ", in force since ";
  }
  out << "entry " << by.sequence << ", " << audit::text_of_time(by.at_ns) << ": " << by.command
      << '\n';
}

void write_text(const Finding& finding, std::ostream& out) {
  out << finding.event << '\n';
  out << "  code      " << emx::name_of(finding.code) << ": " << words_of(finding.code) << '\n';
  out << "  rule      " << rule_words(finding) << '\n';
  out << "  because   " << finding.because << '\n';
  if (finding.kind == Finding::Kind::refusal) {
    const std::string figures = market::refusal_figures(finding.code, finding.limit, finding.value);
    if (!figures.empty()) out << "  recorded  " << figures << '\n';
  } else if (finding.limit != 0 || finding.value != 0) {
    out << "  recorded  value " << grouped(finding.value) << ", limit " << grouped(finding.limit)
        << '\n';
  }
  out << "  rule set  " << finding.rule_set << '\n';
  for (const SetBy& by : finding.set_by) write_set_by(by, out);
  if (!finding.agrees) {
    out << "  NOTE      the values found do not give this code: do not rely on this reason\n";
  }
  if (!finding.judged_again) out << "  note      told as it was recorded, not judged again\n";
  if (!finding.tests.empty()) write_tests(finding, out);
  if (!finding.caps.empty()) write_caps(finding, out);
}

void write_text(const Explained& entry, std::ostream& out) {
  out << "entry " << entry.sequence << "  " << audit::text_of_time(entry.at_ns) << "  "
      << entry.command << '\n';
  for (const Finding& finding : entry.findings) write_text(finding, out);
}

Json json_of(const SetBy& by) {
  Json json{{"sequence", by.sequence},
            {"at_ns", by.at_ns},
            {"at", audit::text_of_time(by.at_ns)},
            {"command", by.command}};
  if (!by.rule) return json;
  json["rule"] = {{"authority", emx::name_of(static_cast<Authority>(by.rule->authority))},
                  {"version", by.rule->version},
                  {"record", by.rule->record},
                  {"text", by.rule->words},
                  {"recorded_by", by.rule->recorded},
                  {"activated_by", by.rule->activated}};
  return json;
}

Json json_of(const Finding& finding) {
  const RuleWords words = rule_of(finding);
  Json json{{"kind", name_of(finding.kind)},
            {"event", finding.event},
            {"code", emx::name_of(finding.code)},
            {"meaning", words_of(finding.code)},
            {"rule", {{"section", words.section}, {"text", words.rule}}},
            {"because", finding.because},
            {"rule_set", finding.rule_set},
            {"agrees", finding.agrees},
            {"judged_again", finding.judged_again}};
  if (finding.order_id != 0) json["order_id"] = finding.order_id;
  if (finding.sell_order_id != 0) json["sell_order_id"] = finding.sell_order_id;
  if (finding.trade_no != 0) json["trade_no"] = finding.trade_no;
  if (finding.block_no != 0) json["block_no"] = finding.block_no;
  if (finding.transfer_no != 0) json["transfer_no"] = finding.transfer_no;
  if (finding.kind == Finding::Kind::refusal) {
    json["limit"] = finding.limit;
    json["value"] = finding.value;
  }
  Json set_by = Json::array();
  for (const SetBy& by : finding.set_by) set_by.push_back(json_of(by));
  json["set_by"] = std::move(set_by);
  Json tests = Json::array();
  for (const Test& test : finding.tests) {
    tests.push_back({{"code", emx::name_of(test.code)},
                     {"of", test.name},
                     {"passed", test.passed},
                     {"values", test.compared}});
  }
  json["tests"] = std::move(tests);
  Json caps = Json::array();
  for (const Cap& cap : finding.caps) {
    caps.push_back({{"row", cap.row},
                    {"code", emx::name_of(cap.code)},
                    {"of", cap.name},
                    {"cap_kg", cap.cap_kg},
                    {"use_kg", cap.use_kg},
                    {"tickets_kg", cap.tickets_kg},
                    {"room_kg", cap.room_kg},
                    {"to_sell_kg", cap.lots},
                    {"set_by", cap.set_by ? json_of(*cap.set_by) : Json{}},
                    {"decides", cap.decides}});
  }
  json["caps"] = std::move(caps);
  return json;
}

Json json_of(const Explained& entry) {
  Json findings = Json::array();
  for (const Finding& finding : entry.findings) findings.push_back(json_of(finding));
  return {{"sequence", entry.sequence},
          {"at_ns", entry.at_ns},
          {"at", audit::text_of_time(entry.at_ns)},
          {"command", entry.command},
          {"findings", std::move(findings)}};
}

std::string asked(const Question& question) {
  if (question.sequence != 0) return "entry " + std::to_string(question.sequence);
  if (question.order_id != 0) return "order " + std::to_string(question.order_id);
  return "ClOrdID " + question.cl_ord_id + " of firm " + question.firm;
}

}  // namespace

int report_why(const std::filesystem::path& data_dir, const Question& question,
               const audit::Output& output) {
  Inquiry inquiry{question};
  const auto take = [&](const EntryView& entry) { return inquiry.take(entry); };
  if (const ledger::Result result = audit::read_verified(data_dir, output, take); !result.ok()) {
    if (output.json) {
      audit::write(
          {{"ledger", data_dir.string()}, {"verdict", "unreadable"}, {"reason", result.message}},
          output);
    }
    output.err << data_dir.string() << ": " << result.message << '\n';
    return unreadable;
  }
  std::size_t findings = 0;
  for (const Explained& entry : inquiry.answers()) findings += entry.findings.size();
  if (output.json) {
    Json entries = Json::array();
    for (const Explained& entry : inquiry.answers()) entries.push_back(json_of(entry));
    audit::write({{"ledger", data_dir.string()}, {"asked", asked(question)}, {"entries", entries}},
                 output);
  } else {
    for (const Explained& entry : inquiry.answers()) {
      if (!entry.findings.empty() || findings == 0) write_text(entry, output.out);
    }
  }
  if (findings > 0) return explained;
  output.err << asked(question)
             << (inquiry.found() ? ": nothing was refused, passed over, cut or cancelled there\n"
                                 : ": the ledger has none\n");
  return nothing_to_explain;
}

}  // namespace emx::why
