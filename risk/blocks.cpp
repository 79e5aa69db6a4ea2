#include "risk/blocks.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::risk {

Blocks::Blocks() {
  open_.reserve(open_max);
  day_tickets_.reserve(day_tickets_max);
}

void Blocks::set_session(bool open) { in_session_ = open; }

const Block* Blocks::find(std::uint64_t number) const {
  const auto found = std::ranges::find(open_, number, &Block::number);
  return found == open_.end() ? nullptr : &*found;
}

const Block& Blocks::add(Block block) {
  check(!full());
  block.number = ++given_;
  open_.push_back(block);
  digest_.add(cell(block));
  find_next_expiry();
  return open_.back();
}

const Block& Blocks::confirm(std::uint64_t number, const Ticket& ticket, FirmId one, FirmId other) {
  const auto found = std::ranges::find(open_, number, &Block::number);
  check(found != open_.end() && !found->confirmed() && !tickets_full());
  check(!had_ticket(one, other));
  digest_.remove(cell(*found));
  found->ticket = ticket;
  digest_.add(cell(*found));
  day_tickets_.push_back(pair_of(one, other));
  digest_.add(cell(day_tickets_.back()));
  return *found;
}

Blocks::Pair Blocks::pair_of(FirmId one, FirmId other) {
  return {std::min(one.value, other.value), std::max(one.value, other.value)};
}

bool Blocks::had_ticket(FirmId one, FirmId other) const {
  return std::ranges::find(day_tickets_, pair_of(one, other)) != day_tickets_.end();
}

void Blocks::forget_tickets() {
  for (const Pair& pair : day_tickets_) digest_.remove(cell(pair));
  day_tickets_.clear();
}

void Blocks::remove(std::uint64_t number) {
  const auto found = std::ranges::find(open_, number, &Block::number);
  check(found != open_.end());
  digest_.remove(cell(*found));
  open_.erase(found);
  find_next_expiry();
}

void Blocks::find_next_expiry() {
  next_expiry_ns_ = never;
  for (const Block& block : open_) next_expiry_ns_ = std::min(next_expiry_ns_, block.expires_ns);
}

std::uint64_t Blocks::cell(const Block& block) {
  const Ticket ticket = block.ticket.value_or(Ticket{});
  return cell_hash(Cell::block)
      .word(block.number)
      .word(std::uint64_t{block.submitter.value} << 32 | block.counterparty.value)
      .word(std::uint64_t{block.instrument.value} << 32 | static_cast<std::uint64_t>(block.side))
      .word(block.price.value)
      .word(block.lots.value)
      .word(block.reserved)
      .word(block.expires_ns)
      .word(static_cast<std::uint64_t>(block.fee_rate_bp))
      .word(std::uint64_t{block.confirmed()} << 1 | std::uint64_t{ticket.holds_room})
      .word(ticket.reserved)
      .word(static_cast<std::uint64_t>(ticket.fee_rate_bp))
      .word(ticket.credited.value)
      .value();
}

std::uint64_t Blocks::cell(const Pair& pair) {
  return cell_hash(Cell::ticket).word(std::uint64_t{pair.low} << 32 | pair.high).value();
}

std::uint64_t Blocks::counter_cell() const {
  return cell_hash(Cell::block).word(given_).word(std::uint64_t{in_session_}).value();
}

std::uint64_t Blocks::digest_from_scratch() const {
  Digest digest;
  for (const Block& block : open_) digest.add(cell(block));
  for (const Pair& pair : day_tickets_) digest.add(cell(pair));
  return digest.value() + counter_cell();
}

}  // namespace emx::risk
