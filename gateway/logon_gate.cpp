#include "gateway/logon_gate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "gateway/password.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

constexpr std::uint32_t heartbeat_s_max = 60;  // a dead peer keeps its place for 2.4 of them
constexpr std::int64_t clock_off_ns_max = 120'000'000'000;
constexpr std::string_view not_you = "unknown CompID, user name or password";

// What a Logon may carry. Others are refused by name: a client that sends, say, 789
// NextExpectedMsgSeqNum counts on an answer that it would not get.
constexpr std::array<std::uint32_t, 22> logon_tags = {8,   9,   10,  34,  35,   43,  49,  50,
                                                      52,  56,  57,  97,  98,   108, 122, 141,
                                                      369, 553, 554, 925, 1137, 9711};

// The fields of a Logon, each at most once.
class Fields {
 public:
  void read(std::string_view frame) {
    TagScan scan{frame};
    while (const auto field = scan.next()) {
      if (std::find(logon_tags.begin(), logon_tags.end(), field->tag) == logon_tags.end()) {
        malformed_ = malformed_ || field->tag == 0;
        if (foreign_ == 0) foreign_ = field->tag;
      } else if (find(field->tag)) {
        if (repeated_ == 0) repeated_ = field->tag;
      } else {
        fields_[count_++] = *field;
      }
    }
  }

  // Why the frame is no proper Logon; empty if it is.
  [[nodiscard]] std::string complaint() const {
    if (malformed_) return "the Logon is malformed";
    if (foreign_ != 0) return "field " + std::to_string(foreign_) + " is not taken in a Logon";
    if (repeated_ != 0) return "field " + std::to_string(repeated_) + " is repeated";
    return {};
  }

  [[nodiscard]] std::optional<std::string_view> find(std::uint32_t tag) const {
    for (const TagAndValue& field : std::span{fields_}.first(count_)) {
      if (field.tag == tag) return field.value;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool has(std::uint32_t tag, std::string_view value) const {
    return find(tag) == value;
  }

 private:
  std::array<TagAndValue, logon_tags.size()> fields_{};
  std::size_t count_ = 0;
  std::uint32_t foreign_ = 0;
  std::uint32_t repeated_ = 0;
  bool malformed_ = false;
};

std::string_view complaint_about_time(std::string_view sending_time, std::int64_t now_ns) {
  const auto sent_ns = utc_ns_of(sending_time);
  if (!sent_ns) return "SendingTime (52) is no UTC time";
  if (*sent_ns < now_ns - clock_off_ns_max || *sent_ns > now_ns + clock_off_ns_max) {
    return "SendingTime (52) is more than 120 seconds off";
  }
  return "";
}

std::string_view complaint_about_version(const Fields& logon) {
  const auto version = version_of(logon.find(8).value_or(""));
  if (!version) return "only FIXT.1.1 and FIX.4.4 are spoken here";
  if (version == FixVersion::fix44) {
    return logon.find(1137) ? "FIX.4.4 has no DefaultApplVerID (1137)" : "";
  }
  return logon.has(1137, "9") ? "" : "DefaultApplVerID (1137) must be 9, FIX.5.0SP2";
}

std::string_view complaint_about_values(const Fields& logon, std::string_view our_comp_id) {
  if (!logon.has(35, "A")) return "the first message must be a Logon";
  if (const auto words = complaint_about_version(logon); !words.empty()) return words;
  if (!logon.has(56, our_comp_id)) return "wrong TargetCompID (56)";
  if (!logon.has(98, "0")) return "EncryptMethod (98) must be 0";
  if (!logon.find(52)) return "SendingTime (52) is missing";
  if (logon.has(43, "Y")) return "a Logon is never sent again (43=Y)";
  const auto number = number_of(logon.find(34).value_or(""));
  if (!number || *number == 0) return "MsgSeqNum (34) is missing or no number";
  const auto heartbeat_s = number_of(logon.find(108).value_or(""));
  if (!heartbeat_s || *heartbeat_s == 0 || *heartbeat_s > heartbeat_s_max) {
    return "HeartBtInt (108) must be from 1 to 60 seconds";
  }
  const auto reset = logon.find(141);
  if (reset && *reset != "Y" && *reset != "N") return "ResetSeqNumFlag (141) must be Y or N";
  if (reset == "Y" && *number != 1) return "with ResetSeqNumFlag (141=Y), MsgSeqNum (34) must be 1";
  const auto cancel = logon.find(9711);
  if (cancel && *cancel != "Y" && *cancel != "N") return "CancelOnDisconnect (9711) must be Y or N";
  return "";
}

// Of the Logon in itself, whoever sends it.
std::string complaint_about(const Fields& logon, std::string_view our_comp_id,
                            std::int64_t utc_ns) {
  // What it is comes first: another message has other fields.
  if (const auto words = complaint_about_values(logon, our_comp_id); !words.empty()) {
    return std::string{words};
  }
  if (std::string words = logon.complaint(); !words.empty()) return words;
  if (!is_comp_id(logon.find(49).value_or(""))) {
    return "SenderCompID (49) is missing or is no CompID";
  }
  return std::string{complaint_about_time(*logon.find(52), utc_ns)};
}

constexpr std::size_t password_chars_min = 12;
constexpr std::size_t password_chars_max = 128;

// Why it may not be the next password; empty: it may. Long is what makes it hard to guess.
std::string_view complaint_about_new_password(const LogonAttempt& attempt) {
  const std::string& next = attempt.new_password;
  if (next.size() < password_chars_min || next.size() > password_chars_max) {
    return "NewPassword (925) must have 12 to 128 characters";
  }
  if (next == attempt.password) return "NewPassword (925) is the old one";
  if (next.find(attempt.comp_id) != next.npos) return "NewPassword (925) has the CompID in it";
  return "";
}

}  // namespace

bool is_comp_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string complaint_about_logon(std::string_view frame, std::string_view our_comp_id,
                                  std::int64_t utc_ns) {
  Fields logon;
  logon.read(frame);
  return complaint_about(logon, our_comp_id, utc_ns);
}

LogonGate::LogonGate(std::string our_comp_id, const ThrottleLimits& limits, const LogonRules& rules)
    : our_comp_id_{std::move(our_comp_id)},
      rules_{rules},
      throttle_{limits},
      strangers_throttle_{limits} {}

void LogonGate::add(std::string comp_id, LogonIdentity identity) {
  identities_.insert_or_assign(std::move(comp_id), std::move(identity));
}

LogonThrottle& LogonGate::throttle_of(const std::string& comp_id) {
  return identities_.contains(comp_id) ? throttle_ : strangers_throttle_;
}

LogonAttempt LogonGate::examine(std::string_view frame, const Visitor& visitor, LogonTime now) {
  LogonAttempt attempt;
  Fields logon;
  logon.read(frame);
  const std::string_view comp_id = logon.find(49).value_or("");
  if (is_comp_id(comp_id)) attempt.comp_id = comp_id;
  attempt.version = version_of(logon.find(8).value_or("")).value_or(attempt.version);
  attempt.refusal = complaint_about(logon, our_comp_id_, now.utc_ns);
  if (attempt.refusal.empty() && rules_.passwords && (!logon.find(553) || !logon.find(554))) {
    attempt.refusal = "Username (553) and Password (554) are required";
  }
  if (attempt.refusal.empty() && rules_.must_reset && !logon.has(141, "Y")) {
    attempt.refusal = "numbers start again at each logon here: ResetSeqNumFlag (141) must be Y";
  }
  if (attempt.refusal.empty() && !rules_.changes_passwords && logon.find(925)) {
    attempt.refusal = "NewPassword (925) is not taken here; ask the venue for another password";
  }
  if (!attempt.refusal.empty()) return attempt;
  if (throttle_of(attempt.comp_id).blocks(attempt.comp_id, visitor.address, now.steady)) {
    attempt.refusal = "too many failed logons; try again later";
    attempt.status = SessionStatus::account_locked;
    return attempt;
  }
  attempt.msg_seq_num = number_of(logon.find(34).value_or("")).value_or(0);
  attempt.password = logon.find(554).value_or("");
  attempt.changes_password = rules_.passwords && logon.find(925).has_value();
  attempt.new_password = logon.find(925).value_or("");
  attempt.reset = rules_.always_resets || logon.has(141, "Y");
  attempt.keeps_orders = logon.has(9711, "N");
  const auto found = identities_.find(attempt.comp_id);
  if (found == identities_.end()) return attempt;
  const LogonIdentity& identity = found->second;
  attempt.is_stranger = (rules_.passwords && !logon.has(553, identity.username)) ||
                        (rules_.certificates && visitor.certified != identity.certificate);
  attempt.password_hash = identity.password_hash;
  return attempt;
}

void LogonGate::conclude(LogonAttempt& attempt, std::string_view peer, bool password_ok,
                         LogonThrottle::Time now) {
  LogonThrottle& throttle = throttle_of(attempt.comp_id);
  const auto identity = identities_.find(attempt.comp_id);
  // It may have been changed while it was checked.
  const bool is_current =
      identity != identities_.end() && identity->second.password_hash == attempt.password_hash;
  if (!password_ok || !is_current) {
    throttle.failed(attempt.comp_id, peer, now);
    attempt.refusal = not_you;
    attempt.status = SessionStatus::invalid_credentials;
    return;
  }
  throttle.succeeded(attempt.comp_id, peer);
  const bool may_reset = rules_.always_resets || identity->second.allow_reset;
  if (attempt.reset && !may_reset) {
    attempt.refusal = "ResetSeqNumFlag (141=Y) is not allowed for this session";
    return;
  }
  if (!attempt.changes_password) return;
  attempt.refusal = complaint_about_new_password(attempt);
  if (attempt.refusal.empty() && attempt.new_password_hash.empty()) {
    attempt.refusal = "the password cannot be changed now; log on without NewPassword (925)";
  }
  if (!attempt.refusal.empty()) attempt.status = SessionStatus::new_password_refused;
}

void LogonGate::set_password(const std::string& comp_id, std::string password_hash) {
  identities_.at(comp_id).password_hash = std::move(password_hash);
}

std::string LogonGate::logout(const LogonAttempt& attempt) const {
  FieldText fields;
  fields.add(35, '5')
      .add(34, std::uint64_t{1})
      .add(49, our_comp_id_)
      .add(52, utc_timestamp_now())
      .add(56, attempt.comp_id.empty() ? std::string_view{"?"} : attempt.comp_id)
      .add(58, attempt.refusal);
  if (attempt.version != FixVersion::fix44) {
    fields.add(1409, static_cast<std::uint64_t>(attempt.status));
  }
  return framed(begin_string_of(attempt.version), fields.text());
}

}  // namespace emx::gateway
