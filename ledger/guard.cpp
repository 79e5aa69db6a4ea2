#include "ledger/guard.hpp"

#include <string>

#include "ledger/anchor.hpp"
#include "ledger/files.hpp"

namespace emx::ledger {

std::filesystem::path guard_file(const std::filesystem::path& data_dir) {
  return data_dir / "ledger" / "signed";
}

std::string how_to_mend_guard() {
  return "Put it back as it was, or write the newest checkpoint that anyone has seen into it, as "
         "one line: size, space, root in 64 hexadecimal digits (0 and 64 zeros only if nothing of "
         "this ledger was ever signed)";
}

Result read_guard(const std::filesystem::path& data_dir, std::optional<TreeHead>& guard) {
  guard.reset();
  const auto path = guard_file(data_dir);
  std::string text;
  Result result = read_file(path, text);
  if (result.status == Status::missing) return {};
  if (!result.ok()) return result;
  const auto anchor = anchor_from_text(text);
  if (!anchor || (anchor->size == 0 && anchor->head != Hash{})) {
    return {Status::corrupt, path.string() + " is damaged, which says what was signed last. " +
                                 how_to_mend_guard() + '.'};
  }
  guard = TreeHead{anchor->size, anchor->head};
  return {};
}

Result write_guard(const std::filesystem::path& data_dir, const TreeHead& guard) {
  const auto path = guard_file(data_dir);
  const std::filesystem::path aside = path.string() + ".new";
  Result result = write_file(aside, text_of(Anchor{guard.size, guard.root}));
  return result.ok() ? rename_file(aside, path) : result;
}

Result found_guard(const std::filesystem::path& data_dir) {
  bool there = false;
  Result result = look_for(guard_file(data_dir), there);
  return result.ok() && !there ? write_guard(data_dir, {}) : result;
}

}  // namespace emx::ledger
