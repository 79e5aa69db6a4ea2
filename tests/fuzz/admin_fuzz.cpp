// A libFuzzer target: any lines as a session of the administrative channel, at the desk of a venue
// with a core of its own. Each line is sent as it is, as a request that its person signs, and as
// one that another signs in her name; what waits for a second person the others decide on in turn.
// Nothing goes into the log but what its person signed. Each is applied, refused or told what is
// wrong with it, and answered once; the same again does nothing, at a desk that was started anew as
// well; what is applied can be told in words; the core's digest is that of its state.
//
// What an input cannot spell is made here, so that what it changes still reaches behind signatures:
//
//   "public_key":"of ZJ"     the key that this program holds for the authority
//   "rules":"<text>"         the text compiled, as "document", with the "signature" of its
//                            authority, or of the one that "signed-by" names
//   "second":"reject"        what the others do with what waits, or "nobody"
//   "after":60               seconds pass before it
//   "taken":2                so many commands of it are put on their way, and no more
//
// A request without a time is made now.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/admin/persons.hpp"
#include "tests/admin/small_venue.hpp"
#include "tests/fuzz/reached.hpp"
#include "tools/admin/desk.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/admin/request.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/admin/utc_text.hpp"
#include "tools/rules/document.hpp"
#include "tools/rules/rule_text.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace emx::fuzz {
namespace {

using nlohmann::json;

constexpr std::size_t lines_max = 64;

GenesisCommand small_genesis() {
  GenesisCommand genesis{};
  genesis.header.kind = static_cast<std::uint16_t>(CommandKind::genesis);
  genesis.header.size = sizeof genesis;
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = engine::semantics_version;
  genesis.firms_max = genesis.facilities_max = 4;
  genesis.instruments_max = 3;
  genesis.zones_max = 4;
  genesis.orders_max = 16;
  genesis.level_cells_max = 1U << 12;
  genesis.listed_kg_max = 30'000;
  genesis.listed_carbon_t_max = 99'999;
  genesis.gtc_days = 90;
  return genesis;
}

// The persons, and the authorities' keys.
const admin::Persons& persons() {
  static const admin::Persons persons;
  return persons;
}
constexpr std::uint32_t persons_count = 4;
const admin::PrivateKey& key_of_person(std::uint32_t person) {
  const admin::Persons& all = persons();
  const std::array keys{&all.li, &all.wang, &all.shen, &all.zhu};
  return *keys.at(person - 1);
}
const admin::PrivateKey& key_of(Authority authority) {
  static const std::array<admin::PrivateKey, authorities_count> keys{
      admin::PrivateKey::make(), admin::PrivateKey::make(), admin::PrivateKey::make(),
      admin::PrivateKey::make(), admin::PrivateKey::make()};
  return keys.at(static_cast<std::size_t>(authority));
}

// A request of the input, and what is done with it.
struct Sending {
  std::string text;
  std::string act;
  std::uint32_t person = 1;
  std::string second = "approve";
  std::int64_t after_s = 0;
  std::optional<std::uint64_t> taken;
};

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}
// Takes the field out; what is no number of the range is none.
std::optional<std::uint64_t> take_number(json& object, const char* key, std::uint64_t most) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  object.erase(found);
  return number <= most ? std::optional{number} : std::nullopt;
}

void sign_rules(json& request) {
  const rules::Compiled compiled = rules::compile(text_at(request, "rules"), "fuzz.toml");
  const auto by = from_name<Authority>(text_at(request, "signed-by"));
  request.erase("rules");
  request.erase("signed-by");
  if (!compiled.faults.empty()) return;
  const rules::Document& document = compiled.document;
  const admin::Signature signature = sign(document, key_of(by.value_or(document.authority)));
  request["document"] = admin::base64_of(rules::bytes_of(document));
  request["signature"] = admin::base64_of(signature);
}

// nullopt: no program makes a request of it.
std::optional<Sending> sending_of(const std::string& line, std::int64_t now_ns) {
  if (!json::accept(line) || !admin::is_whole(line)) return std::nullopt;
  json request = json::parse(line);
  if (!request.is_object()) return Sending{.text = line};
  Sending sending{.act = text_at(request, "command")};
  if (const auto person = request.find("person");
      person != request.end() && person->is_number_unsigned()) {
    const auto number = person->get<std::uint64_t>();
    if (number >= 1 && number <= persons_count) sending.person = static_cast<std::uint32_t>(number);
  }
  if (request.contains("second")) {
    sending.second = text_at(request, "second");
    request.erase("second");
  }
  sending.after_s = static_cast<std::int64_t>(take_number(request, "after", 2'000).value_or(0));
  sending.taken = take_number(request, "taken", 256);
  const std::string key = text_at(request, "public_key");
  if (key.starts_with("of ")) {
    if (const auto authority = from_name<Authority>(key.substr(3))) {
      request["public_key"] = admin::base64_of(key_of(*authority).public_key());
    }
  }
  if (request.contains("rules")) sign_rules(request);
  if (!request.contains("time")) {
    request["time"] = admin::text_of_utc(now_ns + sending.after_s * 1'000'000'000);
  }
  sending.text = request.dump();
  return sending;
}

class Venue {
 public:
  Venue() : exchange_{small_genesis()} {
    const GenesisCommand genesis = small_genesis();
    apply(std::as_bytes(std::span{&genesis, 1}));
    for (const auto& command : admin::SmallVenue::commands()) {
      apply(command);
      check(!is_refused({{}, command, events_.bytes(), events_.count(), 0, 0}));
    }
  }

  void hear(const std::string& line) {
    const json told = ask_unsigned(line);
    const auto sending = sending_of(line, now_ns_);
    if (!sending) return;
    if (told["ok"].get<bool>()) reached(sending->act);  // it only asks
    now_ns_ += sending->after_s * 1'000'000'000;
    static_cast<void>(ask_unsigned(sending->text));
    const std::uint32_t other = sending->person % persons_count + 1;
    static_cast<void>(ask_unsigned(admin::signed_line(sending->text, key_of_person(other))));
    taken_ = sending->taken;
    const json answer = ask(line_of(*sending));
    note(*sending, answer);
    json outcome = answer;
    if (answer.value("waiting", false)) outcome = have_decided(*sending, answer["approval"]);
    taken_.reset();
    if (outcome.contains("sequence")) repeat({*sending, outcome});
  }
  void check_digest() const { check(exchange_.digest() == exchange_.digest_from_scratch()); }

  // After a restart the desk knows what became of a request from the entries alone.
  void check_restart() {
    bool submits = false;
    admin::Desk desk{persons().operators(),
                     {.submit = [&](std::span<const std::byte>) -> std::string {
                        submits = true;
                        return "the queue is full";
                      },
                      .status = [] { return std::string{R"({"ok":true})"}; },
                      .now_ns = [this] { return now_ns_; },
                      .inform = [](const std::string&) {},
                      .warn = [](const std::string&) {}}};
    for (const Kept& kept : log_) desk.on_entry(kept.view());
    for (const Answered& first : answered_) {
      json again;
      desk.take(line_of(first.sending),
                [&](const std::string& text) { again = json::parse(text); });
      check_again(first, again);
      // A document of which a record was refused is none that the log has: it may come again.
      check(!std::exchange(submits, false) || first.sending.act == "rule-document");
    }
    if (!answered_.empty()) reached("restart");
  }

 private:
  struct Answered {
    Sending sending;
    json answer;
  };
  // An entry with its bytes.
  struct Kept {
    Stamp stamp;
    std::vector<std::byte> command;
    std::vector<std::byte> events;
    std::uint32_t events_count;
    [[nodiscard]] EntryView view() const { return {stamp, command, events, events_count, 0, 0}; }
  };

  static std::string line_of(const Sending& sending) {
    return admin::signed_line(sending.text, key_of_person(sending.person));
  }

  // The same request once more does nothing, and gets its first answer, unless it reads otherwise
  // by now: who is admitted cannot be admitted.
  void repeat(const Answered& first) {
    const std::uint64_t before = sequence_;
    const json again = ask(line_of(first.sending));
    check(sequence_ == before);
    check(again.value("reason", "").find("this id was used before") == std::string::npos);
    check_again(first, again);
    answered_.push_back(first);
  }
  static void check_again(const Answered& first, const json& again) {
    if (!again.contains("sequence")) return;
    check(again == first.answer);
    reached("first answer again");
  }

  // Each other person in turn, until one may decide.
  json have_decided(const Sending& sending, std::uint64_t approval) {
    if (sending.second == "nobody") {
      reached("waits for a second person");
      return {};
    }
    const json decision{{"command", sending.second == "reject" ? "reject" : "approve"},
                        {"approval", approval},
                        {"request", sending.text},
                        {"time", admin::text_of_utc(now_ns_)}};
    for (std::uint32_t i = 1; i < persons_count; ++i) {
      const std::uint32_t person = (sending.person + i - 1) % persons_count + 1;
      const json decided = ask(persons().line(person, decision));
      if (decided.contains("rejected")) reached("reject");
      if (decided.contains("sequence")) reached("approve");
      note(sending, decided);
      if (decided["ok"].get<bool>() || decided.contains("sequence")) return decided;
    }
    return {};
  }

  static void note(const Sending& sending, const json& answer) {
    if (answer["ok"].get<bool>()) return reached(sending.act);
    const std::string reason = answer.value("reason", "");
    for (const char* words :
         {"has no key in the ledger", "the signature is not by the key of", "must be of the office",
          "the queue is full", "another request needs another id", "record 0 ("}) {
      if (reason.find(words) != std::string::npos) reached(words);
    }
  }
  void note_events() const {
    const bool whole = for_each_event(
        events_.bytes(), [](const EventHeader& header, std::span<const std::byte> event) {
          if (static_cast<EventKind>(header.kind) != EventKind::rule_set) return;
          const auto stage = static_cast<RuleSetStage>(read_record<RuleSetEvent>(event).stage);
          if (stage == RuleSetStage::waits) reached("rule set waits");
          if (stage == RuleSetStage::in_force) reached("rule set in force");
          if (stage == RuleSetStage::withdrawn) reached("rule set withdrawn");
          if (stage == RuleSetStage::left_out) reached("document left out");
        });
    check(whole);
  }

  // What nobody signed, or another than whom it names.
  json ask_unsigned(const std::string& line) {
    const std::uint64_t before = sequence_;
    json answer = ask(line);
    check(sequence_ == before);
    return answer;
  }

  json ask(const std::string& line) {
    json answer;
    int answers = 0;
    desk_.take(line, [&](const std::string& text) {
      answer = json::parse(text);
      ++answers;
    });
    while (!submitted_.empty()) {  // what closes a document follows its records
      for (std::vector<std::vector<std::byte>> due = std::exchange(submitted_, {});
           const auto& command : due) {
        apply(command);
        note_events();
      }
    }
    check(answers == 1);
    check(answer.is_object() && answer.contains("ok"));
    check(answer["ok"].get<bool>() || !answer.value("reason", "").empty());
    return answer;
  }

  std::string submit(std::span<const std::byte> command) {
    if (taken_ && *taken_ == 0) return "the queue is full";
    if (taken_) --*taken_;
    submitted_.emplace_back(command.begin(), command.end());
    return "";
  }

  void apply(std::span<const std::byte> command) {
    apply_entry(command);
    const ProceedCommand proceed = engine::proceed_command();
    while (exchange_.more_to_do()) apply_entry(std::as_bytes(std::span{&proceed, 1}));
  }
  void apply_entry(std::span<const std::byte> command) {
    const Stamp stamp{SeqNo{++sequence_}, now_ns_};
    exchange_.apply(stamp, command, events_);
    desk_.on_entry({stamp, command, events_.bytes(), events_.count(), exchange_.digest(),
                    exchange_.rule_set()});
    const auto bytes = events_.bytes();
    log_.push_back(
        {stamp, {command.begin(), command.end()}, {bytes.begin(), bytes.end()}, events_.count()});
  }

  engine::Exchange exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::int64_t now_ns_ = admin::Persons::now_ns();
  std::optional<std::uint64_t> taken_;
  std::vector<std::vector<std::byte>> submitted_;
  std::vector<Kept> log_;
  std::vector<Answered> answered_;
  admin::Desk desk_{
      persons().operators(),
      {.submit = [this](std::span<const std::byte> command) { return submit(command); },
       .status = [] { return std::string{R"({"ok":true})"}; },
       .now_ns = [this] { return now_ns_; },
       .inform = [](const std::string& words) { check(!words.empty()); },
       .warn = [](const std::string& words) { check(!words.empty()); }}};
};

std::vector<std::string> wanted() {
  std::vector<std::string> names{"status",
                                 "pending",
                                 "approve",
                                 "reject",
                                 "waits for a second person",
                                 "first answer again",
                                 "restart",
                                 "has no key in the ledger",
                                 "the signature is not by the key of",
                                 "must be of the office",
                                 "the queue is full",
                                 "another request needs another id",
                                 "record 0 (",
                                 "rule set waits",
                                 "rule set in force",
                                 "rule set withdrawn",
                                 "document left out"};
  for (const std::string_view act : admin::names_of_acts()) names.emplace_back(act);
  return names;
}

}  // namespace
}  // namespace emx::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  emx::fuzz::must_reach({*arguments, *arguments + *count}, emx::fuzz::wanted());
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  emx::fuzz::Venue venue;
  std::string_view text{reinterpret_cast<const char*>(data), size};
  for (std::size_t lines = 0; lines < emx::fuzz::lines_max && !text.empty(); ++lines) {
    const std::size_t end = text.find('\n');
    venue.hear(std::string{text.substr(0, end)});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  venue.check_restart();
  venue.check_digest();
  return 0;
}
