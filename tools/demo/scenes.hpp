#pragma once

#include "tools/demo/stage.hpp"

namespace emx::demo {

inline constexpr const char* nox = "NOX.AIR.YRD.IND.2630";
inline constexpr const char* voc = "VOC.AIR.YRD.IND.2630";

// The demo's scenes, in their order. Each prints what it read from FIX reports and from the ledger,
// and holds it to what market-rules and history say.

// Opens the trade date and continuous trading.
void open_day(Stage& stage, const std::string& wished_date);
// A government reserve sells SO2 and NOx: the deal of Jingde, 729,300 CNY (market-rules 2).
void play_jingde(Stage& stage);
// The four cross-province deals of June 2024 (market-rules 14).
void play_four_deals(Stage& stage);
// A fill that a province's quota cuts, and the rest once the quota is raised (market-rules 8.3).
void play_quota_edge(Stage& stage);
// A deal that was negotiated outside the book (market-rules 9).
void play_block(Stage& stage);
// Orders that the rules refuse.
void play_refusals(Stage& stage);
// The ledger that all this left, verified and replayed by the audit.
void audit_the_day(Stage& stage);

}  // namespace emx::demo
