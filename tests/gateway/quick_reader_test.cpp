#include "gateway/quick_reader.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "gateway/dictionaries.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/request_reader.hpp"
#include "tests/gateway/fix_client.hpp"
#include "tests/gateway/house.hpp"

namespace emx::gateway::test {

namespace {

constexpr FrameNames names{.begin_string = "FIX.4.4", .sender = "ALPHA1", .target = "EMX"};

Fields header_of(const std::string& type) {
  return {{35, type}, {34, "7"}, {49, "ALPHA1"}, {52, time_now()}, {56, "EMX"}};
}

std::string frame(const Fields& header, const Fields& body) {
  Fields all = header;
  all.insert(all.end(), body.begin(), body.end());
  return frame_of(all, "FIX.4.4");
}

std::optional<Request> read(const std::string& frame) {
  return read_quickly(frame, names, utc_now_ns());
}

// The long way: by QuickFIX and its dictionaries.
Request read_slowly(const std::string& frame) {
  static const FIX::DataDictionaryProvider dictionaries = load_dictionaries();
  const FIX::DataDictionary& fix44 =
      dictionaries.getSessionDataDictionary(FIX::BeginString{"FIX.4.4"});
  const FIX::Message message{frame, fix44, false};
  fix44.validate(message);
  return read_request(message);
}

Fields rich_order() {
  Fields order = order_fields("A-1");
  for (const auto& [tag, value] :
       Fields{{18, "6"}, {21, "1"}, {58, "for the plant"}, {110, "20"}, {1138, "30"}}) {
    order = with(order, tag, value);
  }
  return with(with(order, 9708, "Y"), 9710, "N");
}

TEST(QuickReader, ReadsWhatTheLongWayReads) {
  const std::vector<std::pair<std::string, Fields>> messages = {
      {"D", order_fields("A-1")},
      {"D", without(order_fields("A-1", "2", "7", "119.5"), 59)},
      {"D", with(order_fields("A-1"), 59, "4")},
      {"D", with(order_fields("A-1", "1", "10.5", "0.125"), 60, "20260618-07:00:00")},
      {"D", rich_order()},
      {"F", cancel_fields("C-1", "A-1")},
      {"F", with(with(cancel_fields("C-1", "A-1", "2"), 1, "A-PLANT"), 37, "12")},
      {"G", replace_fields("R-1", "A-1", "50", "12100")},
      {"G", with(with(replace_fields("R-1", "A-1", "50", "12100"), 59, "1"), 1, "A-PLANT")}};
  for (const auto& [type, body] : messages) {
    const std::string text = frame(header_of(type), body);
    const auto request = read(text);
    ASSERT_TRUE(request) << text;
    EXPECT_EQ(*request, read_slowly(text)) << text;
    EXPECT_EQ(request->msg_seq_num, 7U);
  }
}

TEST(QuickReader, LeavesTheRestToQuickFix) {
  const Fields order = order_fields("A-1");
  const Fields header = header_of("D");
  ASSERT_TRUE(read(frame(header, order)));  // control
  for (const int tag : {1, 11, 38, 40, 44, 54, 55, 60}) {
    EXPECT_FALSE(read(frame(header, without(order, tag)))) << tag;
    EXPECT_FALSE(read(frame(header, with(order, tag, "")))) << tag;
    Fields twice = order;
    twice.emplace_back(tag, with(order, tag, "1").back().second);
    EXPECT_FALSE(read(frame(header, twice))) << tag;
  }
  for (const int tag : {34, 49, 52, 56}) {
    EXPECT_FALSE(read(frame(without(header, tag), order))) << tag;
    Fields late = order;
    late.emplace_back(tag, with(header, tag, "7").back().second);
    EXPECT_FALSE(read(frame(without(header, tag), late))) << tag;
  }
  const std::vector<std::pair<int, std::string>> values = {{11, std::string(41, 'x')},
                                                           {55, std::string(33, 'x')},
                                                           {1, std::string(33, 'x')},
                                                           {54, "3"},
                                                           {54, "11"},
                                                           {40, "1"},
                                                           {40, "3"},
                                                           {59, "6"},
                                                           {59, "2"},
                                                           {38, "-1"},
                                                           {38, "+1"},
                                                           {38, "1e3"},
                                                           {38, "1.2.3"},
                                                           {38, ".5"},
                                                           {38, "5."},
                                                           {44, "1 "},
                                                           {44, "1234567890123456"},
                                                           {60, "now"},
                                                           {60, "20260618-07:00:60"},
                                                           {60, "20260230-07:00:00"},
                                                           {60, "20260618-07:00:00.000000"},
                                                           {60, "19990618-07:00:00"},
                                                           {18, "1"},
                                                           {21, "9"},
                                                           {9708, "X"},
                                                           {9710, "1"},
                                                           {9709, "3/2"},
                                                           {432, "20260630"},
                                                           {41, "A-0"},
                                                           {37, "12"},
                                                           {99, "1"},
                                                           {453, "1"},
                                                           {0, "1"},
                                                           {100'011, "1"}};
  for (const auto& [tag, value] : values) {
    EXPECT_FALSE(read(frame(header, with(order, tag, value)))) << tag << '=' << value;
  }
  const std::vector<std::pair<int, std::string>> headers = {{34, "x"},
                                                            {34, "1234567890"},
                                                            {49, "BRAVO1"},
                                                            {56, "EMY"},
                                                            {43, "Y"},
                                                            {97, "N"},
                                                            {122, time_now()},
                                                            {50, "DESK"},
                                                            {115, "ANOTHER"},
                                                            {1128, "9"},
                                                            {52, "20200618-07:00:00.000"}};
  for (const auto& [tag, value] : headers) {
    EXPECT_FALSE(read(frame(with(header, tag, value), order))) << tag << '=' << value;
  }
  for (const char* type : {"F", "G", "H", "q", "AE", "0", "A", "DD"}) {
    EXPECT_FALSE(read(frame(header_of(type), order))) << type;
  }
  EXPECT_FALSE(read(frame_of({{34, "7"}, {35, "D"}}, "FIX.4.4")));
  Fields in_other_order = header;
  std::swap(in_other_order[0], in_other_order[1]);
  EXPECT_FALSE(read(frame(in_other_order, order)));
  std::string of_another_version = frame(header, order);
  of_another_version.replace(of_another_version.find("4.4"), 3, "4.3");
  EXPECT_FALSE(read(of_another_version));
}

TEST(QuickReader, LeavesWhatIsOldOrEarlyToQuickFix) {
  const std::string text = frame(header_of("D"), order_fields("A-1"));
  constexpr std::int64_t second_ns = 1'000'000'000;
  EXPECT_TRUE(read_quickly(text, names, utc_now_ns() + 100 * second_ns));
  EXPECT_TRUE(read_quickly(text, names, utc_now_ns() - 100 * second_ns));
  EXPECT_FALSE(read_quickly(text, names, utc_now_ns() + 120 * second_ns));
  EXPECT_FALSE(read_quickly(text, names, utc_now_ns() - 120 * second_ns));
}

}  // namespace

}  // namespace emx::gateway::test
