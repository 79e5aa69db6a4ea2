#include "tools/admin/approvals.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace emx::admin {
namespace {

CommandRequest request_of(std::uint64_t id, std::byte says) {
  CommandRequest request;
  request.id = id;
  request.command = {says};
  return request;
}

std::uint64_t number_of(const CommandRequest& request, const std::string& text) {
  Approvals alone;
  return alone.add(request, text, 0)->number;
}

// Not from their order: after a restart a number that somebody read means the same act, or none.
TEST(Approvals, AreNumberedByWhatIsAskedFor) {
  const CommandRequest request = request_of(1, std::byte{1});
  const std::uint64_t number = number_of(request, "release");
  Approvals approvals;
  approvals.add(request_of(2, std::byte{2}), "another", 0);
  EXPECT_EQ(approvals.add(request, "release", 0)->number, number);
  EXPECT_GE(number, 100'000U);
  EXPECT_LE(number, 999'999U);
  EXPECT_NE(number_of(request, "releasf"), number);
  // The same text, of which another command is made.
  EXPECT_NE(number_of(request_of(1, std::byte{2}), "release"), number);
}

TEST(Approvals, GiveTheNextNumberWhereOneIsTaken) {
  Approvals approvals;
  const std::uint64_t number = approvals.add(request_of(1, std::byte{1}), "release", 0)->number;
  EXPECT_EQ(approvals.add(request_of(2, std::byte{1}), "release", 0)->number, number + 1);
  EXPECT_EQ(approvals.find_number(number)->request.id, 1U);
  EXPECT_EQ(approvals.find_number(number + 1)->request.id, 2U);
}

}  // namespace
}  // namespace emx::admin
