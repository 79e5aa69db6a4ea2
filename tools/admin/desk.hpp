#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/admin/approvals.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/admin/operators.hpp"
#include "tools/admin/question_rate.hpp"
#include "tools/admin/request.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/admin/stops.hpp"
#include "tools/audit/describer.hpp"

namespace emx::admin {

// What becomes of a line of the administrative channel. Who only asks is answered. What acts must
// be signed by a configured person, and be a matter of her office (powers.hpp); it goes into the
// log like any other command, with its sender as actor, and is answered once it is durable. What
// needs a second person (needs_four_eyes()) goes into the log only when another one approves it,
// with her as approver.
//
// A document of rules is taken with its authority's signature only, under the key that the log has.
// Its records go into the log first; what closes it follows when all of them are durable and none
// was refused, else the first that was is the answer. So nothing bad takes the place of a document
// that lies closed. Whoever reads the log checks a document under the key that stands before it:
// while a key of its authority is on its way no document begins, and while one is handed in no key
// changes.
//
// Commands that say only what changes are made from the rows that are durable: while a row is being
// changed no other change of it is taken, and an act that waited is put into effect only if it is
// still made the same.
//
// An id stands for one command of one person: the same again gets the first answer, whatever has
// become of the market since, and another one is told what the id stands for. Not thread-safe.
class Desk {
 public:
  struct Callbacks {
    // Puts a command on its way; words for the sender when it is not taken, else empty.
    std::function<std::string(std::span<const std::byte>)> submit;
    // One line of JSON.
    std::function<std::string()> status;
    // UTC since 1970.
    std::function<std::int64_t()> now_ns;
    // For the log: who did what, and who was not let.
    std::function<void(const std::string&)> inform;
    std::function<void(const std::string&)> warn;
  };
  using Answer = std::function<void(std::string)>;

  Desk(Operators operators, Callbacks callbacks);

  // `answer` is called once, now or when an entry comes.
  void take(const std::string& line, const Answer& answer);

  // Every durable entry in order, from the ledger's first on: the outcomes that make requests
  // idempotent come from here, and the names of what the venue has.
  void on_entry(const EntryView& entry);

  // What the venue has.
  [[nodiscard]] const market::Names& names() const { return describer_.names(); }

  // Requests that were not let act: unsigned, not by whom they say, not of her office, or to
  // approve what she asked for herself.
  [[nodiscard]] std::uint64_t turned_away() const { return turned_away_; }
  [[nodiscard]] std::size_t acts_waiting();

  // Of an authority in the log; without one a person changes its lasting rules alone, unsigned.
  [[nodiscard]] bool has_key(Authority authority) const {
    return authority_keys_.contains(static_cast<std::uint8_t>(authority));
  }

 private:
  // A request that was submitted.
  struct Known {
    std::vector<std::byte> command;
    std::optional<rules::Sha256> asked;  // what its sender said; nothing: before this run
    std::optional<Outcome> outcome;      // nothing: it is not durable yet
    std::vector<Answer> waiting;
  };

  // A document whose records are on their way into the log.
  struct HandIn {
    std::uint64_t id;
    std::vector<std::byte> closing;  // the command that follows them
    std::uint16_t records;
    std::optional<Outcome> refused;  // the first that was
  };

  void act(const CommandRequest& request, const std::string& text, const Answer& answer);
  [[nodiscard]] bool answer_again(const Line& line, const Answer& answer);
  [[nodiscard]] bool answer_of_id(const CommandRequest& request, const Answer& answer);
  static void answer_known(Known& known, const Answer& answer);
  void wait_for_second(const CommandRequest& request, const std::string& text,
                       const Answer& answer);
  void decide(const DecisionRequest& request, const Answer& answer);
  void approve(Approvals::Act& act, std::uint32_t person, const Answer& answer);
  [[nodiscard]] std::string refusal_to_approve(const Approvals::Act& act,
                                               std::uint32_t person) const;
  [[nodiscard]] std::string submit(const CommandRequest& request, std::vector<std::byte> command,
                                   const Answer& answer);
  [[nodiscard]] bool may_act(const Sender& sender, const std::string& refusal,
                             const Answer& answer);
  void hand_in(const CommandRequest& request, const Answer& answer);
  [[nodiscard]] std::string signature_fault(const CommandRequest& request);
  [[nodiscard]] bool key_is_changing(std::uint8_t authority) const;
  // Why the command may not go on its way beside those that are; empty: it may.
  [[nodiscard]] std::string conflict_of(std::span<const std::byte> command) const;
  [[nodiscard]] bool is_made_the_same(const Approvals::Act& act) const;
  void take_record(const EntryView& entry, Outcome outcome);
  void go_under_way(const CommandRequest& request, std::vector<std::byte> command,
                    const Answer& answer);
  void settle(std::uint64_t id, const Outcome& outcome);
  void take_key(const EntryView& entry);
  [[nodiscard]] std::string words_of(const Approvals::Act& act) const;
  [[nodiscard]] std::string words_of_id(std::uint64_t id) const;
  [[nodiscard]] std::string words_of_bad(const Line& line, const std::string& reason) const;
  [[nodiscard]] std::string waiting_text(const Approvals::Act& act) const;
  [[nodiscard]] std::string pending_text() const;

  Operators operators_;
  Callbacks callbacks_;
  Approvals approvals_;
  audit::Describer describer_;
  std::unordered_map<std::uint64_t, Known> requests_;           // by id
  std::vector<std::uint64_t> under_way_;                        // ids: submitted, not durable yet
  std::unordered_map<std::uint8_t, PublicKey> authority_keys_;  // by Authority, as the log has them
  std::unordered_map<std::uint8_t, HandIn> hand_ins_;           // by Authority
  Stops stops_;
  QuestionRate question_rate_;
  std::uint64_t turned_away_ = 0;
};

}  // namespace emx::admin
