"""Double entry: what every account holds, from nothing but the postings."""

from __future__ import annotations

from faults import demand
from entries import Posting
from tables import Format


class Balances:
    def __init__(self, form: Format) -> None:
        self.sources = {form.accounts["bank"], form.accounts["registry"]}
        self.of: dict[tuple[int, int], int] = {}  # by asset and account

    def apply(self, postings: list[Posting]) -> None:
        """The postings of one entry; what they leave must hold after all of them."""
        touched = set()
        for asset, debit, credit, amount in postings:
            for key, change in (((asset, debit), -amount), ((asset, credit), amount)):
                self.of[key] = self.of.get(key, 0) + change
                demand(-(2**63) <= self.of[key] < 2**63, "a balance is beyond 64 bits")
                touched.add(key)
        for asset, account in touched:
            below = self.of[asset, account] < 0 and account not in self.sources
            demand(not below, f"account {account} is below 0 of asset {asset}")

    def demand_sums_of_zero(self) -> None:
        sums: dict[int, int] = {}
        for (asset, _), amount in self.of.items():
            sums[asset] = sums.get(asset, 0) + amount
        for asset, total in sums.items():
            demand(total == 0, f"the balances of asset {asset} do not sum to 0")
