#include "tools/emx/witness_command.hpp"

#include <iostream>
#include <memory>
#include <string>

#include "tools/emx/proof_commands.hpp"
#include "tools/witness/witness_command.hpp"

namespace emx::tools {

void add_witness_command(CLI::App& app, int& exit_code) {
  CLI::App& witness = *app.add_subcommand(
      "witness",
      "Look at the venue's last checkpoint as somebody else (a regulator, say), and sign it if "
      "the\n"
      "ledger has only been appended to since the one that was seen before; print it with both\n"
      "signatures. A fork is refused, and both checkpoints are kept as evidence");
  witness.footer(
      "Exit codes: 0 signed; 1 refused, with the reason; 2 there is no answer (unreadable, locked, "
      "no checkpoint). The folder of --state is the witness's memory: never put back an older "
      "one.");
  const auto options = std::make_shared<witness::WitnessOptions>();
  witness.add_option("--state", options->state, "The witness's own folder; made when missing")
      ->required();
  witness
      .add_option("--key", options->key_file,
                  "The witness's key (`emx keygen FILE --witness NAME`), for nobody else to read")
      ->required();
  witness.add_option("--name", options->name, "The witness's name, as its key was made known with")
      ->required()
      ->check([](const std::string& name) {
        return ledger::is_key_name(name) ? "" : "must have 1 to 128 bytes, no blank and no '+'";
      });
  add_key_option(witness, "--venue-key", ledger::KeyKind::ed25519, options->venue_keys,
                 "A key of the venue, NAME+ID+KEY; one of those given must have signed")
      .required();
  add_key_option(witness, "--earlier-key", ledger::KeyKind::cosignature, options->earlier_keys,
                 "A key of this witness, NAME+ID+KEY, that it had before: what it signed last with "
                 "that one is still its memory");
  CLI::Option* ledger = witness.add_option(
      "--ledger", options->ledger,
      "Data directory of the exchange, or of a copy: its last checkpoint is looked at");
  CLI::Option* checkpoint =
      witness.add_option("--checkpoint", options->checkpoint, "Or one in a file, and with it")
          ->excludes(ledger);
  witness
      .add_option("--proof", options->proof,
                  "what `emx audit prove DIR --from SIZE` wrote, from the size that was seen last")
      ->needs(checkpoint);
  witness.callback([=, &exit_code] {
    if (options->ledger.empty() && options->checkpoint.empty()) {
      throw CLI::RequiredError("--ledger or --checkpoint");
    }
    exit_code = witness::run_witness(*options, {std::cout, std::cerr});
  });
}

}  // namespace emx::tools
