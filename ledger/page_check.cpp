#include "ledger/page_check.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/page_edge.hpp"
#include "ledger/page_layout.hpp"

namespace emx::ledger {

namespace {

using namespace page_layout;

using Bytes = std::span<const std::byte>;

struct Node {
  NodeHeader header;
  Bytes key;
  Bytes value;  // leaf only; as it lies in the page
};

bool less(const Table& table, Bytes left, Bytes right) {
  if (table.flags & integer_key) {
    return read_record<std::uint64_t>(left) < read_record<std::uint64_t>(right);
  }
  return std::ranges::lexicographical_compare(left, right);
}

// Each of its functions returns false after it has named the first fault in `fault`.
class PageCheck {
 public:
  // The pages of the edge as it has them, the others as the file does.
  PageCheck(Bytes file, const Edge& edge) : file_{file}, meta_{edge.pages.at(edge.meta).second} {
    for (const auto& [number, page] : edge.pages) edge_.try_emplace(number, &page);
  }

  std::string fault;

  bool run() {
    const Bytes meta{meta_};
    last_page_ = read_record<std::uint64_t>(meta.subspan(last_page_at));
    if (last_page_ < meta_pages - 1 || last_page_ >= no_page / page_bytes) {
      return bad(0, "its last page has the number " + std::to_string(last_page_));
    }
    used_.resize(std::min<std::uint64_t>(last_page_ + 1, file_.size() / page_bytes));
    free_.resize(used_.size());
    const auto free_pages = read_record<Table>(meta.subspan(table_at));
    const auto main = read_record<Table>(meta.subspan(table_at + sizeof(Table)));
    // The free list last: its entries are held against the pages in use.
    return check_table(main, [&](const Node& node) { return check_sub_table(node); }) &&
           check_table(free_pages, [&](const Node& node) { return take_free_pages(node); }) &&
           check_free_pages();
  }

 private:
  struct Walk {
    const Table& table;
    std::uint64_t branch_pages = 0;
    std::uint64_t leaf_pages = 0;
    std::uint64_t overflow_pages = 0;
    std::uint64_t entries = 0;
    std::optional<Bytes> last_key{};
  };

  bool bad(std::uint64_t page, const std::string& what) {
    if (fault.empty()) fault = "page " + std::to_string(page) + ": " + what;
    return false;
  }

  bool use(std::uint64_t page) {
    if (page < meta_pages || page >= used_.size()) return bad(page, "there is no such page");
    if (used_[page]) return bad(page, "it is used twice");
    used_[page] = true;
    return true;
  }

  [[nodiscard]] Bytes bytes_of(std::uint64_t page) const {
    const auto known = edge_.find(page);
    return known != edge_.end() ? Bytes{*known->second}
                                : file_.subspan(page * page_bytes, page_bytes);
  }

  template <class TakeNode>
  bool check_table(const Table& table, TakeNode take_node) {
    Walk walk{.table = table};
    if (table.root == no_page) {
      if (table.depth != 0) return bad(0, "an empty table has a depth");
    } else if (table.depth == 0 || table.depth > depth_max) {
      return bad(table.root, "its table has the depth " + std::to_string(table.depth));
    } else if (!check_page(walk, table.root, table.depth, {}, take_node)) {
      return false;
    }
    if (walk.branch_pages != table.branch_pages || walk.leaf_pages != table.leaf_pages ||
        walk.overflow_pages != table.overflow_pages || walk.entries != table.entries) {
      return bad(table.root, "its table counts other pages or entries than it has");
    }
    return true;
  }

  // `from`: no key below may be less.
  template <class TakeNode>
  bool check_page(Walk& walk, std::uint64_t page, std::uint16_t height, Bytes from,
                  TakeNode& take_node) {
    if (!use(page)) return false;
    const auto header = read_record<PageHeader>(bytes_of(page));
    const bool leaf = height == 1;
    if (header.number != page) return bad(page, "it has another number");
    if (header.flags != (leaf ? leaf_flag : branch_flag)) return bad(page, "it is of another kind");
    std::vector<Node> nodes;
    if (!read_nodes(page, header, leaf, nodes)) return false;
    ++(leaf ? walk.leaf_pages : walk.branch_pages);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Node& node = nodes[i];
      const bool has_key = leaf || i > 0;  // the first key of a branch says nothing
      if (has_key && (walk.table.flags & integer_key) && node.key.size() != sizeof(std::uint64_t)) {
        return bad(page, "a key has a wrong size");
      }
      if (!leaf) {
        if (has_key && walk.last_key && !less(walk.table, *walk.last_key, node.key)) {
          return bad(page, "its keys are not in order");
        }
        const auto below = static_cast<std::uint16_t>(height - 1);
        if (!check_page(walk, node.header.child(), below, has_key ? node.key : from, take_node)) {
          return false;
        }
        continue;
      }
      if ((walk.last_key && !less(walk.table, *walk.last_key, node.key)) ||
          (!from.empty() && less(walk.table, node.key, from))) {
        return bad(page, "its keys are not in order");
      }
      walk.last_key = node.key;
      ++walk.entries;
      if ((node.header.flags & value_on_own_pages) && !use_own_pages(walk, node)) return false;
      if (!take_node(node)) return bad(page, "an entry is not of the kind of its table");
    }
    return true;
  }

  // The nodes must fill the page from `upper` to its end, each in its place.
  bool read_nodes(std::uint64_t page, const PageHeader& header, bool leaf,
                  std::vector<Node>& nodes) {
    const Bytes bytes = bytes_of(page);
    if (header.lower <= sizeof header || header.lower % 2 != 0 || header.upper < header.lower ||
        header.upper > page_bytes) {
      return bad(page, "its bounds are wrong");
    }
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (std::size_t at = sizeof header; at < header.lower; at += sizeof(std::uint16_t)) {
      const auto offset = read_record<std::uint16_t>(bytes.subspan(at));
      if (offset < header.upper || offset + sizeof(NodeHeader) > page_bytes) {
        return bad(page, "a node is outside of it");
      }
      Node node{.header = read_record<NodeHeader>(bytes.subspan(offset)), .key = {}, .value = {}};
      const std::size_t key_at = offset + sizeof(NodeHeader);
      const std::size_t value_at = key_at + node.header.key_bytes;
      std::size_t value = 0;
      if (leaf) value = node.header.flags & value_on_own_pages ? 8 : node.header.value_bytes();
      if (value_at + value > page_bytes) return bad(page, "a node is outside of it");
      node.key = bytes.subspan(key_at, node.header.key_bytes);
      node.value = bytes.subspan(value_at, value);
      places.emplace_back(offset, (value_at + value + 1) / 2 * 2);
      nodes.push_back(node);
    }
    std::ranges::sort(places);
    std::size_t next = header.upper;
    for (const auto& [begin, end] : places) {
      if (begin != next) return bad(page, "its nodes overlap, or leave a gap");
      next = end;
    }
    return next == page_bytes || bad(page, "its nodes overlap, or leave a gap");
  }

  bool use_own_pages(Walk& walk, const Node& node) {
    const auto page = read_record<std::uint64_t>(node.value);
    if (!use(page)) return false;
    const auto header = read_record<PageHeader>(bytes_of(page));
    const std::uint64_t pages = header.lower | std::uint64_t{header.upper} << 16;
    if (header.number != page || header.flags != overflow_flag ||
        pages < (sizeof header + node.header.value_bytes() + page_bytes - 1) / page_bytes) {
      return bad(page, "it is not the first page of a long value");
    }
    walk.overflow_pages += pages;
    for (std::uint64_t i = 1; i < pages; ++i) {
      if (!use(page + i)) return false;
    }
    return true;
  }

  bool check_sub_table(const Node& node) {
    if (node.header.flags != value_is_table || node.value.size() != sizeof(Table)) return false;
    return check_table(read_record<Table>(node.value), [](const Node& entry) {
      return (entry.header.flags & ~value_on_own_pages) == 0;
    });
  }

  // Requires: its pages are there.
  [[nodiscard]] std::vector<std::byte> value_from(std::uint64_t page, std::size_t bytes) const {
    std::vector<std::byte> value;
    for (; value.size() < sizeof(PageHeader) + bytes; ++page) {
      const Bytes part = bytes_of(page);
      value.insert(value.end(), part.begin(), part.end());
    }
    value.erase(value.begin(), value.begin() + sizeof(PageHeader));
    value.resize(bytes);
    return value;
  }

  // A list of page numbers: how many, then the numbers, falling.
  bool take_free_pages(const Node& node) {
    Bytes list = node.value;
    std::vector<std::byte> on_own_pages;
    if (node.header.flags & value_on_own_pages) {
      on_own_pages = value_from(read_record<std::uint64_t>(node.value), node.header.value_bytes());
      list = on_own_pages;
    }
    if (list.size() % 8 != 0 || list.empty()) return false;
    const auto count = read_record<std::uint64_t>(list);
    if (count >= list.size() / 8) return false;
    std::uint64_t before = no_page;
    for (std::uint64_t i = 1; i <= count; ++i) {
      const auto page = read_record<std::uint64_t>(list.subspan(i * 8));
      if (page >= before || page < meta_pages || page > last_page_) {
        return bad(page, "the list of free pages is damaged");
      }
      before = page;
      if (page >= used_.size()) continue;  // freed before it was ever written
      if (free_[page]) return bad(page, "it is free twice");
      free_[page] = true;
    }
    return true;
  }

  bool check_free_pages() {
    for (std::uint64_t page = 0; page < used_.size(); ++page) {
      if (used_[page] && free_[page]) {
        return bad(page, "it is in use, and in the list of free pages");
      }
    }
    return true;
  }

  Bytes file_;
  Bytes meta_;
  std::unordered_map<std::uint64_t, const Page*> edge_;
  std::uint64_t last_page_ = 0;
  std::vector<bool> used_;
  std::vector<bool> free_;
};

}  // namespace

Result check_pages(const std::filesystem::path& file) {
  Edge edge;
  const Result result = read_edge(file, std::nullopt, edge);
  return result.ok() ? check_pages(file, edge) : result;
}

Result check_pages(const std::filesystem::path& file, const Edge& edge) {
  FileDescriptor descriptor;
  if (Result result = open_file(file, O_RDONLY, descriptor); !result.ok()) return result;
  const std::size_t bytes = edge.file_bytes;
  void* map = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor.get(), 0);
  if (map == MAP_FAILED) return failure_of(errno, "map", file);
  PageCheck check{{static_cast<const std::byte*>(map), bytes / page_bytes * page_bytes}, edge};
  const bool good = check.run();
  ::munmap(map, bytes);
  if (good) return {};
  return failure(Status::corrupt,
                 "the structure of " + file.string() + " is damaged, " + check.fault);
}

}  // namespace emx::ledger
