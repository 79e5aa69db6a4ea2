#include "ledger/files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/ledger/support.hpp"

namespace emx::ledger {
namespace {

// As an auditor names them who stands in their folder.
TEST(Files, AreWrittenAndRemovedByABareName) {
  const testing::TempFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  EXPECT_EQ(write_file("note.part", "text").message, "");
  EXPECT_EQ(rename_file("note.part", "note").message, "");
  EXPECT_EQ(read_file("note"), "text");
  EXPECT_EQ(remove_file("note").message, "");
  EXPECT_FALSE(std::filesystem::exists("note"));
  EXPECT_EQ(rename_file("note", "other").status, Status::missing);  // control
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace emx::ledger
