#include "tools/index/answers.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "ledger/probe.hpp"
#include "tools/audit/answer_table.hpp"
#include "tools/audit/entry_text.hpp"
#include "tools/audit/reading.hpp"
#include "tools/index/entry_teller.hpp"
#include "tools/index/index_reader.hpp"

namespace emx::index {

using audit::Json;
using audit::Output;
using ledger::Result;
using ledger::Status;

namespace {

// What an answer is made from, and what it came to: in the form that is asked for.
struct Asking {
  const std::filesystem::path& data_dir;
  const bool json_wanted;
  IndexReader reader;
  ledger::LedgerStore store;
  Json json;
  std::ostringstream text;
  bool found = true;

  [[nodiscard]] std::uint64_t ledger_entries() const { return store.size().value; }
  // "up to entry 1172, the last of the ledger".
  [[nodiscard]] std::string extent() const {
    const std::uint64_t to = reader.indexed();
    const std::string words = "up to entry " + std::to_string(to);
    if (ledger_entries() <= to) return words + ", the last of the ledger";
    return words + "; the " + std::to_string(ledger_entries() - to) +
           " after it are not in the index yet";
  }
};

Json beginning_of(const std::filesystem::path& data_dir) { return {{"ledger", data_dir.string()}}; }

int refuse(const Result& result, const std::filesystem::path& data_dir, const Output& output) {
  if (output.json) {
    Json json = beginning_of(data_dir);
    json["verdict"] = "could_not_run";
    json["reason"] = result.message;
    audit::write(json, output);
  }
  output.err << data_dir.string() << ": " << result.message << '\n';
  return no_answer;
}

// Asks in a child process. Its answer is one character for what was found, and what is printed.
int ask(const std::filesystem::path& data_dir, const Output& output,
        const std::function<Result(Asking&)>& work) {
  const auto folder = ledger::index_folder(data_dir);
  const Result result = ledger::run_in_child(folder, [&]() -> Result {
    Asking asking{data_dir, output.json, {}, {}, beginning_of(data_dir), {}};
    if (Result opened = asking.reader.open(data_dir, asking.store); !opened.ok()) return opened;
    asking.json["indexed_to"] = asking.reader.indexed();
    asking.json["ledger_entries"] = asking.ledger_entries();
    if (Result asked = work(asking); !asked.ok()) return asked;
    std::ostringstream printed;
    if (output.json) {
      audit::write(asking.json, {printed, printed, true, false});
    } else {
      printed << asking.text.str();
    }
    return {Status::ok, (asking.found ? '+' : '-') + printed.str()};
  });
  if (!result.ok()) return refuse(result, data_dir, output);
  output.out << result.message.substr(1);
  return result.message.front() == '+' ? answered : nothing_there;
}

std::string plural(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

// The entries in words, into the answer: the first so many.
Result tell_entries(Asking& asking, EntryTeller& teller, const std::string& subject,
                    const std::vector<std::uint64_t>& entries, std::uint64_t most) {
  asking.found = !entries.empty();
  asking.text << subject << ": "
              << (asking.found ? plural(entries.size(), "entry", "entries") : "nothing") << ' '
              << asking.extent() << '\n';
  Json list = Json::array();
  const std::size_t told = std::min<std::uint64_t>(entries.size(), most);
  for (std::size_t i = 0; i < told; ++i) {
    Result result = teller.tell(
        entries[i],
        [&](const EntryView& entry, const audit::EntryWords& words, const std::string& sender) {
          if (asking.json_wanted) {
            list.push_back(audit::json_of(entry, words, sender));
          } else {
            audit::write_text(entry, words, sender, asking.text);
          }
        });
    if (!result.ok()) return result;
  }
  asking.json["entries"] = std::move(list);
  asking.json["entries_count"] = entries.size();
  if (told < entries.size()) {
    asking.text << "... and " << entries.size() - told << " more, from entry " << entries[told]
                << " on: ask for more with --count, or for a part\n";
  }
  return {};
}

int report_number(const std::filesystem::path& data_dir, Kind kind, const std::string& word,
                  const NumberLookUp& look_up, const Output& output) {
  return ask(data_dir, output, [&](Asking& asking) -> Result {
    asking.json[word] = look_up.number;
    EntryTeller teller{asking.store, asking.reader};
    std::vector<std::uint64_t> entries;
    Result result = teller.open();
    if (result.ok()) {
      result =
          asking.reader.entries_of(kind, look_up.number, {1, asking.reader.indexed()}, entries);
    }
    if (!result.ok()) return result;
    return tell_entries(asking, teller, word + ' ' + std::to_string(look_up.number), entries,
                        look_up.count);
  });
}

// `no_id`: there is none of that name.
std::uint32_t account_named(const std::string& code, const market::Names& names) {
  for (const AccountId own :
       {account_bank, account_registry, account_venue_fees, account_env_retired}) {
    if (names.account(own.value) == code) return own.value;
  }
  return names.find_facility(code);
}

// Of the dates that were asked for.
Result range_of(const Asking& asking, const AccountLookUp& look_up, Range& out) {
  out = {1, asking.reader.indexed()};
  if (!look_up.from && !look_up.to) return {};
  constexpr Date last_date{std::numeric_limits<std::int32_t>::max()};
  std::optional<Range> days;
  const Result result =
      asking.reader.days(look_up.from.value_or(Date{1}), look_up.to.value_or(last_date), days);
  // Before the first day there is the market's set-up.
  const bool from_the_beginning = !look_up.from;
  out = days.value_or(Range{1, 0});
  if (from_the_beginning) out.first = 1;
  return result;
}

// An entry's number and time, the latter in words as well.
Result time_of(const ledger::LedgerStore& store, std::uint64_t sequence, Json& json,
               std::string& text) {
  return store.get(SeqNo{sequence}, [&](const ledger::StoredEntry& entry) {
    text = audit::text_of_time(entry.header.at_ns);
    json = {{"sequence", sequence}, {"at_ns", entry.header.at_ns}, {"at", text}};
  });
}

}  // namespace

int report_order(const std::filesystem::path& data_dir, const NumberLookUp& look_up,
                 const Output& output) {
  return report_number(data_dir, Kind::order, "order", look_up, output);
}

int report_trade(const std::filesystem::path& data_dir, const NumberLookUp& look_up,
                 const Output& output) {
  return report_number(data_dir, Kind::trade, "trade", look_up, output);
}

int report_account(const std::filesystem::path& data_dir, const AccountLookUp& look_up,
                   const Output& output) {
  return ask(data_dir, output, [&](Asking& asking) -> Result {
    asking.json["account"] = look_up.code;
    EntryTeller teller{asking.store, asking.reader};
    market::Names names;
    Result result = teller.open();
    if (result.ok()) result = teller.names(names);
    if (!result.ok()) return result;
    const std::uint32_t id = account_named(look_up.code, names);
    Range range;
    std::vector<std::uint64_t> entries;
    if (id == no_id) {  // none of that name is known
      return tell_entries(asking, teller, "account " + look_up.code, entries, look_up.count);
    }
    result = range_of(asking, look_up, range);
    if (result.ok()) result = asking.reader.entries_of(Kind::account, id, range, entries);
    if (!result.ok()) return result;
    return tell_entries(asking, teller, "account " + look_up.code, entries, look_up.count);
  });
}

int report_day(const std::filesystem::path& data_dir, Date date, const Output& output) {
  return ask(data_dir, output, [&](Asking& asking) -> Result {
    const std::string name = text_of(date);
    asking.json["date"] = name;
    std::optional<Range> day;
    if (Result result = asking.reader.days(date, date, day); !result.ok()) return result;
    asking.found = day.has_value();
    if (!day) {
      asking.text << name << " was no trade date " << asking.extent() << '\n';
      asking.json["first"] = nullptr;
      asking.json["last"] = nullptr;
      return {};
    }
    // What comes next may be of it as well.
    const bool is_over = day->last < asking.reader.indexed();
    std::string first_at;
    std::string last_at;
    Result result = time_of(asking.store, day->first, asking.json["first"], first_at);
    if (result.ok()) result = time_of(asking.store, day->last, asking.json["last"], last_at);
    if (!result.ok()) return result;
    asking.json["over"] = is_over;
    asking.text << name << ": " << plural(day->last - day->first + 1, "entry", "entries")
                << ", from " << day->first << " (" << first_at << ") to " << day->last << " ("
                << last_at << "), " << (is_over ? "the day is over" : "so far; " + asking.extent())
                << '\n';
    return {};
  });
}

int report_position(const std::filesystem::path& data_dir, const PositionLookUp& look_up,
                    const Output& output) {
  return ask(data_dir, output, [&](Asking& asking) -> Result {
    const std::string province{name_of(look_up.province)};
    asking.json["province"] = province;
    asking.json["date"] = text_of(look_up.date);
    std::optional<DaysPosition> position;
    const Result result = asking.reader.position(look_up.date, look_up.province, position);
    if (!result.ok()) return result;
    asking.found = position.has_value();
    if (!position) {
      asking.text << text_of(look_up.date) << " was no trade date " << asking.extent() << '\n';
      asking.json["as_of"] = nullptr;
      asking.json["position"] = Json::array();
      return {};
    }
    const audit::AnswerTable table = audit::table_of(position->rows);
    asking.json["as_of"] = audit::json_of(position->as_of);
    asking.json["position"] = table.json();
    asking.text << "position of " << province << ' ' << audit::words_of(position->as_of) << '\n';
    table.write_text(asking.text);
    return {};
  });
}

int report_status(const std::filesystem::path& data_dir, const Output& output) {
  const std::uint64_t writer = ledger::index_writer(data_dir);
  return ask(data_dir, output, [&](Asking& asking) -> Result {
    std::uint64_t bytes = 0;
    std::string at;
    if (Result result = asking.reader.file().file_bytes(bytes); !result.ok()) return result;
    const std::uint64_t to = asking.reader.indexed();
    const std::uint64_t behind = asking.ledger_entries() > to ? asking.ledger_entries() - to : 0;
    asking.json["lag_entries"] = behind;
    asking.json["last"] = nullptr;
    if (to != 0) {
      if (Result result = time_of(asking.store, to, asking.json["last"], at); !result.ok()) {
        return result;
      }
    }
    asking.json["bytes"] = bytes;
    asking.json["written_by"] = writer == 0 ? Json{} : Json(writer);
    asking.text << "the index in " << asking.reader.file().folder().string() << " is of this "
                << "ledger, " << asking.extent() << (at.empty() ? "" : " (of " + at + ")") << "; "
                << bytes << " bytes; "
                << (writer == 0 ? "nobody writes it now"
                                : "process " + std::to_string(writer) + " writes it")
                << '\n';
    return {};
  });
}

}  // namespace emx::index
