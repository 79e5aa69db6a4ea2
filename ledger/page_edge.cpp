#include "ledger/page_edge.hpp"

#include <fcntl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/page_check.hpp"
#include "ledger/page_layout.hpp"

namespace emx::ledger {

namespace {

using namespace page_layout;

constexpr std::size_t metas = 2;

// Follows the pages of one file into an edge.
class Walk {
 public:
  Walk(const FileDescriptor& descriptor, const std::filesystem::path& path, Edge& out)
      : descriptor_{descriptor}, path_{path}, out_{out}, pages_{out.file_bytes / page_bytes} {}

  // False: the bytes cannot be followed, or not be read (failure()).
  bool run(std::optional<std::uint64_t> transaction) {
    std::array<Page, metas> both{};
    if (!take(0, both[0]) || !take(1, both[1])) return false;
    out_.meta = transaction ? *transaction % metas
                            : (transaction_of(both[0]) > transaction_of(both[1]) ? 0 : 1);
    const std::span<const std::byte> meta{both[out_.meta]};
    if (transaction && transaction_of(both[out_.meta]) != *transaction) return gone();
    const bool walked = walk_whole(read_record<Table>(meta.subspan(table_at))) &&
                        walk_whole(read_record<Table>(meta.subspan(table_at + sizeof(Table))));
    if (!transaction) return walked;
    // A commit may have been writing the page while it was read.
    Page again{};
    failure_ = read_at(descriptor_, path_, out_.meta * page_bytes, again);
    if (!failure_.ok()) return false;
    return again == both[out_.meta] ? walked : gone();
  }

  // ok: all could be read.
  [[nodiscard]] const Result& failure() const { return failure_; }

 private:
  static std::uint64_t transaction_of(const Page& meta) {
    return read_record<std::uint64_t>(std::span{meta}.subspan(transaction_at));
  }

  bool gone() {
    failure_ = ledger::failure(Status::missing,
                               "the state of a transaction is gone from " + path_.string());
    return false;
  }

  bool take(std::uint64_t number, Page& page) {
    // A walk in a circle is none.
    if (number >= pages_ || out_.pages.size() == pages_) return false;
    failure_ = read_at(descriptor_, path_, number * page_bytes, page);
    if (!failure_.ok()) return false;
    out_.pages.emplace_back(number, page);
    return true;
  }

  bool walk_whole(const Table& table) {
    return table.root == no_page || walk_page(table.root, table.depth);
  }

  // The page, all pages below it, long values, and the edges of the tables in it.
  bool walk_page(std::uint64_t number, std::uint16_t height) {
    Page page{};
    if (height == 0 || height > depth_max || !take(number, page)) return false;
    for (std::size_t i = 0; i < nodes_of(page); ++i) {
      std::size_t value_at = 0;
      NodeHeader node{};
      if (!read_node(page, i, node, value_at)) return false;
      if (height > 1) {
        if (!walk_page(node.child(), static_cast<std::uint16_t>(height - 1))) return false;
        continue;
      }
      const std::span<const std::byte> value = std::span{page}.subspan(value_at);
      if ((node.flags & value_on_own_pages) && !take_own_pages(value, node)) return false;
      if (!(node.flags & value_is_table)) continue;
      if (value.size() < sizeof(Table) || !walk_edge(read_record<Table>(value))) return false;
    }
    return true;
  }

  bool take_own_pages(std::span<const std::byte> value, const NodeHeader& node) {
    if (value.size() < sizeof(std::uint64_t)) return false;
    const auto first = read_record<std::uint64_t>(value);
    const std::uint64_t count =
        (sizeof(PageHeader) + node.value_bytes() + page_bytes - 1) / page_bytes;
    Page page{};
    for (std::uint64_t i = 0; i < count; ++i) {
      if (first > pages_ || !take(first + i, page)) return false;
    }
    return true;
  }

  // From the root to the last leaf.
  bool walk_edge(const Table& table) {
    std::uint64_t number = table.root;
    if (number == no_page) return true;
    if (table.depth > depth_max) return false;
    Page page{};
    for (std::uint16_t height = table.depth; height > 0; --height) {
      if (!take(number, page)) return false;
      if (height == 1) return true;
      std::size_t value_at = 0;
      NodeHeader node{};
      const std::size_t nodes = nodes_of(page);
      if (nodes == 0 || !read_node(page, nodes - 1, node, value_at)) return false;
      number = node.child();
    }
    return false;
  }

  static std::size_t nodes_of(const Page& page) {
    const std::size_t lower = read_record<PageHeader>(page).lower;
    return lower < sizeof(PageHeader) || lower > page_bytes
               ? 0
               : (lower - sizeof(PageHeader)) / sizeof(std::uint16_t);
  }

  static bool read_node(const Page& page, std::size_t index, NodeHeader& node,
                        std::size_t& value_at) {
    const std::size_t at = sizeof(PageHeader) + index * sizeof(std::uint16_t);
    const auto offset = read_record<std::uint16_t>(std::span{page}.subspan(at));
    if (offset + sizeof(NodeHeader) > page_bytes) return false;
    node = read_record<NodeHeader>(std::span{page}.subspan(offset));
    value_at = offset + sizeof(NodeHeader) + node.key_bytes;
    return value_at <= page_bytes;
  }

  const FileDescriptor& descriptor_;
  const std::filesystem::path& path_;
  Edge& out_;
  Result failure_;
  std::uint64_t pages_;
};

}  // namespace

Result read_edge(const std::filesystem::path& file, std::optional<std::uint64_t> transaction,
                 Edge& out) {
  out = {};
  FileDescriptor descriptor;
  if (Result result = open_file(file, O_RDONLY, descriptor); !result.ok()) return result;
  if (Result result = file_size(descriptor, file, out.file_bytes); !result.ok()) return result;
  Walk walk{descriptor, file, out};
  if (walk.run(transaction)) return {};
  if (!walk.failure().ok()) return walk.failure();
  return failure(Status::corrupt, "the pages of " + file.string() + " cannot be followed");
}

Hash hash_of(const Edge& edge) {
  std::vector<std::span<const std::byte>> parts{std::as_bytes(std::span{&edge.file_bytes, 1})};
  for (const auto& [number, page] : edge.pages) parts.emplace_back(page);
  return sha256(parts);
}

}  // namespace emx::ledger
