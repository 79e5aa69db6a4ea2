#pragma once

#include <lmdb.h>

#include <memory>

// LMDB's transactions and cursors, ended by whoever holds them. Not part of what others call.

namespace emx::ledger {

struct AbortTransaction {
  void operator()(MDB_txn* transaction) const { mdb_txn_abort(transaction); }
};
// release() it to commit it.
using Transaction = std::unique_ptr<MDB_txn, AbortTransaction>;

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};
// Ends before its transaction does.
using Cursor = std::unique_ptr<MDB_cursor, CloseCursor>;

// Both return LMDB's error; 0: it is open.
inline int begin(MDB_env* environment, unsigned int flags, Transaction& out) {
  MDB_txn* transaction = nullptr;
  const int error = mdb_txn_begin(environment, nullptr, flags, &transaction);
  out.reset(transaction);
  return error;
}

inline int open_cursor(MDB_txn* transaction, unsigned int table, Cursor& out) {
  MDB_cursor* cursor = nullptr;
  const int error = mdb_cursor_open(transaction, table, &cursor);
  out.reset(cursor);
  return error;
}

}  // namespace emx::ledger
