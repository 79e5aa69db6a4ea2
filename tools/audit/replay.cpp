#include "tools/audit/replay.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace emx::audit {

namespace {

using Bytes = std::span<const std::byte>;

std::vector<Bytes> split(Bytes events) {
  std::vector<Bytes> list;
  static_cast<void>(
      for_each_event(events, [&](const EventHeader&, Bytes event) { list.push_back(event); }));
  return list;
}

bool equal(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string hex(std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += digits[value >> shift & 15U];
  return text;
}

// "byte 24: 0x05": where words cannot show a difference.
std::string byte_of(Bytes bytes, std::size_t offset) {
  return "byte " + std::to_string(offset) + ": " +
         (offset < bytes.size() ? std::to_string(std::to_integer<int>(bytes[offset])) : "none");
}

std::size_t first_difference(Bytes a, Bytes b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(in_a - a.begin());
}

}  // namespace

std::string Difference::text() const {
  return entry + ": " + place + " differs from the replay; expected: " + expected +
         "; found: " + found;
}

std::optional<Difference> Replay::check(const EntryView& entry) {
  if (!exchange_) {
    if (auto difference = check_start(entry)) return difference;
    genesis_ = read_record<GenesisCommand>(entry.command);
    exchange_ = std::make_unique<engine::Exchange>(genesis_);
  }
  const auto header = read_record<CommandHeader>(entry.command);
  const bool is_continue = header.kind == static_cast<std::uint16_t>(CommandKind::proceed);
  if (is_continue != exchange_->more_to_do()) {
    return at(entry, "the command",
              is_continue ? "another command, because nothing was left to do" : "continue",
              std::string{name_of_command(header.kind)});
  }
  exchange_->apply(entry.stamp, entry.command, events_);
  if (!equal(events_.bytes(), entry.events)) return first_event_that_differs(entry);
  if (events_.count() != entry.events_count) {
    return at(entry, "the number of events", std::to_string(events_.count()),
              std::to_string(entry.events_count));
  }
  if (const std::uint64_t rule_set = exchange_->rule_set(); entry.rule_set != rule_set) {
    return at(entry, "the rule set", std::to_string(rule_set), std::to_string(entry.rule_set));
  }
  if (exchange_->digest() != entry.digest) {
    return at(entry, "the digest of the state", hex(exchange_->digest()), hex(entry.digest));
  }
  describer_.take_names(entry);
  return std::nullopt;
}

void Replay::load_exchange(std::span<const std::byte> state, StateReader& from) {
  if (!from.require(engine::Exchange::may_start(genesis_), "a genesis that cannot start")) return;
  std::string fault;
  exchange_ = engine::Exchange::load(genesis_, state, fault);
  from.require(exchange_ != nullptr, "an exchange that cannot be loaded");
}

std::optional<Difference> Replay::check_start(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  if (header.kind != static_cast<std::uint16_t>(CommandKind::genesis) ||
      entry.command.size() != sizeof(GenesisCommand)) {
    return at(entry, "the command", "genesis", std::string{name_of_command(header.kind)});
  }
  const auto genesis = read_record<GenesisCommand>(entry.command);
  if (engine::Exchange::may_start(genesis)) return std::nullopt;
  return at(
      entry, "the genesis",
      "semantics version " + std::to_string(engine::semantics_version) + " and capacities in range",
      "semantics version " + std::to_string(genesis.semantics_version) +
          ", or a capacity out of range");
}

Difference Replay::at(const EntryView& entry, std::string place, std::string expected,
                      std::string found) const {
  return {entry.stamp.sequence.value, describer_.command(entry.command), std::move(place),
          std::move(expected), std::move(found)};
}

Difference Replay::first_event_that_differs(const EntryView& entry) const {
  const std::vector<Bytes> expected = split(events_.bytes());
  const std::vector<Bytes> found = split(entry.events);
  std::size_t i = 0;
  while (i < expected.size() && i < found.size() && equal(expected[i], found[i])) ++i;
  const std::string place = "event " + std::to_string(i + 1) + " of " +
                            std::to_string(std::max(expected.size(), found.size()));
  std::string expected_words = i < expected.size() ? describer_.event(expected[i]) : "no event";
  std::string found_words = i < found.size() ? describer_.event(found[i]) : "no event";
  if (expected_words == found_words && i < expected.size() && i < found.size()) {
    const std::size_t offset = first_difference(expected[i], found[i]);
    expected_words += " (" + byte_of(expected[i], offset) + ')';
    found_words += " (" + byte_of(found[i], offset) + ')';
  }
  return at(entry, place, std::move(expected_words), std::move(found_words));
}

}  // namespace emx::audit
