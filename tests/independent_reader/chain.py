"""Entries in their order: FORMAT.md, points 1 to 9 of "What makes a ledger valid", and "Which entry
is named"."""

from __future__ import annotations

import struct
from typing import Callable

from balances import Balances
from entries import Entry, EntryReader
from faults import Invalid
from ledger_folder import Ledger, read_point
from tables import Format

ZEROS = bytes(32)


class OtherSchema(Exception):
    """Made by another version of the format: not for this reader to judge."""


class Meta:
    """The meta record."""

    def __init__(self, form: Format, ledger: Ledger) -> None:
        record = form["MetaRecord"]
        if [key for key, _ in ledger.meta] != [b"state"]:
            raise Invalid("the table meta has other keys than `state`")
        data = ledger.meta[0][1]
        if len(data) < 12 or record.get(data, "magic") != b"EMXLEDGR":
            raise Invalid("the meta record is not one")
        if record.get(data, "schema") != 1:
            raise OtherSchema(f"schema version {record.get(data, 'schema')}")
        if len(data) != record.bytes or record.get(data, "reserved") != 0:
            raise Invalid("the meta record has a wrong size, or other bytes in `reserved`")
        self.size = record.get(data, "size")
        self.head = record.get(data, "head")
        self.genesis = record.get(data, "genesis")


class Chain:
    """Goes through the log once. Raises Invalid at the entry that is at fault."""

    def __init__(self, form: Format, reader: EntryReader, ledger: Ledger) -> None:
        self.meta = Meta(form, ledger)
        self.ledger = ledger
        self.reader = reader
        self.clean = self.read_clean()
        self.balances = Balances(form)
        self.leaf = ZEROS  # of the last entry that was taken
        self.at_ns: int | None = None
        self.count = 0  # entries taken
        self.suspect: int | None = None  # the link after this entry is broken

    def read_clean(self) -> tuple[int, bytes] | None:
        if self.ledger.clean is None:
            return None
        try:
            return read_point(self.ledger.clean)
        except Invalid as invalid:
            raise Invalid(f"the mark `clean`: {invalid}") from None

    def verify(self, each: Callable[[Entry], None]) -> None:
        """Calls `each` for every entry in order."""
        leaves = [ZEROS]
        for key, data in self.ledger.log:
            entry = self.take(struct.unpack("<Q", key)[0], data)
            leaves.append(entry.leaf)
            each(entry)
        self.judge_end(leaves)
        self.balances.demand_sums_of_zero()

    def take(self, key: int, data: bytes) -> Entry:
        expected = self.count + 1
        if key != expected:
            if self.suspect:
                raise self.broken_after(self.suspect)
            if expected <= self.meta.size:
                raise Invalid("it is missing", expected)
            raise Invalid("the meta record does not count it", key)
        try:
            entry = self.reader.read(data)
        except Invalid as invalid:
            raise Invalid(str(invalid), key - 1 if self.suspect else key) from None
        if self.suspect:  # this link tells who broke the one before it
            raise self.broken_after(self.suspect if entry.prev == self.leaf else key - 1)
        if entry.sequence != key:
            raise Invalid("its sequence is not its key", key)
        if entry.prev == self.leaf:
            self.check_content(entry)
        elif key == 1:
            raise Invalid("it has an entry before it", 1)
        else:
            self.suspect = key - 1
        self.leaf, self.at_ns, self.count = entry.leaf, entry.at_ns, key
        return entry

    def check_content(self, entry: Entry) -> None:
        number = entry.sequence
        if number == 1 and entry.kind != "GenesisCommand":
            raise Invalid("it is no genesis", 1)
        if number == 1 and entry.leaf != self.meta.genesis:
            raise Invalid("it is not the genesis entry of the meta record", 1)
        if self.at_ns is not None and entry.at_ns < self.at_ns:
            raise Invalid("its time is before that of the entry before it", number)
        try:
            self.balances.apply(entry.postings)
        except Invalid as invalid:
            raise Invalid(str(invalid), number) from None

    def broken_after(self, named: int) -> Invalid:
        between = f"between entries {self.suspect} and {self.suspect + 1}"
        return Invalid(f"the chain is broken {between}", named)

    def judge_end(self, leaves: list[bytes]) -> None:
        """All entries that are there were taken."""
        meta, count = self.meta, self.count
        if self.suspect:
            raise self.broken_after(self.suspect if meta.head == self.leaf else count)
        if count > meta.size:
            raise Invalid("the meta record does not count it", meta.size + 1)
        if count < meta.size:
            raise Invalid("it is missing, and the meta record counts it", count + 1)
        if meta.head != self.leaf:
            raise Invalid("it is not the head in the meta record", count)
        if count == 0 and meta.genesis != ZEROS:
            raise Invalid("there is a genesis hash, and no entry")
        if self.clean is None:
            return
        size, head = self.clean
        if size > count:
            raise Invalid("it is missing, and the mark `clean` has it", count + 1)
        if size and leaves[size] != head:
            raise Invalid("it is not the one in the mark `clean`", size)
