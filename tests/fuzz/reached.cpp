#include "tests/fuzz/reached.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <utility>

namespace emx::fuzz {
namespace {

// Never destroyed: the program's end reads them.
std::set<std::string, std::less<>>& names() {
  static auto* const names = new std::set<std::string, std::less<>>;
  return *names;
}
std::vector<std::string>& wanted_names() {
  static auto* const names = new std::vector<std::string>;
  return *names;
}

void judge() {
  bool all = true;
  for (const std::string& name : wanted_names()) {
    if (names().contains(name)) continue;
    all = false;
    std::fprintf(stderr, "no input reached: %s\n", name.c_str());
  }
  if (all) return;
  std::fflush(stderr);
  std::_Exit(1);
}

}  // namespace

void must_reach(const std::vector<std::string>& arguments, std::vector<std::string> wanted) {
  if (std::ranges::find(arguments, "--must-reach") == arguments.end()) return;
  wanted_names() = std::move(wanted);
  std::atexit(judge);
}

void reached(std::string_view name) {
  if (!names().contains(name)) names().emplace(name);
}

}  // namespace emx::fuzz
