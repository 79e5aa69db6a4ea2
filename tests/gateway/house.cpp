#include "tests/gateway/house.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <utility>

#include "gateway/password.hpp"

namespace emx::gateway::test {

namespace {

using Clock = std::chrono::steady_clock;

// Slow hashes are for real passwords.
const std::string& cheap_hash() {
  static const std::string hash = make_password_hash("secret", 1'000);
  return hash;
}

}  // namespace

CommandSink::Outcome ScriptedSink::submit(std::span<const std::byte> command, Urgency urgency) {
  if (outcome == Outcome::queued) submitted.push_back({{command.begin(), command.end()}, urgency});
  return outcome;
}

CommandKind ScriptedSink::Submitted::kind() const {
  return static_cast<CommandKind>(read_record<CommandHeader>(bytes).kind);
}

House::House() {
  std::string pattern = (std::filesystem::temp_directory_path() / "emx-gateway-XXXXXX").string();
  directory_ = ::mkdtemp(pattern.data());
  config.directory = directory_;
  config.sessions = {{.comp_id = "ALPHA1",
                      .concern = trader_of("ALPHA"),
                      .password_hash = cheap_hash(),
                      .username = {}},
                     {.comp_id = "ALPHA2",
                      .concern = trader_of("ALPHA"),
                      .password_hash = cheap_hash(),
                      .username = {}},
                     {.comp_id = "BETA1",
                      .concern = trader_of("BETA"),
                      .password_hash = cheap_hash(),
                      .username = {}}};
  define_market();
}

House::~House() {
  gateway_.reset();
  io.restart();
  io.poll();
  std::filesystem::remove_all(directory_);
}

void House::define_market() {
  auto firm = venue_command<SetFirmCommand>(CommandKind::set_firm);
  for (const char* code : {"ALPHA", "BETA"}) {
    firm.firm = FirmCode{code};
    append(firm);
  }
  auto facility = venue_command<SetFacilityCommand>(CommandKind::set_facility);
  for (const auto& [account, owner, province] : {std::tuple{"A-PLANT", "ALPHA", Province::sh},
                                                 std::tuple{"B-PLANT", "BETA", Province::js}}) {
    facility.province = static_cast<std::uint8_t>(province);
    facility.facility = AccountCode{account};
    facility.firm = FirmCode{owner};
    facility.basin = BasinCode{"HUAIHE"};
    append(facility);
  }
  auto instrument = venue_command<SetInstrumentCommand>(CommandKind::set_instrument);
  instrument.symbol = Symbol{"VOC.AIR.YRD.IND.2630"};
  instrument.tick_fen = tick_fen;
  instrument.basin = BasinCode{"TAIHU"};
  append(instrument);
}

void House::make_gateway() {
  gateway_ = std::make_unique<Gateway>(
      config, Gateway::Parts{.io = io, .sink = sink, .logger = nullptr, .failed = [this](auto why) {
                               failure = why;
                             }});
}

void House::start() {
  make_gateway();
  show_from(resume());
}

void House::show_from(std::size_t first) {
  for (std::size_t i = first; i < ledger_.size(); ++i) show(ledger_[i]);
  gateway_->start();
}

std::unique_ptr<History> House::history_of_all(bool keeps_reports) const {
  auto history = std::make_unique<History>(
      History::Limits{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max});
  if (keeps_reports) history->keep_reports_for(read_session_records(directory_));
  for (const Stored& entry : ledger_) history->on_entry(view_of(entry));
  return history;
}

void House::bring_up(History& history, std::size_t entries) const {
  history.keep_reports_for(read_session_records(directory_));
  for (std::size_t i = history.entry(); i < entries; ++i) history.on_entry(view_of(ledger_[i]));
}

// As a snapshot's maker does, and the start that finds it. Returns how many entries need not be
// shown.
std::size_t House::resume() {
  enum class From { newest, newest_but_three, older, none };
  constexpr std::array turns{From::newest, From::newest,           From::older,
                             From::newest, From::newest_but_three, From::none};
  const From from = turns[starts_++ % turns.size()];
  if (from == From::none) return 0;
  gateway_.reset();  // it has the sessions' records open
  if (history_.empty() || from != From::older) {
    const auto history = kept_history();
    const std::size_t left_out = from == From::newest_but_three ? 3 : 0;
    const std::size_t most = std::max<std::size_t>(history->entry() + left_out, ledger_.size());
    bring_up(*history, most - left_out);
    History whole{{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max}};
    bring_up(whole, most - left_out);
    is_whole_ = bytes_of(*history) == bytes_of(whole);
    history_ = bytes_of(*history);
  }
  make_gateway();
  const auto history = kept_history();
  EXPECT_TRUE(bytes_of(*history) == history_);
  const std::size_t entries = history->entry();
  if (std::string why = gateway_->resume(*history); !why.empty()) {
    not_resumed = std::move(why);
    return 0;
  }
  EXPECT_TRUE(is_whole_) << "a history that grew is not that of all entries";
  ++resumed;
  return entries;
}

std::unique_ptr<History> House::kept_history() const {
  auto history = std::make_unique<History>(
      History::Limits{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max});
  if (history_.empty()) return history;
  StateReader reader{history_};
  history->load(reader);
  EXPECT_TRUE(reader.ok() && reader.at_end()) << reader.fault();
  return history;
}

std::vector<std::byte> House::bytes_of(const History& history) {
  std::vector<std::byte> bytes;
  StateWriter writer{bytes};
  history.save(writer);
  return bytes;
}

void House::start_forgetful() {
  std::filesystem::remove_all(config.directory / "fix");
  make_gateway();
  gateway_->start();
  for (const Stored& entry : ledger_) show(entry);
}

void House::die() {
  gateway_.reset();
  io.restart();
  io.poll();
  sink.submitted.clear();
}

void House::close() {
  bool closed = false;
  gateway_->logout_all_and_close([&] { closed = true; });
  EXPECT_TRUE(run_until([&] { return closed; }));
  die();
}

FixClient House::connect(const std::string& comp_id) {
  return FixClient{io, gateway_->port(), comp_id};
}

FixClient House::trader(const std::string& comp_id) {
  FixClient client = connect(comp_id);
  EXPECT_TRUE(client.log_on());
  return client;
}

void House::rest_order(FixClient& client, const std::string& cl_ord_id, std::uint64_t order_id,
                       const std::string& side, const std::string& quantity) {
  const std::size_t before = sink.submitted.size();
  client.send("D", order_fields(cl_ord_id, side, quantity));
  ASSERT_TRUE(wait_for_commands(before + 1));
  accept(last(), order_id);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  ASSERT_EQ(report->at(11), cl_ord_id);
  ASSERT_EQ(report->at(150), "0");
}

bool House::run_until(const std::function<bool()>& condition, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (!condition()) {
    if (Clock::now() >= deadline) return false;
    io.restart();
    io.run_for(std::chrono::milliseconds{1});
  }
  return true;
}

bool House::wait_for_commands(std::size_t count) {
  return run_until([&] { return sink.submitted.size() >= count; });
}

SeqNo House::append_bytes(std::span<const std::byte> command, const EventBatch& events) {
  const std::uint64_t number = ledger_.size() + 1;
  const std::int64_t at_ns = 1'781'764'200'123'000'000 + static_cast<std::int64_t>(number);
  const auto bytes = events.bytes();
  ledger_.push_back({Stamp{SeqNo{number}, at_ns},
                     {command.begin(), command.end()},
                     {bytes.begin(), bytes.end()},
                     events.count()});
  if (gateway_) show(ledger_.back());
  return SeqNo{number};
}

EntryView House::view_of(const Stored& entry) {
  return {entry.stamp, entry.command, entry.events, entry.events_count, 0, 5};
}

void House::show(const Stored& entry) { gateway_->on_entry(view_of(entry)); }

SeqNo House::accept(const ScriptedSink::Submitted& command, std::uint64_t order_id, Code warning) {
  EventBatch events;
  add_accepted(events, command.as<NewOrderCommand>(), order_id, warning);
  return append_bytes(command.bytes, events);
}

SeqNo House::refuse(const ScriptedSink::Submitted& command, Code code, std::int64_t limit,
                    std::int64_t value) {
  EventBatch events;
  RefusedEvent refused{};
  refused.code = static_cast<std::uint16_t>(code);
  refused.limit = limit;
  refused.value = value;
  events.add(EventKind::refused, refused);
  return append_bytes(command.bytes, events);
}

SeqNo House::cancel(const ScriptedSink::Submitted& command, std::int64_t remaining_lots) {
  EventBatch events;
  add_cancelled(events, command.as<CancelOrderCommand>().order_id, remaining_lots,
                Code::c03_requested);
  return append_bytes(command.bytes, events);
}

SeqNo House::replace(const ScriptedSink::Submitted& command, std::int64_t remaining_lots) {
  const auto asked = command.as<ReplaceOrderCommand>();
  EventBatch events;
  OrderReplacedEvent replaced{};
  replaced.order_id = asked.order_id;
  replaced.price_ticks = asked.price_fen / tick_fen;
  replaced.quantity_lots = asked.quantity_lots;
  replaced.remaining_lots = remaining_lots;
  events.add(EventKind::order_replaced, replaced);
  return append_bytes(command.bytes, events);
}

Fields order_fields(const std::string& cl_ord_id, const std::string& side,
                    const std::string& quantity, const std::string& price) {
  return {{11, cl_ord_id}, {1, "A-PLANT"},   {55, "VOC.AIR.YRD.IND.2630"},
          {54, side},      {60, time_now()}, {38, quantity},
          {40, "2"},       {44, price},      {59, "0"}};
}

Fields cancel_fields(const std::string& cl_ord_id, const std::string& orig,
                     const std::string& side) {
  return {{11, cl_ord_id}, {41, orig}, {55, "VOC.AIR.YRD.IND.2630"}, {54, side}, {60, time_now()}};
}

Fields replace_fields(const std::string& cl_ord_id, const std::string& orig,
                      const std::string& quantity, const std::string& price) {
  return {{11, cl_ord_id}, {41, orig},       {55, "VOC.AIR.YRD.IND.2630"},
          {54, "1"},       {60, time_now()}, {38, quantity},
          {40, "2"},       {44, price}};
}

Fields without(Fields fields, int tag) {
  std::erase_if(fields, [&](const auto& field) { return field.first == tag; });
  return fields;
}

Fields with(Fields fields, int tag, const std::string& value) {
  fields = without(std::move(fields), tag);
  fields.emplace_back(tag, value);
  return fields;
}

void add_trade(EventBatch& events, const TestTrade& trade) {
  TradeEvent event{};
  event.trade_no = trade.trade_no;
  event.buy_order_id = trade.buy_order;
  event.sell_order_id = trade.sell_order;
  event.price_ticks = trade.price_ticks;
  event.quantity_lots = trade.lots;
  event.ratio_n = 3;
  event.ratio_d = 2;
  event.credited_lots = trade.lots * 2 / 3;
  event.retired_lots = trade.lots - event.credited_lots;
  event.buy_remaining_lots = trade.buy_left;
  event.sell_remaining_lots = trade.sell_left;
  event.aggressor = trade.aggressor;
  events.add(EventKind::trade, event);
}

void add_accepted(EventBatch& events, const NewOrderCommand& command, std::uint64_t order_id,
                  Code warning) {
  OrderAcceptedEvent accepted{};
  accepted.order_id = order_id;
  accepted.instrument = command.instrument;
  accepted.facility = command.facility;
  accepted.price_ticks = command.price_fen / 1'000;
  accepted.quantity_lots = command.quantity_lots;
  accepted.warning = static_cast<std::uint16_t>(warning);
  accepted.side = command.side;
  accepted.time_in_force = command.time_in_force;
  events.add(EventKind::order_accepted, accepted);
}

void add_cancelled(EventBatch& events, std::uint64_t order_id, std::int64_t remaining_lots,
                   Code code) {
  OrderCancelledEvent cancelled{};
  cancelled.order_id = order_id;
  cancelled.remaining_lots = remaining_lots;
  cancelled.code = static_cast<std::uint16_t>(code);
  events.add(EventKind::order_cancelled, cancelled);
}

}  // namespace emx::gateway::test
