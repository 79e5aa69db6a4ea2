#include "engine/vocabulary/enums.hpp"

#include <array>
#include <span>

namespace emx {

namespace {

template <class Enum>
struct NameOf {
  Enum value;
  std::string_view name;
};

// One table for each enumeration; every function below reads it and nothing else.
template <class Enum>
constexpr auto names = nullptr;

template <>
constexpr std::array names<Side> = {NameOf<Side>{Side::buy, "buy"},
                                    NameOf<Side>{Side::sell, "sell"}};
template <>
constexpr std::array names<OrderType> = {NameOf<OrderType>{OrderType::market, "market"},
                                         NameOf<OrderType>{OrderType::limit, "limit"}};
template <>
constexpr std::array names<TimeInForce> = {
    NameOf<TimeInForce>{TimeInForce::day, "day"}, NameOf<TimeInForce>{TimeInForce::gtc, "gtc"},
    NameOf<TimeInForce>{TimeInForce::ioc, "ioc"}, NameOf<TimeInForce>{TimeInForce::fok, "fok"},
    NameOf<TimeInForce>{TimeInForce::gtd, "gtd"}};
template <>
constexpr std::array names<Phase> = {NameOf<Phase>{Phase::closed, "closed"},
                                     NameOf<Phase>{Phase::pre_open, "pre-open"},
                                     NameOf<Phase>{Phase::continuous, "continuous"},
                                     NameOf<Phase>{Phase::pause, "pause"},
                                     NameOf<Phase>{Phase::halt, "halt"},
                                     NameOf<Phase>{Phase::opening_call, "opening-call"},
                                     NameOf<Phase>{Phase::closing_call, "closing-call"},
                                     NameOf<Phase>{Phase::volatility, "volatility"}};
template <>
constexpr std::array names<Province> = {
    NameOf<Province>{Province::sh, "SH"}, NameOf<Province>{Province::js, "JS"},
    NameOf<Province>{Province::zj, "ZJ"}, NameOf<Province>{Province::ah, "AH"}};
template <>
constexpr std::array names<Pollutant> = {
    NameOf<Pollutant>{Pollutant::so2, "SO2"},   NameOf<Pollutant>{Pollutant::nox, "NOX"},
    NameOf<Pollutant>{Pollutant::voc, "VOC"},   NameOf<Pollutant>{Pollutant::cod, "COD"},
    NameOf<Pollutant>{Pollutant::nh3n, "NH3N"}, NameOf<Pollutant>{Pollutant::tp, "TP"},
    NameOf<Pollutant>{Pollutant::co2e, "CO2E"}};
template <>
constexpr std::array names<Medium> = {NameOf<Medium>{Medium::air, "AIR"},
                                      NameOf<Medium>{Medium::water, "WATER"},
                                      NameOf<Medium>{Medium::carbon, "CARBON"}};
template <>
constexpr std::array names<Scheme> = {NameOf<Scheme>{Scheme::none, ""},
                                      NameOf<Scheme>{Scheme::shea, "SHEA"},
                                      NameOf<Scheme>{Scheme::cea, "CEA"}};
template <>
constexpr std::array names<SourceClass> = {NameOf<SourceClass>{SourceClass::power, "POWER"},
                                           NameOf<SourceClass>{SourceClass::industry, "INDUSTRY"},
                                           NameOf<SourceClass>{SourceClass::wwtp, "WWTP"},
                                           NameOf<SourceClass>{SourceClass::agri, "AGRI"},
                                           NameOf<SourceClass>{SourceClass::reserve, "RESERVE"},
                                           NameOf<SourceClass>{SourceClass::fin, "FIN"}};
template <>
constexpr std::array names<BookClass> = {
    NameOf<BookClass>{BookClass::pwr, "PWR"}, NameOf<BookClass>{BookClass::ind, "IND"},
    NameOf<BookClass>{BookClass::agr, "AGR"}, NameOf<BookClass>{BookClass::any, "ANY"}};
template <>
constexpr std::array names<Ets> = {NameOf<Ets>{Ets::none, "NONE"},
                                   NameOf<Ets>{Ets::national, "NATIONAL"},
                                   NameOf<Ets>{Ets::sh, "SH"}};
template <>
constexpr std::array names<Credit> = {NameOf<Credit>{Credit::good, "GOOD"},
                                      NameOf<Credit>{Credit::watch, "WATCH"},
                                      NameOf<Credit>{Credit::negative, "NEGATIVE"}};
template <>
constexpr std::array names<Scope> = {NameOf<Scope>{Scope::all, "all"},
                                     NameOf<Scope>{Scope::firm, "firm"},
                                     NameOf<Scope>{Scope::group, "group"},
                                     NameOf<Scope>{Scope::facility, "facility"},
                                     NameOf<Scope>{Scope::instrument, "instrument"},
                                     NameOf<Scope>{Scope::province, "province"},
                                     NameOf<Scope>{Scope::basin, "basin"}};
template <>
constexpr std::array names<LimitKind> = {
    NameOf<LimitKind>{LimitKind::open_orders, "open-orders"},
    NameOf<LimitKind>{LimitKind::order_rate, "order-rate"},
    NameOf<LimitKind>{LimitKind::order_quantity, "order-quantity"},
    NameOf<LimitKind>{LimitKind::order_value, "order-value"}};

template <>
constexpr std::array names<TransferStage> = {
    NameOf<TransferStage>{TransferStage::requested, "requested"},
    NameOf<TransferStage>{TransferStage::carried_out, "carried-out"},
    NameOf<TransferStage>{TransferStage::ended, "ended"}};
template <>
constexpr std::array names<BlockStage> = {NameOf<BlockStage>{BlockStage::alleged, "alleged"},
                                          NameOf<BlockStage>{BlockStage::confirmed, "confirmed"},
                                          NameOf<BlockStage>{BlockStage::traded, "traded"},
                                          NameOf<BlockStage>{BlockStage::ended, "ended"}};
template <>
constexpr std::array names<BlockAnswer> = {NameOf<BlockAnswer>{BlockAnswer::accept, "accept"},
                                           NameOf<BlockAnswer>{BlockAnswer::decline, "decline"},
                                           NameOf<BlockAnswer>{BlockAnswer::cancel, "cancel"}};

template <>
constexpr std::array names<Authority> = {
    NameOf<Authority>{Authority::sh, "SH"}, NameOf<Authority>{Authority::js, "JS"},
    NameOf<Authority>{Authority::zj, "ZJ"}, NameOf<Authority>{Authority::ah, "AH"},
    NameOf<Authority>{Authority::joint, "joint"}};

template <>
constexpr std::array names<Office> = {
    NameOf<Office>{Office::sh, "SH"},       NameOf<Office>{Office::js, "JS"},
    NameOf<Office>{Office::zj, "ZJ"},       NameOf<Office>{Office::ah, "AH"},
    NameOf<Office>{Office::joint, "joint"}, NameOf<Office>{Office::venue, "venue"}};
template <>
constexpr std::array names<Question> = {NameOf<Question>{Question::verify, "verify"},
                                        NameOf<Question>{Question::trades, "trades"},
                                        NameOf<Question>{Question::balances, "balances"},
                                        NameOf<Question>{Question::lots, "lots"},
                                        NameOf<Question>{Question::quotas, "quotas"},
                                        NameOf<Question>{Question::entries, "entries"},
                                        NameOf<Question>{Question::position, "position"},
                                        NameOf<Question>{Question::orders, "orders"},
                                        NameOf<Question>{Question::holdings, "holdings"},
                                        NameOf<Question>{Question::ratios, "ratios"},
                                        NameOf<Question>{Question::rules, "rules"},
                                        NameOf<Question>{Question::provenance, "provenance"},
                                        NameOf<Question>{Question::barriers, "barriers"},
                                        NameOf<Question>{Question::queries, "queries"},
                                        NameOf<Question>{Question::why, "why"}};
template <>
constexpr std::array names<RuleSetStage> = {
    NameOf<RuleSetStage>{RuleSetStage::waits, "waits"},
    NameOf<RuleSetStage>{RuleSetStage::in_force, "in-force"},
    NameOf<RuleSetStage>{RuleSetStage::lapsed, "lapsed"},
    NameOf<RuleSetStage>{RuleSetStage::withdrawn, "withdrawn"},
    NameOf<RuleSetStage>{RuleSetStage::left_out, "left-out"}};

template <class Enum>
std::string_view find_name(Enum value) {
  for (const auto& row : names<Enum>) {
    if (row.value == value) return row.name;
  }
  return "?";
}

}  // namespace

std::string_view name_of(Side value) { return find_name(value); }
std::string_view name_of(OrderType value) { return find_name(value); }
std::string_view name_of(TimeInForce value) { return find_name(value); }
std::string_view name_of(Phase value) { return find_name(value); }
std::string_view name_of(Province value) { return find_name(value); }
std::string_view name_of(Pollutant value) { return find_name(value); }
std::string_view name_of(Medium value) { return find_name(value); }
std::string_view name_of(Scheme value) { return find_name(value); }
std::string_view name_of(SourceClass value) { return find_name(value); }
std::string_view name_of(BookClass value) { return find_name(value); }
std::string_view name_of(Ets value) { return find_name(value); }
std::string_view name_of(Credit value) { return find_name(value); }
std::string_view name_of(Scope value) { return find_name(value); }
std::string_view name_of(LimitKind value) { return find_name(value); }
std::string_view name_of(TransferStage value) { return find_name(value); }
std::string_view name_of(BlockStage value) { return find_name(value); }
std::string_view name_of(BlockAnswer value) { return find_name(value); }
std::string_view name_of(Authority value) { return find_name(value); }
std::string_view name_of(Office value) { return find_name(value); }
std::string_view name_of(Question value) { return find_name(value); }
std::string_view name_of(RuleSetStage value) { return find_name(value); }

template <class Enum>
std::optional<Enum> from_name(std::string_view name) {
  for (const auto& row : names<Enum>) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

template <class Enum>
bool is_known(Enum value) {
  for (const auto& row : names<Enum>) {
    if (row.value == value) return true;
  }
  return false;
}

template std::optional<Side> from_name<Side>(std::string_view);
template std::optional<OrderType> from_name<OrderType>(std::string_view);
template std::optional<TimeInForce> from_name<TimeInForce>(std::string_view);
template std::optional<Phase> from_name<Phase>(std::string_view);
template std::optional<Province> from_name<Province>(std::string_view);
template std::optional<Pollutant> from_name<Pollutant>(std::string_view);
template std::optional<Medium> from_name<Medium>(std::string_view);
template std::optional<Scheme> from_name<Scheme>(std::string_view);
template std::optional<SourceClass> from_name<SourceClass>(std::string_view);
template std::optional<BookClass> from_name<BookClass>(std::string_view);
template std::optional<Ets> from_name<Ets>(std::string_view);
template std::optional<Credit> from_name<Credit>(std::string_view);
template std::optional<Scope> from_name<Scope>(std::string_view);
template std::optional<LimitKind> from_name<LimitKind>(std::string_view);
template std::optional<TransferStage> from_name<TransferStage>(std::string_view);
template std::optional<BlockStage> from_name<BlockStage>(std::string_view);
template std::optional<BlockAnswer> from_name<BlockAnswer>(std::string_view);
template std::optional<Authority> from_name<Authority>(std::string_view);
template std::optional<Office> from_name<Office>(std::string_view);
template std::optional<Question> from_name<Question>(std::string_view);
template std::optional<RuleSetStage> from_name<RuleSetStage>(std::string_view);

template bool is_known(Side);
template bool is_known(OrderType);
template bool is_known(TimeInForce);
template bool is_known(Phase);
template bool is_known(Province);
template bool is_known(Pollutant);
template bool is_known(Medium);
template bool is_known(Scheme);
template bool is_known(SourceClass);
template bool is_known(BookClass);
template bool is_known(Ets);
template bool is_known(Credit);
template bool is_known(Scope);
template bool is_known(LimitKind);
template bool is_known(TransferStage);
template bool is_known(BlockStage);
template bool is_known(BlockAnswer);
template bool is_known(Authority);
template bool is_known(Office);
template bool is_known(Question);
template bool is_known(RuleSetStage);

}  // namespace emx
