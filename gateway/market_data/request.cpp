#include "gateway/market_data/request.hpp"

#include <functional>
#include <numeric>
#include <set>

#include "engine/vocabulary/text.hpp"
#include "engine/vocabulary/units.hpp"
#include "gateway/decimal.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway::market_data {

namespace {

constexpr std::size_t id_bytes_max = 40;      // as of a ClOrdID
constexpr std::uint32_t entries_max = 1'000;  // of a group

std::string id_of(const FIX::Message& message, int tag) {
  const std::string& id = message.getField(tag);
  if (id.empty() || id.size() > id_bytes_max) throw FIX::IncorrectTagValue(tag);
  return id;
}

std::string name_of(const FIX::FieldMap& fields, int tag) {
  const std::string& name = fields.getField(tag);
  if (name.empty() || !Symbol::fits(name)) throw FIX::IncorrectTagValue(tag);
  return name;
}

SubscriptionType subscription_of(const FIX::Message& message) {
  if (!message.isSetField(263)) return SubscriptionType::snapshot;
  return static_cast<SubscriptionType>(message.getField(263)[0]);  // of the dictionary's
}

// Calls read(entry) for each entry of a group with one field.
void for_each_in(const FIX::Message& message, int count_tag, int tag,
                 const std::function<void(const FIX::Group&)>& read) {
  if (!message.isSetField(count_tag)) return;
  const auto count = number_of(message.getField(count_tag));
  if (!count || *count == 0 || *count > entries_max || message.groupCount(count_tag) != *count) {
    throw FIX::IncorrectTagValue(count_tag);
  }
  for (std::uint32_t i = 1; i <= *count; ++i) {
    FIX::Group entry{count_tag, tag};
    message.getGroup(i, entry);
    read(entry);
  }
}

void read_viewer(const FIX::Message& message, MarketDataRequest& request) {
  if (message.isSetField(1)) request.account = name_of(message, 1);
  const bool has_terms = message.isSetField(9708) || message.isSetField(9709);
  if (has_terms && request.account.empty()) throw FIX::RequiredTagMissing(1);
  request.local_only = message.isSetField(9708) && message.getField(9708) == "Y";
  if (!message.isSetField(9709)) return;
  const auto ratio = ratio_from_text(message.getField(9709));
  if (!ratio) throw FIX::IncorrectDataFormat(9709);
  if (ratio->n == 0 || ratio->d == 0) throw FIX::IncorrectTagValue(9709);
  // Ratios that are the same are the same view.
  const auto divisor = std::gcd(ratio->n, ratio->d);
  request.max_ratio_n = static_cast<std::uint8_t>(ratio->n / divisor);
  request.max_ratio_d = static_cast<std::uint8_t>(ratio->d / divisor);
}

}  // namespace

MarketDataRequest read_market_data_request(const FIX::Message& message) {
  MarketDataRequest request;
  request.id = id_of(message, 262);
  request.subscription = subscription_of(message);
  const auto depth = number_of(message.getField(264));
  if (!depth) throw FIX::IncorrectDataFormat(264);
  request.depth = *depth;
  request.full_refresh = message.isSetField(265) && message.getField(265) == "0";
  request.is_aggregated = !message.isSetField(266) || message.getField(266) == "Y";
  for_each_in(message, 267, 269, [&](const FIX::Group& entry) {
    const std::string& text = entry.getField(269);
    const auto type = text.size() == 1 ? entry_type_of(text[0]) : std::nullopt;
    if (type) request.types.add(*type);
    if (!type && request.foreign_type.empty()) request.foreign_type = text;
  });
  std::set<std::string> symbols;
  for_each_in(message, 146, 55, [&](const FIX::Group& entry) {
    request.symbols.push_back(name_of(entry, 55));
    if (!symbols.insert(request.symbols.back()).second) throw FIX::IncorrectTagValue(55);
  });
  read_viewer(message, request);
  return request;
}

ReferenceRequest read_reference_request(const FIX::Message& message) {
  const std::string& type = message.getHeader().getField(35);
  ReferenceRequest request;
  request.id = id_of(message, type == "x" ? 320 : type == "e" ? 324 : 335);
  request.subscription = subscription_of(message);
  if (message.isSetField(55)) request.symbol = name_of(message, 55);
  // Of one symbol (0), or of all (4).
  const bool is_of_one = type == "e" || (type == "x" && message.getField(559) == "0");
  if (is_of_one && request.symbol.empty()) throw FIX::RequiredTagMissing(55);
  if (!is_of_one && !request.symbol.empty()) throw FIX::IncorrectTagValue(55);
  return request;
}

}  // namespace emx::gateway::market_data
