#include "engine/vocabulary/refusal_words.hpp"

#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"

namespace emx {

namespace {

template <class Enum>
std::string name(std::int64_t number) {
  return std::string{name_of(static_cast<Enum>(number))};
}

// "SO2, NOX"
std::string pollutants(std::int64_t mask) {
  std::string list;
  for (std::uint8_t k = 0; k < pollutants_count; ++k) {
    if ((mask >> k & 1) != 0) list += (list.empty() ? "" : ", ") + name<Pollutant>(k);
  }
  return list.empty() ? "no pollutant" : list;
}

// Days are beyond any mask.
std::string permit(std::int64_t limit, std::int64_t value) {
  if (value < date_first.value) {
    return "the permit covers " + pollutants(limit) + "; this is " + pollutants(value);
  }
  const auto day = [](std::int64_t days) { return text_of(Date{static_cast<std::int32_t>(days)}); };
  return (limit == 0 ? "no permit" : "the permit ended on " + day(limit)) + ", trade date " +
         day(value);
}

std::string stopped(std::int64_t scope, std::int64_t value) {
  switch (static_cast<Scope>(scope)) {
    case Scope::firm:
      return "all orders of the firm";
    case Scope::group:
      return "all orders of the firm's group";
    case Scope::instrument:
      return "all orders in the instrument";
    case Scope::province:
      return "all orders of " + name<Province>(value);
    case Scope::basin:
      return value == 0 ? "all orders of the facility's basin"
                        : "all orders in the basin's instruments";
    default:
      return "all orders";
  }
}

}  // namespace

std::string figures_in_words(Code code, std::int64_t limit, std::int64_t value) {
  switch (code) {
    case Code::e01_permit:
      return permit(limit, value);
    case Code::e02_credit:
      return "credit " + name<Credit>(value) + ", at worst " + name<Credit>(limit);
    case Code::e10_double_ets:
      return "covered by scheme " + name<Ets>(value) + ", the instrument is " + name<Scheme>(limit);
    case Code::e05_power:
    case Code::e06_agri:
    case Code::e11_not_emitter:
      return "class " + name<SourceClass>(value) + ", the book is " + name<BookClass>(limit);
    case Code::k01_killed:
      return stopped(limit, value);
    case Code::p08_not_its_rule:
      return "a rule of " + name<Authority>(limit) + ", in a document of " + name<Authority>(value);
    case Code::p09_unsigned_rule:
      return "a rule of " + name<Authority>(value);
    default:
      return {};
  }
}

}  // namespace emx
