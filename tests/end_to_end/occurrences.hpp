#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/fix_client/exec_ids.hpp"
#include "tools/fix_client/message.hpp"

namespace emx::end_to_end {

// What happened to orders, one line each, from two sources that know nothing of each other: what a
// client was told over FIX, and what the ledger has. Lines that are equal mean the same:
//
//   1170 accepted L1-5 sell 1@70.35      1173 refused L1-10 402
//   1171 trade 17 L1-5 1@70.35 left 2    1174 cancel refused L1-11 953
//   1172 cancelled L1-5 by L1-9          1175 ended L1-12 801
//   1176 replaced L1-6 by L1-13 3@70.20 left 2
//   1177 replace refused L1-14 953
//
// First the ledger's sequence; last, where it may differ from the quantity, what is left.

// A client's side of it: what it sent, and what it was told.
class ClientLog {
 public:
  void sent(const std::string& cl_ord_id) { sent_.insert(cl_ord_id); }
  // A message of the venue; true if it answers a request that had no answer yet.
  bool take(const fix_client::Message& message);

  [[nodiscard]] std::size_t unanswered() const { return sent_.size() - answered_.size(); }

  // Open, for a test that must be able to lie.
  std::set<std::string> sent_;
  std::set<std::string> answered_;       // of those
  std::set<std::string> told_;           // lines
  std::vector<std::string> complaints_;  // doubled executions, messages that make no sense

 private:
  fix_client::ExecIds exec_ids_;
};

// The ledger's side, by firm.
struct LedgerLog {
  std::map<std::string, std::multiset<std::string>> lines;     // what a firm must be told
  std::map<std::string, std::multiset<std::string>> requests;  // ClOrdIDs of its entries

  // Throws std::runtime_error when the ledger cannot be read.
  [[nodiscard]] static LedgerLog read(const std::filesystem::path& data_dir);
};

// Where a client and the ledger disagree, in words; empty: nowhere. Requires: the client has been
// told all, that is, it has no unanswered request and was logged on when the ledger was read.
[[nodiscard]] std::vector<std::string> disagreements(const std::string& firm,
                                                     const ClientLog& client,
                                                     const LedgerLog& ledger);

}  // namespace emx::end_to_end
