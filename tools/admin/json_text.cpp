#include "tools/admin/json_text.hpp"

#include <set>
#include <string>
#include <vector>

#include "tools/admin/fields.hpp"
#include "tools/admin/signed_line.hpp"

namespace emx::admin {

namespace {

using Event = nlohmann::json::parse_event_t;

constexpr int depth_max = 8;

}  // namespace

nlohmann::json read_json(std::string_view what, std::string_view text) {
  const std::string name{what};
  if (!is_whole(text)) throw Fault{name + " is not JSON"};
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto look = [&](int depth, Event event, nlohmann::json& parsed) {
    if (depth > depth_max) throw Fault{name + " is nested too deeply"};
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event != Event::key) return true;
    const auto key = parsed.get<std::string>();
    if (!keys.back().insert(key).second) {
      throw Fault{name + " is ambiguous: it says '" + key + "' twice"};
    }
    return true;
  };
  try {
    return nlohmann::json::parse(text, look);
  } catch (const nlohmann::json::exception&) {
    throw Fault{name + " is not JSON"};
  }
}

std::string line_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace emx::admin
