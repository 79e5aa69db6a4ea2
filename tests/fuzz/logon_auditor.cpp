#include "tests/fuzz/logon_auditor.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/vocabulary/check.hpp"
#include "gateway/raw_message.hpp"
#include "tests/fuzz/fix_rule.hpp"
#include "tests/fuzz/reached.hpp"

namespace emx::fuzz {
namespace {

constexpr std::string_view comp_id = "ALPHA1";
constexpr std::string_view password = "a long secret";
constexpr std::string_view peer = "192.0.2.1";
constexpr gateway::LogonThrottle::Time steady{};

constexpr std::array refusals{
    "the first message must be a Logon",
    "only FIXT.1.1 and FIX.4.4 are spoken here",
    "FIX.4.4 has no DefaultApplVerID (1137)",
    "DefaultApplVerID (1137) must be 9",
    "wrong TargetCompID (56)",
    "EncryptMethod (98) must be 0",
    "SendingTime (52) is missing",
    "a Logon is never sent again (43=Y)",
    "MsgSeqNum (34) is missing or no number",
    "HeartBtInt (108) must be from 1 to 60 seconds",
    "ResetSeqNumFlag (141) must be Y or N",
    "with ResetSeqNumFlag (141=Y), MsgSeqNum (34) must be 1",
    "CancelOnDisconnect (9711) must be Y or N",
    "the Logon is malformed",
    "is not taken in a Logon",
    "is repeated",
    "SenderCompID (49) is missing or is no CompID",
    "SendingTime (52) is no UTC time",
    "SendingTime (52) is more than 120 seconds off",
    "Username (553) and Password (554) are required",
    "too many failed logons; try again later",
    "unknown CompID, user name or password",
    "ResetSeqNumFlag (141=Y) is not allowed for this session",
    "NewPassword (925) must have 12 to 128 characters",
    "NewPassword (925) is the old one",
    "NewPassword (925) has the CompID in it",
    "the password cannot be changed now",
};

// All that a proper Logon may say.
const std::set<std::string, std::less<>>& logon_tags() {
  static const std::set<std::string, std::less<>> tags{
      "8",  "9",  "10",  "34",  "35",  "43",  "49",  "50",  "52",  "56",   "57",
      "97", "98", "108", "122", "141", "369", "553", "554", "925", "1137", "9711"};
  return tags;
}

// Digits from `first` to `last`, whatever zeros lead.
bool is_from(const std::optional<std::string>& text, unsigned long first, unsigned long last) {
  if (!text || text->empty() || text->size() > 9) return false;
  if (text->find_first_not_of("0123456789") != text->npos) return false;
  const unsigned long number = std::stoul(*text);
  return number >= first && number <= last;
}

void check_proper(const std::vector<WrittenField>& fields) {
  std::set<std::string, std::less<>> seen;
  for (const auto& [tag, value] : fields) {
    check(logon_tags().contains(tag));
    check(seen.insert(tag).second);
  }
  const auto has = [&](std::string_view tag, std::string_view value) {
    return first_value(fields, tag) == value;
  };
  check(has("35", "A"));
  check(has("8", "FIXT.1.1") ? has("1137", "9") : has("8", "FIX.4.4"));
  check(!has("8", "FIX.4.4") || !first_value(fields, "1137"));
}

void check_values(const std::vector<WrittenField>& fields) {
  const auto value = [&](std::string_view tag) { return first_value(fields, tag); };
  check(value("56") == our_comp_id);
  check(value("98") == "0");
  check(value("43").value_or("N") != "Y");
  check(is_from(value("34"), 1, 999'999'999));
  check(is_from(value("108"), 1, 60));
  check(value("141").value_or("N") == "N" || (value("141") == "Y" && is_from(value("34"), 1, 1)));
  check(value("9711").value_or("N") == "N" || value("9711") == "Y");
  check(value("553") && value("554"));
  const std::string sender = value("49").value_or("");
  check(!sender.empty() && sender.size() <= 64);
  check(std::ranges::all_of(sender, [](char c) { return c > ' ' && c < '\x7f'; }));
  const auto sent_ns = gateway::utc_ns_of(value("52").value_or(""));
  constexpr std::int64_t off_ns_max = 120'000'000'000;
  check(sent_ns && *sent_ns >= now_ns - off_ns_max && *sent_ns <= now_ns + off_ns_max);
}

}  // namespace

LogonAuditor::LogonAuditor()
    : gate_{std::string{our_comp_id},
            {.failures_max = 2, .window = std::chrono::milliseconds{60'000}, .entries_max = 4}} {
  gate_.add(std::string{comp_id}, {.username = std::string{comp_id}, .password_hash = "hash"});
}

void LogonAuditor::hear(std::string_view frame) {
  gateway::LogonAttempt attempt =
      gate_.examine(frame, {.address = peer, .certified = {}}, {steady, now_ns});
  const std::vector<WrittenField> fields = written_fields(frame);
  if (attempt.refusal.empty()) {
    check_proper(fields);
    check_values(fields);
    check(gateway::complaint_about_logon(frame, our_comp_id, now_ns).empty());
    check(attempt.comp_id == first_value(fields, "49"));
    check(attempt.password == first_value(fields, "554"));
    check(gateway::begin_string_of(attempt.version) == first_value(fields, "8"));
    if (attempt.new_password.find('!') == std::string::npos) attempt.new_password_hash = "new hash";
    const bool knows = !attempt.is_stranger && attempt.password == password;
    gate_.conclude(attempt, peer, knows, steady);
    const bool is_client =
        attempt.comp_id == comp_id && first_value(fields, "553") == comp_id && knows;
    check(is_client || !attempt.refusal.empty());
  }
  if (!attempt.refusal.empty()) return check_refusal(attempt);
  check(!attempt.reset);  // this client may not
  check(!attempt.changes_password ||
        (attempt.new_password.size() >= 12 && attempt.new_password.size() <= 128 &&
         attempt.new_password.find(comp_id) == std::string::npos));
  reached(std::string{gateway::begin_string_of(attempt.version)} + " logged on");
  if (attempt.changes_password) reached("new password");
}

void LogonAuditor::check_refusal(const gateway::LogonAttempt& attempt) const {
  const std::string logout = gate_.logout(attempt);
  check(is_message(logout));
  check(first_value(written_fields(logout), "58") == attempt.refusal);
  const auto is_its = [&](const char* words) {
    return attempt.refusal.find(words) != std::string::npos;
  };
  const auto words = std::ranges::find_if(refusals, is_its);
  check(words != refusals.end());
  reached(*words);
}

std::vector<std::string> refusals_of_logons() { return {refusals.begin(), refusals.end()}; }

}  // namespace emx::fuzz
