#include "tests/model/event_lines.hpp"

#include <sstream>

namespace emx::model {

namespace {

template <class... Parts>
std::string joined(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

}  // namespace

std::string line(const RefusedLine& e) {
  const bool figures = e.limit != 0 || e.value != 0;
  return joined("refused ", e.code, figures ? joined(" limit=", e.limit, " value=", e.value) : "");
}

std::string line(const AcceptedLine& e) {
  return joined("accepted #", e.order, " arrival=", e.arrival, " price=", e.price,
                " qty=", e.quantity, " reserved=", e.reserved, " warning=", e.warning,
                " expires=", e.expires);
}

std::string line(const ReplacedLine& e) {
  return joined("replaced #", e.order, " arrival=", e.arrival, " price=", e.price,
                " qty=", e.quantity, " remaining=", e.remaining, " reserved=", e.reserved,
                " warning=", e.warning);
}

std::string line(const CancelledLine& e) {
  return joined("cancelled #", e.order, ' ', e.code, " remaining=", e.remaining,
                " released=", e.released);
}

std::string line(const TradeLine& e) {
  return joined("trade ", e.number, " buy=#", e.buy, " sell=#", e.sell, " price=", e.price,
                " qty=", e.quantity, " credited=", e.credited, " retired=", e.retired,
                " ratio=", e.ratio_n, '/', e.ratio_d, " cross=", e.cross, " code=", e.code,
                " aggressor=", e.aggressor, " left=", e.buy_left, '/', e.sell_left);
}

std::string line(const BillLine& e) {
  return joined("bill ", e.number, " amount=", e.amount, " buyer_fee=", e.buyer_fee,
                " seller_fee=", e.seller_fee, " released=", e.released, " years=", e.years);
}

std::string line(const PostLine& e) {
  return joined("post ", e.asset, ' ', e.from, ' ', e.to, ' ', e.amount);
}

std::string line(const QuotaLine& e) {
  return joined("quota ", e.province, ' ', e.pollutant, ' ', e.year, " net=", e.net,
                " today=", e.today, " gross=", e.gross);
}

std::string line(const DemandLine& e) {
  return joined("demand ", e.facility, ' ', e.pollutant, " approved=", e.approved,
                " credited=", e.credited);
}

std::string line(const SkipLine& e) {
  return joined("skip #", e.order, " class=", e.province, '/', e.zone, '/', e.local,
                " code=", e.code, " price=", e.price, " qty=", e.quantity);
}

std::string line(const BandLine& e) {
  return joined("band ", e.symbol, " reference=", e.reference, " lower=", e.lower,
                " upper=", e.upper);
}

std::string line(const UncrossedLine& e) {
  return joined("uncrossed ", e.symbol, " price=", e.price, " volume=", e.volume);
}

std::string line(const IndicativeLine& e) {
  return joined("indicative ", e.symbol, " price=", e.price, " volume=", e.volume,
                " imbalance=", e.imbalance);
}

std::string line(const CollarLine& e) {
  return joined("collar ", e.symbol, " price=", e.price, " lower=", e.lower, " upper=", e.upper);
}

std::string line(const HeldLine& e) {
  return joined("held ", e.asset, ' ', e.facility, " pledged=", e.pledged, " frozen=", e.frozen);
}

std::string line(const TransferLine& e) {
  return joined("transfer ", e.number, ' ', e.stage, " code=", e.code, " from=", e.from,
                " to=", e.to, " symbol=", e.symbol, " due=", e.due, " qty=", e.quantity,
                " credited=", e.credited, " retired=", e.retired, " ratio=", e.ratio_n, '/',
                e.ratio_d);
}

std::string line(const RuleSetLine& e) {
  return joined("rules ", e.version, ' ', e.stage, " for=", e.effective,
                e.authority.empty() ? "" : " of=" + e.authority,
                e.code.empty() ? "" : joined(" code=", e.code, " record=", e.record));
}

std::string line(const RuleLine& e) {
  return joined("rule ", e.version, ' ', e.authority, " record=", e.record);
}

std::string line(const BlockLine& e) {
  return joined("block ", e.number, ' ', e.stage, " code=", e.code, " facility=", e.facility,
                " counterparty=", e.counterparty, " symbol=", e.symbol, " side=", e.side,
                " price=", e.price, " qty=", e.quantity, " reserved=", e.reserved,
                " other=", e.other_reserved, " room=", e.room, " expires=", e.expires_ms);
}

std::string line(const BlockTradeLine& e) {
  return joined("block-trade ", e.number, " buyer=", e.buyer, " seller=", e.seller,
                " symbol=", e.symbol, " price=", e.price, " qty=", e.quantity,
                " credited=", e.credited, " retired=", e.retired, " ratio=", e.ratio_n, '/',
                e.ratio_d, " cross=", e.cross);
}

}  // namespace emx::model
