#include "tests/index/indexed.hpp"

#include <limits>
#include <stdexcept>

#include "tools/index/format.hpp"
#include "tools/index/position.hpp"

namespace emx::index::testing {

namespace {

void demand(const ledger::Result& result) {
  if (!result.ok()) throw std::runtime_error{"test set-up: " + result.message};
}

}  // namespace

const char* const two_days = R"(day 2026-06-18
phase continuous
sell SH049-1 VOC.AIR.YRD.IND.2630 4000@11900 as offer
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000 as first
replace offer 3500@11950
sell SH049-1 VOC.AIR.YRD.IND.2630 100@1000 as cheap
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 2500@12000 as second
cancel offer
sell SH065-1 VOC.AIR.YRD.IND.2630 1000@12000
buy  ZJ051-1 VOC.AIR.YRD.IND.2630 1000@12000
sell SH049-1 VOC.AIR.YRD.IND.2630 50@12500 as late
link VOC SH ZJ off
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 10@12500 ioc as third
cancel late
block SH049-1 sell VOC.AIR.YRD.IND.2630 30001@12000 with SH065-1 as deal
sell SH049-1 VOC.AIR.YRD.IND.2630 70@12500 as rests
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 5@11000 as low
trust SH049-1 ZJ063-1 approved-by=2
transfer SH049-1 ZJ063-1 VOC.AIR.YRD.IND.2630 20 approved-by=2
phase closed
day 2026-06-22
deposit ZJ051-1 1000
withdraw ZJ051-1 500 approved-by=2
freeze SH049-1 VOC.AIR.YRD.IND.2630 10
pledge SH065-1 cash 100
demand ZJ063-1 VOC 30000
limit order-quantity facility=SH065-1 20000
phase continuous
link VOC SH ZJ on
sell SH049-1 VOC.AIR.YRD.IND.2630 200@12000
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 300@12000
parameters listed=10000
block SH065-1 sell VOC.AIR.YRD.IND.2630 15000@12000 with ZJ051-1
accept-block ZJ051-1 2
buy  ZJ063-1 VOC.AIR.YRD.IND.2630 1@11000
buy  ZJ051-1 VOC.AIR.YRD.IND.2630 1@11000
mass-cancel firm=ZJ063
)";

std::unique_ptr<ledger::LedgerStore> open_ledger(const std::filesystem::path& data_dir) {
  auto store = std::make_unique<ledger::LedgerStore>();
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = ledger::Probe::none;
  demand(store->open(data_dir, options));
  return store;
}

std::string index_up_to(const std::filesystem::path& data_dir, const UpTo& up_to) {
  const auto store = open_ledger(data_dir);
  const std::uint64_t last = up_to.entry == 0 ? store->size().value : up_to.entry;
  IndexWriter writer;
  demand(writer.open(data_dir, *store, IndexWriter::Start::go_on));
  demand(store->visit(SeqNo{writer.taken() + 1}, [&](const ledger::StoredEntry& entry) {
    if (writer.taken() >= last) return false;
    writer.take(entry);
    if (writer.taken() % up_to.commit_every == 0) demand(writer.commit());
    return true;
  }));
  demand(writer.commit());
  if (up_to.end == End::closed) demand(writer.close());
  return writer.discarded();
}

std::vector<ledger::IndexLink> links_of(const std::filesystem::path& data_dir) {
  ledger::IndexFile file;
  demand(file.open(data_dir, ledger::IndexFile::Mode::read));
  std::vector<ledger::IndexLink> links;
  constexpr std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
  demand(file.visit({1, 0, 0}, {255, end, end}, [&](const ledger::IndexLink& link) {
    links.push_back(link);
    return true;
  }));
  return links;
}

std::vector<std::vector<std::byte>> positions_of(const std::filesystem::path& data_dir) {
  ledger::IndexFile file;
  demand(file.open(data_dir, ledger::IndexFile::Mode::read));
  std::vector<std::vector<std::byte>> positions;
  for (const Date date : {date_of(2026, 6, 18), date_of(2026, 6, 22)}) {
    for (std::uint8_t province = 0; province < provinces_count; ++province) {
      demand(file.read_value(ValueKind::position, position_number(date, province),
                             positions.emplace_back()));
    }
  }
  return positions;
}

void copy_files(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::create_directories(to);
  std::filesystem::copy(
      from, to,
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
}

}  // namespace emx::index::testing
