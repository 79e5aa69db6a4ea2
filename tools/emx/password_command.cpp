#include "tools/emx/password_command.hpp"

#include <iostream>
#include <memory>
#include <string>

#include "gateway/password.hpp"

namespace emx::tools {

void add_password_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "hash-password",
      "Read a password, one line of standard input, and print its salted hash for the\n"
      "password_hash of a [[fix.session]]");
  auto iterations = std::make_shared<std::uint32_t>(gateway::password_iterations);
  command
      ->add_option("--iterations", *iterations,
                   "PBKDF2 rounds: more make guessing, and each logon, slower")
      ->check(CLI::Range(1'000U, 100'000'000U))
      ->capture_default_str();
  command->callback([iterations, &exit_code] {
    std::string password;
    if (!std::getline(std::cin, password) || password.empty()) {
      std::cerr << "emx hash-password: no password came on standard input\n";
      exit_code = 2;
      return;
    }
    std::cout << gateway::make_password_hash(password, *iterations) << '\n';
  });
}

}  // namespace emx::tools
