#include "gateway/dictionaries.hpp"

#include <memory>
#include <sstream>
#include <string>

namespace emx::gateway {

namespace {

std::shared_ptr<FIX::DataDictionary> dictionary_from(std::string_view xml) {
  std::istringstream stream{std::string{xml}};
  return std::make_shared<FIX::DataDictionary>(stream);
}

}  // namespace

Dictionaries load_dictionaries() {
  const FIX::BeginString transport{"FIXT.1.1"};
  const FIX::ApplVerID application{"9"};  // FIX.5.0SP2
  const auto fixt11 = dictionary_from(fixt11_xml);
  Dictionaries dictionaries;
  dictionaries.strict.addTransportDataDictionary(transport, fixt11);
  dictionaries.strict.addApplicationDataDictionary(application, dictionary_from(fix50sp2_xml));
  dictionaries.lenient.addTransportDataDictionary(transport, fixt11);
  return dictionaries;
}

}  // namespace emx::gateway
