"""The tables of FORMAT.md, taken from the document itself: what it says is what is read."""

from __future__ import annotations

import re
import struct
from pathlib import Path

INTEGER = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i32": "i", "i64": "q"}
DOCUMENT = Path(__file__).resolve().parents[2] / "ledger" / "FORMAT.md"


class Record:
    """One record of the document: its bytes, and its fields by name."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.bytes = size
        self.fields: dict[str, tuple[int, int, str]] = {}

    def get(self, data: bytes, field: str):
        """An integer's value; the bytes of anything else, a text without the zeros behind it."""
        offset, size, kind = self.fields[field]
        if kind in INTEGER:
            return struct.unpack_from("<" + INTEGER[kind], data, offset)[0]
        raw = data[offset : offset + size]
        return raw.rstrip(b"\0") if kind == "text" else raw


class Format:
    """The records by name, and those of commands and events by kind; accounts by what they are."""

    def __init__(self, text: str) -> None:
        self.records: dict[str, Record] = {}
        self.commands: dict[int, Record] = {}
        self.events: dict[int, Record] = {}
        self.accounts: dict[str, int] = {}
        record = None
        heading = ""
        for line in text.splitlines():
            if line.startswith("#"):
                heading, record = line.lstrip("# "), None
            if found := re.match(r"### (\w+): (?:kind (\d+), )?(\d+) bytes", line):
                record = Record(found[1], int(found[3]))
                self.records[record.name] = record
                if found[2]:
                    of_kind = self.commands if record.name.endswith("Command") else self.events
                    of_kind[int(found[2])] = record
            elif record and (cells := re.match(r"\| (\d+) \| (\d+) \| ([\w ]+) \| (\w+) \|", line)):
                record.fields[cells[4]] = (int(cells[1]), int(cells[2]), cells[3])
            elif heading == "Account" and (cells := re.match(r"\| (\d+) \| (\w+)", line)):
                self.accounts[cells[2]] = int(cells[1])

    def __getitem__(self, name: str) -> Record:
        return self.records[name]


def read_format(document: Path = DOCUMENT) -> Format:
    return Format(document.read_text(encoding="utf-8"))
