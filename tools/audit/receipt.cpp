#include "tools/audit/receipt.hpp"

#include <map>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/ed25519.hpp"
#include "ledger/entry.hpp"
#include "tools/audit/describer.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

constexpr std::string_view receipt_format = "emx-receipt/1";
constexpr std::string_view consistency_format = "emx-consistency/1";
constexpr std::size_t proof_hashes_max = 64;
constexpr std::size_t definitions_max = 5;

std::string file_text(const Json& json) { return json.dump(2) + '\n'; }

// An object of this format; null: something else.
Json object_from(std::string_view text, std::string_view format) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("format") || json["format"] != format) return nullptr;
  return json;
}

std::optional<std::uint64_t> number_of(const Json& json, const char* key) {
  if (!json.contains(key) || !json[key].is_number_unsigned()) return std::nullopt;
  return json[key].get<std::uint64_t>();
}

std::optional<std::string> string_of(const Json& json, const char* key) {
  if (!json.contains(key) || !json[key].is_string()) return std::nullopt;
  return json[key].get<std::string>();
}

// Names by the definitions that came with the receipt; they are for the trade's own parties, as
// only those may be given.
class NamesGiven {
 public:
  explicit NamesGiven(const Receipt& receipt) {
    for (const ProvenEntry& definition : receipt.definitions) {
      ledger::StoredEntry entry;
      if (ledger::decode(definition.bytes, entry).empty()) take(entry.view.command);
    }
  }

  // Apart from what is proven, for nothing shows that they are those of the trade's numbers.
  void add_to(Json& facts, const TradeEvent& trade) const {
    Json names;
    if (!symbol.empty()) {
      names["symbol"] = symbol;
      names["price"] = market::cny(trade.price_ticks * tick_fen);
    }
    if (facilities.size() == 2) {
      add_party(names, "buyer", facilities[0]);
      add_party(names, "seller", facilities[1]);
    }
    if (!names.is_null()) facts["not_proven"] = std::move(names);
  }

  // Whether they are of the kinds and in the order that definitions.hpp gives.
  [[nodiscard]] bool are_in_order() const { return in_order; }

  std::string symbol;
  std::int64_t tick_fen = 0;

 private:
  struct Facility {
    std::string code;
    std::string firm;
  };

  void take(std::span<const std::byte> command) {
    switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
      case CommandKind::set_instrument: {
        const auto read = read_record<SetInstrumentCommand>(command);
        in_order = in_order && symbol.empty() && facilities.empty();
        symbol = read.symbol.view();
        tick_fen = read.tick_fen;
        return;
      }
      case CommandKind::set_facility: {
        const auto read = read_record<SetFacilityCommand>(command);
        facilities.push_back({std::string{read.facility.view()}, std::string{read.firm.view()}});
        return;
      }
      case CommandKind::set_firm: {
        const auto read = read_record<SetFirmCommand>(command);
        in_order = in_order && !facilities.empty() && facilities.back().firm == read.firm.view();
        firms[std::string{read.firm.view()}] = read.name.view();
        return;
      }
      default:
        in_order = false;
    }
  }

  void add_party(Json& facts, const std::string& role, const Facility& facility) const {
    facts[role] = facility.code;
    facts[role + "_firm"] = facility.firm;
    if (const auto firm = firms.find(facility.firm); firm != firms.end()) {
      facts[role + "_name"] = firm->second;
    }
  }

  std::vector<Facility> facilities;
  std::map<std::string, std::string> firms;
  bool in_order = true;
};

Json json_of_entry(const ProvenEntry& entry) {
  return {{"entry", entry.sequence},
          {"proof", json_of_hashes(entry.proof)},
          {"entry_bytes", ledger::base64_of(entry.bytes)}};
}

std::optional<ProvenEntry> entry_from_json(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto sequence = number_of(json, "entry");
  const auto bytes_text = string_of(json, "entry_bytes");
  const auto proof = json.contains("proof") ? hashes_from_json(json["proof"]) : std::nullopt;
  const auto bytes = bytes_text ? ledger::bytes_from_base64(*bytes_text) : std::nullopt;
  if (!sequence || *sequence == 0 || !proof || !bytes) return std::nullopt;
  return ProvenEntry{*sequence, *bytes, *proof};
}

Json json_of_trade(const TradeEvent& trade, const BillEvent& bill) {
  return {{"trade_no", trade.trade_no},
          {"instrument", trade.instrument},
          {"buyer_facility", trade.buy_facility},
          {"seller_facility", trade.sell_facility},
          {"buy_order", trade.buy_order_id},
          {"sell_order", trade.sell_order_id},
          {"price_ticks", trade.price_ticks},
          {"quantity_lots", trade.quantity_lots},
          {"credited_lots", trade.credited_lots},
          {"retired_lots", trade.retired_lots},
          {"block", trade.is_block != 0},
          {"amount_fen", bill.amount_fen},
          {"amount", market::cny(bill.amount_fen)},
          {"buyer_fee_fen", bill.buyer_fee_fen},
          {"seller_fee_fen", bill.seller_fee_fen}};
}

}  // namespace

Json json_of_hashes(const std::vector<ledger::Hash>& hashes) {
  Json list = Json::array();
  for (const ledger::Hash& hash : hashes) list.push_back(ledger::base64_of_hash(hash));
  return list;
}

std::optional<std::vector<ledger::Hash>> hashes_from_json(const Json& json) {
  if (!json.is_array() || json.size() > proof_hashes_max) return std::nullopt;
  std::vector<ledger::Hash> hashes;
  for (const Json& element : json) {
    const auto hash =
        element.is_string() ? ledger::hash_from_base64(element.get<std::string>()) : std::nullopt;
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  return hashes;
}

Json facts_of(const Receipt& receipt) {
  ledger::StoredEntry entry;
  if (!ledger::decode(receipt.entry.bytes, entry).empty()) return nullptr;
  Json facts{{"entry", entry.header.sequence},
             {"at_ns", entry.header.at_ns},
             {"at", text_of_time(entry.header.at_ns)},
             {"kind", name_of_command(entry.header.kind)}};
  if (receipt.trade_no == 0) return facts;
  std::optional<TradeEvent> trade;
  std::optional<BillEvent> bill;
  static_cast<void>(for_each_event(
      entry.view.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (static_cast<EventKind>(header.kind) == EventKind::trade) {
          const auto read = read_record<TradeEvent>(event);
          if (read.trade_no == receipt.trade_no) trade = read;
        } else if (static_cast<EventKind>(header.kind) == EventKind::bill) {
          const auto read = read_record<BillEvent>(event);
          if (read.trade_no == receipt.trade_no) bill = read;
        }
      }));
  if (!trade || !bill) return nullptr;
  facts.update(json_of_trade(*trade, *bill));
  const NamesGiven names{receipt};
  if (!names.are_in_order()) return nullptr;
  names.add_to(facts, *trade);
  return facts;
}

std::string text_of(const Receipt& receipt) {
  Json json{{"format", receipt_format}};
  json["says"] = facts_of(receipt);
  json["trade_no"] = receipt.trade_no;
  json["checkpoint"] = receipt.checkpoint;
  json.update(json_of_entry(receipt.entry));
  json["definitions"] = Json::array();
  for (const ProvenEntry& entry : receipt.definitions) {
    json["definitions"].push_back(json_of_entry(entry));
  }
  return file_text(json);
}

std::optional<Receipt> receipt_from_text(std::string_view text) {
  const Json json = object_from(text, receipt_format);
  if (json.is_null()) return std::nullopt;
  const auto trade_no = number_of(json, "trade_no");
  const auto checkpoint = string_of(json, "checkpoint");
  auto entry = entry_from_json(json);
  if (!trade_no || !checkpoint || !entry || !json.contains("definitions")) return std::nullopt;
  const Json& definitions = json["definitions"];
  if (!definitions.is_array() || definitions.size() > definitions_max) return std::nullopt;
  Receipt receipt{*trade_no, *checkpoint, *std::move(entry)};
  for (const Json& element : definitions) {
    auto definition = entry_from_json(element);
    if (!definition) return std::nullopt;
    receipt.definitions.push_back(*std::move(definition));
  }
  return receipt;
}

std::string text_of(const ConsistencyProof& proof) {
  return file_text({{"format", consistency_format},
                    {"from", proof.from},
                    {"from_root", ledger::base64_of_hash(proof.from_root)},
                    {"proof", json_of_hashes(proof.proof)},
                    {"checkpoint", proof.checkpoint}});
}

std::optional<ConsistencyProof> consistency_from_text(std::string_view text) {
  const Json json = object_from(text, consistency_format);
  if (json.is_null()) return std::nullopt;
  const auto from = number_of(json, "from");
  const auto root_text = string_of(json, "from_root");
  const auto root = root_text ? ledger::hash_from_base64(*root_text) : std::nullopt;
  const auto proof = json.contains("proof") ? hashes_from_json(json["proof"]) : std::nullopt;
  const auto checkpoint = string_of(json, "checkpoint");
  if (!from || !root || !proof || !checkpoint) return std::nullopt;
  return ConsistencyProof{*from, *root, *proof, *checkpoint};
}

}  // namespace emx::audit
