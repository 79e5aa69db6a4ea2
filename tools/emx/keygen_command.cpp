#include "tools/emx/keygen_command.hpp"

#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include "tools/admin/ed25519.hpp"

namespace emx::tools {

namespace {

admin::PrivateKey make_key(const std::string& file) {
  admin::PrivateKey key = admin::PrivateKey::make();
  key.write(file);
  return key;
}

}  // namespace

void add_keygen_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "keygen",
      "Make a person's Ed25519 key for `emx admin --operator`, in a file that only its owner may\n"
      "read, and print the public key for the public_key of an [[operator]]");
  auto file = std::make_shared<std::string>();
  auto shows = std::make_shared<bool>(false);
  command
      ->add_option("FILE", *file, "Where the private key goes; a file that exists is not touched")
      ->required();
  command->add_flag("--show", *shows, "Only print the public key of a file that exists");
  command->callback([file, shows, &exit_code] {
    try {
      const admin::PrivateKey key = *shows ? admin::PrivateKey::read(*file) : make_key(*file);
      std::cout << admin::base64_of(key.public_key()) << '\n';
    } catch (const std::exception& error) {
      std::cerr << "emx keygen: " << error.what() << '\n';
      exit_code = 2;
    }
  });
}

}  // namespace emx::tools
