#include "gateway/history.hpp"

#include <algorithm>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/gateway.hpp"

namespace emx::gateway {

namespace {

// A number of rows. What a reader is told may be anything; it ends with the bytes.
template <class Archive>
std::uint64_t persist_count(Archive& archive, std::size_t count) {
  std::uint64_t rows = count;
  archive.plain(rows);
  return archive.require(true, "") ? rows : 0;
}

// The rows of a map with numbers as keys, by key; a row is `each(key, row)`.
template <class Map, class Archive, class Each>
void persist_map(Map& map, Archive& archive, Each&& each) {
  const std::uint64_t rows = persist_count(archive, map.size());
  if constexpr (Archive::loads) {
    for (std::uint64_t i = 0; i < rows && archive.ok(); ++i) {
      typename Map::key_type key{};
      typename Map::mapped_type row{};
      archive.plain(key);
      each(key, row);
      if (archive.ok()) map.insert_or_assign(key, std::move(row));
    }
  } else {
    std::vector<typename Map::key_type> keys;
    keys.reserve(map.size());
    for (const auto& row : map) keys.push_back(row.first);
    std::ranges::sort(keys);
    for (const auto& key : keys) {
      archive.plain(key);
      each(key, map.at(key));
    }
  }
}

template <class Rows, class Archive, class Each>
void persist_rows(Rows& rows, Archive& archive, Each&& each) {
  const std::uint64_t count = persist_count(archive, rows.size());
  if constexpr (Archive::loads) {
    for (std::uint64_t i = 0; i < count && archive.ok(); ++i) each(rows.emplace_back());
  } else {
    for (auto& row : rows) each(row);
  }
}

template <class Archive, class String>
void persist_string(Archive& archive, String& text) {
  const std::uint64_t bytes = persist_count(archive, text.size());
  if constexpr (Archive::loads) {
    for (std::uint64_t i = 0; i < bytes && archive.ok(); ++i) {
      char byte = 0;
      archive.plain(byte);
      text.push_back(byte);
    }
  } else {
    archive.rows(text.data(), text.size());
  }
}

template <class Order, class Archive>
void persist_order(Order& order, Archive& archive) {
  auto& [id, session, firm, facility, instrument, side, time_in_force, terms, cl_ord_id, price,
         quantity, remaining, filled, value, status, is_of_day_before] = order;
  auto& [type, expires, instructions, max_ratio_n, max_ratio_d, minimum, display] = terms;
  archive.plain(id, session, firm, facility, instrument, side, time_in_force, type, expires,
                instructions, max_ratio_n, max_ratio_d, minimum, display, cl_ord_id, price,
                quantity, remaining, filled, value, status, is_of_day_before);
}

template <class Block, class Archive>
void persist_block(Block& block, Archive& archive) {
  auto& [number, submitter, counterparty, session, report_id, instrument, side, price, quantity,
         expires_ns, alleged_entry, alleged_id, stage, code, is_of_day_before] = block;
  archive.plain(number, submitter.facility, submitter.firm, counterparty.facility,
                counterparty.firm, session, report_id, instrument, side, price, quantity,
                expires_ns, alleged_entry, stage, code, is_of_day_before);
  persist_string(archive, alleged_id);
}

}  // namespace

void NotedNumbers::note(std::uint32_t of_epoch, std::uint32_t number) {
  if (of_epoch > epoch) msg_seq_num = 0;
  epoch = std::max(epoch, of_epoch);
  if (of_epoch == epoch) msg_seq_num = std::max(msg_seq_num, number);
}

// --- The parts of a market view ---

// Ids are dense, so rows in the order of their ids are all.
template <class Self, class Archive>
void Directory::persist(Self& self, Archive& archive) {
  auto& [firms, codes, facilities, symbols, rows, instruments] = self;
  persist_rows(codes, archive, [&](auto& code) { archive.plain(code); });
  persist_rows(rows, archive,
               [&](auto& row) { archive.plain(row.code, row.basin, row.firm, row.province); });
  persist_rows(instruments, archive,
               [&](auto& row) { archive.plain(row.symbol, row.tick_fen, row.basin); });
  if constexpr (Archive::loads) {
    for (const FirmCode& code : codes) firms.try_emplace(code, firms.size());
    for (const Facility& row : rows) facilities.try_emplace(row.code, facilities.size());
    for (const Instrument& row : instruments) symbols.try_emplace(row.symbol, symbols.size());
    archive.require(firms.size() == codes.size() && facilities.size() == rows.size() &&
                        symbols.size() == instruments.size(),
                    "a name that stands for two");
  }
}

template <class Self, class Archive>
void Orders::persist(Self& self, Archive& archive) {
  auto& [orders, live_of_firm, live_day] = self;
  persist_map(orders, archive, [&](std::uint64_t id, auto& order) {
    persist_order(order, archive);
    archive.require(order.id.value == id, "an order under another's number");
    if constexpr (Archive::loads) {
      if (archive.ok() && order.is_live()) self.count_in(order);
    }
  });
}

template <class Self, class Archive>
void Blocks::persist(Self& self, Archive& archive) {
  auto& [blocks, by_alleged_id] = self;
  persist_map(blocks, archive, [&](std::uint64_t number, auto& block) {
    persist_block(block, archive);
    archive.require(block.number == number, "a block under another's number");
    if constexpr (Archive::loads) {
      self.by_alleged_id_.insert_or_assign(block.alleged_id, block.number);
    }
  });
}

template <class Self, class Archive>
void ClOrdIds::persist(Self& self, Archive& archive) {
  auto& [ids_per_firm_max, today, day_before] = self;
  for (auto* firms : {&today, &day_before}) {
    persist_map(*firms, archive, [&](std::uint32_t, auto& ids) {
      persist_map(ids, archive, [&](const ClOrdId&, auto& entry) {
        archive.plain(entry.use, entry.code, entry.order, entry.block);
      });
    });
  }
}

// --- The history ---

template <class Self, class Archive>
void History::Backlog::persist(Self& self, Archive& archive) {
  auto& [concern, watermark, reports, is_cut] = self;
  archive.plain(concern, watermark, is_cut);
  persist_rows(reports, archive, [&](auto& report) {
    // Their ApplSeqNums follow from the session's record.
    auto& [type, body, entry, possible_resend, appl_resend, appl_seq_num] = report;
    archive.plain(entry);
    persist_string(archive, type);
    persist_string(archive, body);
  });
}

template <class Self, class Archive>
void History::persist(Self& self, Archive& archive) {
  std::uint64_t ids_max = self.ids_per_firm_max();
  archive.plain(ids_max, self.entry_);
  if (!archive.require(ids_max == self.ids_per_firm_max(), "another bound of ClOrdIDs")) return;
  auto& [directory, orders, blocks, cl_ord_ids, day_opened_ns, day_before_opened_ns] = self.market_;
  archive.plain(day_opened_ns, day_before_opened_ns);
  Directory::persist(directory, archive);
  Orders::persist(orders, archive);
  Blocks::persist(blocks, archive);
  ClOrdIds::persist(cl_ord_ids, archive);
  persist_map(self.numbers_, archive, [&](std::uint32_t, auto& numbers) {
    archive.plain(numbers.epoch, numbers.msg_seq_num);
  });
  persist_map(self.backlogs_, archive,
              [&](std::uint32_t, auto& backlog) { Backlog::persist(backlog, archive); });
  if constexpr (Archive::loads) self.arrange();
}

void History::save(StateWriter& writer) const { persist(*this, writer); }

void History::load(StateReader& reader) {
  check(entry_ == 0);
  persist(*this, reader);
}

bool History::can_keep_reports_for(const std::vector<NamedRecord>& records) const {
  return std::ranges::all_of(records, [this](const NamedRecord& named) {
    const std::uint32_t session = session_id_of(named.comp_id);
    const Concern& concern = named.record.concern;
    return has_reports(session, concern, named.record.watermark) || had_too_many(session, concern);
  });
}

void History::keep_reports_for(const std::vector<NamedRecord>& records) {
  std::map<std::uint32_t, Backlog> kept;
  for (const NamedRecord& named : records) {
    const std::uint32_t session = session_id_of(named.comp_id);
    const std::uint64_t watermark = named.record.watermark;
    const Concern& concern = named.record.concern;
    if (!has_reports(session, concern, watermark)) {
      // Once its client has caught up, there may be some again.
      if (had_too_many(session, concern)) kept[session] = backlogs_.at(session);
      continue;
    }
    Backlog& backlog = kept[session];
    if (const auto known = backlogs_.find(session); known != backlogs_.end()) {
      backlog.reports = std::move(known->second.reports);
      std::erase_if(backlog.reports,
                    [&](const OutMessage& report) { return report.entry <= watermark; });
    }
    backlog.concern = concern;
    backlog.watermark = watermark;
  }
  backlogs_ = std::move(kept);
  arrange();
}

void History::arrange() {
  audience_ = {};
  reports_ = 0;
  for (const auto& [session, backlog] : backlogs_) {
    audience_.add(session, backlog.concern);
    reports_ += backlog.reports.size();
  }
}

void History::on_entry(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  if (header.session != 0) numbers_[header.session].note(header.epoch, header.msg_seq_num);
  reporter_.on_entry(entry);
  entry_ = entry.stamp.sequence.value;
}

bool History::has_reports(std::uint32_t session, const Concern& concern,
                          std::uint64_t after) const {
  if (after >= entry_) return true;
  const auto known = backlogs_.find(session);
  if (known == backlogs_.end()) return false;
  const Backlog& backlog = known->second;
  return !backlog.is_cut && backlog.concern == concern && backlog.watermark <= after;
}

bool History::had_too_many(std::uint32_t session, const Concern& concern) const {
  const auto known = backlogs_.find(session);
  return known != backlogs_.end() && known->second.is_cut && known->second.concern == concern;
}

std::string History::refusal_of(const std::string& comp_id, const Concern& concern,
                                const SessionRecord* record) const {
  const std::uint32_t session = session_id_of(comp_id);
  if (record != nullptr) {
    if (has_reports(session, concern, record->watermark)) return "";
    return "it does not have all reports that the client of " + comp_id + " may not have had";
  }
  if (numbers_.contains(session)) return "the record of the session " + comp_id + " is lost";
  if (!concern.is_trader()) return "";  // it begins with what comes
  const FirmId its_firm = market_.directory.firm(concern.of.view());
  const std::uint64_t none = entry_ + 1;
  if (market_.blocks.first_open_entry(its_firm, none) == none) return "";
  return "the session " + comp_id + " is new, and a block waits for its firm";
}

std::span<const OutMessage> History::reports(std::uint32_t session) const {
  const auto known = backlogs_.find(session);
  if (known == backlogs_.end()) return {};
  return known->second.reports;
}

bool History::wants(std::uint32_t session, SeqNo entry) const {
  const auto known = backlogs_.find(session);
  return known != backlogs_.end() && !known->second.is_cut && entry.value > known->second.watermark;
}

void History::report(std::uint32_t session, OutMessage message) {
  Backlog& backlog = backlogs_.at(session);
  const bool is_full =
      backlog.reports.size() == limits_.reports_max || reports_ == limits_.reports_in_all_max;
  if (!is_full) {
    backlog.reports.push_back(std::move(message));
    ++reports_;
    return;
  }
  reports_ -= backlog.reports.size();
  backlog.reports = {};
  backlog.is_cut = true;
}

}  // namespace emx::gateway
