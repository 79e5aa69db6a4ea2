#include "tools/emx/proof_commands.hpp"

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "tools/audit/proofs.hpp"

namespace emx::tools {

namespace {

struct ProofArguments {
  std::filesystem::path place;  // a ledger's data directory, or a file
  std::uint64_t number = 0;     // of the entry or the trade
  std::uint64_t from = 0;
  std::uint64_t size = 0;  // of the checkpoint; 0: the last
  std::filesystem::path note_file;
  audit::ProofKeys keys;
  bool json = false;

  [[nodiscard]] audit::Output output() const { return {std::cout, std::cerr, json, false}; }
  [[nodiscard]] audit::ProofTo to() const {
    return {size == 0 ? std::nullopt : std::optional{size}, note_file};
  }
};

using Arguments = std::shared_ptr<ProofArguments>;

CLI::App& add_command(CLI::App& audit, const std::string& name, const std::string& words,
                      const Arguments& arguments) {
  CLI::App& command = *audit.add_subcommand(name, words);
  command
      .add_option("DIR", arguments->place,
                  "Data directory of the exchange; its ledger is only read, also while a daemon "
                  "has it open")
      ->required();
  return command;
}

CLI::Option* add_checkpoint_options(CLI::App& command, const std::string& name,
                                    const Arguments& arguments) {
  CLI::Option* size =
      command
          .add_option(name, arguments->size,
                      "Entries of the checkpoint that it is to lead to (default: the last one)")
          ->check(CLI::PositiveNumber);
  command
      .add_option("--cosigned", arguments->note_file,
                  "A checkpoint of this ledger in a file, as `emx witness` gives it out, with the "
                  "witness's signature")
      ->excludes(size);
  return size;
}

void add_prove(CLI::App& audit, int& exit_code) {
  const auto arguments = std::make_shared<ProofArguments>();
  CLI::App& prove = add_command(
      audit, "prove",
      "A proof for those who have no ledger, as JSON: that an entry is in it (--entry), or that it "
      "was only appended to (--from). `emx audit verify-receipt` takes either",
      arguments);
  CLI::Option* entry = prove.add_option("--entry", arguments->number, "The entry, from 1");
  entry->check(CLI::PositiveNumber);
  CLI::Option* from =
      prove.add_option("--from", arguments->from,
                       "That the checkpoint's entries begin with so many, and with which root");
  from->check(CLI::PositiveNumber)->excludes(entry);
  add_checkpoint_options(prove, "--checkpoint,--to", arguments);
  prove.callback([=, &exit_code] {
    if (arguments->number == 0 && arguments->from == 0) {
      throw CLI::RequiredError("--entry or --from");
    }
    exit_code = arguments->from == 0
                    ? audit::report_entry_proof(arguments->place, arguments->number,
                                                arguments->to(), arguments->output())
                    : audit::report_consistency_proof(arguments->place, arguments->from,
                                                      arguments->to(), arguments->output());
  });
}

void add_receipt(CLI::App& audit, int& exit_code) {
  const auto arguments = std::make_shared<ProofArguments>();
  CLI::App& receipt = add_command(
      audit, "receipt",
      "The receipt of a trade and its settlement, as JSON: its entry, the way from there to the "
      "root, and the signed checkpoint; it proves the trade without a ledger",
      arguments);
  receipt.add_option("--trade", arguments->number, "Number of the trade (`emx audit trades`)")
      ->required()
      ->check(CLI::PositiveNumber);
  add_checkpoint_options(receipt, "--checkpoint", arguments);
  receipt.callback([=, &exit_code] {
    exit_code = audit::report_receipt(arguments->place, arguments->number, arguments->to(),
                                      arguments->output());
  });
}

void add_verify_receipt(CLI::App& audit, int& exit_code) {
  const auto arguments = std::make_shared<ProofArguments>();
  CLI::App& verify = *audit.add_subcommand(
      "verify-receipt",
      "Verify a receipt, or another proof, with nothing but it and the venue's public key, and say "
      "what it proves. Exit codes: 0 it is good; 1 it is not; 2 it cannot be read");
  verify.add_option("FILE", arguments->place, "What `emx audit receipt` or `prove` wrote")
      ->required();
  add_key_option(verify, "--venue-key", ledger::KeyKind::ed25519, arguments->keys.venue,
                 "A key of the venue, NAME+ID+KEY, from the venue itself; one of those given must "
                 "have signed")
      .required();
  add_key_option(verify, "--witness-key", ledger::KeyKind::cosignature, arguments->keys.witnesses,
                 "A key of a witness, NAME+ID+KEY; each of those given must have signed, too");
  verify.add_flag("--json", arguments->json, "Answer as JSON");
  verify.callback([=, &exit_code] {
    exit_code = audit::verify_receipt(arguments->place, arguments->keys, arguments->output());
  });
}

}  // namespace

CLI::Option& add_key_option(CLI::App& command, const std::string& name, ledger::KeyKind kind,
                            std::vector<ledger::VerifierKey>& keys, const std::string& words) {
  CLI::Option* option = command.add_option_function<std::vector<std::string>>(
      name,
      [&keys](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) keys.push_back(*ledger::verifier_key_from_text(text));
      },
      words);
  return *option->expected(1)->take_all()->check([kind](const std::string& text) -> std::string {
    const auto key = ledger::verifier_key_from_text(text);
    if (key && key->kind == kind) return "";
    return "must be NAME+ID+KEY as `emx keygen --show FILE` prints it with " +
           std::string{kind == ledger::KeyKind::ed25519 ? "--venue" : "--witness"};
  });
}

void add_proof_commands(CLI::App& audit, int& exit_code) {
  add_prove(audit, exit_code);
  add_receipt(audit, exit_code);
  add_verify_receipt(audit, exit_code);
}

}  // namespace emx::tools
