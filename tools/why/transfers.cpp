#include "tools/why/transfers.hpp"

#include "tools/why/deals.hpp"

namespace emx::why {

Finding explain_transfer_end(const Context& context, const TransferEvent& transfer,
                             const Counters& counters, std::int64_t credited_later_kg) {
  Finding finding =
      finding_of(context, Finding::Kind::transfer_end, static_cast<Code>(transfer.code));
  finding.transfer_no = transfer.transfer_no;
  if (finding.code != Code::p05_not_your_account) {
    const Deal deal{.from = transfer.from_facility,
                    .to = transfer.to_facility,
                    .instrument = transfer.instrument,
                    .lots = transfer.quantity_lots,
                    .giver = "giver",
                    .receiver = "receiver",
                    .bars_related = false};
    const bool barred = explain_barred_deal(context, deal, counters, credited_later_kg, finding);
    finding.agrees = finding.agrees && barred;
    return finding;
  }
  const FacilityId from{transfer.from_facility};
  const FacilityId to{transfer.to_facility};
  finding.because = context.origin;
  finding.agrees = !context.state.trusts(from, to);
  add_set_by(finding, context.rules.trust(context.name(from.value), context.name(to.value)));
  return finding;
}

}  // namespace emx::why
