#include "tools/emxd/past.hpp"

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/order_commands.hpp"
#include "engine/vocabulary/state_stream.hpp"
#include "gateway/gateway.hpp"
#include "tools/emxd/source_id.hpp"

namespace emx::daemon {

namespace {

// Of orders, or what goes on with them and asks about them.
bool sets_nothing(CommandKind kind) {
  return is_of_orders(kind) || kind == CommandKind::proceed || kind == CommandKind::indicative ||
         kind == CommandKind::tick;
}

}  // namespace

bool is_lasting(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  if (header.command_id != 0 || !sets_nothing(static_cast<CommandKind>(header.kind))) return true;
  bool lasts = false;
  static_cast<void>(for_each_event(entry.events, [&](const EventHeader& event, auto) {
    const auto kind = static_cast<EventKind>(event.kind);
    lasts = lasts || kind == EventKind::collar_hit || kind == EventKind::rule_set ||
            kind == EventKind::rule_applied;
  }));
  return lasts;
}

Past::Past()
    : history_{{.cl_ord_ids_per_firm_max = gateway::GatewayLimits{}.cl_ord_ids_per_firm_max}} {}

void Past::on_entry(const EntryView& entry) {
  history_.on_entry(entry);
  block_times_.follow(entry);
  if (is_lasting(entry)) lasting_.push_back(entry.stamp.sequence.value);
}

// None is on its way that only the log knows of.
template <class Self, class Archive>
void BlockTimes::persist(Self& self, Archive& archive) {
  auto& [expires_ns, under_way] = self;
  std::uint64_t blocks = expires_ns.size();
  archive.plain(blocks);
  if constexpr (Archive::loads) {
    for (std::uint64_t i = 0; i < blocks && archive.ok(); ++i) {
      std::uint64_t number = 0;
      archive.plain(number);
      archive.plain(expires_ns[number]);
    }
  } else {
    for (const auto& [number, expires] : expires_ns) archive.plain(number, expires);
  }
}

template <class Self, class Archive>
void Past::persist(Self& self, Archive& archive) {
  std::uint64_t id = source_id();
  archive.plain(id);
  if (!archive.require(id == source_id(), "another build wrote it")) return;
  auto& [history, block_times, lasting] = self;
  BlockTimes::persist(block_times, archive);
  std::uint64_t entries = lasting.size();
  archive.plain(entries);
  if constexpr (Archive::loads) {
    for (std::uint64_t i = 0; i < entries && archive.ok(); ++i) {
      std::uint64_t sequence = 0;
      archive.plain(sequence);
      const std::uint64_t before = lasting.empty() ? 0 : lasting.back();
      archive.require(sequence > before, "entries that are out of order");
      lasting.push_back(sequence);
    }
    history.load(archive);
    archive.require(lasting.empty() || lasting.back() <= history.entry(), "entries of later on");
    archive.require(archive.at_end(), "more than a past");
  } else {
    archive.rows(lasting.data(), lasting.size());
    history.save(archive);
  }
}

void Past::save(std::vector<std::byte>& bytes) const {
  StateWriter writer{bytes};
  persist(*this, writer);
}

std::unique_ptr<Past> Past::load(std::span<const std::byte> bytes, std::string& fault) {
  auto past = std::make_unique<Past>();
  StateReader reader{bytes};
  persist(*past, reader);
  fault = reader.fault();
  return reader.ok() ? std::move(past) : nullptr;
}

}  // namespace emx::daemon
