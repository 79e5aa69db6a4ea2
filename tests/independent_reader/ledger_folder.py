"""The files of a ledger's folder, as FORMAT.md, "Files", lists them; LMDB's by mdb_dump."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from faults import Invalid, demand

Records = list[tuple[bytes, bytes]]  # keys and values, in the table's order


class Ledger(NamedTuple):
    log: Records
    meta: Records
    clean: bytes | None = None
    signed: bytes | None = None
    checkpoints: bytes | None = None


def dump_tables(folder: Path) -> dict[str, Records]:
    """Each table by its name, as mdb_dump prints them: hexadecimal, a line each."""
    command = ["mdb_dump", "-a", folder]
    finished = subprocess.run(command, capture_output=True, text=True)
    demand(finished.returncode == 0, f"mdb_dump cannot read it: {finished.stderr.strip()}")
    tables = {}
    for part in finished.stdout.split("DATA=END\n")[:-1]:
        header, body = part.split("HEADER=END\n")
        lines = body.split()
        name = re.search("^database=(.*)$", header, re.MULTILINE)[1]
        tables[name] = [
            (bytes.fromhex(key), bytes.fromhex(value))
            for key, value in zip(lines[::2], lines[1::2])
        ]
    return tables


def read_ledger(folder: Path) -> Ledger:
    tables = dump_tables(folder)
    demand(set(tables) == {"log", "meta"}, f"it has other tables: {', '.join(sorted(tables))}")

    def text_of(name: str) -> bytes | None:
        file = folder / name
        return file.read_bytes() if file.exists() else None

    return Ledger(
        tables["log"], tables["meta"], text_of("clean"), text_of("signed"), text_of("checkpoints")
    )


def read_point(data: bytes) -> tuple[int, bytes]:
    """The line of `clean` and of `signed`: a number of entries, and a hash."""
    found = re.fullmatch(rb"(0|[1-9][0-9]*) ([0-9a-f]{64})\n", data)
    if not found or int(found[1]) >= 2**64:
        raise Invalid("it is damaged")
    return int(found[1]), bytes.fromhex(found[2].decode())
