#include "tools/audit/settlement_check.hpp"

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"

namespace emx::audit {

namespace {

std::string of_trade(std::uint64_t trade_no) { return "trade " + std::to_string(trade_no) + ": "; }

}  // namespace

std::string SettlementCheck::apply(const EntryView& entry) {
  trade_.reset();
  to_come_.clear();
  next_ = 0;
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  const bool was_refused = is_refused(entry);
  if (kind == CommandKind::deposit && !was_refused) {
    const auto command = read_record<DepositCommand>(entry.command);
    expect(asset_cash, account_bank, AccountId{no_id}, command.amount_fen);
  } else if (kind == CommandKind::issue && !was_refused) {
    const auto command = read_record<IssueCommand>(entry.command);
    expect(no_id, account_registry, AccountId{no_id}, command.quantity_lots);
  } else if (kind == CommandKind::withdraw && !was_refused) {
    const auto command = read_record<WithdrawCommand>(entry.command);
    expect(asset_cash, AccountId{no_id}, account_bank, command.amount_fen);
  }
  std::string fault;
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (fault.empty()) fault = take(header, event);
      }));
  if (!fault.empty()) return fault;
  if (trade_) return of_trade(trade_->trade_no) + "it has no bill";
  return next_ == to_come_.size() ? std::string{} : "a posting is missing at its end";
}

std::string SettlementCheck::take(const EventHeader& header, std::span<const std::byte> event) {
  const auto kind = static_cast<EventKind>(header.kind);
  if (kind == EventKind::posting) return take_posting(read_record<PostingEvent>(event));
  if (kind == EventKind::bill) return take_bill(read_record<BillEvent>(event));
  if (trade_) return of_trade(trade_->trade_no) + "its bill does not follow it";
  if (next_ != to_come_.size())
    return "a posting is missing before event " + std::to_string(header.index + 1);
  if (kind == EventKind::transfer) return take_transfer(read_record<TransferEvent>(event));
  if (kind != EventKind::trade) return {};
  trade_ = read_record<TradeEvent>(event);
  if (trade_->quantity_lots == trade_->credited_lots + trade_->retired_lots) return {};
  return of_trade(trade_->trade_no) + "what was credited and retired is not what was sold";
}

std::string SettlementCheck::take_transfer(const TransferEvent& transfer) {
  if (static_cast<TransferStage>(transfer.stage) != TransferStage::carried_out) return {};
  const AccountId from = account_of(FacilityId{transfer.from_facility});
  const std::uint32_t rights = asset_of_instrument(transfer.instrument);
  expect(rights, from, account_of(FacilityId{transfer.to_facility}), transfer.credited_lots);
  expect(rights, from, account_env_retired, transfer.retired_lots);
  if (transfer.quantity_lots == transfer.credited_lots + transfer.retired_lots) return {};
  return "transfer " + std::to_string(transfer.transfer_no) +
         ": what was credited and retired is not what left";
}

std::string SettlementCheck::take_bill(const BillEvent& bill) {
  if (!trade_ || trade_->trade_no != bill.trade_no) {
    return "the bill of trade " + std::to_string(bill.trade_no) + " does not follow it";
  }
  const TradeEvent trade = *trade_;
  trade_.reset();
  const AccountId buyer = account_of(FacilityId{trade.buy_facility});
  const AccountId seller = account_of(FacilityId{trade.sell_facility});
  const std::uint32_t rights = asset_of_instrument(trade.instrument);
  expect(rights, seller, buyer, trade.credited_lots);
  expect(rights, seller, account_env_retired, trade.retired_lots);
  expect(asset_cash, buyer, seller, bill.amount_fen);
  expect(asset_cash, buyer, account_venue_fees, bill.buyer_fee_fen);
  expect(asset_cash, seller, account_venue_fees, bill.seller_fee_fen);
  return {};
}

std::string SettlementCheck::take_posting(const PostingEvent& posting) {
  if (next_ == to_come_.size()) return "a posting settles nothing";
  const PostingEvent& expected = to_come_[next_++];
  const auto differs = [](std::uint32_t wanted, std::uint32_t found) {
    return wanted != no_id && wanted != found;
  };
  if (differs(expected.asset, posting.asset) ||
      differs(expected.debit_account, posting.debit_account) ||
      differs(expected.credit_account, posting.credit_account)) {
    return "a posting is between other accounts, or of another asset, than what it settles";
  }
  if (expected.amount == posting.amount) return {};
  return "a posting of " + std::to_string(posting.amount) + " settles " +
         std::to_string(expected.amount);
}

// `no_id`: any. Of nothing there is no posting.
void SettlementCheck::expect(std::uint32_t asset, AccountId debit, AccountId credit,
                             std::int64_t amount) {
  if (amount == 0) return;
  PostingEvent posting{};
  posting.asset = asset;
  posting.debit_account = debit.value;
  posting.credit_account = credit.value;
  posting.amount = amount;
  to_come_.push_back(posting);
}

}  // namespace emx::audit
