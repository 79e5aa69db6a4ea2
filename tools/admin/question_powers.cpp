#include "tools/admin/question_powers.hpp"

#include <optional>
#include <string_view>

#include "tools/admin/question_arguments.hpp"

namespace emx::admin {

namespace {

// Of one province.
class Own {
 public:
  Own(Office office, const market::Names& names)
      : province_{static_cast<std::uint8_t>(office)}, names_{names} {}

  [[nodiscard]] bool is_province(std::string_view name) const {
    const auto province = from_name<Province>(name);
    return province && static_cast<std::uint8_t>(*province) == province_;
  }
  [[nodiscard]] bool has_facility(std::string_view code) const {
    const SetFacilityCommand* known = names_.facility(names_.find_facility(code));
    return known != nullptr && known->province == province_;
  }
  // Has a facility there.
  [[nodiscard]] bool has_firm(std::string_view code) const {
    for (std::uint32_t id = 0; id < names_.facilities_count(); ++id) {
      const SetFacilityCommand& facility = *names_.facility(id);
      if (facility.province == province_ && facility.firm.view() == code) return true;
    }
    return false;
  }

 private:
  std::uint8_t province_;
  const market::Names& names_;
};

bool may_ask(const Own& own, const QueryCommand& query) {
  const auto value = [&](std::string_view name) {
    return argument(query.arguments.view(), name).value_or("");
  };
  switch (static_cast<Question>(query.question)) {
    case Question::verify:
    case Question::quotas:
    case Question::rules:
      return true;
    case Question::ratios:
      return !argument(query.arguments.view(), "trades");
    case Question::position:
      return own.is_province(value("province"));
    case Question::orders:
      return own.has_firm(value("firm"));  // a group once had firms that it has no more
    case Question::lots:
      return own.has_facility(value("facility"));
    case Question::provenance:
      return own.has_facility(value("facility")) || own.has_facility(value("issued-to"));
    case Question::why: {
      const std::string id = value("cl-ord-id");
      return own.has_firm(id.substr(0, id.find('/')));
    }
    case Question::trades:
    case Question::balances:
    case Question::entries:
    case Question::holdings:
    case Question::barriers:
    case Question::queries:
      break;
  }
  return false;
}

}  // namespace

std::string refusal_of_question(const Operator& person, const QueryCommand& query,
                                const market::Names& names) {
  if (person.office == Office::venue || person.office == Office::joint) return {};
  if (may_ask(Own{person.office, names}, query)) return {};
  const std::string province{name_of(person.office)};
  return words_of(person) + " may not ask it: the office " + province +
         " asks for verify, quotas, rules and ratios (without trades), for the position of " +
         province +
         ", and of a firm with a facility there for orders, lots, provenance, and why by " +
         "--cl-ord-id; all else the venue and the joint office ask";
}

}  // namespace emx::admin
