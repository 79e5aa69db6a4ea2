#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/admin/request.hpp"

namespace emx::admin {

class AdminConnection;

// Answers `emx admin` on a local Unix socket that only this user and root may open; the other end's
// user id is checked as well. Commands go into the log like any other and are answered once they
// are durable. A connection's lines are answered one after the other. An id stands for one command:
// the same again gets the first answer, and another one is refused. Connections are bounded. All on
// the io_context's thread.
class AdminServer {
 public:
  struct Callbacks {
    // Puts a command on its way; words for the sender when it is not taken, else empty.
    std::function<std::string(std::span<const std::byte>)> submit;
    // One line of JSON.
    std::function<std::string()> status;
  };

  // Listens. A socket that a dead process left is replaced. Throws std::runtime_error with words
  // for a person when it cannot.
  AdminServer(boost::asio::io_context& io, const std::filesystem::path& socket,
              Callbacks callbacks);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  // Every durable entry in order, from the ledger's first on: the outcomes that make requests
  // idempotent come from here.
  void on_entry(const EntryView& entry);

  // Closes the socket and takes it away; running requests are not answered any more.
  void close();

 private:
  friend class AdminConnection;

  // A request that was submitted.
  struct Known {
    std::vector<std::byte> command;
    std::optional<Outcome> outcome;  // nothing: it is not durable yet
    std::vector<std::shared_ptr<AdminConnection>> waiting;
  };

  void accept();
  void accept_later();
  void handle(const std::string& line, const std::shared_ptr<AdminConnection>& from);

  std::filesystem::path path_;
  Callbacks callbacks_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::unordered_map<std::uint64_t, Known> requests_;  // by id
  // Each connection holds one; they may outlive the server within the io_context.
  std::shared_ptr<void> places_ = std::make_shared<char>();
};

}  // namespace emx::admin
