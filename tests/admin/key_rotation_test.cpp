#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tests/admin/rules_desk.hpp"

// An authority's key is changed while documents of it are handed in. Whoever reads the ledger
// checks each document under the key that stands before it, so neither may overtake the other.
namespace emx::admin {
namespace {

using nlohmann::json;

class KeyRotation : public AdminDeskWithRules {
 protected:
  // The act waits for its second person.
  [[nodiscard]] std::string ask_for_key(std::uint64_t id, const PrivateKey& key) {
    const json request = key_of_zj(id, key);
    const auto waits = send(persons.line(1, request));
    return persons.line(4, decision_on(waits->at("approval"), "approve", request));
  }

  PrivateKey next = PrivateKey::make();
};

TEST_F(KeyRotation, KeepsADocumentOutWhileTheKeyChanges) {
  give_key();
  const std::string approval = ask_for_key(2, next);
  const auto changed = send(approval);
  const auto early = send(persons.line(4, hand_in(3, zj)));
  EXPECT_EQ(early->value("reason", ""),
            "the key of ZJ is being changed; hand the document in again in a moment");
  EXPECT_EQ(log.size(), 2U);  // nothing of it
  make_durable();
  EXPECT_EQ(changed->value("sequence", 0), 2);
  EXPECT_EQ(reason(persons.line(4, hand_in(3, zj))), "the signature is not by the key of ZJ");
  EXPECT_EQ(ask(persons.line(4, hand_in(3, next)))["ok"], true);
}

TEST_F(KeyRotation, KeepsTheKeyWhileADocumentIsHandedIn) {
  give_key();
  const std::string approval = ask_for_key(2, next);
  const auto handed_in = send(persons.line(4, hand_in(3, zj)));
  const std::string words = "a document of ZJ is being handed in; approve again in a moment";
  EXPECT_EQ(send(approval)->value("reason", ""), words);
  for (std::size_t record = 0; record + 1 < document.records.size(); ++record) {
    make_next_durable();
    EXPECT_EQ(send(approval)->value("reason", ""), words);
  }
  EXPECT_EQ(desk.acts_waiting(), 1U);
  make_durable();
  EXPECT_EQ(handed_in->value("ok", false), true);
  EXPECT_EQ(ask(approval)["ok"], true);
}

// Neither is there for another authority, nor when the exchange refuses the key.
TEST_F(KeyRotation, LeavesOtherAuthoritiesAlone) {
  give_key();
  json of_joint = key_of_zj(2, next);
  of_joint["authority"] = "joint";
  const auto waits = send(persons.line(1, of_joint));
  const auto joint = send(persons.line(2, decision_on(waits->at("approval"), "approve", of_joint)));
  EXPECT_TRUE(joint->is_null());  // on its way
  const auto handed_in = send(persons.line(4, hand_in(3, zj)));
  make_durable();
  EXPECT_EQ(handed_in->value("ok", false), true);
  refusals[log.size() + 1] = Code::p06_four_eyes;
  EXPECT_EQ(ask(ask_for_key(4, next))["ok"], false);
  EXPECT_EQ(ask(persons.line(4, hand_in(5, zj)))["ok"], true);
}

// Any order of keys, documents, commits, full rings and restarts.
TEST_F(KeyRotation, LeavesEachDocumentUnderItsKeyInAnyOrder) {
  std::mt19937_64 random{7};
  const std::array<const PrivateKey*, 2> keys{&zj, &next};
  std::string approval;
  std::uint64_t id = 0;
  for (int step = 0; step < 3'000; ++step) {
    const PrivateKey& key = *keys[random() % 2];
    room = 1 + random() % 8;  // now and then not even for one document
    switch (random() % 8) {
      case 0:
        if (desk.acts_waiting() < 8) approval = ask_for_key(++id, key);
        break;
      case 1:
        if (!approval.empty()) send(approval);
        break;
      case 2:
      case 3:
        send(persons.line(4, hand_in(++id, key)));
        break;
      case 4:
        if (random() % 20 == 0) {
          restart();
          approval.clear();
        }
        break;
      default:
        if (durable < log.size()) make_next_durable();
    }
    // What was decided is forgotten in time.
    if (step % 50 == 49) {
      now_ns += Approvals::lifetime_ns;
      EXPECT_EQ(desk.acts_waiting(), 0U);
      now_ns -= Approvals::lifetime_ns;
      approval.clear();
    }
  }
  room = log.size();
  make_durable();
  PublicKey in_force{};
  int rotations = 0;
  int documents = 0;
  for (const auto& command : log) {
    const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
    if (kind == CommandKind::set_authority_key) {
      const auto set = read_record<SetAuthorityKeyCommand>(command);
      PublicKey key{};
      std::memcpy(key.data(), set.public_key.data(), key.size());
      if (key != in_force) ++rotations;
      in_force = key;
    }
    if (kind != CommandKind::rule_document) continue;
    Signature signature{};
    std::memcpy(signature.data(), read_record<RuleDocumentCommand>(command).signature.data(),
                signature.size());
    ++documents;
    ASSERT_TRUE(rules::is_signed(document, signature, in_force));
  }
  EXPECT_GT(rotations, 10);  // control: both happen
  EXPECT_GT(documents, 100);
}

}  // namespace
}  // namespace emx::admin
