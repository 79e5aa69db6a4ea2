#include "tests/publisher/book_reader.hpp"

#include <cmath>
#include <utility>

#include "gateway/tag_scan.hpp"

namespace emx::publisher::test {

namespace {

struct Read {
  Entry head;
  std::vector<Entry> entries;
};

// The group's first field begins each of its entries.
Read read(const gateway::OutMessage& message) {
  const std::uint32_t first = message.type == "X" ? 279 : 269;
  Read result;
  bool in_group = false;
  gateway::TagScan scan{message.body};
  while (const auto field = scan.next()) {
    if (in_group && field->tag == first) result.entries.emplace_back();
    (result.entries.empty() ? result.head : result.entries.back())[field->tag] =
        std::string{field->value};
    in_group = in_group || field->tag == 268;
  }
  return result;
}

}  // namespace

void BookReader::complain(const std::string& words) {
  if (fault.empty()) fault = words;
}

void BookReader::tell(const gateway::OutMessage& message) {
  if (!room) complain("told without room");
  if (message.body.size() > 64'000) complain("a message is too long");
  const Read said = read(message);
  if (said.entries.size() != std::stoul(said.head.at(268))) complain("268 is not how many come");
  ledger_seq = std::stoull(said.head.at(9706));
  if (message.type == "W") {
    ++snapshots;
    has_snapshot_ = true;
    number_ = std::stoull(said.head.at(83));
    bids_.clear();
    offers_.clear();
    figures_.clear();
    for (const Entry& entry : said.entries) apply('0', entry);
    return;
  }
  ++updates;
  if (!has_snapshot_) complain("a change comes before the snapshot");
  for (const Entry& entry : said.entries) {
    if (std::stoull(entry.at(83)) != ++number_) complain("83 has a gap");
    if (entry.at(269) == "2") {
      trades.push_back(entry);
    } else {
      apply(entry.at(279)[0], entry);
    }
  }
}

void BookReader::apply(char action, const Entry& entry) {
  const char type = entry.at(269)[0];
  if (type == '2') return;  // of a snapshot: the last one
  if (type != '0' && type != '1') {
    const auto part = [&](std::uint32_t tag) { return entry.contains(tag) ? entry.at(tag) : ""; };
    const std::string name = type + part(471) + part(54);
    if (action == '2') {
      figures_.erase(name);
    } else {
      figures_[name] = entry;
    }
    return;
  }
  Prices& side = type == '0' ? bids_ : offers_;
  const auto fen = static_cast<std::int64_t>(std::llround(std::stod(entry.at(270)) * 100));
  const bool was_there = side.contains(fen);
  if (was_there == (action == '0')) complain("a level comes twice, or changes before it comes");
  if (action == '2') {
    side.erase(fen);
  } else {
    side[fen] = std::stoll(entry.at(271));
  }
}

std::vector<DepthLevel> BookReader::levels(Side side) const {
  std::vector<DepthLevel> levels;
  const Prices& prices = side == Side::buy ? bids_ : offers_;
  for (const auto& [fen, lots] : prices) levels.push_back({PriceTicks{fen / tick_fen_}, lots});
  if (side == Side::buy) return {levels.rbegin(), levels.rend()};
  return levels;
}

const Entry* BookReader::figure(char type, std::string_view province, std::string_view side) const {
  const auto found = figures_.find(type + std::string{province} + std::string{side});
  return found == figures_.end() ? nullptr : &found->second;
}

}  // namespace emx::publisher::test
