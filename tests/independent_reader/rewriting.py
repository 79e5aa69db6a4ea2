"""Ledgers written by a person with LMDB's tools, past everything that emx would refuse: for tests."""

from __future__ import annotations

import base64
import struct
import subprocess
from pathlib import Path

import ed25519
from entries import EntryReader, leaf_hash
from ledger_folder import Ledger, Records
from notes import MARK, Key
from tables import Format, INTEGER
from tree import Tree

ZEROS = bytes(32)
FLAGS = {"log": "integerkey=1\n", "meta": ""}


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """A new folder that has just these records and files."""
    folder.mkdir(parents=True)
    text = "".join(dump_text(name, getattr(ledger, name)) for name in FLAGS)
    subprocess.run(["mdb_load", folder], input=text, check=True, capture_output=True, text=True)
    for name in ("clean", "signed", "checkpoints"):
        if (data := getattr(ledger, name)) is not None:
            (folder / name).write_bytes(data)


def dump_text(table: str, records: Records) -> str:
    """As mdb_dump would print it, for mdb_load."""
    header = f"VERSION=3\nformat=bytevalue\ndatabase={table}\ntype=btree\n{FLAGS[table]}"
    body = "".join(f" {key.hex()}\n {value.hex()}\n" for key, value in records)
    return f"{header}mapsize=67108864\nHEADER=END\n{body}DATA=END\n"


def changed(form: Format, record: str, data: bytes, **values) -> bytes:
    """The bytes with other values in these fields."""
    result = bytearray(data)
    for field, value in values.items():
        offset, size, kind = form[record].fields[field]
        raw = struct.pack("<" + INTEGER[kind], value) if kind in INTEGER else value
        assert len(raw) == size
        result[offset : offset + size] = raw
    return bytes(result)


def numbered(values: list[bytes]) -> Records:
    return [(struct.pack("<Q", number), value) for number, value in enumerate(values, 1)]


def with_meta(form: Format, ledger: Ledger, **values) -> Ledger:
    key, data = ledger.meta[0]
    return ledger._replace(meta=[(key, changed(form, "MetaRecord", data, **values))])


def hashed_again(form: Format, ledger: Ledger, values: list[bytes]) -> Ledger:
    """These entries, chained from end to end, with the meta record and the mark that go with them."""
    prev, rows = ZEROS, []
    for value in values:
        rows.append(changed(form, "EntryHeader", value, prev=prev))
        prev = leaf_hash(rows[-1])
    ledger = with_meta(form, ledger, size=len(rows), head=prev, genesis=leaf_hash(rows[0]))
    clean = b"%d %s\n" % (len(rows), prev.hex().encode())
    return ledger._replace(log=numbered(rows), clean=clean)


def signature_line(seed: bytes, name: bytes, key_id: bytes, text: bytes) -> bytes:
    return MARK + name + b" " + base64.b64encode(key_id + ed25519.sign(seed, text)) + b"\n"


def signed_again(reader: EntryReader, ledger: Ledger, sizes: list[int], seed: bytes, key: Key) -> Ledger:
    """With checkpoints of these sizes, by whoever has the venue's own key."""
    tree, notes = Tree(), []
    for _, value in ledger.log:
        entry = reader.read(value)
        tree.add(entry.leaf)
        if tree.size in sizes:
            root = base64.b64encode(tree.root())
            fields = (key.name, tree.size, root, entry.leaf.hex().encode(), entry.digest)
            text = b"%s\n%d\n%s\nhead %s\ndigest %016x\n" % fields
            notes.append(text + b"\n" + signature_line(seed, key.name, key.id, text) + b"\n")
    guard = b"%d %s\n" % (tree.size, tree.root().hex().encode())
    return ledger._replace(checkpoints=b"".join(notes), signed=guard)


def seed_of_pem(file: Path) -> bytes:
    """The private key in a file of `emx keygen`: the last 32 bytes of what PKCS #8 has (RFC 8410)."""
    lines = file.read_text().splitlines()
    return base64.b64decode("".join(line for line in lines if not line.startswith("-")))[-32:]
