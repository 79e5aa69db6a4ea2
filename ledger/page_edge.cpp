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

using Page = std::array<std::byte, page_bytes>;

// Pages of one file, in the order of the walk, and what they hash to.
class Edge {
 public:
  Edge(const FileDescriptor& descriptor, const std::filesystem::path& path,
       std::uint64_t file_bytes)
      : descriptor_{descriptor}, path_{path}, pages_{file_bytes / page_bytes} {
    put(std::as_bytes(std::span{&file_bytes, 1}));
  }

  // False: the bytes cannot be followed, or not be read (failure()).
  bool walk() {
    Page even{};
    Page odd{};
    if (!take(0, even) || !take(1, odd)) return false;
    const auto transaction = [](const Page& meta) {
      return read_record<std::uint64_t>(std::span{meta}.subspan(transaction_at));
    };
    const std::span<const std::byte> meta{transaction(even) > transaction(odd) ? even : odd};
    return walk_whole(read_record<Table>(meta.subspan(table_at))) &&
           walk_whole(read_record<Table>(meta.subspan(table_at + sizeof(Table))));
  }

  // ok: all could be read.
  [[nodiscard]] const Result& failure() const { return failure_; }

  [[nodiscard]] Hash hash() const {
    const std::span<const std::byte> bytes{bytes_};
    return sha256({&bytes, 1});
  }

 private:
  void put(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  bool take(std::uint64_t number, Page& page) {
    // A walk in a circle is none.
    if (number >= pages_ || taken_ == pages_) return false;
    ++taken_;
    failure_ = read_at(descriptor_, path_, number * page_bytes, page);
    if (!failure_.ok()) return false;
    put(page);
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
  Result failure_;
  std::uint64_t pages_;
  std::uint64_t taken_ = 0;
  std::vector<std::byte> bytes_;
};

}  // namespace

Result hash_edge(const std::filesystem::path& file, Hash& out) {
  FileDescriptor descriptor;
  if (Result result = open_file(file, O_RDONLY, descriptor); !result.ok()) return result;
  std::uint64_t bytes = 0;
  if (Result result = file_size(descriptor, file, bytes); !result.ok()) return result;
  Edge edge{descriptor, file, bytes};
  if (!edge.walk()) {
    if (!edge.failure().ok()) return edge.failure();
    return failure(Status::corrupt, "the pages of " + file.string() + " cannot be followed");
  }
  out = edge.hash();
  return {};
}

}  // namespace emx::ledger
