#include "tests/fuzz/exchange_auditor.hpp"

#include <cstdio>
#include <string>
#include <string_view>

#include "engine/vocabulary/check.hpp"
#include "ledger/entry.hpp"

namespace emx::fuzz {
namespace {

void expect_nothing(std::string_view fault, const audit::EntryWords& words) {
  if (fault.empty()) return;
  std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(fault.size()), fault.data(),
               words.command.c_str());
  for (const std::string& event : words.events) std::fprintf(stderr, "  %s\n", event.c_str());
  check(false);
}

}  // namespace

void ExchangeAuditor::take(const EntryView& entry) {
  const audit::EntryWords words = describer_.describe(entry);
  check(!words.command.empty());
  check(words.events.size() == entry.events_count);
  expect_nothing(ledger::fault_of(entry), words);
  const auto difference = replay_.check(entry);
  expect_nothing(difference ? difference->text() : "", words);
  expect_nothing(accounts_.apply(entry, describer_.names()), words);
  for (const why::Finding& finding : explainer_.take(entry, true)) {
    const bool is_told = finding.agrees && !finding.because.empty();
    if (!is_told) expect_nothing(finding.event + " because " + finding.because, words);
  }
  expect_nothing(explainer_.fault(), words);
}

}  // namespace emx::fuzz
