#include <array>
#include <string>

#include "tools/admin/acts.hpp"

// Cash and rights: what comes in and goes out, what is held back, and what goes to another.

namespace emx::admin {

namespace {

template <class Command>
Act of_cash(CommandKind kind, Fields& fields) {
  auto command = start<Command>(kind);
  command.facility = fields.facility("facility").facility;
  command.amount_fen = fields.cny("amount");
  return Act{command};
}

Act deposit(Fields& fields) { return of_cash<DepositCommand>(CommandKind::deposit, fields); }
Act withdraw(Fields& fields) { return of_cash<WithdrawCommand>(CommandKind::withdraw, fields); }

Act issue(Fields& fields) {
  auto command = start<IssueCommand>(CommandKind::issue);
  command.facility = fields.facility("facility").facility;
  command.symbol = fields.symbol("symbol");
  command.quantity_lots = fields.count("quantity", 1);
  fields.copy("batch", command.batch);
  return Act{command};
}

// Of cash the amount is in CNY, of an instrument in lots; `sign` -1: so much less.
template <class Command>
Act hold(CommandKind kind, std::int64_t sign, Fields& fields) {
  auto command = start<Command>(kind);
  command.facility = fields.facility("facility").facility;
  const std::string asset = fields.text("asset");
  const std::string amount = fields.text("amount");
  if (asset == "cash") {
    command.amount = cny_from(amount);
  } else {
    const SetInstrumentCommand* book =
        fields.names().instrument(fields.names().find_instrument(asset));
    if (book == nullptr) {
      throw Fault{"'" + asset + "' is no instrument of this venue, and not cash"};
    }
    command.symbol = book->symbol;
    command.amount = count_from("quantity in lots", amount);
  }
  if (command.amount == 0) throw Fault{"'amount' must be above 0"};
  command.amount *= sign;
  return Act{command};
}

Act freeze(Fields& fields) { return hold<FreezeCommand>(CommandKind::freeze, 1, fields); }
Act unfreeze(Fields& fields) { return hold<FreezeCommand>(CommandKind::freeze, -1, fields); }
Act pledge(Fields& fields) { return hold<PledgeCommand>(CommandKind::pledge, 1, fields); }
Act unpledge(Fields& fields) { return hold<PledgeCommand>(CommandKind::pledge, -1, fields); }

Act trust_as(Fields& fields, bool trusted) {
  auto command = start<TrustCommand>(CommandKind::trust);
  command.from = fields.facility("from").facility;
  command.to = fields.facility("to").facility;
  command.trusted = trusted ? 1 : 0;
  return Act{command};
}
Act trust(Fields& fields) { return trust_as(fields, true); }
Act distrust(Fields& fields) { return trust_as(fields, false); }

Act transfer(Fields& fields) {
  auto command = start<TransferCommand>(CommandKind::transfer);
  command.from = fields.facility("from").facility;
  command.to = fields.facility("to").facility;
  command.symbol = fields.symbol("symbol");
  command.quantity_lots = fields.count("quantity", 1);
  return Act{command};
}

constexpr std::array account_acts{NamedAct{"deposit", deposit},   NamedAct{"withdraw", withdraw},
                                  NamedAct{"issue", issue},       NamedAct{"freeze", freeze},
                                  NamedAct{"unfreeze", unfreeze}, NamedAct{"pledge", pledge},
                                  NamedAct{"unpledge", unpledge}, NamedAct{"trust", trust},
                                  NamedAct{"distrust", distrust}, NamedAct{"transfer", transfer}};

}  // namespace

std::span<const NamedAct> acts_on_accounts() { return account_acts; }

}  // namespace emx::admin
