#pragma once

#include <string_view>

namespace emx::rules::testing {

// Every kind of rule a province may set.
inline constexpr std::string_view zj_text = R"(authority = "ZJ"
version = 3
effective = "2026-07-01"

[[zone]]
name = "JIASHAN"
basin = "TAIHU"
misses = ["VOC", "NOX"]
key_zone = true

[[quota]]
year = 2026
pollutant = "VOC"
inflow = 600000
outflow = 200000
gross = 2000000
holding = 26000000
pace = 60000
)";

// And the joint office.
inline constexpr std::string_view joint_text = R"(authority = "joint"
version = 3
effective = "2026-07-01"

[[link]]
pollutant = "VOC"
seller = "SH"
buyer = "AH"
enabled = false

[[limit]]
limit = "order-quantity"
scope = "firm"
value = 5000

[parameters]
fee_rate_bp = 8
gtc_days = 60
listed_kg_max = 20000
listed_carbon_t_max = 50000
carbon_extra_t_max = 900000
ticket_room_pct = 15

[ratios]
key_zone = "5/4"
upstream = "3/2"
non_attaining = "2/1"
carbon = "1/1"

[[calendar]]
year = 2027
closed = ["2027-01-01", "2027-02-08"]
open = ["2027-02-06"]

[[instrument]]
symbol = "VOC.AIR.YRD.IND.3135"
pollutant = "VOC"
medium = "AIR"
basin = "YRD"
book_class = "IND"
approval_ref = "PILOT-2026-7"
tick_fen = 1000
first_year = 2031
last_year = 2035
band_pct = 10
block_band_pct = 30
levels_max = 2048

[[reference]]
symbol = "VOC.AIR.YRD.IND.3135"
price_fen = 1198000
)";

}  // namespace emx::rules::testing
