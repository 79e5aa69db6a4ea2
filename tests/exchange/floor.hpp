#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/units.hpp"
#include "ledger/balances.hpp"
#include "tools/market/names.hpp"

// What the exchange's example tests share: a floor with an exchange on it, commands in one line
// each, and what came of them as records.

namespace emx::engine::testing {

constexpr Fen operator""_fen(unsigned long long fen) { return Fen{static_cast<std::int64_t>(fen)}; }
constexpr Fen operator""_cny(unsigned long long cny) {
  return Fen{static_cast<std::int64_t>(cny) * 100};
}

inline constexpr std::string_view voc = "VOC.AIR.YRD.IND.2630";
inline constexpr std::int64_t ample = 1'000'000'000'000;
inline constexpr std::uint32_t first_person = 6;
inline constexpr std::uint32_t second_person = 7;
inline constexpr std::uint8_t every_pollutant = (1U << pollutants_count) - 1;

constexpr std::uint8_t mask(Pollutant pollutant) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(pollutant));
}

// What one command did, over all its entries: its own and those of the Continues after it.
struct Outcome {
  Code refused = Code::none;
  std::int64_t limit = 0;
  std::int64_t value = 0;
  std::optional<OrderAcceptedEvent> accepted;
  std::optional<OrderReplacedEvent> replaced;
  std::vector<OrderCancelledEvent> cancelled;
  std::vector<TradeEvent> trades;
  std::vector<BillEvent> bills;
  std::vector<PostingEvent> postings;
  std::vector<QuotaUsedEvent> quotas;
  std::vector<DemandUsedEvent> demands;
  std::vector<SkipEvent> skips;
  std::vector<BandSetEvent> bands;
  std::vector<UncrossedEvent> uncrossed;
  std::vector<IndicativeEvent> indicative;
  std::vector<CollarHitEvent> collars;
  std::vector<HeldBackEvent> held_back;
  std::vector<TransferEvent> transfers;
  std::vector<BlockEvent> blocks;
  std::vector<RuleSetEvent> rule_sets;
  std::vector<RuleAppliedEvent> rules;

  struct Entry {
    std::uint32_t events;
    std::size_t bytes;
    bool more_to_do;  // by its last event
  };
  std::vector<Entry> entries;

  // Of the order that was accepted; 0: none was.
  [[nodiscard]] OrderId id() const { return OrderId{accepted ? accepted->order_id : 0}; }
  // Short forms for what most tests ask.
  [[nodiscard]] std::int64_t sold() const;
  [[nodiscard]] std::vector<Code> cancel_codes() const;
  [[nodiscard]] std::vector<Code> skip_codes() const;
  [[nodiscard]] Code warning() const;
};

struct ZoneTerms {
  std::uint8_t misses_mask = 0;
  bool key_zone = false;
  std::string_view basin = "TAIHU";
};

struct BookTerms {
  std::string_view symbol = voc;
  Pollutant pollutant = Pollutant::voc;
  Medium medium = Medium::air;
  BookClass book_class = BookClass::ind;
  Scheme scheme = Scheme::none;
  std::string_view basin = "YRD";
  std::string_view venue_of_record = "EMX";
  std::uint16_t first_year = 2026;
  std::uint16_t last_year = 2030;
  std::int64_t tick_fen = 1'000;
  std::uint16_t band_pct = 10;
  std::uint16_t collar_pct = 0;
  std::uint32_t levels_max = 2'048;
};
// The command that lists such a book.
[[nodiscard]] SetInstrumentCommand instrument_of(const BookTerms& terms);

struct FacilityTerms {
  std::string_view name = {};
  Province province = Province::sh;
  std::string_view zone = "plain";
  std::string_view firm = {};  // empty: its own, of its name
  std::string_view group = {};
  std::string_view basin = "TAIHU";
  Date permit_valid_to = date_of(2030, 12, 31);
  SourceClass source_class = SourceClass::industry;
  Ets ets = Ets::none;
  Credit credit = Credit::good;
  std::uint8_t pollutants_mask = every_pollutant;
  std::uint8_t reach = 1;
};

struct OrderTerms {
  std::string_view symbol = voc;
  TimeInForce time_in_force = TimeInForce::day;
  std::uint8_t flags = 0;
  OrderType type = OrderType::limit;
  Date expires{};  // of a GTD order
  std::int64_t minimum = 0;
  std::int64_t display = 0;
  std::uint8_t instructions = 0;
  std::uint8_t max_ratio_n = 0;
  std::uint8_t max_ratio_d = 0;
  std::uint32_t session = 1;
};
inline constexpr OrderTerms ioc{.time_in_force = TimeInForce::ioc};

// An empty venue: genesis only. Every command is followed by its Continues, and after each entry
// the digest is computed anew and held against the exchange's own, and the postings are summed.
class Floor {
 public:
  explicit Floor(const GenesisCommand& genesis = small_genesis());

  // Small capacities; fee, sizes and venue as in the market rules.
  [[nodiscard]] static GenesisCommand small_genesis();

  // Any command, as it is, by the venue; by a person where another one approves it.
  template <class Command>
  Outcome apply(CommandKind kind, const Command& command) {
    return apply(kind, command,
                 command.header.approver == 0 ? no_id : operator_actor(first_person));
  }
  // `actor`: the sending firm, a person, or the venue.
  template <class Command>
  Outcome apply(CommandKind kind, Command command, std::uint32_t actor) {
    static_assert(is_record<Command>);
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = static_cast<std::uint16_t>(sizeof command);
    command.header.actor = actor;
    return apply(std::as_bytes(std::span{&command, 1}));
  }
  Outcome apply(std::span<const std::byte> command);
  // Of one entry alone: what is left to do stays so.
  Outcome apply_once(std::span<const std::byte> command);

  Outcome zone(Province province, std::string_view name, const ZoneTerms& terms = {});
  Outcome book(const BookTerms& terms);
  Outcome reference(std::string_view symbol, Fen price);
  Outcome firm(std::string_view name, std::string_view group = {});
  Outcome facility(const FacilityTerms& terms);  // and its firm
  // Caps of 2026; ample unless changed.
  [[nodiscard]] static SetQuotaCommand caps(Province province,
                                            Pollutant pollutant = Pollutant::voc);
  Outcome quota(const SetQuotaCommand& caps);
  Outcome demand(std::string_view facility, std::int64_t kg, Pollutant pollutant = Pollutant::voc);
  Outcome link(Province seller, Province buyer, bool enabled, Pollutant pollutant = Pollutant::voc);
  Outcome deposit(std::string_view facility, Fen amount);
  Outcome issue(std::string_view facility, std::int64_t lots, std::string_view symbol = voc);
  Outcome day(Date date);
  Outcome phase(Phase phase, std::string_view symbol = {});

  Outcome buy(std::string_view facility, std::int64_t lots, Fen price,
              const OrderTerms& terms = {});
  Outcome sell(std::string_view facility, std::int64_t lots, Fen price,
               const OrderTerms& terms = {});
  // By the facility's firm.
  Outcome cancel(std::string_view facility, OrderId order, std::uint8_t flags = 0);
  Outcome replace(std::string_view facility, OrderId order, std::int64_t lots, Fen price,
                  std::uint8_t flags = 0);

  // A market ready to trade: in each province the zones "plain", "key" (a key zone) and "bad"
  // (misses every target); ample caps for VOC; the VOC book at 11,980 CNY in continuous trading on
  // 2026-06-18.
  void open_market();
  // A facility with ample cash, VOC rights and VOC demand.
  void add(const FacilityTerms& terms);
  void add(std::string_view name, Province province, std::string_view zone = "plain");

  // Computes the digest anew and sums the postings after each entry. Costs as much as the state is
  // large.
  bool verifies = true;

  // Is shown each entry.
  std::function<void(const EntryView&)> on_entry;

  // How much later than its number says the next entry comes.
  std::int64_t later_ns = 0;

  // From postings alone.
  [[nodiscard]] Fen cash(std::string_view facility) const;
  [[nodiscard]] Lots rights(std::string_view facility, std::string_view symbol = voc) const;
  [[nodiscard]] std::int64_t balance(AccountId account, std::uint32_t asset) const {
    return balances_.of(account, asset);
  }

  // Id of a facility, and of the firm that has it. Requires: it is there.
  [[nodiscard]] std::uint32_t id_of(std::string_view facility) const;
  [[nodiscard]] std::uint32_t firm_of(std::string_view facility) const;
  [[nodiscard]] const market::Names& names() const { return names_; }
  [[nodiscard]] const Exchange& exchange() const { return exchange_; }
  // How many there are so far; an entry's time is its number, in nanoseconds.
  [[nodiscard]] std::uint64_t entries() const { return sequence_; }

 private:
  Outcome order(Side side, std::string_view facility, std::int64_t lots, Fen price,
                const OrderTerms& terms);

  Exchange exchange_;
  EventBatch events_;
  market::Names names_;
  ledger::Balances balances_;
  std::uint64_t sequence_ = 0;
};

}  // namespace emx::engine::testing
