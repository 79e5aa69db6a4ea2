#include "tools/whatif/other_course.hpp"

#include <algorithm>
#include <cstring>

#include "engine/vocabulary/rule_record.hpp"
#include "tools/whatif/rule_row.hpp"

namespace emx::whatif {

namespace {

using Bytes = std::span<const std::byte>;

CommandKind kind_of(Bytes command) {
  return static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
}

std::string name_of(const CommandHeader& header, std::string_view cl_ord_id) {
  return std::to_string(header.actor) + '/' + std::string{cl_ord_id};
}

template <class Command>
std::vector<std::byte> bytes_of(const Command& command) {
  const auto bytes = std::as_bytes(std::span{&command, 1});
  return {bytes.begin(), bytes.end()};
}

// The id of the order that the events say was entered; 0: none.
std::uint64_t entered_in(Bytes events) {
  if (events.empty()) return 0;
  const auto header = read_record<EventHeader>(events);
  if (header.kind != static_cast<std::uint16_t>(EventKind::order_accepted)) return 0;
  return read_record<OrderAcceptedEvent>(events).order_id;
}

// The number of the block that the events of a submission say was alleged; 0: none. What ended
// because its time was over stands before it.
std::uint64_t alleged_in(Bytes events) {
  std::uint64_t number = 0;
  static_cast<void>(for_each_event(events, [&](const EventHeader& header, Bytes bytes) {
    if (static_cast<EventKind>(header.kind) != EventKind::block) return;
    const auto block = read_record<BlockEvent>(bytes);
    if (static_cast<BlockStage>(block.stage) == BlockStage::alleged) number = block.block_no;
  }));
  return number;
}

}  // namespace

OtherCourse::Outcome OtherCourse::take(const EntryView& entry) {
  const CommandKind kind = kind_of(entry.command);
  if (kind == CommandKind::proceed) {
    there_.insert(there_.end(), entry.events.begin(), entry.events.end());
    return Outcome::is_continue;
  }
  here_.clear();
  there_.assign(entry.events.begin(), entry.events.end());
  if (kind == CommandKind::activate_rules) name_documents(entry.command);
  const auto row = rule_row(entry.command);
  if (row && set_rows_.contains(*row)) return Outcome::left_out;
  if (!exchange_) {
    exchange_ = std::make_unique<engine::Exchange>(read_record<GenesisCommand>(entry.command));
  }
  if (kind == CommandKind::rule_document) documents_[entry.stamp.sequence.value] = sequence_ + 1;
  apply(entry.stamp.at_ns, translated(entry.command));
  note_ids(entry);
  return Outcome::applied;
}

Code OtherCourse::set(Bytes command, std::int64_t at_ns) {
  here_.clear();
  exchange_->take_unsigned_rules(true);
  apply(at_ns, command);
  exchange_->take_unsigned_rules(false);
  if (const auto row = rule_row(command)) set_rows_[*row] = {command.begin(), command.end()};
  const auto header = here_.empty() ? EventHeader{} : read_record<EventHeader>(here_);
  const bool refused = header.kind == static_cast<std::uint16_t>(EventKind::refused);
  const Code code = refused ? static_cast<Code>(read_record<RefusedEvent>(here_).code) : Code::none;
  here_.clear();
  there_.clear();
  return code;
}

void OtherCourse::apply(std::int64_t at_ns, Bytes command) {
  const ProceedCommand proceed = engine::proceed_command();
  entered_ = 0;
  for (bool first = true; first || exchange_->more_to_do(); first = false) {
    const Bytes next = first ? command : std::as_bytes(std::span{&proceed, 1});
    const Stamp stamp{SeqNo{++sequence_}, at_ns};
    exchange_->apply(stamp, next, events_);
    if (first) entered_ = entered_in(events_.bytes());
    if (first) alleged_ = alleged_in(events_.bytes());
    here_.insert(here_.end(), events_.bytes().begin(), events_.bytes().end());
    watcher_({stamp, next, events_.bytes(), events_.count(), exchange_->digest(),
              exchange_->rule_set()});
  }
}

std::uint64_t OtherCourse::id_here(const CommandHeader& header, const std::string& cl_ord_id,
                                   std::uint64_t id_there) const {
  if (!cl_ord_id.empty()) {
    const auto named = by_name_.find(name_of(header, cl_ord_id));
    if (named != by_name_.end()) return named->second;
  }
  const auto known = by_id_.find(id_there);
  return known == by_id_.end() ? 0 : known->second;
}

std::vector<std::byte> OtherCourse::translated(Bytes bytes) const {
  const auto with_id = [this](auto command) {
    command.order_id =
        id_here(command.header, std::string{command.orig_cl_ord_id.view()}, command.order_id);
    return bytes_of(command);
  };
  switch (kind_of(bytes)) {
    case CommandKind::cancel_order:
      return with_id(read_record<CancelOrderCommand>(bytes));
    case CommandKind::replace_order:
      return with_id(read_record<ReplaceOrderCommand>(bytes));
    case CommandKind::answer_block: {
      auto command = read_record<AnswerBlockCommand>(bytes);
      const auto known = by_block_no_.find(command.block_no);
      command.block_no = known == by_block_no_.end() ? 0 : known->second;
      return bytes_of(command);
    }
    case CommandKind::activate_rules: {
      auto command = read_record<ActivateRulesCommand>(bytes);
      for (std::uint64_t& document : command.documents) document = document_here(document);
      return bytes_of(command);
    }
    case CommandKind::rule_record:
      return bytes_of(with_rule(read_record<RuleRecordCommand>(bytes)));
    default:
      return {bytes.begin(), bytes.end()};
  }
}

std::uint64_t OtherCourse::document_here(std::uint64_t there) const {
  const auto known = documents_.find(there);
  return known == documents_.end() ? there : known->second;
}

// An activation that was refused for a document it names says by which entry; that one has another
// number here.
void OtherCourse::name_documents(Bytes command) {
  if (there_.size() < sizeof(RefusedEvent)) return;
  auto refused = read_record<RefusedEvent>(there_);
  const bool is_refused = refused.header.kind == static_cast<std::uint16_t>(EventKind::refused) &&
                          refused.code == static_cast<std::uint16_t>(Code::p07_rule_set);
  const auto named = read_record<ActivateRulesCommand>(command).documents;
  const auto value = static_cast<std::uint64_t>(refused.value);
  if (!is_refused || std::ranges::find(named, value) == named.end()) return;
  const auto here = [this](std::int64_t entry) {
    return static_cast<std::int64_t>(document_here(static_cast<std::uint64_t>(entry)));
  };
  refused.limit = here(refused.limit);
  refused.value = here(refused.value);
  std::memcpy(there_.data(), &refused, sizeof refused);
}

// A rule set's rule for a row that was set otherwise gives way to what was set; a limit for a time
// is none of a rule set's.
RuleRecordCommand OtherCourse::with_rule(RuleRecordCommand record) const {
  if (rule_command_bytes(record.record_kind) == 0) return record;
  const auto row = visit_rule(record.record_kind, record.body, [](const auto& rule) {
    return rule_row(std::as_bytes(std::span{&rule, 1}));
  });
  const auto found = row ? set_rows_.find(*row) : set_rows_.end();
  if (found == set_rows_.end()) return record;
  const Bytes other = found->second;
  if (record.record_kind == static_cast<std::uint16_t>(CommandKind::set_limit) &&
      read_record<SetLimitCommand>(other).until_ns != 0) {
    return record;
  }
  record.body = {};
  std::memcpy(record.body.data(), other.data() + sizeof(CommandHeader),
              other.size() - sizeof(CommandHeader));
  return record;
}

// A chain of replaces is one order under many names, whatever became of each.
void OtherCourse::note_ids(const EntryView& entry) {
  const CommandKind kind = kind_of(entry.command);
  if (kind == CommandKind::new_order) {
    const auto c = read_record<NewOrderCommand>(entry.command);
    if ((c.flags & order_duplicate_cl_ord_id) == 0 && !c.cl_ord_id.empty()) {
      by_name_[name_of(c.header, c.cl_ord_id.view())] = entered_;
    }
    if (const std::uint64_t there = entered_in(entry.events); there != 0) by_id_[there] = entered_;
  } else if (kind == CommandKind::replace_order) {
    const auto c = read_record<ReplaceOrderCommand>(entry.command);
    const std::uint64_t id = id_here(c.header, std::string{c.orig_cl_ord_id.view()}, c.order_id);
    if ((c.flags & order_duplicate_cl_ord_id) == 0 && !c.cl_ord_id.empty() && id != 0) {
      by_name_[name_of(c.header, c.cl_ord_id.view())] = id;
    }
  } else if (kind == CommandKind::submit_block) {
    if (const std::uint64_t there = alleged_in(entry.events); there != 0) {
      by_block_no_[there] = alleged_;
    }
  }
}

}  // namespace emx::whatif
