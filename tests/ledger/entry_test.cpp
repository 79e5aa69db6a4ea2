#include "ledger/entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>

#include "ledger/anchor.hpp"
#include "ledger/balances.hpp"
#include "ledger/records.hpp"
#include "tests/ledger/support.hpp"

namespace emx::ledger {
namespace {

using testing::Bytes;
using testing::Sample;

Bytes encoded(const Sample& sample, const Hash& prev = {}) {
  Bytes bytes(encoded_bytes(sample.view()));
  encode(sample.view(), prev, bytes);
  return bytes;
}

// On the heap to its last byte, so that the address sanitizer sees a read beyond it.
std::string_view decode_exactly(std::span<const std::byte> bytes) {
  const auto exact = std::make_unique<std::byte[]>(bytes.size());
  std::ranges::copy(bytes, exact.get());
  StoredEntry entry;
  return decode({exact.get(), bytes.size()}, entry);
}

template <class Field>
Bytes with(Bytes bytes, std::size_t offset, Field value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
  return bytes;
}

TEST(Entry, DecodesToWhatWasEncoded) {
  for (std::uint64_t sequence = 1; sequence < 64; ++sequence) {
    const Sample sample{sequence};
    const EntryView wanted = sample.view();
    Hash prev;
    prev.fill(static_cast<std::byte>(sequence));
    const Bytes bytes = encoded(sample, prev);
    StoredEntry entry;
    ASSERT_EQ(decode(bytes, entry), "");
    EXPECT_EQ(entry.header.prev, prev);
    EXPECT_EQ(entry.header.actor, 7U);
    EXPECT_EQ(entry.view.stamp.sequence, wanted.stamp.sequence);
    EXPECT_EQ(entry.view.stamp.at_ns, wanted.stamp.at_ns);
    EXPECT_EQ(entry.view.digest, wanted.digest);
    EXPECT_EQ(entry.view.rule_set, wanted.rule_set);
    EXPECT_EQ(entry.view.events_count, wanted.events_count);
    EXPECT_TRUE(std::ranges::equal(entry.view.command, wanted.command));
    EXPECT_TRUE(std::ranges::equal(entry.view.events, wanted.events));
    EXPECT_EQ(entry.bytes.size(), bytes.size());
  }
}

TEST(Entry, DecodesAtAnyAlignment) {
  const Bytes bytes = encoded(Sample{4});
  for (std::size_t shift = 0; shift < 8; ++shift) {
    Bytes shifted(shift);
    shifted.insert(shifted.end(), bytes.begin(), bytes.end());
    StoredEntry entry;
    EXPECT_EQ(decode(std::span{shifted}.subspan(shift), entry), "");
  }
}

TEST(Entry, RefusesEveryCutLength) {
  const Bytes bytes = encoded(Sample{4});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_NE(decode_exactly(std::span{bytes}.first(length)), "") << length;
  }
  Bytes longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_NE(decode_exactly(longer), "");
}

TEST(Entry, SaysWhatIsWrong) {
  const Bytes good = encoded(Sample{4});
  const std::size_t command = sizeof(EntryHeader);
  const std::size_t accepted = command + sizeof(NewOrderCommand);
  const std::size_t trade = accepted + sizeof(OrderAcceptedEvent);
  const std::size_t posting = trade + sizeof(TradeEvent) + sizeof(BillEvent);
  const auto field = [&](std::size_t offset, auto value) {
    return decode_exactly(with(good, offset, value));
  };
  EXPECT_EQ(field(0, std::uint64_t{0}), "the entry's format is unknown");
  EXPECT_EQ(field(offsetof(EntryHeader, payload_bytes), std::uint32_t{8}),
            "the payload's size is not that of its bytes");
  EXPECT_EQ(field(offsetof(EntryHeader, command_bytes), 0xFFFF'FFFFU),
            "the command is longer than the payload");
  EXPECT_EQ(field(offsetof(EntryHeader, command_bytes), 8U),
            "the command is shorter than its header");
  EXPECT_EQ(field(offsetof(EntryHeader, events_count), 5'000U),
            "there are more events than an entry may hold");
  EXPECT_EQ(field(offsetof(EntryHeader, events_count), 7U),
            "the number of events is not the one in the header");
  EXPECT_EQ(field(offsetof(EntryHeader, reserved), std::uint64_t{1}),
            "the header's reserved bytes are not 0");
  EXPECT_EQ(field(offsetof(EntryHeader, sequence), std::uint64_t{0}), "sequences start at 1");
  EXPECT_EQ(field(offsetof(EntryHeader, rule_set), std::uint64_t{5}),
            "the rule set is newer than the entry");
  EXPECT_EQ(field(offsetof(EntryHeader, kind), std::uint16_t{21}),
            "header and command differ in kind");
  EXPECT_EQ(field(offsetof(EntryHeader, actor), 8U), "header and command differ in actor");
  EXPECT_EQ(field(offsetof(EntryHeader, approver), 8U), "header and command differ in approver");
  EXPECT_EQ(field(command, std::uint16_t{99}), "the command's kind is unknown");
  EXPECT_EQ(field(command, std::uint16_t{21}), "the command's size is not that of its kind");
  EXPECT_EQ(field(command + 2, std::uint16_t{32}), "the command's size is not that of its bytes");
  EXPECT_EQ(field(accepted, std::uint16_t{99}), "an event's kind is unknown");
  EXPECT_EQ(field(accepted, std::uint16_t{5}), "an event's size is not that of its kind");
  EXPECT_EQ(field(accepted + 2, std::uint16_t{0}), "the events do not fill their bytes");
  EXPECT_EQ(field(accepted + 4, 1U), "the events are not numbered in order");
  EXPECT_EQ(field(posting + offsetof(PostingEvent, amount), std::int64_t{0}),
            "a posting's amount is not positive");
  EXPECT_EQ(field(posting + offsetof(PostingEvent, credit_account), 1U),
            "a posting debits and credits the same account");
}

TEST(Entry, RefusesAnEntryBeyondItsBounds) {
  Sample sample{4};
  sample.clear_events();
  for (std::uint32_t i = 0; i < entry_events_max; ++i) {
    sample.add_event(EventKind::more_to_do, MoreToDoEvent{});
  }
  EXPECT_EQ(fault_of(sample.view()), "");
  sample.add_event(EventKind::more_to_do, MoreToDoEvent{});
  EXPECT_EQ(fault_of(sample.view()), "there are more events than an entry may hold");
  const Bytes large(entry_bytes_max);
  EntryView view = sample.view();
  view.events = large;
  EXPECT_EQ(fault_of(view), "the entry is larger than an entry may be");
}

// Random damage of every kind; the address sanitizer is the oracle.
TEST(Entry, NeverReadsOutsideOfDamagedBytes) {
  std::mt19937_64 random{20260618};
  const Bytes good = encoded(Sample{29 * 4});
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = good;
    if (random() % 3 == 0) bytes.resize(random() % (bytes.size() + 1));
    for (auto flips = random() % 8; flips > 0 && !bytes.empty(); --flips) {
      // Most of them where the lengths are.
      const std::size_t place = random() % (random() % 2 == 0 ? bytes.size() : 256) % bytes.size();
      bytes[place] = static_cast<std::byte>(random());
    }
    static_cast<void>(decode_exactly(bytes));
  }
}

TEST(LeafHasher, AgreesWithTheVectorOfRfc9162) {
  LeafHasher leaf_hash;
  // SHA-256 of one zero byte: the leaf hash of empty data.
  EXPECT_EQ(text_of(leaf_hash({})),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  // The context is left as it was found.
  EXPECT_EQ(text_of(leaf_hash({})),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  const std::array byte{std::byte{0}};
  EXPECT_EQ(text_of(leaf_hash(byte)),
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7");
}

TEST(Anchor, IsReadAsItWasWritten) {
  LeafHasher leaf_hash;
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{12}, ~std::uint64_t{0}}) {
    const Anchor anchor{size, leaf_hash({})};
    EXPECT_EQ(anchor_from_text(text_of(anchor)), anchor);
  }
  const std::string good = text_of(Anchor{12, leaf_hash({})});
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_EQ(anchor_from_text(good.substr(0, i)), std::nullopt);
    std::string damaged = good;
    damaged[i] = '?';
    EXPECT_EQ(anchor_from_text(damaged), std::nullopt) << damaged;
  }
  EXPECT_EQ(anchor_from_text(good + "x"), std::nullopt);
  EXPECT_EQ(anchor_from_text("0" + good), std::nullopt);
}

TEST(Balances, AddUpThePostings) {
  Balances balances;
  for (std::uint64_t sequence = 1; sequence <= 8; ++sequence) {
    EXPECT_EQ(balances.apply(Sample{sequence}.view().events), "");
  }
  // Two deposits, two issues, two trades (support.cpp).
  EXPECT_EQ(balances.of(account_bank, asset_cash), -(1'000'002 + 1'000'006));
  EXPECT_EQ(balances.of(AccountId{0}, asset_cash), 1'000'002 + 1'000'006 - 2 * 60'060);
  EXPECT_EQ(balances.of(AccountId{1}, asset_cash), 2 * (60'000 - 60));
  EXPECT_EQ(balances.of(account_venue_fees, asset_cash), 4 * 60);
  EXPECT_EQ(balances.of(account_env_retired, 1), 4);
  EXPECT_EQ(balances.of(AccountId{5}, 1), 0);
  const auto rows = balances.rows();
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_EQ(rows.front().account, AccountId{0});
  EXPECT_EQ(rows.back().account, account_env_retired);
  EXPECT_EQ(rows.back().asset, 1U);
}

TEST(Balances, RefuseAnAccountBelowZeroAtTheEndOfAnEntry) {
  Balances balances;
  Sample sample{4};
  sample.clear_events();
  // Below zero in between only.
  sample.add_posting(asset_cash, AccountId{3}, AccountId{4}, 100);
  sample.add_posting(asset_cash, account_bank, AccountId{3}, 100);
  EXPECT_EQ(balances.apply(sample.view().events), "");
  sample.clear_events();
  sample.add_posting(asset_cash, AccountId{4}, AccountId{3}, 101);
  EXPECT_EQ(balances.apply(sample.view().events), "an account is below zero");
}

TEST(Balances, RefuseWhatDoesNotFit64Bits) {
  Balances balances;
  Sample sample{4};
  sample.clear_events();
  sample.add_posting(asset_cash, account_bank, AccountId{3}, std::int64_t{1} << 62);
  EXPECT_EQ(balances.apply(sample.view().events), "");
  EXPECT_EQ(balances.apply(sample.view().events), "a balance is beyond 64 bits");
}

}  // namespace
}  // namespace emx::ledger
