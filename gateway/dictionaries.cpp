#include "gateway/dictionaries.hpp"

#include <memory>
#include <sstream>
#include <string>

#include "gateway/frame_summary.hpp"

namespace emx::gateway {

namespace {

std::shared_ptr<FIX::DataDictionary> dictionary_from(std::string_view xml) {
  std::istringstream stream{std::string{xml}};
  return std::make_shared<FIX::DataDictionary>(stream);
}

void add_foreign_types(FIX::DataDictionary& dictionary) {
  const auto add = [&](const std::string& type) {
    if (is_foreign_application_type(type)) dictionary.addMsgType(type);
  };
  for (char last = '0'; last <= 'z'; ++last) {
    add({last});
    for (char first = 'A'; first <= 'Z'; ++first) add({first, last});
  }
}

}  // namespace

FIX::DataDictionaryProvider load_dictionaries() {
  const auto application = dictionary_from(fix50sp2_xml);
  add_foreign_types(*application);
  FIX::DataDictionaryProvider dictionaries;
  dictionaries.addTransportDataDictionary(FIX::BeginString{"FIXT.1.1"},
                                          dictionary_from(fixt11_xml));
  dictionaries.addApplicationDataDictionary(FIX::ApplVerID{"9"}, application);  // FIX.5.0SP2
  return dictionaries;
}

}  // namespace emx::gateway
