#include <string>
#include <vector>

#include "tools/emx/admin_adder.hpp"

namespace emx::tools {

namespace {

constexpr const char* pollutant_help = "SO2, NOX, VOC, COD, NH3N or TP";
constexpr const char* province_help = "SH, JS, ZJ or AH";
constexpr const char* facility_help = "Facility, such as ZJ063-1";

void add_switch(AdminAdder& adder, const std::string& name, bool killed, const std::string& help) {
  const AdminAdder::Command command =
      adder.add(name, help)
          .text("scope", "scope", "all, firm, group, province, basin or instrument")
          .optional_text("name", "name", "Which one; of all: none");
  (*command.request)["command"] = "kill-switch";
  (*command.request)["killed"] = killed;
}

void add_market_acts(AdminAdder& adder) {
  adder.add("reference-price", "Set an instrument's reference price, and so its price limits")
      .text("symbol", "symbol", "Instrument")
      .text("price", "price", "CNY per t (and year), such as 11980.00");
  adder.add("phase", "Start a phase of the day")
      .text("phase", "phase",
            "closed, pre-open, opening-call, continuous, volatility, closing-call, pause or halt")
      .optional_text("symbol", "symbol", "Only this instrument's book (default: all)");
  adder.add("block-session", "Open or close the session in which blocks trade")
      .choice("state", "open", "open", "closed", "")
      ->required();
  adder.add("indicative", "Write the price and volume that a call would have now into the ledger")
      .text("symbol", "symbol", "Instrument");
  adder.add("day", "Open a trade date; all books must be closed")
      .text("date", "date", "Such as 2026-06-18");
  add_switch(adder, "kill-switch", true,
             "Stop all orders of a scope and cancel those that rest (K01)");
  add_switch(adder, "release", false, "Let orders in again; needs a second person");
  adder.add("mass-cancel", "Cancel every order that fits all that is named (C04)")
      .optional_text("--symbol", "symbol", "Of this instrument's book")
      .optional_text("--firm", "firm", "Of this firm")
      .optional_text("--side", "side", "buy or sell");
  adder.add("limit", "Set a limit on orders")
      .text("limit", "limit", "open-orders, order-rate, order-quantity or order-value")
      .text("scope", "scope", "firm, group, facility or instrument; of order-rate firm only")
      .text("--value", "value",
            "Orders, orders a second, lots, or CNY of an order's value; none: no limit")
      .optional_text("--name", "name", "Which one (default: all that have none of their own)")
      .optional_text(
          "--until", "until",
          "UTC, such as 2026-06-18T07:00:00Z, at most 90 days on: above the lasting limit "
          "up to then; needs a second person. Another ends it early");
}

void add_rule_acts(AdminAdder& adder) {
  adder.add("quota", "Set a province's caps for a pollutant and year, in kg")
      .number("year", "year", "Calendar year")
      .text("province", "province", province_help)
      .text("pollutant", "pollutant", pollutant_help)
      .number("--inflow", "inflow", "Net inflow cap (Q01)")
      .number("--outflow", "outflow", "Net outflow cap (Q02)")
      .number("--gross", "gross", "Gross cap (Q03)")
      .number("--holding", "holding", "Holding cap (Q04)")
      .number("--pace", "pace", "Daily inflow pace (Q05)");
  adder.add("demand", "Approve a facility's demand anew, in kg")
      .text("facility", "facility", facility_help)
      .text("pollutant", "pollutant", pollutant_help)
      .number("approved", "approved", "kg; what was credited before counts no more");
  adder.add("link", "Switch trade of a pollutant from one province to another on or off")
      .text("pollutant", "pollutant", pollutant_help)
      .text("seller", "seller", "Seller's province")
      .text("buyer", "buyer", "Buyer's province")
      .choice("state", "enabled", "on", "off", "")
      ->required();
  adder.add("parameters", "Set what holds for the whole market; what is not said stays as it is")
      .optional_number("--fee", "fee", "Fee of a side, in basis points; of new orders")
      .optional_number("--gtc-days", "gtc-days", "Days that a new GTC order lives")
      .optional_number("--listed", "listed", "Largest order of a pollutant, in kg (O07)")
      .optional_number("--listed-carbon", "listed-carbon", "Largest order of carbon, in t (O07)")
      .optional_number("--carbon-extra", "carbon-extra",
                       "What a group may hold beyond its allocations, in t (H01)")
      .optional_number("--ticket-room", "ticket-room",
                       "What tickets of blocks hold of a room at most, in percent")
      .optional_text("--key-zone", "key-zone", "Replacement ratio of a key zone, such as 3/2")
      .optional_text("--upstream", "upstream", "Of a buyer upstream of the seller, on water")
      .optional_text("--non-attaining", "non-attaining", "Of a zone that misses its target")
      .optional_text("--carbon", "carbon", "Of carbon");
  adder.add("instrument", "Change a listed instrument; what is not said stays as it is")
      .text("symbol", "symbol", "Instrument")
      .optional_number("--band", "band",
                       "Price limits around the reference, in percent: from the next reference "
                       "price or trade date on")
      .optional_number("--block-band", "block-band", "Of blocks, in percent; at once")
      .optional_number("--collar", "collar", "Around the last trade, in percent; 0: none; at once")
      .optional_text("--approval", "approval", "The approval that it trades under");
  adder.add("calendar", "Set the trading days of a year: Monday to Friday, but for what is said")
      .number("year", "year", "Calendar year; what was said of it before counts no more")
      .optional_text("--closed", "closed", "Weekdays without trading: 2026-10-01,2026-10-02")
      .optional_text("--open", "open", "Days of weekends with trading: 2026-10-10");
}

void add_standing(const AdminAdder::Command& command) {
  command.optional_text("--permit", "permit", "Last day of its permit, such as 2027-12-31, or none")
      .optional_text("--pollutants", "pollutants", "That it may hold: VOC,NOX or none")
      .optional_number("--reach", "reach", "Of its basin; grows downstream")
      .optional_text("--ets", "ets", "NATIONAL, SH or NONE")
      .optional_text("--credit", "credit", "GOOD, WATCH or NEGATIVE");
}

void add_participant_acts(AdminAdder& adder) {
  adder.add("zone", "Declare what a zone attains; what is not said stays as it is")
      .text("province", "province", province_help)
      .text("zone", "zone", "Its name")
      .optional_text("--misses", "misses", "Pollutants whose target it misses: VOC,NOX or none")
      .choice("--key", "key", "yes", "no", ": whether it is a key zone (replacement ratio)");
  adder.add("firm", "Put a firm into a control group")
      .text("firm", "firm", "Firm, such as ZJ063")
      .text("--group", "group", "Its group, or none");
  add_standing(adder.add("facility", "Change a facility; what is not said stays as it is")
                   .text("facility", "facility", facility_help));
  adder.add("admit-firm", "Admit a firm that is new to the venue")
      .text("firm", "firm", "Its code, such as ZJ063")
      .text("--name", "name", "Its name")
      .text("--uscc", "uscc", "Its unified social credit code")
      .optional_text("--group", "group", "Its control group, or none (default)");
  add_standing(adder.add("open-account", "Open the account of a facility that is new to the venue")
                   .text("facility", "facility", facility_help)
                   .text("--firm", "firm", "Its firm")
                   .text("--province", "province", province_help)
                   .text("--zone", "zone", "The zone that it stands in")
                   .text("--class", "class", "POWER, INDUSTRY, WWTP, AGRI, RESERVE or FIN")
                   .optional_text("--basin", "basin", "Its basin (default: the zone's)"));
}

void add_hold(AdminAdder& adder, const std::string& name, const std::string& help) {
  adder.add(name, help)
      .text("facility", "facility", facility_help)
      .text("asset", "asset", "cash, or an instrument")
      .text("amount", "amount", "CNY of cash, such as 1250.00; lots of an instrument");
}

void add_account_acts(AdminAdder& adder) {
  adder.add("deposit", "Cash comes in")
      .text("facility", "facility", facility_help)
      .text("amount", "amount", "CNY, such as 1250.00");
  adder.add("withdraw", "Cash goes out; needs a second person")
      .text("facility", "facility", facility_help)
      .text("amount", "amount", "CNY, such as 1250.00");
  adder.add("issue", "Rights come in")
      .text("facility", "facility", facility_help)
      .text("symbol", "symbol", "Instrument")
      .number("quantity", "quantity", "Lots")
      .text("batch", "batch", "Batch that the rights are traced by");
  add_hold(adder, "freeze",
           "Freeze so much more; the newest orders that it leaves without cover are cancelled");
  add_hold(adder, "unfreeze", "Freeze so much less; needs a second person");
  add_hold(adder, "pledge",
           "Pledge so much more; the newest orders that it leaves without cover are cancelled");
  add_hold(adder, "unpledge", "Pledge so much less; needs a second person");
  adder.add("trust", "Let rights go from a facility to another; needs a second person")
      .text("from", "from", facility_help)
      .text("to", "to", "Facility that is trusted");
  adder.add("distrust", "Let no more rights go from a facility to another")
      .text("from", "from", facility_help)
      .text("to", "to", "Facility that was trusted");
  adder
      .add("transfer",
           "Rights for a facility that is trusted, four days later; needs a second person")
      .text("from", "from", facility_help)
      .text("to", "to", "Facility that gets them")
      .text("symbol", "symbol", "Instrument")
      .number("quantity", "quantity", "Lots");
}

void add_rule_set_acts(AdminAdder& adder) {
  adder.add("authority-key", "Set the key that an authority signs its rules with; two persons")
      .text("authority", "authority", "SH, JS, ZJ, AH or joint")
      .text("public_key", "public_key", "As `emx keygen` prints it");
  const AdminAdder::Command activation = adder.add(
      "activate-rules", "Put a version of the rule set into force; needs a second person");
  activation.number("version", "version", "Of the rule set: the next");
  activation.app
      ->add_option_function<std::vector<std::string>>(
          "parts",
          [r = activation.request](const std::vector<std::string>& parts) {
            (*r)["parts"] = parts;
          },
          "The authorities whose documents it has: SH, JS, ZJ, AH, joint; each means the document "
          "that lies closed, or with a number, ZJ:123, the one that this entry closed. Others that "
          "lie closed are left out")
      ->required();
  adder.add("withdraw-rules", "Take back a version that waits for its date; needs a second person")
      .number("version", "version", "Of the rule set that waits");
}

}  // namespace

void add_admin_acts(AdminAdder& adder) {
  add_market_acts(adder);
  add_rule_acts(adder);
  add_participant_acts(adder);
  add_account_acts(adder);
  add_rule_set_acts(adder);
}

}  // namespace emx::tools
