#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tools/fix_client/client.hpp"
#include "tools/fix_client/fields.hpp"

// Readers of market data, for a venue to be measured under: each follows one book at full depth,
// with its trades and figures, and only counts what it is told; or stalls once it is logged on.
// Until SIGINT or SIGTERM, or for so many seconds.

namespace {

using emx::fix_client::Client;
using emx::fix_client::Fields;
using emx::fix_client::Message;

struct Options {
  std::uint16_t port = 0;
  std::string prefix = "MD";
  std::string password;
  std::string symbol;
  std::string account;
  unsigned readers = 100;
  unsigned depth = 0;
  unsigned seconds = 30;
  bool stall = false;
};

struct Tally {
  std::uint64_t snapshots = 0;
  std::uint64_t updates = 0;
  std::uint64_t entries = 0;
};

Fields request_of(const Options& options) {
  Fields fields;
  fields.add(262, "1").add(263, '1').add(264, options.depth).add(265, '1');
  if (options.account.empty()) {
    fields.add(267, 5).add(269, '0').add(269, '1').add(269, '2').add(269, 'B').add(269, 'x');
  } else {
    fields.add(267, 2).add(269, '0').add(269, '1');
  }
  fields.add(146, 1).add(55, options.symbol);
  if (!options.account.empty()) fields.add(1, options.account);
  return fields;
}

int run(const Options& options) {
  boost::asio::io_context io;
  Tally tally;
  std::vector<std::unique_ptr<Client>> clients;
  for (unsigned i = 1; i <= options.readers; ++i) {
    emx::fix_client::Identity identity;
    identity.sender = options.prefix + std::to_string(i);
    identity.password = options.password;
    Client& client = *clients.emplace_back(std::make_unique<Client>(io, identity));
    client.on_message = [&](const Message& message) {
      if (message.type() == "W") ++tally.snapshots;
      if (message.type() == "X") ++tally.updates;
      tally.entries += static_cast<std::uint64_t>(message.number(268).value_or(0));
    };
    const auto outcome = client.logon(options.port, Client::patience, true);
    if (outcome != emx::fix_client::LogonOutcome::online) {
      std::fprintf(stderr, "%s: %s\n", identity.sender.c_str(), client.why_closed().c_str());
      return 1;
    }
    client.send("V", request_of(options));
  }
  std::fprintf(stderr, "%u readers are logged on\n", options.readers);
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](boost::system::error_code error, int) {
    if (!error) io.stop();
  });
  if (options.stall) {
    boost::asio::io_context apart;  // nothing is read
    boost::asio::signal_set other{apart, SIGINT, SIGTERM};
    other.async_wait([&](boost::system::error_code, int) { apart.stop(); });
    apart.run_for(std::chrono::seconds{options.seconds});
  } else {
    io.run_for(std::chrono::seconds{options.seconds});
  }
  std::printf("{\"readers\":%u,\"snapshots\":%llu,\"updates\":%llu,\"entries\":%llu}\n",
              options.readers, static_cast<unsigned long long>(tally.snapshots),
              static_cast<unsigned long long>(tally.updates),
              static_cast<unsigned long long>(tally.entries));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Readers of market data, each of one book at full depth; prints what they were told"};
  app.add_option("--port", options.port, "the venue's market data port")->required();
  app.add_option("--password", options.password, "of all readers")->required();
  app.add_option("--symbol", options.symbol, "the book")->required();
  app.add_option("--prefix", options.prefix, "CompIDs are this and 1, 2, ...")
      ->capture_default_str();
  app.add_option("--readers", options.readers, "how many")->capture_default_str();
  app.add_option("--depth", options.depth, "levels of a side; 0: all")->capture_default_str();
  app.add_option("--account", options.account, "as this facility could trade");
  app.add_option("--seconds", options.seconds, "how long")->capture_default_str();
  app.add_flag("--stall", options.stall, "read nothing once logged on");
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
