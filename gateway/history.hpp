#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/state_stream.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/audience.hpp"
#include "gateway/market_view.hpp"
#include "gateway/out_message.hpp"
#include "gateway/reporter.hpp"
#include "gateway/session_records.hpp"

namespace emx::gateway {

// The numbers that the ledger knows of a session: the highest epoch of its commands, and the
// highest MsgSeqNum in that.
struct NotedNumbers {
  std::uint32_t epoch = 0;
  std::uint32_t msg_seq_num = 0;

  void note(std::uint32_t of_epoch, std::uint32_t number);
};

// What a gateway must know of the entries up to one to go on behind it without reading them
// (Gateway::resume()): the market as its reports have it, each session's numbers, and the reports
// that its client was not known to have. Follows from the entries and the sessions' records, and
// from no configuration. Not thread-safe.
class History final : private ReportSink {
 public:
  struct Limits {
    std::size_t cl_ord_ids_per_firm_max;
    // Reports that are kept: of a session that has more, none are, nor of one whose next would be
    // one too many of all.
    std::size_t reports_max = 100'000;
    std::size_t reports_in_all_max = 1'000'000;
  };

  // Of no entry yet.
  explicit History(const Limits& limits)
      : limits_{limits}, market_{limits.cl_ord_ids_per_firm_max}, reporter_{market_, *this} {}

  // --- Making it: the sessions, then the entries in order. ---
  // Whether the reports of these sessions can be kept from their records' watermarks on: those of
  // entries that are in it already must be here, or have been too many.
  [[nodiscard]] bool can_keep_reports_for(const std::vector<NamedRecord>& records) const;
  // Does so for those for which it can, and forgets all others.
  void keep_reports_for(const std::vector<NamedRecord>& records);
  void on_entry(const EntryView& entry);
  void forget_reports() { keep_reports_for({}); }

  // --- As bytes: equal histories give equal bytes. ---
  void save(StateWriter& writer) const;
  // Into one of no entry. After a fault (reader.ok()) it is of no use.
  void load(StateReader& reader);

  // --- What it knows. ---
  [[nodiscard]] std::uint64_t entry() const { return entry_; }  // the last one; 0: none
  [[nodiscard]] const MarketView& market() const { return market_; }
  [[nodiscard]] std::size_t ids_per_firm_max() const { return limits_.cl_ord_ids_per_firm_max; }
  // By CommandHeader::session.
  [[nodiscard]] const std::unordered_map<std::uint32_t, NotedNumbers>& numbers() const {
    return numbers_;
  }
  // Why a session that is for this cannot go on behind it; empty: it can. `record`: as the
  // last run left it; nullptr: there is none.
  [[nodiscard]] std::string refusal_of(const std::string& comp_id, const Concern& concern,
                                       const SessionRecord* record) const;
  // Requires: refusal_of() has nothing against it. In the order of the entries; earlier ones may be
  // among them.
  [[nodiscard]] std::span<const OutMessage> reports(std::uint32_t session) const;
  // Leaves this of no use.
  [[nodiscard]] MarketView release_market() { return std::move(market_); }

 private:
  // Reports past a watermark.
  struct Backlog {
    Concern concern;
    std::uint64_t watermark = 0;
    std::vector<OutMessage> reports;
    bool is_cut = false;  // there were too many

    template <class Self, class Archive>
    static void persist(Self& self, Archive& archive);
  };

  [[nodiscard]] bool wants(std::uint32_t session, SeqNo entry) const override;
  void report(std::uint32_t session, OutMessage message) override;
  [[nodiscard]] const Audience& audience() const override { return audience_; }
  [[nodiscard]] bool has_reports(std::uint32_t session, const Concern& concern,
                                 std::uint64_t after) const;
  [[nodiscard]] bool had_too_many(std::uint32_t session, const Concern& concern) const;
  void arrange();

  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

  Limits limits_;
  MarketView market_;
  Reporter reporter_;
  std::uint64_t entry_ = 0;
  std::unordered_map<std::uint32_t, NotedNumbers> numbers_;
  std::map<std::uint32_t, Backlog> backlogs_;  // by session
  std::size_t reports_ = 0;                    // in all of them
  Audience audience_;
};

}  // namespace emx::gateway
