#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "engine/vocabulary/commands.hpp"

namespace emx::fuzz {

// The form of the exchange fuzzer's inputs, for who reads them and for who writes them:
//
//   one byte       Start; for a venue of the input's own the genesis as packed content
//   per command    a byte for its kind, a byte of How, and what that says follows:
//                    later    a byte: how much time passes before it
//                    exact    its record behind kind and size, packed
//                    likely   bytes of choices (exchange_fuzz.cpp), or of a kind without any its
//                             actor, behind its content
//                    names    a byte: which of the small market's names it has
//                    resized  a byte: another size than the kind's
//
// Packed: a zero byte stands before the number, less one, of zeros there are. Nothing here knows
// where a field of a record lies, so inputs that are written from records change with them.

struct Kind {
  CommandKind kind;
  std::uint16_t size;
};
inline constexpr std::array kinds = {
    Kind{CommandKind::new_order, sizeof(NewOrderCommand)},
    Kind{CommandKind::cancel_order, sizeof(CancelOrderCommand)},
    Kind{CommandKind::replace_order, sizeof(ReplaceOrderCommand)},
    Kind{CommandKind::mass_cancel, sizeof(MassCancelCommand)},
    Kind{CommandKind::phase, sizeof(PhaseCommand)},
    Kind{CommandKind::indicative, sizeof(IndicativeCommand)},
    Kind{CommandKind::set_quota, sizeof(SetQuotaCommand)},
    Kind{CommandKind::set_demand, sizeof(SetDemandCommand)},
    Kind{CommandKind::set_link, sizeof(SetLinkCommand)},
    Kind{CommandKind::set_zone, sizeof(SetZoneCommand)},
    Kind{CommandKind::set_firm, sizeof(SetFirmCommand)},
    Kind{CommandKind::set_facility, sizeof(SetFacilityCommand)},
    Kind{CommandKind::set_instrument, sizeof(SetInstrumentCommand)},
    Kind{CommandKind::set_reference_price, sizeof(SetReferencePriceCommand)},
    Kind{CommandKind::deposit, sizeof(DepositCommand)},
    Kind{CommandKind::issue, sizeof(IssueCommand)},
    Kind{CommandKind::day_open, sizeof(DayOpenCommand)},
    Kind{CommandKind::genesis, sizeof(GenesisCommand)},
    Kind{CommandKind::proceed, sizeof(ProceedCommand)},
    Kind{CommandKind::set_limit, sizeof(SetLimitCommand)},
    Kind{CommandKind::kill_switch, sizeof(KillSwitchCommand)},
    Kind{CommandKind::withdraw, sizeof(WithdrawCommand)},
    Kind{CommandKind::freeze, sizeof(FreezeCommand)},
    Kind{CommandKind::pledge, sizeof(PledgeCommand)},
    Kind{CommandKind::transfer, sizeof(TransferCommand)},
    Kind{CommandKind::trust, sizeof(TrustCommand)},
    Kind{CommandKind::set_authority_key, sizeof(SetAuthorityKeyCommand)},
    Kind{CommandKind::rule_record, sizeof(RuleRecordCommand)},
    Kind{CommandKind::rule_document, sizeof(RuleDocumentCommand)},
    Kind{CommandKind::activate_rules, sizeof(ActivateRulesCommand)},
    Kind{CommandKind::set_parameters, sizeof(SetParametersCommand)},
    Kind{CommandKind::submit_block, sizeof(SubmitBlockCommand)},
    Kind{CommandKind::answer_block, sizeof(AnswerBlockCommand)},
    Kind{CommandKind::block_session, sizeof(BlockSessionCommand)},
    Kind{CommandKind::tick, sizeof(TickCommand)},
    Kind{CommandKind::set_calendar, sizeof(SetCalendarCommand)},
    Kind{CommandKind::withdraw_rules, sizeof(WithdrawRulesCommand)},
    Kind{CommandKind::query, sizeof(QueryCommand)},
};

enum class Start : std::uint8_t { small_market, own_venue };

struct How {
  static constexpr std::uint8_t likely = 1;
  static constexpr std::uint8_t names = 2;
  static constexpr std::uint8_t exact = 4;
  static constexpr std::uint8_t later = 8;
  static constexpr std::uint8_t resized = 16;
};

// What every record begins with, and no input says.
inline constexpr std::size_t kind_and_size_bytes = 4;

// How many choices say what is likely of a kind; an order's last may ask for more. 0: they do not.
constexpr std::size_t choices_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::new_order:
      return 5;
    case CommandKind::replace_order:
      return 3;
    case CommandKind::cancel_order:
    case CommandKind::answer_block:
      return 1;
    default:
      return 0;
  }
}

// Where the content of others begins. A block's id means nothing to the core, and would only make
// inputs longer.
constexpr std::size_t content_begin(CommandKind kind) {
  const bool is_block = kind == CommandKind::submit_block || kind == CommandKind::answer_block;
  return sizeof(CommandHeader) + (is_block ? sizeof(ClOrdId) : 0);
}

// The time of a venue's first command: what an order's or limit's own times are after.
inline constexpr std::int64_t own_start_ns = 1'767'196'800'000'000'000;  // 2026-01-01 at UTC+8

// From nothing to six days, in a byte.
constexpr std::int64_t span_ns(std::uint8_t byte) {
  return std::int64_t{byte & 15} << (3 * (byte >> 4));
}
// The shortest that is not shorter. Requires: there is one.
constexpr std::uint8_t span_byte(std::int64_t ns) {
  std::uint8_t best = 0xFF;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::int64_t span = span_ns(static_cast<std::uint8_t>(byte));
    if (span >= ns && span < span_ns(best)) best = static_cast<std::uint8_t>(byte);
  }
  return best;
}
static_assert(span_byte(0) == 0 && span_ns(span_byte(9)) == 9 && span_ns(span_byte(17)) == 24);

// The input, a byte at a time; zeros behind its end.
class Input {
 public:
  explicit Input(std::span<const std::byte> bytes) : bytes_{bytes} {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_ = bytes_.subspan(1);
    return value;
  }
  void fill(std::span<std::byte> out) {
    const std::size_t taken = std::min(out.size(), bytes_.size());
    std::copy_n(bytes_.begin(), taken, out.begin());
    bytes_ = bytes_.subspan(taken);
  }
  void unpack(std::span<std::byte> out) {
    for (std::size_t at = 0; at < out.size(); ++at) {
      out[at] = std::byte{byte()};
      if (out[at] != std::byte{0}) continue;
      for (std::size_t more = byte(); more > 0 && at + 1 < out.size(); --more) {
        out[++at] = std::byte{0};
      }
    }
  }

 private:
  std::span<const std::byte> bytes_;
};

// What reads back as it was written.
class Output {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(std::byte{value}); }
  void pack(std::span<const std::byte> content) {
    for (std::size_t at = 0; at < content.size(); ++at) {
      bytes_.push_back(content[at]);
      if (content[at] != std::byte{0}) continue;
      std::uint8_t more = 0;
      while (more < std::numeric_limits<std::uint8_t>::max() && at + 1 < content.size() &&
             content[at + 1] == std::byte{0}) {
        ++more;
        ++at;
      }
      byte(more);
    }
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace emx::fuzz
