#include "tools/index/rebuild.hpp"

#include <ostream>

#include "tools/audit/progress.hpp"
#include "tools/audit/reading.hpp"
#include "tools/index/answers.hpp"
#include "tools/index/follow_ledger.hpp"

namespace emx::index {

namespace {

ledger::Result make_anew(const std::filesystem::path& data_dir, const ledger::LedgerStore& store,
                         std::uint64_t left_free, const audit::Output& output,
                         std::uint64_t& entries) {
  IndexWriter writer;
  ledger::Result result = writer.open(data_dir, store, IndexWriter::Start::anew);
  if (!result.ok()) return result;
  audit::Progress progress{output};
  Following following;
  following.left_free = left_free;
  following.pause = [](std::chrono::milliseconds) { return true; };
  following.tell = [&](const IndexWriter& of) { progress.show(of.taken(), store.size().value); };
  result = follow_ledger(store, writer, following);
  if (result.ok()) result = writer.close();
  entries = writer.indexed();
  return result;
}

}  // namespace

int rebuild(const std::filesystem::path& data_dir, std::uint64_t left_free,
            const audit::Output& output) {
  // Before the ledger is read through to see whether it can be.
  if (const std::uint64_t other = ledger::index_writer(data_dir); other != 0) {
    output.err << data_dir.string() << ": process " << other
               << " is writing the index: stop it, or emxd, first\n";
    return no_answer;
  }
  ledger::LedgerStore store;
  ledger::Result result = audit::open_to_read(data_dir, store, output);
  std::uint64_t entries = 0;
  if (result.ok() && store.size().value == 0) {
    output.err << data_dir.string() << ": the ledger has no entry\n";
    return no_answer;
  }
  if (result.ok()) result = make_anew(data_dir, store, left_free, output, entries);
  if (!result.ok()) {
    output.err << data_dir.string() << ": " << result.message << '\n';
    return no_answer;
  }
  output.out << "the index in " << ledger::index_folder(data_dir).string() << " is made anew, of "
             << entries << " entries\n";
  return answered;
}

}  // namespace emx::index
