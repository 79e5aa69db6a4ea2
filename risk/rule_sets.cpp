#include "risk/rule_sets.hpp"

#include <cstring>

#include "engine/vocabulary/check.hpp"

namespace emx::risk {

namespace {

template <class Bytes>
void add_bytes(CellHash& hash, const Bytes& bytes) {
  static_assert(sizeof(Bytes) % 8 == 0);
  for (std::size_t i = 0; i < sizeof(Bytes); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    hash.word(word);
  }
}

}  // namespace

RuleSets::RuleSets() {
  for (std::size_t i = 0; i < authorities_count; ++i) {
    documents_[i].records.reserve(records_max);
    drafts_[i].records.reserve(records_max);
    digest_.add(cell(i, documents_[i]));
  }
}

void RuleSets::set_key(Authority authority, const std::array<std::uint8_t, 32>& bytes) {
  const auto i = static_cast<std::size_t>(authority);
  if (keys_[i].known && keys_[i].bytes == bytes) return;
  drop_draft(i);
  if (lies_closed(authority)) drop_document(i);
  if (keys_[i].known) digest_.remove(cell(i, keys_[i]));
  keys_[i] = {true, bytes};
  digest_.add(cell(i, keys_[i]));
}

void RuleSets::drop_draft(std::size_t authority) {
  std::vector<RuleRecord>& records = drafts_[authority].records;
  for (std::size_t r = 0; r < records.size(); ++r) {
    digest_.remove(cell(authority, Place::draft, r, records[r]));
  }
  records.clear();
}

void RuleSets::drop_document(std::size_t authority) {
  RuleDocument& document = documents_[authority];
  for (std::size_t r = 0; r < document.records.size(); ++r) {
    digest_.remove(cell(authority, Place::document, r, document.records[r]));
  }
  digest_.remove(cell(authority, document));
  document.records.clear();
  document.effective = {};
  document.closed_by = 0;
  digest_.add(cell(authority, document));
}

void RuleSets::start_draft(Authority authority) { drop_draft(static_cast<std::size_t>(authority)); }

void RuleSets::add(Authority authority, const RuleRecord& record) {
  const auto i = static_cast<std::size_t>(authority);
  std::vector<RuleRecord>& records = drafts_[i].records;
  check(records.size() < records_max);
  digest_.add(cell(i, Place::draft, records.size(), record));
  records.push_back(record);
}

void RuleSets::close_draft(Authority authority, Date effective, std::uint64_t closed_by) {
  const auto i = static_cast<std::size_t>(authority);
  check(closed_by != 0);
  drop_document(i);
  RuleDocument& document = documents_[i];
  digest_.remove(cell(i, document));
  document.records.assign(drafts_[i].records.begin(), drafts_[i].records.end());
  document.effective = effective;
  document.closed_by = closed_by;
  digest_.add(cell(i, document));
  for (std::size_t r = 0; r < document.records.size(); ++r) {
    digest_.add(cell(i, Place::document, r, document.records[r]));
  }
  drop_draft(i);
}

void RuleSets::activate(std::uint8_t parts_mask) {
  check(!waits_);
  for (std::size_t i = 0; i < authorities_count; ++i) {
    drop_draft(i);
    if ((parts_mask >> i & 1U) == 0) drop_document(i);
  }
  ++activated_;
  waits_ = true;
}

void RuleSets::end_wait(bool in_force) {
  check(waits_);
  waits_ = false;
  if (in_force) in_force_ = activated_;
  for (std::size_t i = 0; i < authorities_count; ++i) drop_document(i);
}

std::uint64_t RuleSets::cell(std::size_t authority, const Key& key) {
  CellHash hash = cell_hash(Cell::rule_key).word(std::uint64_t{authority});
  add_bytes(hash, key.bytes);
  return hash.value();
}

std::uint64_t RuleSets::cell(std::size_t authority, Place place, std::size_t index,
                             const RuleRecord& record) {
  const auto where = std::uint64_t{authority} << 1 | static_cast<std::uint64_t>(place);
  CellHash hash =
      cell_hash(Cell::rule_record).word(where << 32 | index).word(std::uint64_t{record.kind});
  add_bytes(hash, record.body);
  return hash.value();
}

std::uint64_t RuleSets::cell(std::size_t authority, const RuleDocument& document) {
  return cell_hash(Cell::rule_document)
      .word(std::uint64_t{authority})
      .word(std::int64_t{document.effective.value})
      .word(document.closed_by)
      .value();
}

std::uint64_t RuleSets::counter_cell() const {
  return cell_hash(Cell::rule_version)
      .word(std::uint64_t{activated_} << 32 | in_force_)
      .word(std::uint64_t{waits_})
      .value();
}

std::uint64_t RuleSets::digest_from_scratch() const {
  Digest digest;
  for (std::size_t i = 0; i < authorities_count; ++i) {
    if (keys_[i].known) digest.add(cell(i, keys_[i]));
    digest.add(cell(i, documents_[i]));
    for (std::size_t r = 0; r < documents_[i].records.size(); ++r) {
      digest.add(cell(i, Place::document, r, documents_[i].records[r]));
    }
    for (std::size_t r = 0; r < drafts_[i].records.size(); ++r) {
      digest.add(cell(i, Place::draft, r, drafts_[i].records[r]));
    }
  }
  return digest.value() + counter_cell();
}

}  // namespace emx::risk
