#include "tools/why/act_rules.hpp"

namespace emx::why {

namespace {

using enum CommandKind;

RuleWords of_quantity(CommandKind act) {
  switch (act) {
    case day_open:
      return {"9", "a trade date is a day of the calendar that this exchange knows"};
    case set_limit:
      return {"10",
              "a limit has the scope and range of its kind; one for a time lasts at most 90 days"};
    case kill_switch:
      return {"10", "a kill switch is of a firm, group, province, basin or instrument, or of all"};
    case freeze:
    case pledge:
      return {"12", "no more is released than is frozen or pledged"};
    case rule_document:
      return {"17", "a document is for a day at most 400 days ahead"};
    case activate_rules:
      return {"17", "an activation names the authorities whose documents it puts into force"};
    case query:
      return {"17", "a question is one of those of the ledger, of an office, with one text"};
    case issue:
    case deposit:
    case withdraw:
    case transfer:
      return {"12", "what comes, goes or is transferred is at least one lot or fen"};
    default:
      return {"17", "each value of a rule lies within its range"};
  }
}

RuleWords of_value(CommandKind act) {
  if (act == issue) return {"2", "all rights of an instrument together can be counted"};
  if (act == deposit) return {"2", "all cash together is at most 2^62 fen"};
  return {};
}

RuleWords of_means(CommandKind act) {
  switch (act) {
    case withdraw:
      return {"11", "what goes out comes from the account's available cash"};
    case transfer:
      return {"12", "what is transferred comes from the account's available rights"};
    case freeze:
    case pledge:
      return {"12", "no more is held back than is neither frozen nor pledged yet"};
    default:
      return {};
  }
}

RuleWords of_unknown_name(CommandKind act) {
  switch (act) {
    case kill_switch:
    case set_limit:
      return {"10", "a limit or a kill switch names what the venue has"};
    case rule_record:
    case rule_document:
      return {"17", "an authority signs under a key that two persons put into the log"};
    default:
      return {};
  }
}

RuleWords of_phase(CommandKind act) {
  switch (act) {
    case day_open:
      return {"9", "trade dates go on from trading day to trading day, with all books closed"};
    case phase:
    case block_session:
    case transfer:
      return {"9", "it needs a trade date, which the day's opening sets"};
    default:
      return {};
  }
}

}  // namespace

RuleWords rule_of_act(CommandKind act, Code code) {
  switch (code) {
    case Code::o01_quantity:
      return of_quantity(act);
    case Code::o02_value:
      return of_value(act);
    case Code::l01_cash:
    case Code::l02_rights:
      return of_means(act);
    case Code::p04_unknown_account:
      return of_unknown_name(act);
    case Code::p01_phase:
      return of_phase(act);
    case Code::p05_not_your_account:
      if (act == transfer) {
        return {"12", "rights are transferred only to a facility that the giver is said to trust"};
      }
      return {};
    case Code::o04_rate:
      if (act == indicative) return {"9", "indicative values come at most once a second"};
      return {};
    case Code::d02_duplicate_cl_ord_id:
      if (act == rule_record) {
        return {"17",
                "a document has an instrument once, and changes of a listed one only what may "
                "change"};
      }
      return {"3", "what an instrument, a firm or a facility is for good does not change"};
    default:
      return {};
  }
}

}  // namespace emx::why
