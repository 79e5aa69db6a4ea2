#pragma once

#include "engine/market_state.hpp"
#include "engine/pending_work.hpp"
#include "engine/refusal.hpp"

// Commands of authorities and the operator: who takes part, under what rules, on which day. Each is
// applied whole or refused whole; what it sets off among resting orders is done in PendingWork.
// Refusals use the codes of market-rules 16: P03 / P04 for a name that is not known, P05 for a
// change of what a facility is for good, D02 for a name taken, O01 for a number out of range, O02
// beyond 2^62, O06 for a tick that makes amounts inexact, O11 for a capacity, P01 for the phase,
// K01 for a firm that would leave a stopped group, P06 where two persons are missing, P07 for a
// rule set that is not whole, P08 for a rule of another authority, P09 for one that its authority
// would have to sign, P10 for a version that is not the next, L01 / L02 for cash or rights that are
// not there.

namespace emx::engine {

// no_id where no facility has this code.
[[nodiscard]] inline FacilityId find_facility(const MarketState& state, const AccountCode& code) {
  return state.data.facilities.find([&](const risk::Facility& row) { return row.code == code; });
}

[[nodiscard]] Refusal set_firm(MarketState&, PendingWork&, const SetFirmCommand&);
[[nodiscard]] Refusal set_facility(MarketState&, PendingWork&, const SetFacilityCommand&);
[[nodiscard]] Refusal set_demand(MarketState&, PendingWork&, const SetDemandCommand&);
[[nodiscard]] Refusal set_limit(MarketState&, PendingWork&, const SetLimitCommand&,
                                std::int64_t now_ns);
[[nodiscard]] Refusal set_kill_switch(MarketState&, PendingWork&, const KillSwitchCommand&);
[[nodiscard]] Refusal deposit(MarketState&, const DepositCommand&, EventBatch&);
[[nodiscard]] Refusal withdraw(MarketState&, const WithdrawCommand&, EventBatch&);
[[nodiscard]] Refusal freeze(const MarketState&, PendingWork&, const FreezeCommand&);
[[nodiscard]] Refusal pledge(const MarketState&, PendingWork&, const PledgeCommand&);
[[nodiscard]] Refusal set_trust(MarketState&, const TrustCommand&, EventBatch&);
[[nodiscard]] Refusal transfer(MarketState&, const TransferCommand&, EventBatch&);
[[nodiscard]] Refusal issue(MarketState&, const IssueCommand&, EventBatch&);
[[nodiscard]] Refusal day_open(MarketState&, PendingWork&, const DayOpenCommand&, EventBatch&);
[[nodiscard]] Refusal set_authority_key(MarketState&, const SetAuthorityKeyCommand&, EventBatch&);
[[nodiscard]] Refusal rule_record(MarketState&, const RuleRecordCommand&);
// `sequence`: the command's own, by which an activation names the document.
[[nodiscard]] Refusal rule_document(MarketState&, const RuleDocumentCommand&,
                                    std::uint64_t sequence);
[[nodiscard]] Refusal activate_rules(MarketState&, PendingWork&, const ActivateRulesCommand&,
                                     EventBatch&);
[[nodiscard]] Refusal withdraw_rules(MarketState&, const WithdrawRulesCommand&, EventBatch&);
// A question of the ledger: nothing changes by it, so only its form is looked at.
[[nodiscard]] Refusal query(const QueryCommand&);
[[nodiscard]] Refusal set_phase(MarketState&, PendingWork&, const PhaseCommand&);
// At most once a second of command time for each book (O04).
[[nodiscard]] Refusal indicative(MarketState&, CallPrice&, const IndicativeCommand&,
                                 std::int64_t at_ns, EventBatch&);

}  // namespace emx::engine
