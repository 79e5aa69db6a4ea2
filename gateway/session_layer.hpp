#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/connection.hpp"
#include "gateway/counters.hpp"
#include "gateway/fix_version.hpp"
#include "gateway/message_rate.hpp"
#include "gateway/out_message.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/resend.hpp"
#include "gateway/session_store.hpp"

namespace emx::gateway {

// What a session is for. The session layer calls it, and it calls the layer; all on the I/O thread.
class SessionApplication {
 public:
  // An application message, in its turn. May throw what QuickFIX answers with a reject.
  virtual void on_message(const FIX::Message& message) = 0;
  // A frame that QuickFIX need not have, if there is nothing in it that it would have anything to
  // say to; the number `due` is the one that must be in it. True: it is dealt with, as on_message()
  // would. Of a frame it wants none of it knows nothing.
  [[nodiscard]] virtual bool on_frame_due(std::string_view frame, std::uint32_t due) {
    static_cast<void>(frame);
    static_cast<void>(due);
    return false;
  }
  // A Heartbeat that answers a TestRequest.
  virtual void on_heartbeat(std::string_view test_req_id) = 0;
  // A message of the layer's own (35=0 to 5, A) or a 35=j is about to be sent; it may be added to.
  virtual void on_sending(FIX::Message& message) = 0;
  // Messages of either side are passed over by a gap fill.
  virtual void on_gap() = 0;
  virtual void on_frame_done() = 0;  // a frame has been dealt with
  virtual void on_written() = 0;     // a part of the out-queue has gone
  virtual void on_logged_out() = 0;
  virtual void on_disconnected() = 0;
  // Outgoing numbers below `to` are to be made durable: SessionLayer::reserved().
  virtual void reserve(std::uint32_t to) = 0;
  // Whether a Logon with 141=Y may start the numbers again while the client is logged on.
  [[nodiscard]] virtual bool may_reset() const = 0;
  // Makes it durable that the numbers start again, calls SessionLayer::renumber(), then done().
  virtual void reset_numbers(std::function<void()> done) = 0;

 protected:
  ~SessionApplication() = default;
};

// The session layer of one FIX session, which outlives its connections: a FIX::Session with our
// store and our transport around it, for one application.
//
// From QuickFIX it takes the session layer's rules and nothing else. While frames come in their
// turn the application may take one past it (on_frame_due()); the first in each second is
// QuickFIX's, so that it knows that the client is there, and so is all that comes until a gap is
// behind. Before a frame gets to QuickFIX, it is looked at (FrameSummary). A second Logon of a
// connection is refused, unless it starts the numbers again and may: then that is made durable
// first, for QuickFIX obeys 141=Y whoever says so. Old messages that the client asks for are sent a
// slice at a time. A client may come back in the other version of FIX; what it had in the first is
// not sent again (gap fill). Not thread-safe.
class SessionLayer final : public ConnectionListener,
                           private FIX::Application,
                           private FIX::MessageStoreFactory,
                           private FIX::Responder {
 public:
  struct Parts {
    SessionApplication& application;
    Counters& counters;
    const FIX::DataDictionaryProvider& dictionaries;
    FIX::LogFactory* logs;  // may be null
    std::string our_comp_id;
    std::string comp_id;
    // Whether application messages that are proper FIX but not in the dictionary come by their
    // header alone.
    bool knows_foreign_types = true;
  };
  struct Limits {
    StoreLimits store;
    // Of messages that come before their turn; QuickFIX needs some thirty times as much for them.
    std::size_t ahead_bytes_max = std::size_t{256} * 1024;
  };

  SessionLayer(Parts parts, const Limits& limits);
  ~SessionLayer();

  SessionLayer(const SessionLayer&) = delete;
  SessionLayer& operator=(const SessionLayer&) = delete;

  // The numbers to go on with; `reserved_to` is durable already. Before all that follows.
  void start(std::uint32_t next_out, std::uint32_t next_in, std::uint32_t reserved_to);
  void reserved(std::uint32_t to);
  // Both sides start again with 1, and outgoing numbers below `reserved_to` are durable. While
  // logged on only from within SessionApplication::reset_numbers(). Not during a call of the
  // session's.
  void renumber(std::uint32_t reserved_to);

  // Goes on with an authenticated connection and its Logon. False: the Logon came to nothing, the
  // client has been told, and the connection is gone. Requires: !has_connection().
  [[nodiscard]] bool attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
                            FixVersion version);
  [[nodiscard]] bool has_connection() const { return connection_ != nullptr; }
  [[nodiscard]] bool is_logged_on() const;
  [[nodiscard]] FixVersion version() const { return version_; }
  [[nodiscard]] const SessionStore& store() const { return store_; }
  // Why QuickFIX is about to end the session; empty: it has said so itself, or is not.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

  // While logged on. The first is put together by hand: its text is in wire form already, and
  // FIX::Session would take it apart. (So QuickFIX knows of no such message when it thinks of a
  // Heartbeat, and sends one when it has said nothing itself.)
  void send(const OutMessage& message);
  void send(FIX::Message& message) { session_->send(message); }
  [[nodiscard]] std::size_t queued_bytes() const {
    return has_connection() ? connection_->queued_bytes() : 0;
  }
  void ask(const std::string& test_req_id);  // a TestRequest
  // Sends a slice of what the client asked to be sent again. True: that was all, or there was
  // nothing, and there is room for more. To be called at each tick, too, while there is more: of
  // what is asked for again and again, only as much as the window has comes in a second.
  [[nodiscard]] bool send_old();
  [[nodiscard]] bool has_old() const { return !resend_.is_done(); }
  // Says goodbye, and waits for the client's (two seconds at most; see tick()).
  void log_out(const std::string& words);
  void expel(const std::string& words);  // does not wait
  void pause();                          // reads no more, until
  void resume();
  // While held, nothing is written; what is sent waits.
  void hold(bool hold);
  // Once a second or so: heartbeats and time limits.
  void tick();

  void on_frame(Connection& connection, std::string_view frame) override;
  void on_garbled(Connection& connection) override;
  void on_written(Connection& connection) override;
  void on_closed(Connection& connection) override;

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

  void speak(FixVersion version);
  void make_session();
  void begin_session();
  void ended();
  [[nodiscard]] bool take_past_quickfix(std::string_view frame);
  void receive(std::string_view frame);
  void on_second_logon(std::string_view logon);
  [[nodiscard]] bool starts_again(std::string_view logon) const;
  [[nodiscard]] bool is_too_far_ahead(std::uint32_t msg_seq_num, std::size_t bytes);
  void forget_ahead();
  bool write(std::string_view bytes);
  [[nodiscard]] bool may_write(std::uint32_t next_out) const;
  void hold_or_let_go();

  Parts parts_;
  Limits limits_;
  SessionStore store_;
  Resend resend_;
  MessageRate rate_of_old_;
  FixVersion version_ = FixVersion::fix50sp2;
  std::unique_ptr<FIX::Session> session_;
  std::shared_ptr<Connection> connection_;
  std::string frame_;                 // QuickFIX wants a std::string; its memory is kept
  std::string trouble_;               // see trouble()
  std::size_t ahead_bytes_ = 0;       // kept by QuickFIX until their turn comes
  std::size_t ahead_kept_bytes_ = 0;  // of these, perhaps to the end of the connection
  std::uint32_t ahead_highest_ = 0;
  bool in_turn_ = false;   // the last frame was, after all that came before its turn
  bool verified_ = false;  // by QuickFIX, the number too, since it was last asked
  bool held_ = false;
  bool logged_on_ = false;
};

}  // namespace emx::gateway
