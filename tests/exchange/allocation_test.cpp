#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"

// "Allocates nothing after construction": every operator new of this program is counted, and a
// million commands of all kinds make none. A program of its own, because of the operators.

namespace {

std::atomic<std::uint64_t> allocations = 0;

void* counted(std::size_t bytes, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

constexpr std::size_t plain = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes, plain); }
void* operator new[](std::size_t bytes) { return counted(bytes, plain); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace emx::engine {
namespace {

constexpr std::uint32_t facilities = 48;
constexpr std::uint32_t books = 4;
constexpr std::uint32_t ids_kept = 1U << 12;
constexpr std::uint32_t commands_wanted = 1'000'000;

// A market with quotas, ratios, zones that miss their targets and groups, and a flow of commands
// over it. What it remembers of the orders is an array of fixed size.
class Flow {
 public:
  explicit Flow(Exchange& exchange) : exchange_{exchange} {}

  struct Counts {
    std::uint64_t trades = 0;
    std::uint64_t fixpoint_trades = 0;
    std::uint64_t skips = 0;
    std::uint64_t cancels = 0;
    std::uint64_t replaces = 0;
    std::uint64_t demand_cancels = 0;
    std::uint64_t refusals = 0;
    std::uint64_t entries = 0;
    std::uint64_t continues = 0;
  };
  Counts counts;

  void set_up();
  void one_command();

 private:
  template <class Command>
  void apply(CommandKind kind, Command& command, std::uint32_t actor = no_id) {
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = static_cast<std::uint16_t>(sizeof command);
    command.header.actor = actor;
    apply_bytes(std::as_bytes(std::span{&command, 1}));
    const ProceedCommand proceed = proceed_command();
    while (exchange_.more_to_do()) {
      ++counts.continues;
      apply_bytes(std::as_bytes(std::span{&proceed, 1}));
    }
  }
  void apply_bytes(std::span<const std::byte> bytes);
  void look(EventKind kind, std::span<const std::byte> event);

  void new_order();
  void cancel();
  void replace();
  void rule();
  void close_and_open();

  SetZoneCommand zone(std::uint32_t number, bool attains) const;
  SetFacilityCommand facility(std::uint32_t number, Credit credit) const;
  SetQuotaCommand quota(Province province, Pollutant pollutant, std::int64_t cap_kg) const;
  SetDemandCommand demand(std::uint32_t number, Pollutant pollutant, std::int64_t kg) const;
  static Symbol symbol(std::uint32_t book);
  static Pollutant pollutant_of(std::uint32_t book) {
    constexpr std::array list{Pollutant::voc, Pollutant::nox, Pollutant::voc, Pollutant::co2e};
    return list[book];
  }
  static Text<16> code(std::uint32_t number) {
    Text<16> text;
    text.bytes[0] = static_cast<char>('A' + number / 10 % 26);
    text.bytes[1] = static_cast<char>('0' + number % 10);
    return text;
  }

  std::uint64_t random(std::uint64_t below) {  // xorshift64*, the same everywhere
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545F4914F6CDD1DU >> 33) % below;
  }

  struct Sent {
    std::uint64_t order_id;
    std::uint32_t firm;
  };

  Exchange& exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::uint64_t state_ = 0x9E3779B97F4A7C15U;
  std::int32_t date_ = date_of(2026, 1, 5).value;
  std::uint32_t sender_ = 0;
  std::array<Sent, ids_kept> sent_{};
  std::uint32_t sent_count_ = 0;
};

void Flow::look(EventKind kind, std::span<const std::byte> event) {
  switch (kind) {
    case EventKind::order_accepted:
      sent_[sent_count_++ % ids_kept] = {read_record<OrderAcceptedEvent>(event).order_id, sender_};
      break;
    case EventKind::trade:
      ++counts.trades;
      if (read_record<TradeEvent>(event).aggressor == 0) ++counts.fixpoint_trades;
      break;
    case EventKind::skip:
      ++counts.skips;
      break;
    case EventKind::order_cancelled:
      ++counts.cancels;
      if (read_record<OrderCancelledEvent>(event).code ==
          static_cast<std::uint16_t>(Code::d01_demand)) {
        ++counts.demand_cancels;
      }
      break;
    case EventKind::order_replaced:
      ++counts.replaces;
      break;
    case EventKind::refused:
      ++counts.refusals;
      break;
    default:
      break;
  }
}

void Flow::apply_bytes(std::span<const std::byte> bytes) {
  ++sequence_;
  ++counts.entries;
  exchange_.apply({SeqNo{sequence_}, static_cast<std::int64_t>(sequence_)}, bytes, events_);
  const bool whole = for_each_event(
      events_.bytes(), [this](const EventHeader& header, std::span<const std::byte> event) {
        look(static_cast<EventKind>(header.kind), event);
      });
  check(whole);
}

SetZoneCommand Flow::zone(std::uint32_t number, bool attains) const {
  SetZoneCommand command{};
  command.zone = code(number);
  command.basin = code(0);
  command.province = static_cast<std::uint8_t>(number % provinces_count);
  command.attaining_mask = attains ? 0x7F : 0x40;
  command.key_zone = number % 3 == 0 ? 1 : 0;
  return command;
}

SetFacilityCommand Flow::facility(std::uint32_t number, Credit credit) const {
  SetFacilityCommand command{};
  command.facility = code(number);
  command.firm = code(number);
  command.zone = code(number % 12);
  command.basin = code(0);
  command.permit_valid_to = date_of(2099, 12, 31).value;
  command.province = static_cast<std::uint8_t>(number % 12 % provinces_count);
  command.source_class = static_cast<std::uint8_t>(SourceClass::industry);
  command.credit = static_cast<std::uint8_t>(credit);
  command.pollutants_mask = 0x7F;
  return command;
}

SetQuotaCommand Flow::quota(Province province, Pollutant pollutant, std::int64_t cap_kg) const {
  SetQuotaCommand command{};
  command.year = static_cast<std::uint16_t>(civil_of(Date{date_}).year);
  command.province = static_cast<std::uint8_t>(province);
  command.pollutant = static_cast<std::uint8_t>(pollutant);
  command.inflow_cap_kg = cap_kg;
  command.outflow_cap_kg = cap_kg;
  command.gross_cap_kg = 1'000'000'000;
  command.holding_cap_kg = 100'000'000'000;
  command.daily_pace_kg = cap_kg;
  return command;
}

SetDemandCommand Flow::demand(std::uint32_t number, Pollutant pollutant, std::int64_t kg) const {
  SetDemandCommand command{};
  command.facility = code(number);
  command.approved_kg = kg;
  command.pollutant = static_cast<std::uint8_t>(pollutant);
  return command;
}

Symbol Flow::symbol(std::uint32_t book) {
  Symbol text{"BOOK-"};
  text.bytes[5] = static_cast<char>('0' + book);
  return text;
}

void Flow::set_up() {
  GenesisCommand genesis = {};
  genesis.venue = Text<32>{"EMX"};
  apply(CommandKind::genesis, genesis);
  for (std::uint32_t i = 0; i < 12; ++i) {
    SetZoneCommand command = zone(i, i % 5 != 0);
    apply(CommandKind::set_zone, command);
  }
  for (std::uint32_t i = 0; i < facilities; ++i) {
    SetFirmCommand firm{};
    firm.firm = code(i);
    if (i % 4 == 0) firm.group = code(i / 8);
    apply(CommandKind::set_firm, firm);
    SetFacilityCommand command = facility(i, Credit::good);
    apply(CommandKind::set_facility, command);
    DepositCommand deposit{};
    deposit.facility = code(i);
    deposit.amount_fen = 1'000'000'000'000'000;
    apply(CommandKind::deposit, deposit);
    for (const Pollutant pollutant : {Pollutant::voc, Pollutant::nox}) {
      SetDemandCommand approval = demand(i, pollutant, 100'000'000);
      apply(CommandKind::set_demand, approval);
    }
  }
  for (std::uint32_t i = 0; i < books; ++i) {
    const bool carbon = is_carbon(pollutant_of(i));
    SetInstrumentCommand book{};
    book.symbol = symbol(i);
    book.approval_ref = Text<24>{"TEST"};
    book.venue_of_record = Text<8>{"EMX"};
    book.tick_fen = 1'000;
    book.pollutant = static_cast<std::uint8_t>(pollutant_of(i));
    book.scheme = static_cast<std::uint8_t>(carbon ? Scheme::shea : Scheme::none);
    book.medium = static_cast<std::uint8_t>(carbon ? Medium::carbon : Medium::air);
    book.book_class = static_cast<std::uint8_t>(carbon ? BookClass::any : BookClass::ind);
    book.first_year = 2026;
    book.last_year = 2099;
    book.band_pct = 10;
    book.block_band_pct = 30;
    book.lot = 1;
    book.levels_max = 512;
    apply(CommandKind::set_instrument, book);
    for (std::uint32_t f = 0; f < facilities; ++f) {
      IssueCommand issue{};
      issue.facility = code(f);
      issue.symbol = symbol(i);
      issue.quantity_lots = 1'000'000'000;
      apply(CommandKind::issue, issue);
    }
  }
  close_and_open();
}

void Flow::close_and_open() {
  PhaseCommand closed{};
  closed.phase = static_cast<std::uint8_t>(Phase::closed);
  apply(CommandKind::phase, closed);
  DayOpenCommand day{};
  day.date = ++date_;
  apply(CommandKind::day_open, day);
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    for (const Pollutant pollutant : {Pollutant::voc, Pollutant::nox}) {
      SetQuotaCommand caps = quota(static_cast<Province>(p), pollutant, 1'000'000);
      apply(CommandKind::set_quota, caps);
    }
  }
  for (std::uint32_t i = 0; i < books; ++i) {
    SetReferencePriceCommand reference{};
    reference.symbol = symbol(i);
    reference.price_fen = static_cast<std::int64_t>(980 + random(40)) * 1'000;
    apply(CommandKind::set_reference_price, reference);
  }
  PhaseCommand start{};
  start.phase = static_cast<std::uint8_t>(Phase::continuous);
  apply(CommandKind::phase, start);
}

void Flow::new_order() {
  NewOrderCommand order{};
  order.order_type = static_cast<std::uint8_t>(OrderType::limit);
  const bool buy = random(2) == 0;
  order.instrument = static_cast<std::uint32_t>(random(books));
  order.facility = static_cast<std::uint32_t>(random(facilities));
  // Around 1,000 ticks, a little apart: about a third crosses.
  order.price_fen = static_cast<std::int64_t>((buy ? 970 : 990) + random(40)) * 1'000;
  order.quantity_lots = static_cast<std::int64_t>(1 + random(2'000));
  order.side = static_cast<std::uint8_t>(buy ? Side::buy : Side::sell);
  order.time_in_force =
      static_cast<std::uint8_t>(random(10) == 0 ? TimeInForce::ioc : TimeInForce::day);
  sender_ = order.facility;
  apply(CommandKind::new_order, order, sender_);
}

void Flow::cancel() {
  CancelOrderCommand command{};
  const Sent& sent = sent_[random(ids_kept)];
  command.order_id = sent.order_id;
  apply(CommandKind::cancel_order, command, sent.firm);
}

void Flow::replace() {
  ReplaceOrderCommand command{};
  const Sent& sent = sent_[random(ids_kept)];
  command.order_id = sent.order_id;
  command.price_fen = static_cast<std::int64_t>(970 + random(60)) * 1'000;
  command.quantity_lots = static_cast<std::int64_t>(1 + random(2'000));
  apply(CommandKind::replace_order, command, sent.firm);
}

// An authority changes something, and the books are matched again.
void Flow::rule() {
  const auto number = static_cast<std::uint32_t>(random(facilities));
  const Pollutant pollutant = random(2) == 0 ? Pollutant::voc : Pollutant::nox;
  switch (random(6)) {
    case 0: {
      const auto province = static_cast<Province>(random(provinces_count));
      SetQuotaCommand command =
          quota(province, pollutant, static_cast<std::int64_t>(random(3) * 500'000));
      apply(CommandKind::set_quota, command);
      break;
    }
    case 1: {
      SetLinkCommand command{};
      command.pollutant = static_cast<std::uint8_t>(pollutant);
      command.seller_province = static_cast<std::uint8_t>(random(provinces_count));
      command.buyer_province = static_cast<std::uint8_t>(random(provinces_count));
      command.enabled = random(3) == 0 ? 0 : 1;
      apply(CommandKind::set_link, command);
      break;
    }
    case 2: {
      SetZoneCommand command = zone(number % 12, random(3) != 0);
      apply(CommandKind::set_zone, command);
      break;
    }
    case 3: {
      SetDemandCommand command = demand(number, pollutant, random(8) == 0 ? 1'000 : 100'000'000);
      apply(CommandKind::set_demand, command);
      break;
    }
    case 4: {
      SetFacilityCommand command =
          facility(number, random(4) == 0 ? Credit::negative : Credit::good);
      apply(CommandKind::set_facility, command);
      break;
    }
    default: {
      PhaseCommand command{};
      command.phase = static_cast<std::uint8_t>(Phase::pause);
      apply(CommandKind::phase, command);
      command.phase = static_cast<std::uint8_t>(Phase::continuous);
      apply(CommandKind::phase, command);
      break;
    }
  }
}

void Flow::one_command() {
  const std::uint64_t dice = random(10'000);
  if (dice < 5'500) {
    new_order();
  } else if (dice < 8'000) {
    cancel();
  } else if (dice < 9'940) {
    replace();
  } else if (dice < 9'999) {
    rule();
  } else {
    close_and_open();
  }
}

GenesisCommand flow_genesis() {
  GenesisCommand genesis{};
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = semantics_version;
  genesis.firms_max = facilities;
  genesis.facilities_max = facilities;
  genesis.instruments_max = books;
  genesis.zones_max = 16;
  genesis.orders_max = 1U << 14;
  genesis.level_cells_max = 1U << 20;
  genesis.fee_rate_bp = 10;
  genesis.listed_kg_max = 30'000;
  genesis.listed_carbon_t_max = 99'999;
  genesis.carbon_extra_t_max = 1'000'000;
  genesis.gtc_days = 90;
  return genesis;
}

// What `work` allocates.
template <class Work>
std::uint64_t allocations_of(Work&& work) {
  const std::uint64_t before = allocations.load(std::memory_order_relaxed);
  work();
  return allocations.load(std::memory_order_relaxed) - before;
}

TEST(Allocation, AMillionCommandsMakeNone) {
  Exchange exchange{flow_genesis()};
  const auto flow = std::make_unique<Flow>(exchange);
  EXPECT_EQ(allocations_of([&] {
              flow->set_up();
              while (flow->counts.entries < commands_wanted) flow->one_command();
            }),
            0U);
  // It was a market, and not a million refusals.
  const Flow::Counts& counts = flow->counts;
  EXPECT_GT(counts.trades, commands_wanted / 10);
  EXPECT_GT(counts.fixpoint_trades, 1'000U);
  EXPECT_GT(counts.skips, 10'000U);
  EXPECT_GT(counts.replaces, 10'000U);
  EXPECT_GT(counts.cancels, 100'000U);
  EXPECT_GT(counts.demand_cancels, 10U);
  EXPECT_GT(counts.continues, 0U);
  EXPECT_LT(counts.refusals, commands_wanted / 2);
  EXPECT_EQ(exchange.digest(), exchange.digest_from_scratch());
}

// The counter sees what it must: one allocation in the midst of the same flow.
TEST(Allocation, OneInTheMeasuredRegionIsSeen) {
  Exchange exchange{flow_genesis()};
  const auto flow = std::make_unique<Flow>(exchange);
  std::vector<int> stray;
  EXPECT_EQ(allocations_of([&] {
              flow->set_up();
              for (int i = 0; i < 1'000; ++i) flow->one_command();
              stray.push_back(1);
              for (int i = 0; i < 1'000; ++i) flow->one_command();
            }),
            1U);
}

}  // namespace
}  // namespace emx::engine
