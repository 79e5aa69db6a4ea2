"""Entries by their bytes alone: FORMAT.md, "Entries", and points 3 to 5 and 8 of what makes a ledger
valid."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from faults import Invalid, demand
from tables import Format

ENTRY_BYTES_MAX = 1_048_576
EVENTS_MAX = 4_096


class Posting(NamedTuple):
    asset: int
    debit: int
    credit: int
    amount: int


class Entry(NamedTuple):
    sequence: int
    at_ns: int
    rule_set: int
    digest: int
    prev: bytes
    leaf: bytes
    kind: str  # the command's name in the document
    command: bytes
    events: list[tuple[str, bytes]]
    postings: list[Posting]


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162, 2.1.1."""
    return hashlib.sha256(b"\0" + data).digest()


class EntryReader:
    """Reads entries. Bytes that it has read before are not read again: the same are the same."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.known: dict[bytes, Entry | Invalid] = {}

    def read(self, data: bytes) -> Entry:
        """Raises Invalid for what is no entry."""
        if data not in self.known:
            try:
                self.known[data] = self.parse(data)
            except Invalid as invalid:
                self.known[data] = invalid
        found = self.known[data]
        if isinstance(found, Invalid):
            raise Invalid(str(found))
        return found

    def parse(self, data: bytes) -> Entry:
        header = self.form["EntryHeader"]
        demand(header.bytes <= len(data) <= ENTRY_BYTES_MAX, "its size is not an entry's")
        get = {field: header.get(data, field) for field in header.fields}
        demand(get["format"] == 1, "its format is unknown")
        demand(get["reserved"] == 0, "the header's reserved bytes are not 0")
        payload = data[header.bytes :]
        demand(get["payload_bytes"] == len(payload), "payload_bytes is not that of its bytes")
        demand(get["command_bytes"] <= len(payload), "the command is longer than the payload")
        demand(0 < get["sequence"], "its sequence is 0")
        demand(get["rule_set"] <= get["sequence"], "its rule set is newer than itself")

        command = payload[: get["command_bytes"]]
        kind = self.check_command(command, get)
        events = self.split_events(payload[len(command) :])
        demand(len(events) == get["events_count"] <= EVENTS_MAX, "events_count is not theirs")
        postings = [self.posting(event) for name, event in events if name == "PostingEvent"]
        return Entry(
            get["sequence"], get["at_ns"], get["rule_set"], get["digest"], get["prev"],
            leaf_hash(data), kind, command, events, postings,
        )  # fmt: skip

    def check_command(self, command: bytes, of_entry: dict) -> str:
        header = self.form["CommandHeader"]
        demand(len(command) >= header.bytes, "the command is shorter than its header")
        record = self.form.commands.get(header.get(command, "kind"))
        demand(record is not None, "the command's kind is unknown")
        sizes = {record.bytes, header.get(command, "size"), len(command)}
        demand(len(sizes) == 1, "the command's size is not that of its kind")
        for field in ("kind", "actor", "approver"):
            demand(header.get(command, field) == of_entry[field], f"{field} is not the command's")
        return record.name

    def split_events(self, data: bytes) -> list[tuple[str, bytes]]:
        header = self.form["EventHeader"]
        events = []
        while data:
            demand(len(data) >= header.bytes, "an event is shorter than its header")
            record = self.form.events.get(header.get(data, "kind"))
            demand(record is not None, "an event's kind is unknown")
            size = header.get(data, "size")
            demand(size == record.bytes <= len(data), "an event's size is not that of its kind")
            demand(header.get(data, "index") == len(events), "the events are not counted from 0")
            events.append((record.name, data[:size]))
            data = data[size:]
        return events

    def posting(self, event: bytes) -> Posting:
        get = self.form["PostingEvent"].get
        posting = Posting(
            get(event, "asset"), get(event, "debit_account"), get(event, "credit_account"),
            get(event, "amount"),
        )  # fmt: skip
        demand(posting.amount > 0, "a posting moves nothing")
        demand(posting.debit != posting.credit, "a posting debits and credits the same account")
        return posting
