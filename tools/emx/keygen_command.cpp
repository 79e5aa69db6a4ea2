#include "tools/emx/keygen_command.hpp"

#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include "ledger/checkpoint.hpp"
#include "ledger/note.hpp"
#include "tools/admin/ed25519.hpp"

namespace emx::tools {

namespace {

admin::PrivateKey make_key(const std::string& file) {
  admin::PrivateKey key = admin::PrivateKey::make();
  key.write(file);
  return key;
}

struct KeyNames {
  std::string venue;
  std::string witness;
};

// As whoever is to know it is given it.
std::string public_text(const admin::PublicKey& key, const KeyNames& names) {
  using ledger::KeyKind;
  if (!names.venue.empty()) {
    return text_of(ledger::VerifierKey{ledger::origin_of(names.venue), KeyKind::ed25519, key});
  }
  if (names.witness.empty()) return admin::base64_of(key);
  return text_of(ledger::VerifierKey{names.witness, KeyKind::cosignature, key});
}

}  // namespace

void add_keygen_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "keygen",
      "Make a person's Ed25519 key for `emx admin --operator`, in a file that only its owner may\n"
      "read, and print the public key for the public_key of an [[operator]]; or the key of a "
      "venue\n"
      "or a witness (--venue, --witness)");
  auto file = std::make_shared<std::string>();
  auto shows = std::make_shared<bool>(false);
  auto names = std::make_shared<KeyNames>();
  command
      ->add_option("FILE", *file, "Where the private key goes; a file that exists is not touched")
      ->required();
  command->add_flag("--show", *shows, "Only print the public key of a file that exists");
  CLI::Option* venue = command->add_option(
      "--venue", names->venue,
      "A venue's key, for checkpoint.keys of emxd: print it as --venue-key takes it, under the\n"
      "venue's name in the ledger's genesis entry (EMX)");
  command
      ->add_option(
          "--witness", names->witness,
          "A witness's key, for `emx witness`: print it as --witness-key takes it, under this "
          "name, which has no blank and no '+'")
      ->excludes(venue)
      ->check([](const std::string& name) {
        return ledger::is_key_name(name) ? "" : "must have 1 to 128 bytes, no blank and no '+'";
      });
  command->callback([file, shows, names, &exit_code] {
    try {
      const admin::PrivateKey key = *shows ? admin::PrivateKey::read(*file) : make_key(*file);
      std::cout << public_text(key.public_key(), *names) << '\n';
    } catch (const std::exception& error) {
      std::cerr << "emx keygen: " << error.what() << '\n';
      exit_code = 2;
    }
  });
}

}  // namespace emx::tools
