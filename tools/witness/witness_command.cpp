#include "tools/witness/witness_command.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "tools/audit/reading.hpp"
#include "tools/audit/receipt.hpp"
#include "tools/audit/tree_pass.hpp"
#include "tools/witness/witness.hpp"

namespace emx::witness {

namespace {

constexpr std::size_t file_bytes_max = 1 << 20;

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::string text(file_bytes_max, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// What is looked at, and what shows that it goes on from what was seen.
struct Look {
  std::string note;
  Witness::Show show;
};

ledger::Result look_at_ledger(const WitnessOptions& options, ledger::LedgerStore& store,
                              const audit::Output& output, Look& look) {
  ledger::Result result = audit::open_to_read(options.ledger, store, output);
  audit::SignedCheckpoint last;
  if (result.ok()) result = audit::find_checkpoint(options.ledger, std::nullopt, last);
  if (!result.ok()) return result;
  look.note = text_of(last.note);
  look.show = [&store](const ledger::TreeHead& from, const ledger::TreeHead& to) {
    audit::TreePass pass;
    pass.size = to.size;
    pass.parts.push_back({.ranges = ledger::consistency_ranges(from.size, to.size)});
    pass.root_of = from.size;
    Witness::Shown shown;
    if (const ledger::Result read = pass_over(store, pass); !read.ok()) {
      shown.words = read.message;
    } else if (pass.root != to.root) {
      shown.words = "the ledger's entries do not have that root";
    } else {
      shown.proof = std::move(pass.parts.front().proof);
      shown.root_there = pass.earlier_root;
    }
    return shown;
  };
  return result;
}

void look_at_file(const WitnessOptions& options, Look& look) {
  look.note = read_text(options.checkpoint);
  look.show = [&options](const ledger::TreeHead& from, const ledger::TreeHead& to) {
    Witness::Shown shown;
    const auto proof = audit::consistency_from_text(read_text(options.proof));
    if (options.proof.empty()) {
      shown.words = "no proof was given; `emx audit prove DIR --from " + std::to_string(from.size) +
                    "` makes one";
    } else if (!proof) {
      shown.words = options.proof.string() + " is no proof of consistency";
    } else if (proof->from != from.size) {
      shown.words = "the proof is from " + std::to_string(proof->from) + " entries";
    } else {
      shown.proof = proof->proof;
      // A good proof from another root is that of a fork.
      const bool holds = is_consistent({from.size, proof->from_root}, to, proof->proof);
      if (holds) shown.root_there = proof->from_root;
    }
    return shown;
  };
}

int exit_code_of(Outcome outcome) {
  if (outcome == Outcome::cosigned) return audit::ledger_is_valid;
  return outcome == Outcome::state_failed ? audit::could_not_run : audit::ledger_is_invalid;
}

}  // namespace

int run_witness(const WitnessOptions& options, const audit::Output& output) {
  std::optional<Witness> witness;
  try {
    witness.emplace(options.state, options.name, ledger::PrivateKey::read(options.key_file),
                    options.venue_keys, options.earlier_keys);
  } catch (const std::runtime_error& error) {
    output.err << error.what() << '\n';
    return audit::could_not_run;
  }
  ledger::LedgerStore store;
  Look look;
  ledger::Result result = witness->open();
  if (result.ok() && !options.ledger.empty()) {
    result = look_at_ledger(options, store, output, look);
  } else if (result.ok()) {
    look_at_file(options, look);
  }
  if (!result.ok()) {
    output.err << result.message << '\n';
    return audit::exit_code_of(result);
  }
  const std::int64_t now_s = std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
  const Answer answer = witness->look_at(look.note, now_s, look.show);
  output.out << answer.note;
  if (!answer.words.empty()) output.err << answer.words << '\n';
  return exit_code_of(answer.outcome);
}

}  // namespace emx::witness
