#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "gateway/command_sink.hpp"
#include "gateway/concern.hpp"
#include "gateway/counters.hpp"
#include "gateway/reset_schedule.hpp"
#include "gateway/tls.hpp"

namespace spdlog {
class logger;
}

namespace emx::gateway {

class History;

// One client: a CompID, what it is for, and how it proves itself.
struct SessionConfig {
  std::string comp_id;
  Concern concern;            // whom it trades for, or what it has copies of
  std::string password_hash;  // see make_password_hash()
  std::string username{};     // empty: the CompID
  std::string certificate{};  // common name in its certificate (TLS); empty: the CompID
  bool allow_reset = false;   // whether its Logon may start the numbers again (141=Y)
};

// Bounds. The defaults suit some hundred sessions.
struct GatewayLimits {
  std::size_t connections_max = 512;
  std::size_t logons_at_once_max = 32;               // password checks that wait for their turn
  std::size_t out_bytes_max = std::size_t{8} << 20;  // unsent, of one connection
  std::chrono::milliseconds tick{1'000};  // heartbeats, time limits, and saving what has changed
  std::chrono::milliseconds logon_deadline{10'000};
  std::chrono::milliseconds write_deadline{10'000};  // for a client to take anything at all
  // For all clients when closing, and for each before its numbers start again.
  std::chrono::milliseconds logout_deadline{3'000};
  std::uint32_t logon_failures_max = 5;  // per CompID and peer, within the window
  std::chrono::milliseconds logon_failures_window{60'000};
  std::size_t cl_ord_ids_per_firm_max = 1'000'000;
  std::uint32_t numbers_per_block = 10'000;        // outgoing MsgSeqNums reserved at a time
  std::uint32_t resend_window = 10'000;            // messages of a session kept to be sent again
  std::uint32_t messages_per_second_max = 25'000;  // of a session, see MessageRate; 0: no bound
  std::size_t reports_waiting_max = 100'000;       // of a session, without a number yet
  // Of a session, to be sent again by ApplSeqNum: half a kilobyte each, 5 MB of one that had so
  // many since the start.
  std::size_t reports_kept_max = 10'000;
  std::chrono::milliseconds answer_deadline{60'000};  // of a TestRequest that reports wait for
};

struct GatewayConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system chooses
  std::string comp_id = "EMX";
  std::optional<TlsFiles> tls;      // without: TCP alone
  ResetSchedule reset;              // of all sessions' numbers
  std::filesystem::path directory;  // its folder fix/ has the sessions' records
  std::vector<SessionConfig> sessions;
  GatewayLimits limits;
};

// CommandHeader::session of a CompID: a hash of it, so that it needs no memory but the ledger's
// and survives every change of the configuration. Never 0.
[[nodiscard]] std::uint32_t session_id_of(std::string_view comp_id);

// The order-entry gateway: FIXT.1.1 / FIX.5.0SP2 and FIX.4.4 over TCP, on one port.
//
//   Gateway gateway{...};
//   gateway.resume(history);                                 // or not: then all entries follow
//   for each further entry of the ledger: gateway.on_entry(entry);  // nobody is connected
//   gateway.start();                                         // ends old sessions; opens the port
//   for each entry as it becomes durable: gateway.on_entry(entry);
//   gateway.begin_drain();                                   // no new orders (S02)
//   gateway.logout_all_and_close(done);                      // after the last entry
//
// All calls on the thread that runs `io`, or before it runs. Nothing here blocks that thread but
// the constructor and start(). Exceptions (std::runtime_error in words for a person) come from
// these two only.
class Gateway {
 public:
  struct Parts {
    boost::asio::io_context& io;
    CommandSink& sink;
    std::shared_ptr<spdlog::logger> logger;  // null: silence. Should not block: use an async one.
    // The sessions' records cannot be written. No message with a number that is not on disk goes
    // out any more; the process should stop.
    std::function<void(std::string_view why)> failed;
  };

  Gateway(GatewayConfig config, Parts parts);
  ~Gateway();  // as if the process had died: nothing is saved

  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Goes on behind the history's last entry, as if it had been shown all up to there; takes what
  // the history has. Words when it cannot, for want of reports that a session may not have had, or
  // of blocks that a new one is to be told of: then nothing has changed, and all entries follow.
  // Requires: no entry was shown yet.
  [[nodiscard]] std::string resume(History& history);

  // Every durable entry, in order, each once.
  void on_entry(const EntryView& entry);

  // Throws, too, where a session's record knows of entries that have not been shown: they are lost.
  void start();
  [[nodiscard]] std::uint16_t port() const;  // Requires: start()

  void begin_drain();
  // Whether clients have sent what is not handled yet, as far as this host has it. What a read
  // under way has just taken shows a moment later, in counters().bytes_in.
  [[nodiscard]] bool has_input() const;

  // Says goodbye to all clients, closes all connections and the port, makes the exact numbers and
  // watermarks durable, then calls done(). Takes at most the logout deadline and a flush. The end
  // of a session may submit a command (Urgency::disconnect): its entry is to become durable, too.
  void logout_all_and_close(std::function<void()> done);

  [[nodiscard]] const Counters& counters() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace emx::gateway
