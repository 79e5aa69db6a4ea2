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

#include "gateway/connection.hpp"
#include "gateway/counters.hpp"
#include "gateway/delivery.hpp"
#include "gateway/dictionaries.hpp"
#include "gateway/order_entry.hpp"
#include "gateway/out_message.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/resend.hpp"
#include "gateway/session_records.hpp"
#include "gateway/session_store.hpp"

namespace emx::gateway {

struct ClientLimits {
  StoreLimits store;
  std::size_t waiting_max = 100'000;  // reports without a number, see Delivery
  // Of messages that come before their turn; QuickFIX needs some thirty times as much for them.
  std::size_t ahead_bytes_max = std::size_t{256} * 1024;
  std::chrono::milliseconds answer_deadline{60'000};  // of a TestRequest that reports wait for
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
};

// One client's FIX session, which outlives its connections: a FIX::Session with our store, our
// transport and our application around it.
//
// From QuickFIX it takes the session layer's rules and nothing else. Before a frame gets there, it
// is looked at (FrameSummary), and a second Logon is refused: QuickFIX would obey its 141=Y.
// Reports for a client that is not logged on wait here, without a number. What is not taken (35=j)
// is told once it is durable that its number is dealt with: else the same message, sent again after
// a crash, would come alive. Not thread-safe.
class ClientSession final : public ConnectionListener,
                            public std::enable_shared_from_this<ClientSession>,
                            private FIX::Application,
                            private FIX::MessageStoreFactory,
                            private FIX::Responder {
 public:
  struct Identity {
    std::uint32_t id = 0;  // CommandHeader::session
    std::string our_comp_id;
    std::string comp_id;
    std::string firm;  // code
  };

  ClientSession(Identity identity, const ClientLimits& limits, const ClientSurroundings& around);
  ~ClientSession() override;

  // --- Starting up: the record if there is one, then the ledger's commands, then start(). ---
  void restore(const SessionRecord& record);
  void note_command(std::uint32_t epoch, std::uint32_t msg_seq_num);
  // Whether neither a record nor the ledger knows of it.
  [[nodiscard]] bool is_new() const { return !has_record_ && noted_epoch_ == 0; }
  // Reports of this entry and earlier ones are not for it.
  void begin_behind(std::uint64_t entry) { delivery_.begin_behind(entry); }
  // Returns the record to make durable before the first logon.
  [[nodiscard]] NamedRecord start();

  // --- Connections. ---
  [[nodiscard]] bool is_taken() const { return connection_ != nullptr || anew_.has_value(); }
  // Starts the numbers again at 1, in a new epoch, and calls done() once that is durable.
  void reset_numbers(std::function<void()> done);
  // Goes on with an authenticated connection and its Logon, which says whether DAY orders outlive
  // the session. A Logon that comes to nothing changes nothing. Requires: !is_taken().
  void attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
              bool keeps_orders);
  // Says goodbye and waits for the client's (two seconds at most; see tick()). Before that come the
  // refusals that still wait; after it comes nothing but what the client asks to be sent again.
  void log_out(const std::string& words);
  // The session has ended, or had when the process started: its DAY orders are cancelled (C02)
  // unless the client keeps them. Behind all that came by it before, ahead of all that will.
  void cancel_day_orders();

  void on_frame(Connection& connection, std::string_view frame) override;
  void on_garbled(Connection& connection) override;
  void on_written(Connection& connection) override;
  void on_closed(Connection& connection) override;

  // --- The market. ---
  [[nodiscard]] bool wants(std::uint64_t entry) const { return entry > delivery_.watermark(); }
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

  [[nodiscard]] bool is_logged_on() const;
  [[nodiscard]] const Identity& identity() const { return identity_; }

 private:
  // FIX::Application
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override;
  void toAdmin(FIX::Message& message, const FIX::SessionID&) override;
  void toApp(FIX::Message& message, const FIX::SessionID&) override;
  void fromAdmin(const FIX::Message& message, const FIX::SessionID&) override;
  void fromApp(const FIX::Message& message, const FIX::SessionID&) override;
  // FIX::MessageStoreFactory
  FIX::MessageStore* create(const FIX::SessionID&) override { return &store_; }
  void destroy(FIX::MessageStore*) override {}
  // FIX::Responder
  bool send(const std::string& bytes) override;
  void disconnect() override;

  // An incoming number whose command is under way, or that is answered.
  struct InNumber {
    std::uint32_t epoch;
    std::uint32_t number;
  };
  struct Refusal {
    InNumber of;
    OutMessage answer;
  };

  [[nodiscard]] Origin origin() const { return {identity_.id, identity_.firm}; }
  void choose(bool keeps_orders);
  void receive(std::string_view frame);
  [[nodiscard]] bool is_too_far_ahead(std::uint32_t msg_seq_num, std::size_t bytes);
  [[nodiscard]] bool must_pause() const;
  void read_on();
  [[nodiscard]] std::uint32_t dealt_with_in() const;
  void expel(const std::string& words);
  void say_goodbye();
  // nullopt: its DAY orders are to be cancelled.
  using Wish = std::optional<Request>;
  void take_in_turn(Wish wish);
  [[nodiscard]] bool try_take(const Wish& wish);
  void take(const Request& request);
  void settle_refusals();
  void on_settled(const SessionRecord& saved);
  void hand_over(const OutMessage& message);
  [[nodiscard]] bool hand_over_next();
  void ask_for_proof();
  void work_off();
  void reserve(std::uint32_t to);
  [[nodiscard]] bool may_write(std::uint32_t next_out) const;

  Identity identity_;
  ClientLimits limits_;
  ClientSurroundings around_;
  SessionStore store_;
  Resend resend_;
  Delivery delivery_;
  std::unique_ptr<FIX::Session> session_;
  std::shared_ptr<Connection> connection_;
  std::deque<Wish> waiting_;            // the first for an entry, or room; the others for the first
  std::deque<InNumber> in_flight_;      // of commands whose entry is awaited
  std::deque<Refusal> refusals_;        // that wait for their numbers to be durable
  std::optional<std::string> goodbye_;  // to be said after the last of these
  std::string frame_;                   // QuickFIX wants a std::string; its memory is kept
  std::string trouble_;                 // why QuickFIX is about to end the session
  std::optional<SessionRecord> anew_;   // a reset of the numbers that is not durable yet
  std::uint32_t epoch_ = 1;
  std::uint32_t next_out_ = 1;     // to start with
  std::uint32_t next_in_ = 1;      // to start with
  std::uint32_t noted_epoch_ = 0;  // the ledger's highest epoch, and its highest number
  std::uint32_t noted_number_ = 0;
  std::size_t ahead_bytes_ = 0;       // kept by QuickFIX until their turn comes
  std::size_t ahead_kept_bytes_ = 0;  // of these, perhaps to the end of the connection
  std::uint32_t ahead_highest_ = 0;
  std::chrono::steady_clock::time_point unanswered_since_;  // of the questions
  std::uint32_t choices_unsaved_ = 0;                       // of keeps_orders_
  bool has_record_ = false;
  bool keeps_orders_ = false;  // when the session ends
  bool has_dropped_ = false;
  bool settling_ = false;   // refusals
  bool ask_again_ = false;  // question or answer may have fallen into a gap
  bool logged_on_ = false;
  bool logging_out_ = false;
};

}  // namespace emx::gateway
