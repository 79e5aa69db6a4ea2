#include "tools/load/tally.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tools/fix_client/fields.hpp"

namespace emx::load {

namespace {

using fix_client::Fields;
using fix_client::framed;
using fix_client::Message;

Message report(std::string_view cl_ord_id, char exec_type, std::string_view exec_id) {
  return Message{
      framed(Fields{}.add(35, '8').add(11, cl_ord_id).add(17, exec_id).add(150, exec_type).text())};
}

std::string sent_by(Tally& tally, Kind kind = Kind::passive) {
  std::string id = tally.next_id();
  tally.sent({.kind = kind});
  return id;
}

TEST(Tally, CountsAnAnswerOnceAndMissesWhatIsLost) {
  Tally tally{"L-"};
  const std::string first = sent_by(tally);
  const std::string second = sent_by(tally, Kind::crossing);
  const auto answer = tally.take(report(second, '0', "1-0"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->request.kind, Kind::crossing);
  EXPECT_FALSE(answer->is_refusal);
  EXPECT_FALSE(tally.take(report(second, 'F', "1-1"))) << "a trade answers nothing";
  EXPECT_EQ(tally.lost(), 1U);
  EXPECT_FALSE(tally.is_good());
  EXPECT_TRUE(tally.take(report(first, '0', "2-0")));
  EXPECT_TRUE(tally.is_good());
  EXPECT_EQ(tally.sent(), 2U);
  EXPECT_EQ(tally.sent(Kind::crossing), 1U);
}

TEST(Tally, CountsRefusalsByTheirCode) {
  Tally tally{"L-"};
  const std::string order = sent_by(tally);
  const std::string cancel = sent_by(tally, Kind::cancel);
  const std::string busy = sent_by(tally);
  Fields fields;
  fields.add(35, '8').add(11, order).add(17, "1-0").add(150, '8');
  fields.add(58, "L02_RIGHTS: the available rights are too few");
  const auto answer = tally.take(Message{framed(fields.text())});
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->is_refusal);
  const auto late = Fields{}.add(35, '9').add(11, cancel).add(58, "D04_TOO_LATE: it is filled");
  EXPECT_TRUE(tally.take(Message{framed(late.text())}));
  EXPECT_TRUE(tally.take(Message{
      framed(Fields{}.add(35, 'j').add(379, busy).add(58, "S01_BUSY: the venue is busy").text())}));
  EXPECT_TRUE(tally.is_good()) << "a refusal is an answer";
  EXPECT_EQ(tally.refusals(), 3U);
  EXPECT_EQ(tally.refused().at("L02_RIGHTS"), 1U);
  EXPECT_EQ(tally.refused().at("D04_TOO_LATE"), 1U);
  EXPECT_EQ(tally.refused().at("S01_BUSY"), 1U);
}

// The venue tells the next run what an earlier one has not read, or may not have.
TEST(Tally, PassesOverWhatAnEarlierRunIsTold) {
  Tally tally{"L2-"};
  static_cast<void>(sent_by(tally));
  Fields fields;
  fields.add(35, '8').add(97, 'Y').add(11, "L1-0").add(17, "1-0").add(150, '0');
  EXPECT_FALSE(tally.take(Message{framed(fields.text())}));
  EXPECT_FALSE(tally.take(report("L1-1", 'F', "2-0")));
  EXPECT_EQ(tally.fills(), 0U);
  EXPECT_EQ(tally.unexpected(), 0U);
  EXPECT_EQ(tally.accepted(), 0U);
}

// Also of requests that it needs not remember any more, for all before them are answered.
TEST(Tally, SeesASecondAnswerAndASecondExecution) {
  Tally tally{"L-"};
  const std::string id = sent_by(tally);
  tally.take(report(id, '0', "1-0"));
  tally.take(report(id, '0', "9-0"));
  EXPECT_EQ(tally.told_twice(), 1U) << "answered twice";
  tally.take(report(id, 'F', "2-1"));
  tally.take(report(id, 'F', "2-1"));
  EXPECT_EQ(tally.told_twice(), 2U) << "one execution told twice";
  tally.take(report("L-77", '0', "3-0"));
  EXPECT_EQ(tally.unexpected(), 1U) << "nothing of ours";
  EXPECT_FALSE(tally.is_good());
}

}  // namespace

}  // namespace emx::load
