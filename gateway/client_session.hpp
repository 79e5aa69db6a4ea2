#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
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
  std::size_t backlog_max = 100'000;                   // reports that wait for the client to log on
  std::size_t ahead_bytes_max = std::size_t{4} << 20;  // of messages that come before their turn
};

// What a client session needs from the house it lives in.
struct ClientSurroundings {
  OrderEntry& order_entry;
  Counters& counters;
  const Dictionaries& dictionaries;
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
// Reports for a client that is not logged on wait here, without a number. Not thread-safe.
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
  // Returns the record to make durable before the first logon.
  [[nodiscard]] NamedRecord start();

  // --- Connections. ---
  [[nodiscard]] bool is_taken() const { return connection_ != nullptr || resetting_; }
  // Starts the numbers again at 1, in a new epoch, and calls done() once that is durable.
  void reset_numbers(std::function<void()> done);
  // Goes on with an authenticated connection and its Logon. Requires: !is_taken().
  void attach(const std::shared_ptr<Connection>& connection, std::string_view logon);
  // Says goodbye and waits for the client's (two seconds at most; see tick()).
  void log_out(const std::string& words, std::uint64_t entries_done);

  void on_frame(Connection& connection, std::string_view frame) override;
  void on_garbled(Connection& connection) override;
  void on_written(Connection& connection) override;
  void on_closed(Connection& connection) override;

  // --- The market. ---
  [[nodiscard]] bool wants(std::uint64_t entry) const { return entry > delivery_.watermark(); }
  void report(OutMessage message);
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

  [[nodiscard]] Origin origin() const { return {identity_.id, epoch_, identity_.firm}; }
  void receive(std::string_view frame, bool strictly);
  [[nodiscard]] bool is_too_far_ahead(std::uint32_t msg_seq_num, std::size_t bytes);
  [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
  [[nodiscard]] bool is_quiet() const { return in_flight_ == 0 && waiting_.empty(); }
  void expel(const std::string& words);
  void take(const Request& request);
  void hand_over(const OutMessage& message);
  void send_test_request(const std::string& id);
  void work_off();
  void reserve(std::uint32_t to);
  [[nodiscard]] std::uint64_t handed_to() const;

  Identity identity_;
  ClientLimits limits_;
  ClientSurroundings around_;
  SessionStore store_;
  Resend resend_;
  Delivery delivery_{0};
  std::unique_ptr<FIX::Session> session_;
  std::shared_ptr<Connection> connection_;
  std::deque<OutMessage> backlog_;  // reports without a number yet
  std::deque<Request> waiting_;     // the first waits for an entry, the others for the first
  std::string frame_;               // QuickFIX wants a std::string; its memory is kept
  std::uint32_t epoch_ = 1;
  std::uint32_t next_out_ = 1;       // to start with
  std::uint32_t dealt_with_in_ = 1;  // incoming numbers below: no command of theirs is under way
  std::uint32_t noted_epoch_ = 0;    // the ledger's highest epoch, and its highest number
  std::uint32_t noted_number_ = 0;
  std::uint64_t in_flight_ = 0;  // commands whose entry is awaited
  std::uint64_t entries_done_ = 0;
  std::size_t ahead_bytes_ = 0;  // kept by QuickFIX until their turn comes
  std::uint32_t ahead_highest_ = 0;
  bool has_record_ = false;
  bool resetting_ = false;
  bool logged_on_ = false;
  bool logging_out_ = false;
};

}  // namespace emx::gateway
