#!/usr/bin/env python3
"""Verifies sealed segments: FORMAT.md, "Sealed segments"; nothing but the files and the venue's key.

sealed.py KEY FILE...               all segments from the first entry on, in any order
sealed.py --every-byte KEY FILE...  each byte of the last is changed in turn: all are found, with the
                                    hash at its end made right again as well
"""

from __future__ import annotations

import copy
import hashlib
import struct
import sys
from pathlib import Path

from entries import leaf_hash
from faults import Invalid, demand
from notes import Key, demand_signature, read_checkpoint, read_key, read_note
from tree import Tree

HEADER_BYTES = 128
HASH_BYTES = 32
ENTRY_HEADER_BYTES = 96


class Sealed:
    """The segments so far."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.prev = bytes(HASH_BYTES)  # leaf hash of the last entry
        self.genesis = bytes(HASH_BYTES)
        self.digest = 0

    def take(self, data: bytes, name: str, key: Key) -> None:
        """The next one, with the name of its file. Raises Invalid."""
        demand(len(data) >= HEADER_BYTES + HASH_BYTES, "it is too short")
        body, seal = data[:-HASH_BYTES], data[-HASH_BYTES:]
        demand(hashlib.sha256(body).digest() == seal, "its hash is not that of its bytes")
        magic, form, note_bytes, first, last = struct.unpack_from("<8sIIQQ", body)
        genesis, prev, root = body[32:64], body[64:96], body[96:128]
        demand(magic == b"EMXSEALD" and form == 1, "it is no sealed segment")
        demand(name == f"{first:020}-{last:020}.sealed", "its name is another's")
        demand(first == self.tree.size + 1 and last >= first, "its entries do not follow")
        demand(prev == self.prev, "it does not follow the entry before")
        at = HEADER_BYTES + note_bytes
        for sequence in range(first, last + 1):
            at = self.take_entry(body, at, sequence)
        demand(at == len(body), "there is more than its entries")
        demand(genesis == self.genesis, "its genesis is another")
        demand(root == self.tree.root(), "its root is another")
        self.check_note(body[HEADER_BYTES : HEADER_BYTES + note_bytes], key)

    def take_entry(self, data: bytes, at: int, sequence: int) -> int:
        """Where it ends."""
        demand(at + 4 <= len(data), "entries are missing")
        size = struct.unpack_from("<I", data, at)[0]
        entry = data[at + 4 : at + 4 + size]
        demand(len(entry) == size >= ENTRY_HEADER_BYTES, f"entry {sequence} does not fit")
        its_sequence = struct.unpack_from("<Q", entry, 8)[0]
        demand(its_sequence == sequence, f"entry {sequence} is another")
        demand(entry[64:96] == self.prev, f"entry {sequence} does not follow the one before")
        self.digest = struct.unpack_from("<Q", entry, 32)[0]
        self.prev = leaf_hash(entry)
        if sequence == 1:
            self.genesis = self.prev
        self.tree.add(self.prev)
        return at + 4 + size

    def check_note(self, data: bytes, key: Key) -> None:
        note = read_note(data)
        checkpoint = read_checkpoint(note.text)
        of = (checkpoint.size, checkpoint.root, checkpoint.head, checkpoint.digest)
        is_of_these = of == (self.tree.size, self.tree.root(), self.prev, self.digest)
        demand(is_of_these, "the note is of other entries")
        demand_signature(note, checkpoint.origin, [key])


def find_every_byte(before: Sealed, data: bytes, name: str, key: Key) -> str:
    """The first change of a byte that is not found, in words; empty: none."""
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        for mended in (False, True):
            if mended and at < len(data) - HASH_BYTES:
                changed[-HASH_BYTES:] = hashlib.sha256(changed[:-HASH_BYTES]).digest()
            try:
                copy.deepcopy(before).take(bytes(changed), name, key)
            except Invalid:
                continue
            return f"{name}: byte {at} was changed, and nothing was found"
    return ""


def main(arguments: list[str]) -> int:
    every_byte = arguments[0] == "--every-byte"
    key = read_key(arguments[every_byte])
    files = sorted((Path(file) for file in arguments[every_byte + 1 :]), key=lambda file: file.name)
    sealed = before = Sealed()
    for file in files:
        before = copy.deepcopy(sealed)
        try:
            sealed.take(file.read_bytes(), file.name, key)
        except Invalid as invalid:
            print(f"{file}: {invalid}")
            return 1
    print(f"{len(files)} segments, {sealed.tree.size} entries, root {sealed.tree.root().hex()}")
    if not every_byte:
        return 0
    missed = find_every_byte(before, files[-1].read_bytes(), files[-1].name, key)
    print(missed or "each changed byte was found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
