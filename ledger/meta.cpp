#include "ledger/meta.hpp"

#include <lmdb.h>

#include <string>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/failure.hpp"

namespace emx::ledger {

Result decode_meta(std::span<const std::byte> bytes, MetaRecord& out) {
  if (bytes.size() < sizeof out.magic + sizeof out.schema) {
    return failure(Status::corrupt, "the ledger's meta record is too short");
  }
  if (read_record<std::array<char, 8>>(bytes) != ledger_magic) {
    return failure(Status::corrupt, "the ledger's meta record is not one of emx");
  }
  const auto schema = read_record<std::uint32_t>(bytes.subspan(sizeof out.magic));
  if (schema != schema_version) {
    return failure(Status::wrong_schema, "the ledger has schema version " + std::to_string(schema) +
                                             ", and this program knows " +
                                             std::to_string(schema_version));
  }
  if (bytes.size() != sizeof out) {
    return failure(Status::corrupt, "the ledger's meta record has a wrong size");
  }
  out = read_record<MetaRecord>(bytes);
  if (out.reserved != 0) {
    return failure(Status::corrupt, "the reserved bytes of the ledger's meta record are not 0");
  }
  return {};
}

int put_meta(MDB_txn* transaction, unsigned int table, const MetaRecord& meta) {
  // LMDB takes its input through pointers to non-const, and copies it.
  auto key_bytes = meta_key;
  MetaRecord record = meta;
  MDB_val key{key_bytes.size(), key_bytes.data()};
  MDB_val value{sizeof record, &record};
  return mdb_put(transaction, table, &key, &value, 0);
}

}  // namespace emx::ledger
