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
    digest_.add(cell(i, documents_[i]));
  }
}

void RuleSets::set_key(Authority authority, const std::array<std::uint8_t, 32>& bytes) {
  const auto i = static_cast<std::size_t>(authority);
  if (keys_[i].known) digest_.remove(cell(i, keys_[i]));
  keys_[i] = {true, bytes};
  digest_.add(cell(i, keys_[i]));
}

std::uint8_t RuleSets::whole_mask() const {
  std::uint8_t mask = 0;
  for (std::size_t i = 0; i < authorities_count; ++i) {
    if (documents_[i].whole) mask = static_cast<std::uint8_t>(mask | 1U << i);
  }
  return mask;
}

void RuleSets::start_document(Authority authority) {
  const auto i = static_cast<std::size_t>(authority);
  RuleDocument& document = own(authority);
  for (std::size_t r = 0; r < document.records.size(); ++r) {
    digest_.remove(cell(i, r, document.records[r]));
  }
  digest_.remove(cell(i, document));
  document.records.clear();
  document.effective = {};
  document.whole = false;
  digest_.add(cell(i, document));
}

void RuleSets::add(Authority authority, const RuleRecord& record) {
  RuleDocument& document = own(authority);
  check(document.records.size() < records_max);
  check(!document.whole);
  digest_.add(cell(static_cast<std::size_t>(authority), document.records.size(), record));
  document.records.push_back(record);
}

void RuleSets::close_document(Authority authority, Date effective) {
  const auto i = static_cast<std::size_t>(authority);
  RuleDocument& document = own(authority);
  digest_.remove(cell(i, document));
  document.effective = effective;
  document.whole = true;
  digest_.add(cell(i, document));
}

void RuleSets::activate() {
  check(!waits_);
  ++activated_;
  waits_ = true;
}

void RuleSets::end_wait(bool in_force) {
  check(waits_);
  waits_ = false;
  if (in_force) in_force_ = activated_;
  for (std::size_t i = 0; i < authorities_count; ++i) start_document(static_cast<Authority>(i));
}

std::uint64_t RuleSets::cell(std::size_t authority, const Key& key) {
  CellHash hash = cell_hash(Cell::rule_key).word(std::uint64_t{authority});
  add_bytes(hash, key.bytes);
  return hash.value();
}

std::uint64_t RuleSets::cell(std::size_t authority, std::size_t index, const RuleRecord& record) {
  CellHash hash = cell_hash(Cell::rule_record)
                      .word(std::uint64_t{authority} << 32 | index)
                      .word(std::uint64_t{record.kind});
  add_bytes(hash, record.body);
  return hash.value();
}

std::uint64_t RuleSets::cell(std::size_t authority, const RuleDocument& document) {
  return cell_hash(Cell::rule_document)
      .word(std::uint64_t{authority} << 1 | std::uint64_t{document.whole})
      .word(std::int64_t{document.effective.value})
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
      digest.add(cell(i, r, documents_[i].records[r]));
    }
  }
  return digest.value() + counter_cell();
}

}  // namespace emx::risk
