#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/appl_window.hpp"
#include "gateway/concern.hpp"
#include "gateway/connection.hpp"
#include "gateway/counters.hpp"
#include "gateway/delivery.hpp"
#include "gateway/host.hpp"
#include "gateway/message_rate.hpp"
#include "gateway/order_entry.hpp"
#include "gateway/out_message.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/retransmission.hpp"
#include "gateway/session_layer.hpp"
#include "gateway/session_records.hpp"

namespace emx::gateway {

struct ClientLimits {
  SessionLayer::Limits layer;
  std::size_t waiting_max = 100'000;      // reports without a number, see Delivery
  std::size_t reports_kept_max = 10'000;  // see ApplWindow
  // Of what enters or asks, and as many of what lets go (cancels): see MessageRate. 0: no bound.
  std::uint32_t messages_per_second_max = 0;
  std::chrono::milliseconds answer_deadline{60'000};  // of a TestRequest that reports wait for
  std::chrono::milliseconds logout_deadline{3'000};   // before the numbers start again
};

// What a client session needs from the house it lives in.
struct ClientSurroundings {
  OrderEntry& order_entry;
  Counters& counters;
  const FIX::DataDictionaryProvider& dictionaries;
  FIX::LogFactory* logs;          // may be null
  std::size_t& sessions_waiting;  // how many have requests that wait, see go_on()
  // Makes a record durable in the background; done() comes on the I/O thread.
  std::function<void(NamedRecord, std::function<void()> done)> save;
  // Likewise: makes this the client's password.
  std::function<void(std::string hash, std::function<void()> done)> save_password;
};

// One client: the application behind its session layer, which outlives its connections.
//
// It takes requests in turn, and tells reports. Reports for a client that is not logged on wait
// here, without a number. What is not taken (35=j) is told once it is durable that its number is
// dealt with: else the same message, sent again after a crash, would come alive. Not thread-safe.
class ClientSession final : public Host,
                            public std::enable_shared_from_this<ClientSession>,
                            private SessionApplication {
 public:
  struct Identity {
    std::uint32_t id = 0;  // CommandHeader::session
    std::string our_comp_id;
    std::string comp_id;
    Concern concern;
    bool may_reset = false;  // its numbers, by 141=Y
  };

  ClientSession(Identity identity, const ClientLimits& limits, const ClientSurroundings& around);

  // --- Starting up: the record if there is one, then the ledger's commands, then start(). ---
  void restore(const SessionRecord& record);
  void note_command(std::uint32_t epoch, std::uint32_t msg_seq_num);
  // Whether neither a record nor the ledger knows of it.
  [[nodiscard]] bool is_new() const { return !has_record_ && noted_epoch_ == 0; }
  // Reports of this entry and earlier ones are not for it.
  void begin_behind(std::uint64_t entry) { delivery_.begin_behind(entry); }
  // Whether the next report finds no room.
  [[nodiscard]] bool is_full() const { return delivery_.is_full(); }
  [[nodiscard]] std::uint64_t watermark() const { return delivery_.watermark().entry; }
  // Returns the record to make durable before the first logon. Numbers that began before
  // `outdated_s` start again.
  [[nodiscard]] NamedRecord start(std::int64_t outdated_s);

  // --- Connections. ---
  [[nodiscard]] bool is_taken() const override {
    return layer_.has_connection() || is_renumbering();
  }
  [[nodiscard]] bool is_renumbering() const override { return anew_.has_value() || outdated_; }
  [[nodiscard]] bool has_new_numbers() const override {
    return epoch_ > 1 && layer_.store().next_in() == 1;
  }
  [[nodiscard]] std::uint32_t next_in() const override { return layer_.store().next_in(); }
  void reset_numbers(std::function<void()> done) override;
  // To be called again and again: numbers that began before this are over. Who is logged on is
  // logged out, and nobody comes in until they have started again. (A Logout is not waited for
  // longer than the deadline: QuickFIX would, of who goes on talking.)
  void end_numbers_before(std::int64_t outdated_s);
  // A Logon that comes to nothing changes nothing.
  void attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
              const LogonAttempt& attempt) override;
  // Says goodbye and waits for the client's (two seconds at most; see tick()). Before that come the
  // refusals that still wait; after it comes nothing but what the client asks to be sent again.
  void log_out(const std::string& words);
  // The session has ended, or had when the process started: its DAY orders are cancelled (C02)
  // unless the client keeps them. Behind all that came by it before, ahead of all that will.
  void cancel_day_orders();

  // --- The market. ---
  // Before the start: whether a report of this entry may be new to the client. Copies begin with
  // what comes after the first start.
  [[nodiscard]] bool wants(std::uint64_t entry) const {
    return entry > delivery_.watermark().entry && (identity_.concern.is_trader() || !is_new());
  }
  // False for the first report in this life that there was no room for. It and its like are told
  // after the next start.
  [[nodiscard]] bool report(OutMessage message);
  // An entry of one of this session's commands is durable.
  void command_done();
  // Tries the requests that wait for another's entry.
  void go_on();

  // --- Housekeeping. ---
  // Once a second or so: heartbeats, and the question how far the client has read. `entries_done`:
  // all entries up to there have been reported.
  void tick(std::uint64_t entries_done);
  [[nodiscard]] NamedRecord record() const;        // while running
  [[nodiscard]] NamedRecord final_record() const;  // nothing is sent any more

  [[nodiscard]] bool is_logged_on() const { return layer_.is_logged_on(); }
  [[nodiscard]] const Identity& identity() const { return identity_; }

 private:
  // SessionApplication
  void on_message(const FIX::Message& message) override;
  [[nodiscard]] bool on_frame_due(std::string_view frame, std::uint32_t due) override;
  void on_heartbeat(std::string_view test_req_id) override;
  void on_sending(FIX::Message& message) override;
  void on_gap() override;
  void on_frame_done() override;
  void on_written() override { work_off(); }
  void on_logged_out() override { cancel_day_orders(); }
  void on_disconnected() override;
  void reserve(std::uint32_t to) override;
  [[nodiscard]] bool may_reset() const override { return identity_.may_reset && !anew_; }

  // An incoming number whose command is under way, or that is answered.
  struct InNumber {
    std::uint32_t epoch;
    std::uint32_t number;
  };
  struct Refusal {
    InNumber of;
    OutMessage answer;
  };
  // A question about many orders (35=AF) that is being answered.
  struct Survey {
    ClOrdId status_id;
    std::vector<OrderId> orders;  // none: one answer says so
    std::size_t told = 0;
  };

  [[nodiscard]] Origin origin() const { return {identity_.id, identity_.concern}; }
  void choose(bool keeps_orders);
  void change_password(const std::string& hash);
  void hold_until_saved();
  void saved();
  [[nodiscard]] bool must_pause() const;
  void read_on();
  [[nodiscard]] std::uint32_t dealt_with_in() const;
  void say_goodbye();
  // nullopt: its DAY orders are to be cancelled.
  using Wish = std::optional<Request>;
  void take_in_turn(Wish wish);
  [[nodiscard]] bool try_take(const Wish& wish);
  void take(const Request& request);
  void settle_refusals();
  void on_settled(const SessionRecord& saved);
  void hear(Request request);
  [[nodiscard]] std::string_view over_rate(Request::Kind kind);
  void survey(const Request& request);
  void send_again(const Request& request);
  [[nodiscard]] bool tell_next_status();
  [[nodiscard]] bool send_next_again();
  [[nodiscard]] bool hand_over_next();
  void ask_for_proof();
  void ask_soon();
  void work_off();

  Identity identity_;
  ClientLimits limits_;
  ClientSurroundings around_;
  SessionLayer layer_;
  Delivery delivery_;
  ApplWindow window_;
  MessageRate rate_;
  MessageRate rate_of_releases_;
  MessageRate rate_of_surveys_;
  MessageRate rate_of_retransmissions_;
  MessageRate rate_of_sent_again_;
  const std::string over_rate_words_;
  std::deque<Wish> waiting_;        // the first for an entry, or room; the others for the first
  std::deque<InNumber> in_flight_;  // of commands whose entry is awaited
  std::deque<Refusal> refusals_;    // that wait for their numbers to be durable
  std::optional<Survey> survey_;
  std::optional<Retransmission> retransmission_;
  std::optional<std::string> goodbye_;  // to be said after the last of these
  std::optional<SessionRecord> anew_;   // a reset of the numbers that is not durable yet
  std::uint32_t epoch_ = 1;
  std::int64_t numbered_s_ = 0;    // when it began
  std::uint32_t next_out_ = 1;     // to start with
  std::uint32_t next_in_ = 1;      // to start with
  std::uint32_t noted_epoch_ = 0;  // the ledger's highest epoch, and its highest number
  std::uint32_t noted_number_ = 0;
  std::chrono::steady_clock::time_point unanswered_since_;  // of the questions
  std::uint32_t choices_unsaved_ = 0;  // of the Logon: it is answered once they are durable
  bool changes_password_ = false;      // by the Logon at hand
  bool has_record_ = false;
  bool keeps_orders_ = false;  // when the session ends
  bool has_dropped_ = false;
  bool settling_ = false;   // refusals
  bool ask_again_ = false;  // question or answer may have fallen into a gap
  bool logging_out_ = false;
  std::chrono::steady_clock::time_point outdated_since_;
  bool outdated_ = false;  // its numbers are over, and have not started again yet
};

}  // namespace emx::gateway
