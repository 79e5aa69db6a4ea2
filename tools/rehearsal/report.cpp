#include "tools/rehearsal/report.hpp"

#include <bit>
#include <nlohmann/json.hpp>
#include <ostream>
#include <variant>

#include "engine/vocabulary/refusal_words.hpp"
#include "tools/admin/powers.hpp"
#include "tools/admin/request.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/rehearsal/effect_json.hpp"
#include "tools/rehearsal/effect_text.hpp"
#include "tools/rehearsal/forecast.hpp"
#include "tools/rehearsal/later_report.hpp"

namespace emx::rehearsal {

using audit::Json;
using market::grouped;

namespace {

void write_activation(const Activation& activation, std::ostream& out) {
  out << "\nActivated with all documents that are closed then, rule set " << activation.version;
  if (activation.refusal) {
    out << " would be refused: " << name_of(activation.refusal->code) << ": "
        << activation.refusal->reason << '\n';
  } else if (activation.waits) {
    out << " would wait for " << text_of(activation.parts.front().effective) << '\n';
  } else {
    out << " would come into force at once\n";
  }
  for (const Part& part : activation.parts) {
    out << "    " << audit::authority_words(static_cast<std::uint8_t>(part.authority)) << ": "
        << grouped(static_cast<std::int64_t>(part.records))
        << (part.records == 1 ? " record" : " records") << ", for " << text_of(part.effective)
        << '\n';
  }
}

bool is_nothing(const Effect& effect) {
  return effect.cancelled.empty() && effect.trades.empty() && effect.rooms.empty() &&
         effect.headroom.empty() && effect.counterparties.empty();
}

// `waits`: the set does, so this is what it would do were its date today's.
void write_if_now(const Effect& effect, bool waits, const market::Names& names, std::ostream& out) {
  out << (waits ? "\nOn today's orders, were it for today: " : "\nThen: ");
  if (effect.refusal) {
    out << "it would be refused: " << name_of(effect.refusal->code) << '\n';
    return;
  }
  out << (is_nothing(effect) ? "no order would be cancelled, nothing would trade, and no "
                               "room would be another\n"
                             : "\n");
  write_tables(effect, names, out);
}

// `second`: who may be the second person; empty: it needs none.
void write_text(const Rehearsal& rehearsal, std::uint64_t after, const Forecast& forecast,
                const std::string& second, std::ostream& out) {
  const Effect& act = forecast.act;
  out << "after entry " << grouped(static_cast<std::int64_t>(after)) << "  "
      << audit::text_of_time(act.at_ns) << "  " << act.command << '\n';
  if (act.refusal) {
    out << "it would be refused: " << name_of(act.refusal->code) << ": " << act.refusal->reason
        << '\n';
    return;
  }
  if (!second.empty()) out << "it would wait for a second person, of " << second << "; then ";
  out << "it would be applied";
  out << (act.events.empty() && is_nothing(act) ? "; nothing else would happen\n" : "\n");
  write_tables(act, rehearsal.names(), out);
  if (forecast.activation) write_activation(*forecast.activation, out);
  if (forecast.if_now) {
    const bool waits = !forecast.activation || forecast.activation->waits;
    write_if_now(*forecast.if_now, waits, rehearsal.names(), out);
  }
  for (const Later& later : forecast.later) write_later(later, rehearsal.names(), out);
}

Json json_of(const Activation& activation) {
  Json parts = Json::array();
  for (const Part& part : activation.parts) {
    parts.push_back({{"authority", name_of(part.authority)},
                     {"records", part.records},
                     {"effective", text_of(part.effective)}});
  }
  Json refused;
  if (activation.refusal) refused = json_of(*activation.refusal);
  return {{"version", activation.version},
          {"parts", std::move(parts)},
          {"refused", std::move(refused)},
          {"waits", activation.waits}};
}

Json json_of(const Forecast& forecast, const market::Names& names) {
  Json answer{{"at_ns", forecast.act.at_ns},
              {"at", audit::text_of_time(forecast.act.at_ns)},
              {"command", forecast.act.command}};
  answer.update(json_of(forecast.act, names));
  answer["activation"] = forecast.activation ? json_of(*forecast.activation) : Json{};
  answer["if_now"] = forecast.if_now ? json_of(*forecast.if_now, names) : Json{};
  answer["later"] = Json::array();
  for (const Later& later : forecast.later) answer["later"].push_back(json_of(later, names));
  return answer;
}

int tell_no_answer(const std::string& reason, const audit::Output& output) {
  if (output.json) audit::write(Json{{"verdict", "no_answer"}, {"reason", reason}}, output);
  output.err << reason << '\n';
  return no_answer;
}

// Before the log, so there is no code.
std::string refusal_before_log(const Asked& asked, const admin::CommandRequest& request,
                               const Rehearsal& course) {
  if (asked.persons) {
    const admin::Operator* person = asked.persons->find(request.sender.person);
    if (person == nullptr) return asked.persons->refusal_of_number(request.sender.person);
    std::string why = admin::refusal_to_ask(*person, request.command, course.names());
    if (!why.empty()) return why;
  }
  if (!request.document || asked.is_draft) return {};
  const auto authority = request.document->authority;
  const risk::RuleSets& sets = course.state().rule_sets();
  if (!is_known(authority) || !sets.has_key(authority)) {
    return admin::refusal_of_signature(request, nullptr);
  }
  const auto key = std::bit_cast<admin::PublicKey>(sets.public_key(authority));
  return admin::refusal_of_signature(request, &key);
}

int tell_refused_before_log(const std::string& reason, Json answer, const audit::Output& output) {
  if (output.json) {
    answer["refused"] = {{"code", nullptr}, {"reason", reason}};
    audit::write(answer, output);
  } else {
    output.out << "it would be refused: " << reason << '\n';
  }
  return would_be_refused;
}

}  // namespace

int report_rehearsal(const std::filesystem::path& data_dir, const Asked& asked,
                     const audit::Output& output) {
  Courses courses{data_dir, asked.now_ns, output};
  Rehearsal course;
  if (const std::string why = courses.start(course); !why.empty()) {
    return tell_no_answer(why, output);
  }
  const admin::Request made = admin::read_request(asked.request, course.names());
  if (const auto* bad = std::get_if<admin::BadRequest>(&made)) {
    return tell_no_answer(bad->reason, output);
  }
  const auto* request = std::get_if<admin::CommandRequest>(&made);
  if (request == nullptr) return tell_no_answer("it changes nothing in the ledger", output);
  const std::string second =
      request->needs_second ? admin::words_of_approvers(request->command, course.names()) : "";
  Json answer{{"ledger", data_dir.string()},
              {"after_sequence", courses.last()},
              {"needs_second", request->needs_second}};
  if (const std::string why = refusal_before_log(asked, *request, course); !why.empty()) {
    return tell_refused_before_log(why, std::move(answer), output);
  }
  Forecast forecast;
  if (const std::string why = make_forecast(*request, course, courses, forecast); !why.empty()) {
    return tell_no_answer(why, output);
  }
  if (output.json) {
    answer.update(json_of(forecast, course.names()));
    audit::write(answer, output);
  } else {
    write_text(course, courses.last(), forecast, second, output.out);
  }
  return forecast.act.refusal ? would_be_refused : would_be_applied;
}

}  // namespace emx::rehearsal
