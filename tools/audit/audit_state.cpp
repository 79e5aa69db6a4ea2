#include "tools/audit/audit_state.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/vocabulary/state_stream.hpp"
#include "ledger/files.hpp"
#include "tools/audit/source_id.hpp"

namespace emx::audit {

namespace {

constexpr std::array<char, 8> magic{'E', 'M', 'X', 'A', 'U', 'D', 'I', 'T'};
constexpr std::size_t list_max = std::size_t{1} << 36;

template <class State, class Archive>
void persist(State& state, Archive& archive) {
  std::uint64_t id = source_id();
  archive.plain(id);
  if (!archive.require(id == source_id(), "another build of the program wrote it")) return;
  auto& [genesis, saved_ns, venue_keys, point, anchors, checks] = state;
  archive.plain(genesis, saved_ns, venue_keys);
  archive.plain(point.entries, point.head, point.head_before, point.at_ns);
  std::vector<ledger::Balances::Row> rows;
  if constexpr (!Archive::loads) rows = point.balances.rows();
  archive.list(rows, list_max);
  if constexpr (Archive::loads) point.balances = ledger::Balances{rows};
  archive.list(anchors, list_max);
  archive.list(checks, list_max);
}

std::span<const std::byte> bytes_of_magic() { return std::as_bytes(std::span{magic}); }

// Requires: the file begins with the magic.
ledger::Result read_whole(const ledger::FileDescriptor& file, const std::filesystem::path& path,
                          std::uint64_t size, std::vector<std::byte>& bytes) {
  bytes.resize(size);
  return ledger::read_at(file, path, 0, bytes);
}

std::filesystem::path aside_of(const std::filesystem::path& file) {
  return file.string() + ".part";
}

}  // namespace

ledger::Result check_aside(const std::filesystem::path& file) {
  const std::filesystem::path aside = aside_of(file);
  ledger::FileDescriptor descriptor;
  ledger::Result result = ledger::open_file(aside, O_RDONLY | O_NONBLOCK, descriptor);
  if (result.status == ledger::Status::missing) return {};
  // A crash may have left a part of the magic only.
  std::string begin;
  if (result.ok()) result = ledger::read_up_to(descriptor, aside, 0, magic.size(), begin);
  if (result.ok() && std::string_view{magic.data(), magic.size()}.starts_with(begin)) return {};
  return {ledger::Status::read_only,
          aside.string() + ", beside which the state of an audit is written first, is " +
              (result.ok() ? "not the state of an audit" : "not to be read: " + result.message)};
}

ledger::Result write_state(const std::filesystem::path& file, const AuditState& state) {
  std::vector<std::byte> bytes{bytes_of_magic().begin(), bytes_of_magic().end()};
  StateWriter writer{bytes};
  persist(state, writer);
  const std::span<const std::byte> hashed{bytes};
  const ledger::Hash digest = ledger::sha256(std::span{&hashed, 1});
  const std::array<std::span<const std::byte>, 2> parts{hashed, digest};
  ledger::Result result = check_aside(file);
  if (result.ok()) result = ledger::write_file(aside_of(file), parts);
  return result.ok() ? ledger::rename_file(aside_of(file), file) : result;
}

ledger::Result remove_state(const std::filesystem::path& file) {
  ledger::Result result = ledger::remove_file(file);
  return result.ok() ? ledger::remove_file(aside_of(file)) : result;
}

StateFile read_state(const std::filesystem::path& file, AuditState& state, std::string& why) {
  ledger::FileDescriptor descriptor;
  std::uint64_t size = 0;
  ledger::Result result = ledger::open_file(file, O_RDONLY | O_NONBLOCK, descriptor);
  if (result.status == ledger::Status::missing) return StateFile::none;
  if (result.ok()) result = ledger::file_size(descriptor, file, size);
  std::array<std::byte, magic.size()> begin{};
  const bool can_begin = result.ok() && size >= begin.size();
  if (can_begin) result = ledger::read_at(descriptor, file, 0, begin);
  if (result.ok() && (!can_begin || !std::ranges::equal(begin, bytes_of_magic()))) {
    why = "it is not the state of an audit";
    return StateFile::foreign;
  }
  std::vector<std::byte> bytes;
  if (result.ok()) result = read_whole(descriptor, file, size, bytes);
  if (!result.ok()) {
    why = result.message;
    return StateFile::foreign;
  }
  why = "it is damaged";
  if (size < begin.size() + sizeof(ledger::Hash)) return StateFile::unusable;
  const auto hashed = std::span<const std::byte>{bytes}.first(size - sizeof(ledger::Hash));
  const ledger::Hash digest = ledger::sha256(std::span{&hashed, 1});
  if (std::memcmp(digest.data(), bytes.data() + hashed.size(), sizeof digest) != 0) {
    return StateFile::unusable;
  }
  StateReader reader{hashed.subspan(begin.size())};
  persist(state, reader);
  reader.require(reader.at_end(), "there is more in it than a state");
  if (reader.ok()) return StateFile::usable;
  why = reader.fault();
  return StateFile::unusable;
}

}  // namespace emx::audit
