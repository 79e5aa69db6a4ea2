#include "tests/ledger/support.hpp"

#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "ledger/verify.hpp"

namespace emx::ledger::testing {

namespace {

constexpr AccountId buyer{0};
constexpr AccountId seller{1};
constexpr std::uint32_t asset_rights = asset_of_instrument(0);

void demand(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error("test set-up: " + what);
}

void demand_lmdb(int error) { demand(error == 0, mdb_strerror(error)); }

}  // namespace

std::filesystem::path memory_folder() {
  const char* folder = "/dev/shm";
  return ::access(folder, W_OK | X_OK) == 0 ? folder : std::filesystem::temp_directory_path();
}

TempFolder::TempFolder(const std::filesystem::path& within) {
  std::string name = (within / "emx-ledger-XXXXXX").string();
  demand(::mkdtemp(name.data()) != nullptr, "no temporary folder");
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

StoreOptions to_write(Probe probe) {
  return {.access = StoreOptions::Access::write, .map_bytes = test_map_bytes, .probe = probe};
}

StoreOptions to_read(Probe probe) {
  return {.access = StoreOptions::Access::read, .map_bytes = test_map_bytes, .probe = probe};
}

Sample::Sample(std::uint64_t sequence)
    : at_ns{1'750'000'000'000'000'000 + static_cast<std::int64_t>(sequence / 2)},
      rule_set{sequence > 4 ? std::uint64_t{4} : std::uint64_t{0}},
      sequence_{sequence} {
  const auto amount = static_cast<std::int64_t>(1'000'000 + sequence % 977);
  if (sequence == 1) {
    GenesisCommand genesis{};
    genesis.venue = Text<32>{"EMX"};
    genesis.semantics_version = 1;
    set_command(CommandKind::genesis, genesis);
  } else if (sequence % 4 == 2) {
    DepositCommand deposit{};
    deposit.amount_fen = amount;
    set_command(CommandKind::deposit, deposit);
    add_posting(asset_cash, account_bank, buyer, amount);
  } else if (sequence % 4 == 3) {
    IssueCommand issue{};
    issue.quantity_lots = 1'000;
    set_command(CommandKind::issue, issue);
    add_posting(asset_rights, account_registry, seller, 1'000);
  } else {
    NewOrderCommand order{};
    order.order_type = static_cast<std::uint8_t>(OrderType::limit);
    order.cl_ord_id = ClOrdId{"order-" + std::to_string(sequence)};
    order.price_fen = 6'000;
    order.quantity_lots = static_cast<std::int64_t>(sequence);
    set_command(CommandKind::new_order, order);
    OrderAcceptedEvent accepted{};
    accepted.order_id = sequence;
    add_event(EventKind::order_accepted, accepted);
    if (sequence % 4 == 0) fill_trade();
    // More than a page, so that LMDB keeps it on pages of its own.
    for (std::int64_t i = 0; sequence % 29 == 0 && i < 150; ++i) {
      SkipEvent skip{};
      skip.order_id = sequence;
      skip.quantity_lots = i;
      add_event(EventKind::skip, skip);
    }
  }
}

void Sample::fill_trade() {
  TradeEvent trade{};
  trade.trade_no = sequence_;
  trade.quantity_lots = 10;
  add_event(EventKind::trade, trade);
  BillEvent bill{};
  bill.trade_no = sequence_;
  bill.amount_fen = 60'000;
  add_event(EventKind::bill, bill);
  add_posting(asset_rights, seller, buyer, 8);
  add_posting(asset_rights, seller, account_env_retired, 2);
  add_posting(asset_cash, buyer, seller, 60'000);
  add_posting(asset_cash, buyer, account_venue_fees, 60);
  add_posting(asset_cash, seller, account_venue_fees, 60);
}

void Sample::add_posting(std::uint32_t asset, AccountId debit, AccountId credit,
                         std::int64_t amount) {
  PostingEvent posting{};
  posting.asset = asset;
  posting.debit_account = debit.value;
  posting.credit_account = credit.value;
  posting.amount = amount;
  add_event(EventKind::posting, posting);
}

void Sample::clear_events() {
  events_.clear();
  events_count_ = 0;
}

EntryView Sample::view() const {
  return {.stamp = {SeqNo{sequence_}, at_ns},
          .command = command_,
          .events = events_,
          .events_count = events_count_,
          .digest = sequence_ * 0x9E3779B97F4A7C15U,
          .rule_set = rule_set};
}

Result append(LedgerStore& store, std::span<const EntryView> entries) {
  ChainedBatch batch{store.end()};
  for (const EntryView& entry : entries) batch.add(entry);
  return store.append(batch.entries());
}

Result append_samples(LedgerStore& store, std::uint64_t first, std::uint64_t last,
                      std::uint64_t batch) {
  for (std::uint64_t next = first; next <= last;) {
    std::vector<Sample> samples;
    std::vector<EntryView> views;
    samples.reserve(batch);
    for (; next <= last && samples.size() < batch; ++next) {
      views.push_back(samples.emplace_back(next).view());
    }
    if (Result result = append(store, views); !result.ok()) return result;
  }
  return {};
}

void make_ledger(const std::filesystem::path& data_dir, std::uint64_t entries) {
  LedgerStore store;
  Result result = store.open(data_dir, to_write());
  if (result.ok()) result = append_samples(store, 1, entries);
  if (result.ok()) result = store.close();
  demand(result.ok(), result.message);
}

void copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

std::string what_is_lost(const std::filesystem::path& data_dir, std::uint64_t acknowledged) {
  LedgerStore store;
  if (Result result = store.open(data_dir, to_write()); !result.ok()) return result.message;
  if (store.size().value < acknowledged) {
    return "entry " + std::to_string(acknowledged) + " was acknowledged, and there are " +
           std::to_string(store.size().value);
  }
  std::string wrong;
  Verdict verdict = verify(store, {.inspect = [](const EntryView& entry) {
                             const Sample sample{entry.stamp.sequence.value};
                             const EntryView wanted = sample.view();
                             const bool same = std::ranges::equal(entry.command, wanted.command) &&
                                               std::ranges::equal(entry.events, wanted.events) &&
                                               entry.stamp.at_ns == wanted.stamp.at_ns &&
                                               entry.digest == wanted.digest;
                             return same ? std::string{} : "not what was appended";
                           }});
  return verdict.result.message;
}

RawLedger::RawLedger(const std::filesystem::path& data_dir) {
  demand_lmdb(mdb_env_create(&environment_));
  demand_lmdb(mdb_env_set_maxdbs(environment_, 8));
  demand_lmdb(mdb_env_set_mapsize(environment_, test_map_bytes));
  demand_lmdb(mdb_env_open(environment_, (data_dir / "ledger").c_str(), 0, 0640));
}

RawLedger::~RawLedger() { mdb_env_close(environment_); }

std::map<std::uint64_t, Bytes> RawLedger::entries() const {
  std::map<std::uint64_t, Bytes> entries;
  MDB_txn* transaction = nullptr;
  MDB_cursor* cursor = nullptr;
  MDB_dbi table = 0;
  demand_lmdb(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &transaction));
  demand_lmdb(mdb_dbi_open(transaction, "log", 0, &table));
  demand_lmdb(mdb_cursor_open(transaction, table, &cursor));
  MDB_val key{};
  MDB_val value{};
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
    const auto* bytes = static_cast<const std::byte*>(value.mv_data);
    const auto number = read_record<std::uint64_t>(
        std::span{static_cast<const std::byte*>(key.mv_data), key.mv_size});
    entries[number] = Bytes{bytes, bytes + value.mv_size};
  }
  mdb_cursor_close(cursor);
  mdb_txn_abort(transaction);
  return entries;
}

Bytes RawLedger::meta() const {
  MDB_txn* transaction = nullptr;
  MDB_dbi table = 0;
  demand_lmdb(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &transaction));
  demand_lmdb(mdb_dbi_open(transaction, "meta", 0, &table));
  auto name = meta_key;
  MDB_val key{name.size(), name.data()};
  MDB_val value{};
  demand_lmdb(mdb_get(transaction, table, &key, &value));
  const auto* bytes = static_cast<const std::byte*>(value.mv_data);
  Bytes copy{bytes, bytes + value.mv_size};
  mdb_txn_abort(transaction);
  return copy;
}

void RawLedger::put(std::uint64_t key, Bytes value) {
  change("log", Sample::bytes_of(key), &value);
}

void RawLedger::erase(std::uint64_t key) { change("log", Sample::bytes_of(key), nullptr); }

void RawLedger::put_meta(Bytes value) { change("meta", Sample::bytes_of(meta_key), &value); }

void RawLedger::create_table(const char* name) {
  MDB_txn* transaction = nullptr;
  MDB_dbi table = 0;
  demand_lmdb(mdb_txn_begin(environment_, nullptr, 0, &transaction));
  demand_lmdb(mdb_dbi_open(transaction, name, MDB_CREATE, &table));
  demand_lmdb(mdb_txn_commit(transaction));
}

int RawLedger::readers() const {
  std::string list;
  mdb_reader_list(
      environment_,
      [](const char* text, void* to) {
        *static_cast<std::string*>(to) += text;
        return 0;
      },
      &list);
  // A heading, then a line each; or one line that says there are none.
  const auto lines = std::ranges::count(list, '\n');
  return static_cast<int>(lines) - 1;
}

void RawLedger::change(const char* table_name, Bytes key_bytes, const Bytes* value_bytes) {
  MDB_txn* transaction = nullptr;
  MDB_dbi table = 0;
  demand_lmdb(mdb_txn_begin(environment_, nullptr, 0, &transaction));
  demand_lmdb(mdb_dbi_open(transaction, table_name, 0, &table));
  MDB_val key{key_bytes.size(), key_bytes.data()};
  if (value_bytes == nullptr) {
    demand_lmdb(mdb_del(transaction, table, &key, nullptr));
  } else {
    Bytes copy = *value_bytes;
    MDB_val value{copy.size(), copy.data()};
    demand_lmdb(mdb_put(transaction, table, &key, &value, 0));
  }
  demand_lmdb(mdb_txn_commit(transaction));
}

StoredBytes::StoredBytes(const std::filesystem::path& file, const Bytes& bytes) {
  demand(open_file(file, O_RDWR, file_).ok(), "cannot open the file");
  Bytes all(std::filesystem::file_size(file));
  demand(::pread(file_.get(), all.data(), all.size(), 0) == static_cast<ssize_t>(all.size()),
         "cannot read the file");
  for (auto from = all.begin();;) {
    const auto found = std::search(from, all.end(), bytes.begin(), bytes.end());
    if (found == all.end()) break;
    offsets_.push_back(found - all.begin());
    from = found + 1;
  }
  demand(!offsets_.empty(), "the entry is not in the file in one piece");
}

void StoredBytes::put(std::size_t place, std::byte value) const {
  for (const std::ptrdiff_t offset : offsets_) {
    demand(::pwrite(file_.get(), &value, 1, offset + static_cast<std::ptrdiff_t>(place)) == 1,
           "cannot write the file");
  }
}

}  // namespace emx::ledger::testing
