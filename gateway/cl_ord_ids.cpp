#include "gateway/cl_ord_ids.hpp"

namespace emx::gateway {

const ClOrdIds::Entry* ClOrdIds::find_in(const Firms& firms, FirmId firm, const ClOrdId& id) {
  const auto ids = firms.find(firm.value);
  if (ids == firms.end()) return nullptr;
  const auto found = ids->second.find(id);
  return found == ids->second.end() ? nullptr : &found->second;
}

bool ClOrdIds::is_pending(FirmId firm, const ClOrdId& id) const {
  const Entry* const entry = find(firm, id);
  return entry != nullptr && is_awaited(entry->use);
}

bool ClOrdIds::add_pending(FirmId firm, const ClOrdId& id, Use use) {
  Ids& ids = today_[firm.value];
  if (ids.size() >= ids_per_firm_max_) return false;
  ids.try_emplace(id).first->second.use = use;
  return true;
}

void ClOrdIds::forget(FirmId firm, const ClOrdId& id) { today_[firm.value].erase(id); }

void ClOrdIds::settle(FirmId firm, const ClOrdId& id, Entry entry) {
  Ids& ids = today_[firm.value];
  const auto found = ids.find(id);
  if (found != ids.end()) {
    found->second = entry;
  } else if (ids.size() < ids_per_firm_max_) {
    ids.emplace(id, entry);  // rebuilding: nobody submitted it in this life
  }
}

}  // namespace emx::gateway
