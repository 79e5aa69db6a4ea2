// A libFuzzer target: a stream of any bytes (fix_input.hpp), framed, and each frame decoded as far
// as the market in both versions of FIX: as it came, and written anew in the version's own name.
//
// A frame is examined as a first message (LogonAuditor). Then it goes the way of those that follow:
// what QuickFIX gets is a message without anything that it must not see; it is read and validated
// by our dictionaries, as a FIX::Session does; and a request is made of it. Only what is answered
// with a reject is thrown on the way, with memory in proportion to the frame, and the request says
// what the frame does (request_auditor.hpp); what the quick way takes (read_quickly()) comes to the
// same. A FIX::Session comes to the same
// (session_auditor.hpp). Each field's value is read as numbers and times, too.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/check.hpp"
#include "gateway/dictionaries.hpp"
#include "gateway/fix_version.hpp"
#include "gateway/frame_summary.hpp"
#include "gateway/framer.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/market_data/request.hpp"
#include "gateway/quick_reader.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/request_reader.hpp"
#include "gateway/tag_scan.hpp"
#include "tests/fuzz/allocated.hpp"
#include "tests/fuzz/fix_input.hpp"
#include "tests/fuzz/fix_rule.hpp"
#include "tests/fuzz/logon_auditor.hpp"
#include "tests/fuzz/reached.hpp"
#include "tests/fuzz/request_auditor.hpp"
#include "tests/fuzz/session_auditor.hpp"
#include "tests/fuzz/value_auditor.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace emx::fuzz {
namespace {

using gateway::FixVersion;
using gateway::FrameSummary;

constexpr std::array versions{FixVersion::fix50sp2, FixVersion::fix44};
constexpr std::size_t frames_max = 24;

// What a FIX::Session answers with a reject, by name.
constexpr std::array answered{
    "Required tag missing",
    "Invalid tag number",
    "Tag specified without a value",
    "Tag not defined for this message type",
    "Invalid Message Type",
    "Tag specified out of required order",
    "Incorrect data format for value",
    "Value is incorrect (out of range) for this tag",
    "Repeated tag not part of repeating group",
    "Repeating group count mismatch",
};

const FIX::DataDictionaryProvider& dictionaries() {
  static const FIX::DataDictionaryProvider dictionaries = gateway::load_dictionaries();
  return dictionaries;
}

// Reads as FIX::Session::next(string) does: the application's dictionary is our side's default.
FIX::Message parsed(const std::string& frame, FixVersion version) {
  constexpr bool validates_length_and_sum = false;  // the framer has
  const FIX::BeginString begin_string{std::string{begin_string_of(version)}};
  const FIX::DataDictionary& session = dictionaries().getSessionDataDictionary(begin_string);
  if (version == FixVersion::fix44) return {frame, session, validates_length_and_sum};
  return {frame, session, dictionaries().getApplicationDataDictionary(FIX::ApplVerID{"9"}),
          validates_length_and_sum};
}

// Validates as FIX::Session::next(message) does.
void validate(const FIX::Message& message, FixVersion version) {
  const FIX::BeginString begin_string{std::string{begin_string_of(version)}};
  const FIX::DataDictionary& session = dictionaries().getSessionDataDictionary(begin_string);
  if (version == FixVersion::fix44 || !message.isApp()) return session.validate(message);
  FIX::ApplVerID appl_ver_id{"9"};
  message.getHeader().getFieldIfSet(appl_ver_id);
  FIX::DataDictionary::validate(message, &session,
                                &dictionaries().getApplicationDataDictionary(appl_ver_id));
}

bool is_valid(const FIX::Message& message, FixVersion version) {
  try {
    validate(message, version);
    return true;
  } catch (const FIX::UnsupportedVersion&) {
    check(message.getHeader().getField(8) != begin_string_of(version));
    reached("Unsupported Version");
  } catch (const FIX::Exception& refusal) {
    const auto name = std::ranges::find(answered, refusal.type);
    check(name != answered.end());
    reached(*name);
  }
  return false;
}

// What read(message) makes of it; nullopt: it was refused, as the readers' headers say.
template <class Read>
auto or_refused(const FIX::Message& message, const std::string& who, Read&& read)
    -> std::optional<decltype(read(message))> {
  const auto refused = [&](std::string_view why, int tag) {
    reached(who + ": " + std::string{why} + " " + std::to_string(tag));
  };
  try {
    return read(message);
  } catch (const FIX::RequiredTagMissing& missing) {
    refused("missing", missing.field);
  } catch (const FIX::FieldNotFound& missing) {
    refused("not found", missing.field);
  } catch (const FIX::IncorrectTagValue& wrong) {
    refused("wrong value", wrong.field);
  } catch (const FIX::IncorrectDataFormat& wrong) {
    refused("wrong format", wrong.field);
  } catch (const FIX::UnsupportedMessageType&) {
    reached(who + ": unsupported type");
  }
  return std::nullopt;
}

// As sessions of market and reference data do, of what is valid.
void read_of_market(const FIX::Message& message, FixVersion version) {
  const std::string& type = message.getHeader().getField(35);
  const std::string name = std::string{begin_string_of(version)} + " market " + type;
  if (type == "V") {
    const auto request =
        or_refused(message, "market", gateway::market_data::read_market_data_request);
    if (!request) return;
    reached(name);
    check(!request->id.empty() && !request->symbols.empty());
    check(!request->types.empty() || !request->foreign_type.empty());
    check((request->max_ratio_n == 0) == (request->max_ratio_d == 0));
    check(request->max_ratio_n == 0 || !request->account.empty());
    const std::set<std::string> symbols{request->symbols.begin(), request->symbols.end()};
    check(symbols.size() == request->symbols.size());
    check(std::to_string(symbols.size()) == message.getField(146));
  } else if (type == "x" || type == "e" || type == "g") {
    const auto request =
        or_refused(message, "market", gateway::market_data::read_reference_request);
    if (!request) return;
    reached(name);
    check(!request->id.empty() && (type != "e" || !request->symbol.empty()));
  }
}

// What the session layer gives to QuickFIX.
std::string for_quickfix(std::string_view frame, const FrameSummary& summary) {
  if (!summary.is_sound) {
    reached("made sound");
    return gateway::made_sound(frame);
  }
  if (!gateway::is_foreign_application_type(summary.type)) return std::string{frame};
  reached("foreign type");
  return gateway::header_of(frame);
}

// Fields that a FIX::Session reads as numbers, and counts on from.
constexpr std::array session_numbers{"7",   "16",  "34",  "36",  "45",  "98",
                                     "108", "369", "371", "373", "380", "1409"};

// Whether QuickFIX reads it as a number, and so must be able to count as far.
bool is_counted(int tag) {
  for (const FIX::DataDictionary* dictionary :
       {&dictionaries().getSessionDataDictionary(FIX::BeginString{"FIX.4.4"}),
        &dictionaries().getSessionDataDictionary(FIX::BeginString{"FIXT.1.1"}),
        &dictionaries().getApplicationDataDictionary(FIX::ApplVerID{"9"})}) {
    FIX::TYPE::Type type{};
    if (!dictionary->getFieldType(tag, type)) continue;
    if (type == FIX::TYPE::Int || type == FIX::TYPE::SeqNum || type == FIX::TYPE::NumInGroup) {
      return true;
    }
  }
  return false;
}

// Its tags are numbers, and so are these fields or they say that they are none.
void check_for_quickfix(const std::string& given, const FrameSummary& summary) {
  check(is_message(given));
  for (const auto& [tag, value] : written_fields(given)) {
    const std::string_view digits = std::string_view{tag}.substr(tag.starts_with('-') ? 1 : 0);
    check(gateway::number_of(digits).has_value());
    const std::size_t sign = value.starts_with('-') ? 1 : 0;
    const std::size_t counted = std::min(value.find_first_not_of("0123456789", sign), value.size());
    check(counted - sign <= 9 || !is_counted(std::stoi(tag)));
    if (std::ranges::find(session_numbers, tag) == session_numbers.end()) continue;
    check(value == "?" ||
          (gateway::number_of(value) && (tag != "7" || gateway::number_of(value) != 0U)));
  }
  const FrameSummary of_given = gateway::summary_of(given);
  check(of_given.type == summary.type);
  check(of_given.msg_seq_num == summary.msg_seq_num);
  check(gateway::made_sound(gateway::made_sound(given)) == gateway::made_sound(given));
}

// Those of ours that a client asks for again are of this form.
void check_possible_duplicate(std::string_view frame, const std::vector<WrittenField>& fields) {
  const auto sent = first_value(fields, "52");
  if (!sent || sent->empty()) return;
  if (first_value(fields, "43") || first_value(fields, "122")) return;
  const std::string again = gateway::possible_duplicate(frame, "20260618-07:00:00.000");
  check(is_message(again));
  std::vector<WrittenField> again_fields = written_fields(again);
  check(first_value(again_fields, "43") == "Y");
  check(first_value(again_fields, "122") == sent);
  check(first_value(again_fields, "52") == "20260618-07:00:00.000");
  std::erase_if(again_fields, [](const WrittenField& field) {
    return field.first == "43" || field.first == "122";
  });
  check(again_fields.size() == fields.size());
  for (std::size_t at = 0; at < fields.size(); ++at) {
    const std::string& tag = fields[at].first;
    const bool may_differ = tag == "9" || tag == "10" || tag == "52";
    check(again_fields[at].first == tag && (may_differ || again_fields[at] == fields[at]));
  }
}

std::string type_of(const FIX::Message& message) {
  return message.getHeader().getField(8) + " " + message.getHeader().getField(35);
}

void check_valid(const FIX::Message& message, const std::string& frame,
                 const FrameSummary& summary) {
  check(message.getHeader().getField(35) == summary.type);
  check(std::stoul(message.getHeader().getField(34)) == summary.msg_seq_num);
  check_possible_duplicate(frame, written_fields(frame));
  if (message.isAdmin()) reached(type_of(message));
}

// QuickFIX has a string of its own for each field, and our dictionaries are small.
constexpr std::uint64_t needed_per_byte = 400;
constexpr std::uint64_t needed_anyway = 65'536;

// A FIX::Session finds the same: what is valid comes to the application, unless the session refuses
// it, and what is not is answered. Nothing is passed over in silence.
void check_outcome(const SessionAuditor::Outcome& outcome, const FIX::Message& message,
                   bool validated, bool is_read) {
  check(validated || !outcome.is_delivered);
  check(outcome.is_answered || validated);
  if (!validated || !message.isApp()) return;
  check(outcome.is_delivered || outcome.is_answered);
  if (!outcome.is_delivered) return;
  reached(type_of(message));
  if (message.getHeader().getField(35) != "j") check(outcome.is_answered != is_read);
}

// The quick way, of whoever sends it and whenever: what it takes is valid, and the same request.
void check_quick(std::string_view frame, FixVersion version,
                 const std::optional<gateway::Request>& slow) {
  const auto value = [&](std::uint32_t tag) { return gateway::find_tag(frame, tag).value_or(""); };
  const std::int64_t sent_ns = gateway::utc_ns_of(value(52)).value_or(0);
  const auto quick = gateway::read_quickly(
      frame, {.begin_string = begin_string_of(version), .sender = value(49), .target = value(56)},
      sent_ns);
  if (!quick) return;
  check(slow == quick);
  reached(std::string{begin_string_of(version)} + " quick " + std::string{name_of(quick->kind)});
}

void decode(std::string_view frame, FixVersion version, SessionAuditor& session) {
  const FrameSummary summary = gateway::summary_of(frame);
  if (!summary.msg_seq_num) return reached("no MsgSeqNum");
  const bool is_logon = summary.type == "A";
  if (is_logon && !gateway::complaint_about_logon(frame, our_comp_id, now_ns).empty()) return;
  const std::string given = for_quickfix(frame, summary);
  check_for_quickfix(given, summary);
  const std::uint64_t before = allocated_bytes();
  const FIX::Message message = parsed(given, version);
  const bool validated = is_valid(message, version);
  const auto request = or_refused(message, "request", gateway::read_request);
  check(allocated_bytes() - before <= needed_anyway + needed_per_byte * frame.size());
  if (validated) {
    check_valid(message, given, summary);
    read_of_market(message, version);
  }
  if (!is_logon) {
    check_outcome(session.hear(given, *summary.msg_seq_num), message, validated,
                  request.has_value());
  }
  check_quick(frame, version, validated ? request : std::nullopt);
  if (!request) return;
  check_fits(*request);
  if (!validated) return;
  check_says(*request, written_fields(frame));
  reached(std::string{begin_string_of(version)} + " " + std::string{name_of(request->kind)});
}

std::string in_version(std::string_view frame, FixVersion version) {
  constexpr std::string_view trailer = "10=123|";
  const std::size_t body_length = frame.find('\x01') + 1;
  const std::size_t body = frame.find('\x01', body_length) + 1;
  return gateway::framed(begin_string_of(version),
                         frame.substr(body, frame.size() - trailer.size() - body));
}

// Whom a stream is heard by.
struct Listeners {
  LogonAuditor logons;
  SessionAuditor fix50sp2{FixVersion::fix50sp2, dictionaries()};
  SessionAuditor fix44{FixVersion::fix44, dictionaries()};
};

void hear(std::string_view frame, Listeners& listeners) {
  for (const auto& [tag, value] : written_fields(frame)) check_value(value);
  listeners.logons.hear(frame);
  for (const FixVersion version : versions) {
    const std::string anew = in_version(frame, version);
    check(is_message(anew));
    listeners.logons.hear(anew);
    SessionAuditor& session = version == FixVersion::fix44 ? listeners.fix44 : listeners.fix50sp2;
    decode(anew, version, session);
    if (anew != frame) decode(frame, version, session);
  }
}

void hear_stream(std::string_view stream) {
  gateway::Framer framer;
  Listeners listeners;
  for (std::size_t frames = 0; frames < frames_max;) {
    const std::span<char> room = framer.room();
    const std::string_view bytes = stream.substr(0, room.size());
    if (bytes.empty()) return;
    std::ranges::copy(bytes, room.begin());
    framer.commit(bytes.size());
    stream.remove_prefix(bytes.size());
    for (auto next = framer.next(); next.found != gateway::Framer::Found::nothing;
         next = framer.next()) {
      if (next.found == gateway::Framer::Found::oversize) return;
      if (next.found == gateway::Framer::Found::frame && frames++ < frames_max) {
        hear(next.bytes, listeners);
      }
    }
  }
}

std::vector<std::string> wanted() {
  std::vector<std::string> names = refusals_of_logons();
  names.insert(names.end(), answered.begin(), answered.end());
  for (const char* name :
       {"Unsupported Version", "no MsgSeqNum", "made sound", "foreign type", "new password",
        "request: unsupported type", "market order", "ExpireDate", "MaxRatio", "BlockMinutes",
        "answer that says its side", "last ApplSeqNum"}) {
    names.emplace_back(name);
  }
  for (const FixVersion version : versions) {
    const std::string begin_string{begin_string_of(version)};
    names.push_back(begin_string + " logged on");
    for (const char* kind : {"new order", "cancel", "replace"}) {
      names.push_back(begin_string + " quick " + kind);
    }
    for (const char* type : {"0", "1", "2", "3", "4", "5", "A", "j", "R"}) {
      names.push_back(begin_string + " " + type);
    }
    for (auto kind = gateway::Request::Kind::new_order;
         kind <= gateway::Request::Kind::cancel_block;
         kind = static_cast<gateway::Request::Kind>(static_cast<unsigned>(kind) + 1)) {
      names.push_back(begin_string + " " + std::string{name_of(kind)});
    }
  }
  for (const FixVersion version : versions) {
    for (const char* type : {"V", "x", "e", "g"}) {
      names.push_back(std::string{begin_string_of(version)} + " market " + type);
    }
  }
  for (const int tag : {55, 146, 262, 267, 9709}) {
    names.push_back("market: wrong value " + std::to_string(tag));
  }
  for (const char* refusal : {"wrong format 264", "wrong format 9709", "missing 1", "missing 55"}) {
    names.push_back("market: " + std::string{refusal});
  }
  for (const int tag : {1,   11,   17,   40,   41,   44,   54,   55,   59,   432,  447,
                        448, 452,  453,  487,  530,  552,  571,  572,  584,  585,  790,
                        856, 1180, 1181, 1182, 1183, 1346, 1351, 1352, 1355, 9709, 9712}) {
    names.push_back("request: wrong value " + std::to_string(tag));
  }
  for (const int tag : {31, 32, 38, 44, 60, 110, 432, 1138, 1182, 1183, 9709, 9712}) {
    names.push_back("request: wrong format " + std::to_string(tag));
  }
  for (const int tag :
       {1, 31, 32, 44, 54, 55, 432, 447, 448, 452, 453, 552, 572, 828, 1182, 1183, 1351, 1355}) {
    names.push_back("request: missing " + std::to_string(tag));
  }
  for (const int tag : {1, 11, 38, 40, 41, 54, 55, 60, 530, 571, 584, 585, 856, 1346, 1347}) {
    names.push_back("request: not found " + std::to_string(tag));
  }
  return names;
}

}  // namespace
}  // namespace emx::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  emx::fuzz::must_reach({*arguments, *arguments + *count}, emx::fuzz::wanted());
  static_cast<void>(emx::fuzz::dictionaries());  // what they need is no frame's
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  emx::fuzz::hear_stream(emx::fuzz::stream_of({reinterpret_cast<const char*>(data), size}));
  return 0;
}
