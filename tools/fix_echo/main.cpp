#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "tools/fix_echo/echo_server.hpp"

int main(int argc, char** argv) {
  CLI::App app{"fix_echo: the session layer of emx under an application that echoes D, d and C"};
  emx::fix_echo::Options options;
  app.add_option("--port", options.port, "TCP port on 127.0.0.1; 0: a free one")
      ->capture_default_str();
  app.add_option("--sender", options.sender, "Our CompID")->required();
  app.add_option("--target", options.target, "The client's CompID")->required();
  app.add_option("--dictionaries", options.dictionaries,
                 "Folder with FIX44.xml, FIXT11.xml and FIX50SP2.xml of QuickFIX")
      ->required()
      ->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);
  try {
    boost::asio::io_context io{1};
    boost::asio::signal_set signals{io, SIGTERM, SIGINT};
    signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
    emx::fix_echo::EchoServer server{io, options};
    std::cout << "fix_echo listens on 127.0.0.1:" << server.port() << std::endl;
    io.run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "fix_echo: " << error.what() << '\n';
    return 2;
  }
}
