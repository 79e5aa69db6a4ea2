"""The whole verdict about a ledger, from its bytes and the venue's keys."""

from __future__ import annotations

from typing import NamedTuple

from chain import Chain, OtherSchema
from checkpoints import Checkpoints
from entries import EntryReader
from faults import Invalid
from ledger_folder import Ledger
from notes import Key


class Verdict(NamedTuple):
    verdict: str  # valid, invalid, could_not_run: as `emx audit verify --json` has it
    first_bad: int | None = None  # entry
    checkpoint: int | None = None  # the one at fault
    reason: str = ""
    entries: int = 0  # of a valid one: entries, head, and checkpoints
    head: str = ""
    checkpoints: int = 0

    def named(self) -> tuple:
        return self.verdict, self.first_bad, self.checkpoint


def judge(reader: EntryReader, ledger: Ledger, keys: list[Key]) -> Verdict:
    try:
        chain = Chain(reader.form, reader, ledger)
        checkpoints = Checkpoints(reader.form, ledger, keys)
        chain.verify(checkpoints.take)
        checkpoints.judge()
    except Invalid as invalid:
        return Verdict("invalid", invalid.entry, invalid.checkpoint, str(invalid))
    except OtherSchema as other:
        return Verdict("could_not_run", reason=str(other))
    head = chain.leaf.hex()
    return Verdict("valid", entries=chain.count, head=head, checkpoints=len(checkpoints.good))
