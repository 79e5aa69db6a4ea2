#include "tools/emx/rules_command.hpp"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "ledger/hash.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/audit/describer.hpp"
#include "tools/rules/document.hpp"
#include "tools/rules/document_file.hpp"
#include "tools/rules/rule_text.hpp"

namespace emx::tools {

namespace {

namespace fs = std::filesystem;

constexpr int exit_faults = 1;
constexpr int exit_failed = 2;

struct RulesArguments {
  std::vector<std::string> paths;
  std::string file;
  std::string out;
  std::string key;
  std::string signature;
};

// The texts that a path means: itself, or every .toml file in the folder, by name.
std::vector<fs::path> texts_of(const std::vector<std::string>& paths) {
  std::vector<fs::path> texts;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      texts.emplace_back(path);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator{path}) {
      if (entry.path().extension() == ".toml") inside.push_back(entry.path());
    }
    if (inside.empty()) throw std::runtime_error{path + " has no .toml file"};
    std::ranges::sort(inside);
    texts.insert(texts.end(), inside.begin(), inside.end());
  }
  return texts;
}

// What the parts of one set must be to one another.
std::vector<std::string> faults_between(const std::vector<fs::path>& texts,
                                        const std::vector<rules::Document>& documents) {
  std::vector<std::string> faults;
  std::map<Authority, std::string> parts;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const rules::Document& document = documents[i];
    const std::string file = texts[i].string();
    const auto [other, is_new] = parts.emplace(document.authority, file);
    if (!is_new) {
      faults.push_back(file + ": authority: " + other->second +
                       " is already the document of this authority; a set has one of each");
    }
    if (document.version != documents[0].version) {
      faults.push_back(file + ": version: " + std::to_string(document.version) +
                       " is not that of " + texts[0].string() + ", " +
                       std::to_string(documents[0].version));
    }
    if (document.effective != documents[0].effective) {
      faults.push_back(file + ": effective: " + text_of(document.effective) + " is not that of " +
                       texts[0].string() + ", " + text_of(documents[0].effective));
    }
  }
  return faults;
}

int tell(const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) std::cerr << fault << '\n';
  if (faults.empty()) return 0;
  std::cerr << "emx rules: " << faults.size() << (faults.size() == 1 ? " fault\n" : " faults\n");
  return exit_faults;
}

int check(const RulesArguments& options) {
  const std::vector<fs::path> texts = texts_of(options.paths);
  std::vector<std::string> faults;
  std::vector<rules::Document> documents;
  for (const fs::path& text : texts) {
    rules::Compiled compiled = rules::compile(rules::read_file(text), text.string());
    faults.insert(faults.end(), compiled.faults.begin(), compiled.faults.end());
    documents.push_back(std::move(compiled.document));
  }
  if (faults.empty()) faults = faults_between(texts, documents);
  if (faults.empty()) {
    std::size_t count = 0;
    for (const rules::Document& document : documents) count += document.records.size();
    std::cout << "rule set " << documents[0].version << ", effective "
              << text_of(documents[0].effective) << ": " << count << " rules in "
              << documents.size() << (documents.size() == 1 ? " document" : " documents")
              << ", no fault\n";
  }
  return tell(faults);
}

int compile(const RulesArguments& options) {
  const rules::Compiled compiled = rules::compile(rules::read_file(options.file), options.file);
  if (!compiled.faults.empty()) return tell(compiled.faults);
  rules::write_new(options.out, rules::bytes_of(compiled.document));
  std::cout << options.out << ": rule set " << compiled.document.version << ", "
            << audit::authority_words(static_cast<std::uint8_t>(compiled.document.authority))
            << ", " << compiled.document.records.size() << " rules\n";
  return 0;
}

int show(const RulesArguments& options) {
  const rules::Document document = rules::read_document(options.file);
  std::cout << "rule set " << document.version << ", document of "
            << audit::authority_words(static_cast<std::uint8_t>(document.authority))
            << ", effective " << text_of(document.effective) << '\n';
  std::cout << "made from a text with SHA-256 "
            << ledger::text_of(std::bit_cast<ledger::Hash>(document.source_sha256)) << '\n';
  const audit::Describer describer;
  for (std::size_t i = 0; i < document.records.size(); ++i) {
    std::cout << "  " << i << ": "
              << describer.rule(document.records[i].kind, document.records[i].body) << '\n';
  }
  return 0;
}

int sign(const RulesArguments& options) {
  const rules::Document document = rules::read_document(options.file);
  const admin::PrivateKey key = admin::PrivateKey::read(options.key);
  std::cout << admin::base64_of(rules::sign(document, key)) << '\n';
  return 0;
}

int verify(const RulesArguments& options) {
  const rules::Document document = rules::read_document(options.file);
  const auto key = admin::public_key_from_text(options.key);
  if (!key) throw std::runtime_error{"--key is no public key as `emx keygen` prints one"};
  const auto signature = admin::signature_from_text(options.signature);
  if (!signature) {
    throw std::runtime_error{"--signature is no signature as `emx rules sign` prints one"};
  }
  const bool good = rules::is_signed(document, *signature, *key);
  std::cout << (good ? "signed by this key\n" : "not signed by this key\n");
  return good ? 0 : exit_faults;
}

}  // namespace

void add_rules_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "rules",
      "An authority's rules from text to a signed document.\n"
      "  emx rules check DIR                       every fault of a set's texts\n"
      "  emx rules compile zj.toml zj.rules        the document that is signed\n"
      "  emx rules show zj.rules                   what it says, in words\n"
      "  emx rules sign zj.rules --key zj.pem      prints the signature\n"
      "  emx admin ... rule-document zj.rules --signature TEXT\n"
      "  emx admin ... activate-rules 3 ZJ joint   waits for a second person\n"
      "Exit code: 0 done, 1 faults or a wrong signature, 2 a file that cannot be read or written.");
  command->require_subcommand(1);
  auto options = std::make_shared<RulesArguments>();
  const auto add = [&](const char* name, const char* help, int (*act)(const RulesArguments&)) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->callback([options, act, &exit_code] {
      try {
        exit_code = act(*options);
      } catch (const std::exception& error) {
        std::cerr << "emx rules: " << error.what() << '\n';
        exit_code = exit_failed;
      }
    });
    return sub;
  };
  add("check", "Say every fault in the texts of a rule set, each by file, line and key", check)
      ->add_option("PATH", options->paths, "Texts (.toml), or folders of them")
      ->required();
  CLI::App* compiling = add("compile", "Make the document of a text", compile);
  compiling->add_option("TEXT", options->file, "What the authority wrote, in TOML")->required();
  compiling->add_option("OUT", options->out, "Where the document goes; a file that exists stays")
      ->required();
  add("show", "Say in words what a document says: read this before you sign", show)
      ->add_option("FILE", options->file, "A document")
      ->required();
  CLI::App* signing = add("sign", "Print an authority's signature of a document", sign);
  signing->add_option("FILE", options->file, "A document")->required();
  signing->add_option("--key", options->key, "The authority's private key (`emx keygen`)")
      ->required();
  CLI::App* verifying = add("verify", "Check a signature of a document", verify);
  verifying->add_option("FILE", options->file, "A document")->required();
  verifying->add_option("--key", options->key, "The authority's public key, as `emx keygen` prints")
      ->required();
  verifying->add_option("--signature", options->signature, "As `emx rules sign` prints it")
      ->required();
}

}  // namespace emx::tools
