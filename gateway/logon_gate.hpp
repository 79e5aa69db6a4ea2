#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/fix_version.hpp"
#include "gateway/logon_throttle.hpp"

namespace emx::gateway {

// FIX 1409 SessionStatus, as far as it is used here.
enum class SessionStatus : std::uint8_t {
  active = 0,
  password_changed = 1,
  new_password_refused = 3,
  logout_complete = 4,
  invalid_credentials = 5,
  account_locked = 6,
  logons_not_allowed = 7,
  seq_num_too_low = 9,
};

// 1 to 64 printable ASCII characters without a space. What is none is neither echoed nor logged.
[[nodiscard]] bool is_comp_id(std::string_view text);

// Whom a CompID stands for, and how it proves itself.
struct LogonIdentity {
  std::string username;
  std::string password_hash;  // see password.hpp
  bool allow_reset = false;   // whether its Logon may carry 141=Y
  std::string certificate{};  // common name of the certificate that goes with it
};

// How strict a gate is.
struct LogonRules {
  bool passwords = true;       // false: a known CompID is all that is asked for
  bool certificates = false;   // the CompID's own, too
  bool says_why = true;        // false: who is refused is disconnected without a word
  bool always_resets = false;  // every Logon starts the numbers again, whatever it says
  bool must_reset = false;     // every Logon has to (141=Y)
  bool changes_passwords = true;
};

// What a first frame amounts to: either a refusal, or a password to check before anything else.
struct LogonAttempt {
  std::string comp_id;  // as the client says; empty if it does not
  FixVersion version = FixVersion::fix50sp2;
  std::uint32_t msg_seq_num = 0;
  bool is_stranger = true;  // whom no password lets in
  std::string refusal;      // words for the client; empty: check the password
  SessionStatus status = SessionStatus::logons_not_allowed;
  std::string password;
  std::string password_hash;  // to check it against
  bool changes_password = false;
  std::string new_password;
  std::string new_password_hash;  // once it is made, by whoever checks the password
  bool reset = false;             // the numbers start again
  bool keeps_orders = false;      // 9711=N: DAY orders outlive the session
};

// Whose it is, as far as the connection tells.
struct Visitor {
  std::string_view address;
  std::string_view certified;  // the common name that it has proved to be
};

// The moment of an attempt, on the clock that only goes forward and on that of the wall.
struct LogonTime {
  LogonThrottle::Time steady;
  std::int64_t utc_ns;
};

// What is wrong with a Logon in itself, whoever sends it: its version, its fields, their values,
// its time. Empty: nothing.
[[nodiscard]] std::string complaint_about_logon(std::string_view frame,
                                                std::string_view our_comp_id, std::int64_t utc_ns);

// Decides who may log on, before a FIX::Session sees a byte: QuickFIX resets the numbers of a
// session for any Logon that says so, whoever sends it.
//
// It refuses a first message that is no Logon, a wrong BeginString, DefaultApplVerID, TargetCompID,
// EncryptMethod, SendingTime or heartbeat, repeated fields, an unknown CompID, a wrong user name,
// and whom the throttle blocks: all that a FIX::Session would refuse without a word, too. Strangers
// are refused in the same words as who has a wrong password, so that guessing tells nothing (that
// it takes as long is the Reception's affair), and are throttled apart: they cannot make it forget
// who guesses a true CompID's password. Not thread-safe.
class LogonGate {
 public:
  LogonGate(std::string our_comp_id, const ThrottleLimits& limits, const LogonRules& rules = {});

  void add(std::string comp_id, LogonIdentity identity);
  [[nodiscard]] const LogonRules& rules() const { return rules_; }

  [[nodiscard]] LogonAttempt examine(std::string_view frame, const Visitor& visitor, LogonTime now);

  // What became of the password: nothing if it is right and the logon may go on, else a refusal.
  void conclude(LogonAttempt& attempt, std::string_view peer, bool password_ok,
                LogonThrottle::Time now);

  // From now on this is the CompID's password.
  void set_password(const std::string& comp_id, std::string password_hash);

  // The Logout that refuses. It is no session's message: it takes no number from anyone.
  [[nodiscard]] std::string logout(const LogonAttempt& attempt) const;

 private:
  [[nodiscard]] LogonThrottle& throttle_of(const std::string& comp_id);

  std::string our_comp_id_;
  LogonRules rules_;
  std::unordered_map<std::string, LogonIdentity> identities_;
  LogonThrottle throttle_;
  LogonThrottle strangers_throttle_;
};

}  // namespace emx::gateway
