"""A second reader of the ledger, written from ledger/FORMAT.md alone: format_reader.py FORMAT.md WRITER

It takes the tables from the document itself, the bytes from mdb_dump (lmdb-utils), the hash from
Python, and nothing from the project's code. Lets WRITER (ledger_writer) make a ledger, verifies it,
and then shows that it finds each of a number of changes, or it would prove nothing.
"""

from __future__ import annotations

import hashlib
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

INTEGER = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i32": "i", "i64": "q"}


class Format:
    """The records of the document: fields by name, and names by kind."""

    def __init__(self, text: str) -> None:
        self.fields: dict[str, dict[str, tuple[int, int, str]]] = {}
        self.bytes: dict[str, int] = {}
        self.commands: dict[int, str] = {}
        self.events: dict[int, str] = {}
        name = ""
        for line in text.splitlines():
            if line.startswith("#"):
                name = ""
            if found := re.match(r"### (\w+): (?:kind (\d+), )?(\d+) bytes", line):
                name = found[1]
                self.fields[name] = {}
                self.bytes[name] = int(found[3])
                if found[2]:
                    kinds = self.commands if name.endswith("Command") else self.events
                    kinds[int(found[2])] = name
            elif name and (cells := re.match(r"\| (\d+) \| (\d+) \| ([\w ]+) \| (\w+) \|", line)):
                self.fields[name][cells[4]] = (int(cells[1]), int(cells[2]), cells[3])

    def get(self, record: str, data: bytes, field: str):
        offset, size, kind = self.fields[record][field]
        raw = data[offset : offset + size]
        return struct.unpack("<" + INTEGER[kind], raw)[0] if kind in INTEGER else raw


class Invalid(Exception):
    pass


def demand(condition: bool, what: str) -> None:
    if not condition:
        raise Invalid(what)


def dump(folder: Path, table: str) -> list[tuple[bytes, bytes]]:
    """Key and value of each record, as mdb_dump prints them: hexadecimal, a line each."""
    text = subprocess.run(
        ["mdb_dump", "-s", table, folder], check=True, capture_output=True, text=True
    ).stdout
    body = text.split("HEADER=END\n")[1].split("DATA=END")[0].split()
    return [(bytes.fromhex(k), bytes.fromhex(v)) for k, v in zip(body[::2], body[1::2])]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def verify(form: Format, log: list[tuple[bytes, bytes]], meta: list[tuple[bytes, bytes]]) -> int:
    """'What makes a ledger valid', point by point; the number of entries."""
    demand([key for key, _ in meta] == [b"state"], "the table meta has other keys")
    state = meta[0][1]
    demand(len(state) == form.bytes["MetaRecord"], "the meta record has a wrong size")
    demand(form.get("MetaRecord", state, "magic") == b"EMXLEDGR", "magic")
    demand(form.get("MetaRecord", state, "schema") == 1, "schema")
    demand(form.get("MetaRecord", state, "reserved") == 0, "reserved")
    keys = [struct.unpack("<Q", key)[0] for key, _ in log]
    demand(keys == list(range(1, form.get("MetaRecord", state, "size") + 1)), "keys")

    prev, at_ns, balances = bytes(32), None, {}
    for key, (_, entry) in zip(keys, log):
        try:
            at_ns = verify_entry(form, key, entry, prev, at_ns, balances)
        except Invalid as invalid:
            raise Invalid(f"entry {key}: {invalid}") from None
        prev = leaf_hash(entry)
        if key == 1:
            demand(prev == form.get("MetaRecord", state, "genesis"), "entry 1: genesis hash")
    demand(prev == form.get("MetaRecord", state, "head"), f"entry {len(log)}: head")
    for asset in {asset for asset, _ in balances}:
        total = sum(amount for (of, _), amount in balances.items() if of == asset)
        demand(total == 0, f"asset {asset} does not sum to zero")
    return len(log)


def verify_entry(form: Format, key: int, entry: bytes, prev: bytes, at_ns, balances: dict) -> int:
    def header(field: str):
        return form.get("EntryHeader", entry, field)

    start = form.bytes["EntryHeader"]
    demand(len(entry) >= start, "shorter than its header")
    demand(header("prev") == prev, "broken chain")
    demand(header("format") == 1 and header("reserved") == 0, "format or reserved")
    demand(header("payload_bytes") == len(entry) - start, "payload_bytes")
    demand(header("sequence") == key and header("rule_set") < key, "sequence or rule_set")
    demand(at_ns is None or header("at_ns") >= at_ns, "time")

    command = entry[start : start + header("command_bytes")]
    name = form.commands.get(header("kind"))
    demand(name is not None and len(command) == form.bytes[name], "command's size")
    demand(form.get("CommandHeader", command, "size") == len(command), "command's size")
    for field in ("kind", "actor", "approver"):
        demand(form.get("CommandHeader", command, field) == header(field), field)
    demand(key != 1 or name == "GenesisCommand", "no genesis")

    events, index = entry[start + len(command) :], 0
    while events:
        size = form.get("EventHeader", events, "size")
        kind = form.events.get(form.get("EventHeader", events, "kind"))
        demand(kind is not None and form.bytes[kind] == size <= len(events), "event's size")
        demand(form.get("EventHeader", events, "index") == index, "event's index")
        if kind == "PostingEvent":
            post(form, events[:size], balances)
        events, index = events[size:], index + 1
    demand(index == header("events_count"), "events_count")
    sources = {4294967041, 4294967042}
    demand(all(v >= 0 or a in sources for (_, a), v in balances.items()), "an account below zero")
    return header("at_ns")


def post(form: Format, posting: bytes, balances: dict) -> None:
    asset, debit, credit, amount = (
        form.get("PostingEvent", posting, field)
        for field in ("asset", "debit_account", "credit_account", "amount")
    )
    demand(amount > 0 and debit != credit, "a posting that is none")
    balances[asset, debit] = balances.get((asset, debit), 0) - amount
    balances[asset, credit] = balances.get((asset, credit), 0) + amount


def main() -> int:
    form = Format(Path(sys.argv[1]).read_text())
    entries = 60
    with tempfile.TemporaryDirectory(prefix="emx-ledger-") as folder:
        subprocess.run([sys.argv[2], folder, "6", str(entries // 6)], check=True, capture_output=True)
        ledger = Path(folder) / "ledger"
        log, meta = dump(ledger, "log"), dump(ledger, "meta")
        clean = (ledger / "clean").read_text()

    verified = verify(form, log, meta)
    assert verified == entries, f"{verified} entries"
    assert clean == f"{entries} {leaf_hash(log[-1][1]).hex()}\n", clean
    print(f"valid: {verified} entries")

    missed = []
    changes = 0
    for number, (key, entry) in enumerate(log):
        for place in range(number % 7, len(entry), 7):
            changed = bytes(b ^ (i == place) for i, b in enumerate(entry))
            changes += 1
            try:
                verify(form, [*log[:number], (key, changed), *log[number + 1 :]], meta)
                missed.append(f"entry {number + 1} byte {place}")
            except Invalid:
                pass
        if number > 12:
            break
    for what, fewer in (("first", log[1:]), ("last", log[:-1]), ("middle", log[:30] + log[31:])):
        try:
            verify(form, fewer, meta)
            missed.append(f"{what} entry dropped")
        except Invalid:
            pass
    print(f"{changes} changed bytes, {len(missed)} missed", *missed[:10], sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
