#include "gateway/dictionaries.hpp"

#include <memory>
#include <sstream>
#include <string>

#include "gateway/fix_version.hpp"
#include "gateway/frame_summary.hpp"

namespace emx::gateway {

namespace {

using Dictionary = std::shared_ptr<FIX::DataDictionary>;

// QuickFIX 1.15.1 trusts the length that comes with a field of type DATA, and reads on behind the
// message: such a field is text here, which ends at SOH as every other.
std::string without_data(std::string text) {
  for (const std::string_view quote : {"'", "\""}) {
    for (const std::string_view type : {"XMLDATA", "DATA"}) {
      const std::string quoted =
          "type=" + std::string{quote} + std::string{type} + std::string{quote};
      const std::string instead = "type=" + std::string{quote} + "STRING" + std::string{quote};
      for (auto at = text.find(quoted); at != std::string::npos; at = text.find(quoted, at)) {
        text.replace(at, quoted.size(), instead);
      }
    }
  }
  return text;
}

Dictionary dictionary_from(std::string_view xml) {
  std::istringstream stream{without_data(std::string{xml})};
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

FIX::DataDictionaryProvider provider_of(const Dictionary& fixt11, const Dictionary& fix50sp2,
                                        const Dictionary& fix44) {
  const auto begin_string = [](FixVersion version) {
    return FIX::BeginString{std::string{begin_string_of(version)}};
  };
  FIX::DataDictionaryProvider dictionaries;
  dictionaries.addTransportDataDictionary(begin_string(FixVersion::fix50sp2), fixt11);
  dictionaries.addApplicationDataDictionary(FIX::ApplVerID{"9"}, fix50sp2);
  dictionaries.addTransportDataDictionary(begin_string(FixVersion::fix44), fix44);
  return dictionaries;
}

}  // namespace

FIX::DataDictionaryProvider load_dictionaries() {
  const Dictionary fix50sp2 = dictionary_from(fix50sp2_xml);
  const Dictionary fix44 = dictionary_from(fix44_xml);
  add_foreign_types(*fix50sp2);
  add_foreign_types(*fix44);
  return provider_of(dictionary_from(fixt11_xml), fix50sp2, fix44);
}

FIX::DataDictionaryProvider dictionaries_from(const DictionaryTexts& texts) {
  return provider_of(dictionary_from(texts.fixt11), dictionary_from(texts.fix50sp2),
                     dictionary_from(texts.fix44));
}

}  // namespace emx::gateway
