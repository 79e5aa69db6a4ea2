#include "ledger/entry.hpp"

#include <cstring>

#include "engine/vocabulary/check.hpp"
#include "ledger/records.hpp"

namespace emx::ledger {

namespace {

EntryView view_of(const EntryHeader& header, std::span<const std::byte> payload) {
  return {
      .stamp = {SeqNo{header.sequence}, header.at_ns},
      .command = payload.first(header.command_bytes),
      .events = payload.subspan(header.command_bytes),
      .events_count = header.events_count,
      .digest = header.digest,
      .rule_set = header.rule_set,
  };
}

}  // namespace

std::size_t encoded_bytes(const EntryView& entry) {
  return sizeof(EntryHeader) + entry.command.size() + entry.events.size();
}

std::string_view fault_of(const EntryView& entry) {
  if (encoded_bytes(entry) > entry_bytes_max) return "the entry is larger than an entry may be";
  if (entry.stamp.sequence.value == 0) return "sequences start at 1";
  if (entry.rule_set > entry.stamp.sequence.value) {
    return "the rule set is newer than the entry";
  }
  return fault_of_records(entry.command, entry.events, entry.events_count);
}

void encode(const EntryView& entry, const Hash& prev, std::span<std::byte> out) {
  check(out.size() == encoded_bytes(entry));
  const auto command = read_record<CommandHeader>(entry.command);
  const EntryHeader header{
      .format = entry_format,
      .kind = command.kind,
      .payload_bytes = static_cast<std::uint32_t>(entry.command.size() + entry.events.size()),
      .sequence = entry.stamp.sequence.value,
      .at_ns = entry.stamp.at_ns,
      .rule_set = entry.rule_set,
      .digest = entry.digest,
      .actor = command.actor,
      .approver = command.approver,
      .command_bytes = static_cast<std::uint32_t>(entry.command.size()),
      .events_count = entry.events_count,
      .reserved = 0,
      .prev = prev,
  };
  // memcpy, because g++ 12 makes of std::ranges::copy() a loop over single bytes.
  std::byte* next = out.data();
  std::memcpy(next, &header, sizeof header);
  next += sizeof header;
  std::memcpy(next, entry.command.data(), entry.command.size());
  next += entry.command.size();
  if (!entry.events.empty()) std::memcpy(next, entry.events.data(), entry.events.size());
}

EntryView view_of(std::span<const std::byte> bytes) {
  return view_of(read_record<EntryHeader>(bytes), bytes.subspan(sizeof(EntryHeader)));
}

StoredEntry stored_entry_of(std::span<const std::byte> bytes) {
  return {read_record<EntryHeader>(bytes), view_of(bytes), bytes};
}

std::string_view decode(std::span<const std::byte> bytes, StoredEntry& out) {
  if (bytes.size() < sizeof(EntryHeader)) return "the entry is shorter than its header";
  const auto header = read_record<EntryHeader>(bytes);
  const auto payload = bytes.subspan(sizeof(EntryHeader));
  if (header.format != entry_format) return "the entry's format is unknown";
  if (header.reserved != 0) return "the header's reserved bytes are not 0";
  if (header.payload_bytes != payload.size()) return "the payload's size is not that of its bytes";
  if (header.command_bytes > payload.size()) return "the command is longer than the payload";

  out.header = header;
  out.bytes = bytes;
  out.view = view_of(header, payload);
  if (const auto fault = fault_of(out.view); !fault.empty()) return fault;
  const auto command = read_record<CommandHeader>(out.view.command);
  if (header.kind != command.kind) return "header and command differ in kind";
  if (header.actor != command.actor) return "header and command differ in actor";
  if (header.approver != command.approver) return "header and command differ in approver";
  return {};
}

}  // namespace emx::ledger
