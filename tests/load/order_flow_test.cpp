#include "tools/load/order_flow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "tools/fix_client/fields.hpp"

namespace emx::load {

namespace {

using fix_client::Fields;
using fix_client::framed;
using fix_client::Message;

// A venue that takes all: it answers so that the flow sees what it asked for come to rest.
class WillingVenue {
 public:
  explicit WillingVenue(const Options& options) : flow_{options, "SH013-1", 1} {}

  Message ask() {
    const std::string id = "L-" + std::to_string(asked_++);
    const Request request = flow_.next(id);
    ++kinds_[index_of(request.kind)];
    Message sent{framed("35=" + std::string{request.type} + "\x01" + request.body.text())};
    if (request.kind == Kind::cancel) return sent;
    Fields report;
    report.add(35, '8').add(11, id).add(150, request.kind == Kind::replace ? '5' : '0');
    report.add(59, request.kind == Kind::crossing ? '3' : '0').add(54, sent.text(54));
    flow_.see(Message{framed(report.text())});
    return sent;
  }
  [[nodiscard]] double share(Kind kind) const {
    return static_cast<double>(kinds_[index_of(kind)]) / static_cast<double>(asked_);
  }

 private:
  OrderFlow flow_;
  std::size_t asked_ = 0;
  std::array<std::size_t, all_kinds.size()> kinds_{};
};

TEST(OrderFlow, KeepsItsMix) {
  Options options;
  options.depth = 50;
  options.mix = {.passive = 45, .cancel = 30, .replace = 15, .crossing = 10};
  WillingVenue venue{options};
  for (int i = 0; i < 20'000; ++i) {
    const Message sent = venue.ask();
    EXPECT_TRUE(sent.type() != "D" || sent.says(59, "0") || sent.says(59, "3"));
  }
  EXPECT_NEAR(venue.share(Kind::passive), 0.45, 0.02);
  EXPECT_NEAR(venue.share(Kind::cancel), 0.30, 0.02);
  EXPECT_NEAR(venue.share(Kind::replace), 0.15, 0.02);
  EXPECT_NEAR(venue.share(Kind::crossing), 0.10, 0.01);
}

TEST(OrderFlow, CancelsAndReplacesEachOrderOnceAndOnlyItsOwn) {
  Options options;
  options.depth = 10;
  options.mix = {.passive = 40, .cancel = 20, .replace = 40, .crossing = 0};
  WillingVenue venue{options};
  std::set<std::string> working;
  for (int i = 0; i < 5'000; ++i) {
    const Message sent = venue.ask();
    EXPECT_TRUE(!sent.has(41) || working.erase(std::string{sent.text(41)}) == 1);
    if (sent.type() != "F") working.emplace(sent.text(11));
  }
}

TEST(OrderFlow, ForgetsAnOrderThatIsFilled) {
  Options options;
  options.depth = 0;
  options.mix = {.passive = 0, .cancel = 100, .replace = 0, .crossing = 0};
  OrderFlow flow{options, "SH013-1", 1};
  const auto report = [](std::string_view exec_type, std::string_view leaves) {
    return Message{
        framed("35=8\x01"
               "11=a\x01"
               "54=1\x01"
               "59=0\x01"
               "150=" +
               std::string{exec_type} +
               "\x01"
               "151=" +
               std::string{leaves} + "\x01")};
  };
  flow.see(report("0", "1"));
  flow.see(report("F", "0"));
  EXPECT_EQ(flow.next("b").kind, Kind::passive) << "nothing rests that could be cancelled";
}

}  // namespace

}  // namespace emx::load
