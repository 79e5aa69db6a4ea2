// A libFuzzer target: any bytes as commands to the exchange (exchange_input.hpp), in a small market
// that trades, or in a venue of their own from its genesis on. No check may fail, no sanitizer may
// report, an entry stays in its bounds and passes the audit (exchange_auditor.hpp), the digest is
// that of the state, and nobody is shown more than there is.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/inspection.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/depth.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "tests/fuzz/exchange_auditor.hpp"
#include "tests/fuzz/exchange_input.hpp"
#include "tests/fuzz/exchange_outcomes.hpp"
#include "tests/fuzz/reached.hpp"

namespace emx::fuzz {
namespace {

constexpr std::uint32_t facilities = 8;
constexpr std::uint32_t books = 3;
constexpr std::int64_t listed_max = 1'000;

AccountCode account(std::uint32_t i) {
  AccountCode code{"F0"};
  code.bytes[1] = static_cast<char>('0' + i % 10);
  return code;
}
Symbol symbol(std::uint32_t i) {
  Symbol code{"B0"};
  code.bytes[1] = static_cast<char>('0' + i % 10);
  return code;
}

SetInstrumentCommand book_of(std::uint32_t i) {
  const bool carbon = i == books - 1;
  SetInstrumentCommand book{};
  book.symbol = symbol(i);
  book.approval_ref = Text<24>{"FUZZ"};
  book.venue_of_record = Text<8>{"EMX"};
  book.tick_fen = 1'000;
  book.pollutant = static_cast<std::uint8_t>(carbon ? Pollutant::co2e : Pollutant::voc);
  book.scheme = static_cast<std::uint8_t>(carbon ? Scheme::shea : Scheme::none);
  book.medium = static_cast<std::uint8_t>(carbon ? Medium::carbon : Medium::air);
  book.book_class = static_cast<std::uint8_t>(carbon ? BookClass::any : BookClass::ind);
  book.first_year = 2026;
  book.last_year = 2030;
  book.band_pct = 10;
  book.block_band_pct = 30;
  book.lot = 1;
  book.levels_max = 64;
  return book;
}

GenesisCommand small_genesis() {
  GenesisCommand genesis{};
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = engine::semantics_version;
  genesis.firms_max = genesis.facilities_max = 12;
  genesis.instruments_max = 5;
  genesis.zones_max = 6;
  genesis.orders_max = 24;
  genesis.level_cells_max = 1U << 13;
  genesis.fee_rate_bp = 10;
  genesis.listed_kg_max = listed_max;
  genesis.listed_carbon_t_max = 99'999;
  genesis.carbon_extra_t_max = 1'000'000;
  genesis.gtc_days = 90;
  return genesis;
}

// The input's, of a size that takes no time to build.
GenesisCommand own_genesis(Input& input) {
  GenesisCommand genesis{};
  input.unpack(std::as_writable_bytes(std::span{&genesis, 1}).subspan(kind_and_size_bytes));
  genesis.header.kind = static_cast<std::uint16_t>(CommandKind::genesis);
  genesis.header.size = sizeof genesis;
  genesis.semantics_version = engine::semantics_version;
  genesis.firms_max = std::clamp(genesis.firms_max, 1U, 64U);
  genesis.facilities_max = std::clamp(genesis.facilities_max, 1U, 64U);
  genesis.instruments_max = std::clamp(genesis.instruments_max, 1U, 16U);
  genesis.zones_max = std::clamp(genesis.zones_max, 1U, 32U);
  genesis.orders_max = std::clamp(genesis.orders_max, 1U, 256U);
  genesis.level_cells_max = std::clamp(genesis.level_cells_max, 1U, 1U << 14);
  return genesis;
}

// One for all inputs: it is large, and cleared before each command.
EventBatch& shared_batch() {
  static EventBatch batch;
  return batch;
}

// A market, and its last orders and blocks.
class Market {
 public:
  // One that trades.
  Market() : exchange_{small_genesis()}, step_ns_{1} {
    send(CommandKind::genesis, small_genesis());
    for (std::uint8_t z = 0; z < 4; ++z) {
      SetZoneCommand zone{};
      zone.zone = ZoneCode{"Z"};
      zone.province = z;
      zone.attaining_mask = z == 3 ? 0 : 127;
      zone.key_zone = z == 2 ? 1 : 0;
      send(CommandKind::set_zone, zone);
      SetQuotaCommand quota{};
      quota.year = 2026;
      quota.province = z;
      quota.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
      quota.inflow_cap_kg = quota.outflow_cap_kg = quota.gross_cap_kg = 500;
      quota.holding_cap_kg = quota.daily_pace_kg = 100'000;
      send(CommandKind::set_quota, quota);
    }
    for (std::uint32_t i = 0; i < facilities; ++i) add_facility(i);
    for (std::uint32_t i = 0; i < books; ++i) add_book(i);
    DayOpenCommand day{};
    day.date = date_of(2026, 6, 18).value;
    send(CommandKind::day_open, day);
    PhaseCommand phase{};
    phase.phase = static_cast<std::uint8_t>(Phase::continuous);
    send(CommandKind::phase, phase);
    BlockSessionCommand session{};
    session.open = 1;
    send(CommandKind::block_session, session);
    is_small_ = true;
  }
  // One of which nothing is said but its size. Requires: Exchange::may_start(genesis).
  explicit Market(const GenesisCommand& genesis)
      : exchange_{genesis}, now_ns_{own_start_ns}, step_ns_{1'000'000} {
    apply(std::as_bytes(std::span{&genesis, 1}));
  }

  void wait(std::int64_t ns) { now_ns_ += ns; }

  // The commands that follow are such as no ledger has.
  void leave_audit() { auditor_.reset(); }

  void apply(std::span<const std::byte> command) {
    now_ns_ += step_ns_;
    apply_entry(command);
    const ProceedCommand proceed = engine::proceed_command();
    while (exchange_.more_to_do()) apply_entry(std::as_bytes(std::span{&proceed, 1}));
  }

  // One of the last orders and blocks, as they were accepted; all 0: there was none.
  [[nodiscard]] const OrderAcceptedEvent& order(std::uint8_t which) const {
    return orders_[which % orders_.size()];
  }
  [[nodiscard]] const BlockEvent& block(std::uint8_t which) const {
    return blocks_[which % blocks_.size()];
  }
  // By Authority: the entry that closed its last document.
  [[nodiscard]] const std::array<std::uint64_t, authorities_count>& documents() const {
    return documents_;
  }
  void check_digest() const { check(exchange_.digest() == exchange_.digest_from_scratch()); }
  // Nobody may trade more than a book shows.
  void check_views() const {
    const auto& data = exchange_.inspection().data();
    for (std::uint32_t i = 0; i < data.instruments.size(); ++i) {
      for (const Side side : {Side::buy, Side::sell}) {
        const Levels all = levels_of(side, [&](std::span<DepthLevel> levels) {
          return exchange_.depth(InstrumentId{i}, side, levels);
        });
        for (std::uint32_t f = 0; f < std::min(data.facilities.size(), 8U); ++f) {
          const auto ratio = static_cast<std::uint8_t>(f % 2);  // 1/1 at most, or any
          const Viewer viewer{FacilityId{f}, f % 4 == 3, ratio, ratio};
          const Levels some = levels_of(side, [&](std::span<DepthLevel> levels) {
            return exchange_.executable_depth(InstrumentId{i}, side, viewer, levels);
          });
          for (const DepthLevel& level : some) {
            const auto shown = std::ranges::find(all, level.price, &DepthLevel::price);
            check(shown != all.end());
            check(level.lots <= shown->lots);
            reached("executable view");
          }
        }
      }
    }
  }

 private:
  using Levels = std::vector<DepthLevel>;

  // As many as there are, best first.
  template <class See>
  static Levels levels_of(Side side, See&& see) {
    Levels levels(512);
    levels.resize(see(std::span{levels}));
    for (std::size_t i = 0; i < levels.size(); ++i) {
      check(levels[i].lots > 0);
      if (i == 0) continue;
      check(side == Side::buy ? levels[i].price < levels[i - 1].price
                              : levels[i].price > levels[i - 1].price);
    }
    return levels;
  }

  template <class Command>
  void send(CommandKind kind, Command command) {
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = sizeof command;
    command.header.actor = no_id;
    apply(std::as_bytes(std::span{&command, 1}));
  }

  void add_facility(std::uint32_t i) {
    SetFirmCommand firm{};
    firm.firm.bytes = account(i).bytes;
    firm.group = Text<16>{i >= 6 ? "G" : ""};
    send(CommandKind::set_firm, firm);
    SetFacilityCommand facility{};
    facility.facility = account(i);
    facility.firm = firm.firm;
    facility.zone = ZoneCode{"Z"};
    facility.permit_valid_to = date_of(2028, 1, 1).value;
    facility.province = static_cast<std::uint8_t>(i % provinces_count);
    facility.source_class =
        static_cast<std::uint8_t>(i == 5 ? SourceClass::reserve : SourceClass::industry);
    facility.pollutants_mask = 127;
    send(CommandKind::set_facility, facility);
    DepositCommand deposit{};
    deposit.facility = account(i);
    deposit.amount_fen = 1'000'000'000;
    send(CommandKind::deposit, deposit);
    SetDemandCommand demand{};
    demand.facility = account(i);
    demand.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
    demand.approved_kg = 200 * (i + 1);
    send(CommandKind::set_demand, demand);
  }

  void add_book(std::uint32_t i) {
    send(CommandKind::set_instrument, book_of(i));
    SetReferencePriceCommand reference{};
    reference.symbol = symbol(i);
    reference.price_fen = 100'000;
    send(CommandKind::set_reference_price, reference);
    for (std::uint32_t f = 0; f < facilities; ++f) {
      IssueCommand issue{};
      issue.facility = account(f);
      issue.symbol = symbol(i);
      issue.quantity_lots = 5'000;
      send(CommandKind::issue, issue);
    }
  }

  void apply_entry(std::span<const std::byte> command) {
    ++sequence_;
    const Stamp stamp{SeqNo{sequence_}, now_ns_};
    exchange_.apply(stamp, command, events_);
    check(events_.count() <= entry_events_max);
    const bool whole = for_each_event(
        events_.bytes(), [&](const EventHeader& header, std::span<const std::byte> event) {
          const auto kind = static_cast<EventKind>(header.kind);
          if (kind == EventKind::order_accepted) {
            orders_[accepted_++ % orders_.size()] = read_record<OrderAcceptedEvent>(event);
          } else if (kind == EventKind::block) {
            const auto block = read_record<BlockEvent>(event);
            if (static_cast<BlockStage>(block.stage) != BlockStage::alleged) return;
            blocks_[block.block_no % blocks_.size()] = block;
          }
        });
    check(whole);
    note_outcomes(is_small_, command, events_.bytes());
    if (auditor_) {
      auditor_->take({stamp, command, events_.bytes(), events_.count(), exchange_.digest(),
                      exchange_.rule_set()});
    }
    const bool closes = command.size() == sizeof(RuleDocumentCommand) && events_.count() == 0 &&
                        read_record<CommandHeader>(command).kind ==
                            static_cast<std::uint16_t>(CommandKind::rule_document);
    if (closes) {
      documents_[read_record<RuleDocumentCommand>(command).authority % authorities_count] =
          sequence_;
    }
  }

  engine::Exchange exchange_;
  EventBatch& events_ = shared_batch();
  std::uint64_t sequence_ = 0;
  std::int64_t now_ns_ = 0;
  std::int64_t step_ns_;   // between two commands
  bool is_small_ = false;  // and built
  std::optional<ExchangeAuditor> auditor_{std::in_place};
  std::size_t accepted_ = 0;
  std::array<OrderAcceptedEvent, 32> orders_{};
  std::array<BlockEvent, 8> blocks_{};
  std::array<std::uint64_t, authorities_count> documents_{};
};

// An order that has a chance: a few bytes say what is likely.
NewOrderCommand likely_order(Input& input) {
  NewOrderCommand order{};
  const std::uint8_t what = input.byte();
  order.facility = what % facilities;
  order.instrument = what / facilities % books;
  const std::uint8_t terms = input.byte();
  order.side = static_cast<std::uint8_t>(1 + terms % 2);
  constexpr std::uint8_t times[] = {0, 1, 3, 4, 6, 0, 0, 3};
  order.time_in_force = times[terms / 2 % 8];
  order.order_type = static_cast<std::uint8_t>(terms >= 240 ? OrderType::market : OrderType::limit);
  order.price_fen = (95 + input.byte() % 11) * 1'000;
  order.quantity_lots = 1 + input.byte() * 3;
  const std::uint8_t extras = input.byte();
  order.instructions = extras % 8;
  if ((extras & 8) != 0) order.display_quantity_lots = 1 + input.byte() % 16;
  if ((extras & 16) != 0) order.min_quantity_lots = input.byte();
  if ((extras & 32) != 0) {
    order.max_ratio_n = input.byte();
    order.max_ratio_d = input.byte();
  }
  order.expire_date = date_of(2026, 6, 18).value + extras / 64;
  order.header.actor = order.facility;
  return order;
}

// What its owner does with one of the last orders; now and then another firm does.
template <class Command>
Command likely_change(Input& input, const Market& market) {
  const std::uint8_t which = input.byte();
  const OrderAcceptedEvent& order = market.order(which);
  Command change{};
  change.header.actor = which < 240 ? order.facility : 0;
  change.order_id = order.order_id;
  if constexpr (requires { change.quantity_lots; }) {
    change.price_fen = (95 + input.byte() % 11) * 1'000;
    change.quantity_lots = 1 + input.byte() * 3;
  }
  return change;
}

// What the side whose it is to say answers to one of the last blocks.
AnswerBlockCommand likely_answer(Input& input, const Market& market) {
  const std::uint8_t which = input.byte();
  const BlockEvent& block = market.block(which);
  AnswerBlockCommand answer{};
  answer.block_no = block.block_no;
  answer.answer = static_cast<std::uint8_t>(which < 192   ? BlockAnswer::accept
                                            : which < 224 ? BlockAnswer::decline
                                                          : BlockAnswer::cancel);
  answer.header.actor = which < 224 ? block.counterparty : block.facility;
  return answer;
}

template <class Command>
void write(std::array<std::byte, command_bytes_max>& buffer, const Command& command) {
  std::memcpy(buffer.data(), &command, sizeof command);
}

// Asked for by one person and approved by another, or asked for by who it was.
void approve(CommandHeader& header, bool approved) {
  if (!approved) return;
  header.actor = operator_actor(2);
  header.approver = 1;
}

// Names that exist, where the input's bytes would never spell one.
template <class Command>
void give_names(std::array<std::byte, command_bytes_max>& buffer, std::uint8_t which) {
  Command command{};
  std::memcpy(&command, buffer.data(), sizeof command);
  if constexpr (requires { command.symbol; }) {
    if (which % 4 != 3) command.symbol = symbol(which);
  }
  if constexpr (requires { command.facility.bytes; }) command.facility = account(which / 4);
  if constexpr (requires { command.zone; }) command.zone = ZoneCode{"Z"};
  if constexpr (requires { command.firm.bytes; }) command.firm.bytes = account(which / 4).bytes;
  if constexpr (requires { command.on_disconnect; }) command.on_disconnect %= 4;
  if constexpr (requires { command.scope; }) {  // a name that fits the scope, or none
    command.scope %= 8;
    const auto scope = static_cast<Scope>(command.scope);
    if (which % 4 == 3) command.name = {};
    if (scope == Scope::instrument) command.name = symbol(which);
    if (scope == Scope::firm || scope == Scope::facility) {
      command.name = Text<32>{account(which / 4).view()};
    }
    if (scope == Scope::group) command.name = Text<32>{"G"};
    if (scope == Scope::province)
      command.name = Text<32>{name_of(static_cast<Province>(which % 4))};
    approve(command.header, which / 128 != 0);
  }
  if constexpr (requires {
                  command.value;
                  command.until_ns;
                }) {
    command.kind = static_cast<std::uint8_t>(1 + command.kind % 5);
    command.value %= 512;
    command.until_ns %= 1'024;
  }
  if constexpr (requires { command.from; }) {
    command.from = account(which / 4 % 3);
    command.to = account(which / 16 % 5);
    approve(command.header, which / 128 != 0);
    if constexpr (requires { command.quantity_lots; }) command.quantity_lots %= 2'048;
  }
  if constexpr (requires { command.amount; }) {  // of rights about as much as there is, or of cash
    command.amount %= 8'192;
    if (which % 4 == 3) {
      command.symbol = {};
      command.amount *= 1 << 17;
    }
    approve(command.header, which / 128 != 0);
  }
  write(buffer, command);
}

// Most commands have none.
constexpr std::uint8_t few(std::uint8_t flags) { return flags < 250 ? std::uint8_t{0} : flags; }

// Blocks that get somewhere: about the market's price, and just above what may be listed; answers
// are to the first few.
void give_block(CommandKind kind, std::array<std::byte, command_bytes_max>& buffer,
                std::uint8_t which) {
  if (kind == CommandKind::answer_block) {
    AnswerBlockCommand answer{};
    std::memcpy(&answer, buffer.data(), sizeof answer);
    answer.block_no = which % 8;
    answer.answer = static_cast<std::uint8_t>(1 + which / 64);
    answer.flags = few(answer.flags);
    answer.header.actor = which / 8 % facilities;
    return write(buffer, answer);
  }
  SubmitBlockCommand block{};
  std::memcpy(&block, buffer.data(), sizeof block);
  block.header.actor = which / 4 % facilities;
  block.facility = account(block.header.actor);
  block.counterparty = account(block.header.actor + 4 * (which / 32 % 2) + which / 128);
  block.symbol = symbol(which % 4);
  block.side = static_cast<std::uint8_t>(1 + block.side % 2);
  block.price_fen = (80 + block.price_fen % 41) * 1'000;
  block.quantity_lots = listed_max + block.quantity_lots % 64;
  block.minutes = static_cast<std::uint8_t>(1 + block.minutes % 30);
  block.flags = few(block.flags);
  write(buffer, block);
}

// The rule as what a record says.
template <class Rule>
void say(RuleRecordCommand& record, const Rule& rule) {
  std::memcpy(record.body.data(), reinterpret_cast<const std::byte*>(&rule) + sizeof rule.header,
              sizeof rule - sizeof rule.header);
}

// Parameters that the exchange takes, but for one ratio now and then.
SetParametersCommand in_bounds(SetParametersCommand command, std::uint8_t which) {
  command.fee_rate_bp %= 1'001;
  command.gtc_days = 1 + command.gtc_days % 3'660;
  for (std::int64_t* size : {&command.listed_kg_max, &command.listed_carbon_t_max}) {
    *size = 1 + (*size & 0xFFFF);
  }
  command.carbon_extra_t_max &= 0xFFFFF;
  command.ticket_room_pct %= 101;
  const auto set = [](std::uint8_t& n, std::uint8_t& d) {
    if (d == 0) d = 1;
    if (n < d) std::swap(n, d);
    if (d == 0) d = 1;
    const auto common = static_cast<std::uint8_t>(std::gcd(n, d));
    n = static_cast<std::uint8_t>(n / common);
    d = static_cast<std::uint8_t>(d / common);
  };
  set(command.key_zone_n, command.key_zone_d);
  set(command.upstream_n, command.upstream_d);
  set(command.non_attaining_n, command.non_attaining_d);
  if (which % 16 != 0) set(command.carbon_n, command.carbon_d);
  return command;
}

// A year about the market's, most days of it with trading.
SetCalendarCommand likely_year(SetCalendarCommand command, std::uint8_t which) {
  command.year = static_cast<std::uint16_t>(2025 + which % 12);
  const TradingDays weekdays = monday_to_friday(command.year);
  for (std::size_t i = 0; i < weekdays.size(); ++i) {
    command.days[i] = static_cast<std::uint8_t>(weekdays[i] & ~(command.days[i] & which));
  }
  return command;
}

// Of a book of the market: other bands, which its ladder mostly holds.
SetInstrumentCommand other_bands(const SetInstrumentCommand& command, std::uint8_t which) {
  SetInstrumentCommand changed = book_of(which % books);
  changed.band_pct = static_cast<std::uint16_t>(1 + command.band_pct % 33);
  changed.block_band_pct = static_cast<std::uint16_t>(command.block_band_pct % 40);
  changed.collar_pct = static_cast<std::uint16_t>(command.collar_pct % 6);
  if (which > 250) ++changed.last_year;
  return changed;
}

// About the market's prices, on the tick.
SetReferencePriceCommand likely_price(SetReferencePriceCommand command, std::uint8_t which) {
  command.symbol = symbol(which % books);
  command.price_fen = (80 + (command.price_fen & 0xFF) % 41) * 1'000;
  return command;
}

// Rule sets that get somewhere: versions and records from 0, dates about the market's, and
// records of the kinds and owners that may be.
void give_rules(CommandKind kind, std::array<std::byte, command_bytes_max>& buffer,
                std::uint8_t which) {
  const auto change = [&](auto command, auto by) {
    std::memcpy(&command, buffer.data(), sizeof command);
    approve(command.header, which / 128 != 0);
    by(command);
    write(buffer, command);
  };
  const auto authority = static_cast<std::uint8_t>(which % authorities_count);
  switch (kind) {
    case CommandKind::set_authority_key:
      return change(SetAuthorityKeyCommand{}, [&](auto& c) { c.authority = authority; });
    case CommandKind::rule_record:
      return change(RuleRecordCommand{}, [&](RuleRecordCommand& c) {
        c.version %= 4;
        c.record %= 4;
        c.authority = authority;
        constexpr std::array rules = {CommandKind::set_zone, CommandKind::set_quota};
        constexpr std::array joint = {
            CommandKind::set_link,       CommandKind::set_limit,
            CommandKind::set_instrument, CommandKind::set_parameters,
            CommandKind::set_calendar,   CommandKind::set_reference_price};
        const bool is_joint = authority == static_cast<std::uint8_t>(Authority::joint);
        c.record_kind = static_cast<std::uint16_t>(is_joint ? joint[which / 5 % joint.size()]
                                                            : rules[which / 5 % rules.size()]);
        const std::uint32_t used = rule_command_bytes(c.record_kind) - sizeof(CommandHeader);
        std::fill(c.body.begin() + used, c.body.end(), std::uint8_t{0});
        if (c.record_kind == static_cast<std::uint16_t>(CommandKind::set_parameters)) {
          say(c, in_bounds(rule_command<SetParametersCommand>(c.record_kind, c.body), which));
        }
        if (c.record_kind == static_cast<std::uint16_t>(CommandKind::set_calendar)) {
          say(c, likely_year(rule_command<SetCalendarCommand>(c.record_kind, c.body), which));
        }
        if (c.record_kind == static_cast<std::uint16_t>(CommandKind::set_reference_price)) {
          const auto as_it_is = rule_command<SetReferencePriceCommand>(c.record_kind, c.body);
          say(c, likely_price(as_it_is, which));
        }
        const bool of_known =
            c.record_kind == static_cast<std::uint16_t>(CommandKind::set_instrument) &&
            c.body[0] % 4 != 0;
        if (of_known) {
          say(c, other_bands(rule_command<SetInstrumentCommand>(c.record_kind, c.body), which));
        }
        if (is_joint) return;
        if (c.record_kind == static_cast<std::uint16_t>(CommandKind::set_quota)) {
          auto quota = rule_command<SetQuotaCommand>(c.record_kind, c.body);
          quota.year = 2026;
          quota.province = authority;
          quota.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
          for (std::int64_t* cap :
               {&quota.inflow_cap_kg, &quota.outflow_cap_kg, &quota.gross_cap_kg,
                &quota.holding_cap_kg, &quota.daily_pace_kg}) {
            *cap &= 0xFFFF;
          }
          say(c, quota);
        } else {
          auto zone = rule_command<SetZoneCommand>(c.record_kind, c.body);
          zone.zone = ZoneCode{"Z"};
          zone.province = authority;
          zone.attaining_mask &= 127;
          zone.key_zone &= 1;
          say(c, zone);
        }
      });
    case CommandKind::rule_document:
      return change(RuleDocumentCommand{}, [&](RuleDocumentCommand& c) {
        c.version %= 4;
        c.records %= 4;
        c.authority = authority;
        c.effective_date = date_of(2026, 6, 17).value + which / 5 % 4;
      });
    case CommandKind::set_parameters:
      return change(SetParametersCommand{}, [&](auto& c) { c = in_bounds(c, which); });
    case CommandKind::set_calendar:
      return change(SetCalendarCommand{}, [&](auto& c) { c = likely_year(c, which); });
    case CommandKind::set_instrument:
      return change(SetInstrumentCommand{}, [&](auto& c) { c = other_bands(c, which); });
    case CommandKind::withdraw_rules:
      return change(WithdrawRulesCommand{}, [&](auto& c) { c.version %= 4; });
    default:
      return change(ActivateRulesCommand{}, [&](ActivateRulesCommand& c) {
        c.version %= 4;
        c.parts_mask %= 32;
      });
  }
}

// A question and an office that exist, or just not.
void give_question(std::array<std::byte, command_bytes_max>& buffer, std::uint8_t which) {
  QueryCommand query{};
  std::memcpy(&query, buffer.data(), sizeof query);
  query.question = which % 17;
  query.office = which / 17 % 7;
  if (which % 2 == 0) query.arguments = {};
  write(buffer, query);
}

void give_names(CommandKind kind, std::array<std::byte, command_bytes_max>& buffer,
                std::uint8_t which) {
  switch (kind) {
    case CommandKind::query:
      return give_question(buffer, which);
    case CommandKind::mass_cancel:
      return give_names<MassCancelCommand>(buffer, which);
    case CommandKind::phase:
      return give_names<PhaseCommand>(buffer, which);
    case CommandKind::indicative:
      return give_names<IndicativeCommand>(buffer, which);
    case CommandKind::set_demand:
      return give_names<SetDemandCommand>(buffer, which);
    case CommandKind::set_zone:
      return give_names<SetZoneCommand>(buffer, which);
    case CommandKind::set_firm:
      return give_names<SetFirmCommand>(buffer, which);
    case CommandKind::set_facility:
      return give_names<SetFacilityCommand>(buffer, which);
    case CommandKind::set_reference_price:
      return give_names<SetReferencePriceCommand>(buffer, which);
    case CommandKind::deposit:
      return give_names<DepositCommand>(buffer, which);
    case CommandKind::issue:
      return give_names<IssueCommand>(buffer, which);
    case CommandKind::set_limit:
      return give_names<SetLimitCommand>(buffer, which);
    case CommandKind::kill_switch:
      return give_names<KillSwitchCommand>(buffer, which);
    case CommandKind::withdraw:
      return give_names<WithdrawCommand>(buffer, which);
    case CommandKind::freeze:
      return give_names<FreezeCommand>(buffer, which);
    case CommandKind::pledge:
      return give_names<PledgeCommand>(buffer, which);
    case CommandKind::transfer:
      return give_names<TransferCommand>(buffer, which);
    case CommandKind::trust:
      return give_names<TrustCommand>(buffer, which);
    case CommandKind::submit_block:
    case CommandKind::answer_block:
      return give_block(kind, buffer, which);
    case CommandKind::set_authority_key:
    case CommandKind::rule_record:
    case CommandKind::rule_document:
    case CommandKind::activate_rules:
    case CommandKind::withdraw_rules:
    case CommandKind::set_parameters:
    case CommandKind::set_calendar:
    case CommandKind::set_instrument:
      return give_rules(kind, buffer, which);
    default:
      return;
  }
}

void choose(CommandKind kind, Input& input, const Market& market,
            std::array<std::byte, command_bytes_max>& buffer) {
  switch (kind) {
    case CommandKind::cancel_order:
      return write(buffer, likely_change<CancelOrderCommand>(input, market));
    case CommandKind::replace_order:
      return write(buffer, likely_change<ReplaceOrderCommand>(input, market));
    case CommandKind::answer_block:
      return write(buffer, likely_answer(input, market));
    default:
      return write(buffer, likely_order(input));
  }
}

void play(Input& input, Market& market) {
  const Kind& kind = kinds[input.byte() % kinds.size()];
  const std::uint8_t how = input.byte();
  const bool is_likely = (how & How::likely) != 0;
  const bool has_names = (how & How::names) != 0;
  if ((how & How::later) != 0) market.wait(span_ns(input.byte()));
  std::array<std::byte, command_bytes_max> buffer{};
  if ((how & How::exact) != 0) {
    input.unpack(std::span{buffer}.first(kind.size).subspan(kind_and_size_bytes));
    if (has_names) give_names(kind.kind, buffer, input.byte());
  } else if (is_likely && choices_of(kind.kind) != 0) {
    choose(kind.kind, input, market, buffer);
  } else {
    const std::size_t from = content_begin(kind.kind);
    input.fill(std::span{buffer}.subspan(from, kind.size - from));
    CommandHeader header{};
    header.actor = is_likely ? input.byte() % facilities : no_id;
    write(buffer, header);
    if (has_names) give_names(kind.kind, buffer, input.byte());
  }
  if (has_names && kind.kind == CommandKind::activate_rules) {
    ActivateRulesCommand activation{};
    std::memcpy(&activation, buffer.data(), sizeof activation);
    for (std::size_t a = 0; a < activation.documents.size(); ++a) {
      const bool is_part = (activation.parts_mask >> a & 1U) != 0;
      activation.documents[a] = is_part ? market.documents()[a] : 0;
    }
    write(buffer, activation);
  }
  CommandHeader header{};
  std::memcpy(&header, buffer.data(), sizeof header);
  header.kind = static_cast<std::uint16_t>(kind.kind);
  header.size = kind.size;
  std::memcpy(buffer.data(), &header, sizeof header);
  std::size_t size = kind.size;
  if ((how & How::resized) != 0) size = input.byte() % (command_bytes_max + 1);
  if (size != kind.size || kind.kind == CommandKind::proceed) market.leave_audit();
  market.apply(std::span{buffer}.first(size));
}

void play_all(Input& input, Market& market) {
  for (int commands = 0; commands < 400 && !input.empty(); ++commands) play(input, market);
  market.check_views();
  market.check_digest();
}

}  // namespace
}  // namespace emx::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  emx::fuzz::must_reach({*arguments, *arguments + *count}, emx::fuzz::wanted_outcomes());
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace emx::fuzz;
  Input input{std::as_bytes(std::span{data, size})};
  if (input.byte() % 2 == static_cast<std::uint8_t>(Start::small_market)) {
    Market market;
    play_all(input, market);
    return 0;
  }
  const emx::GenesisCommand genesis = own_genesis(input);
  if (!emx::engine::Exchange::may_start(genesis)) return 0;
  Market market{genesis};
  play_all(input, market);
  return 0;
}
