"""Signed notes and the checkpoints in them: FORMAT.md, "Checkpoints", and C2SP's signed-note."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import NamedTuple

from ed25519 import is_signed
from faults import Invalid, demand

NOTE_BYTES_MAX = 8_191
TORN_BYTES_MAX = 8_192
NAME_BYTES_MAX = 128
SIGNATURES_MAX = 16
VENUE, WITNESS = 1, 4  # the byte before a key
MARK = "\u2014 ".encode()


def bytes_of_base64(text: bytes) -> bytes:
    """RFC 4648, 4, and one way to write it."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("it is not in base64") from None
    demand(base64.b64encode(data) == text, "it is not in base64")
    return data


class Key(NamedTuple):
    name: bytes
    id: bytes
    kind: int
    public: bytes


def read_key(text: str) -> Key:
    """The text that who verifies is given: name, id and key with a + between."""
    name, key_id, key = text.encode().split(b"+", 2)
    data = bytes_of_base64(key)
    demand(len(data) == 33 and data[0] in (VENUE, WITNESS), "the key is none")
    expected = hashlib.sha256(name + b"\n" + data).digest()[:4]
    demand(key_id == expected.hex().encode(), "the key's id is another's")
    return Key(name, expected, data[0], data[1:])


class Note(NamedTuple):
    text: bytes  # what is signed
    signatures: list[tuple[bytes, bytes, bytes]]  # name, id, bytes


def is_name(name: bytes) -> bool:
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return False
    controls = any(ord(c) < 0x20 or ord(c) == 0x7F for c in text)
    return 0 < len(name) <= NAME_BYTES_MAX and not re.search(r"[\s+]", text) and not controls


def read_note(data: bytes) -> Note:
    """A whole note, and nothing else."""
    demand(len(data) <= NOTE_BYTES_MAX, "it is too long for a note")
    try:
        characters = data.decode()
    except UnicodeDecodeError:
        raise Invalid("it is not UTF-8") from None
    demand(not re.search("[\0-\x09\x0b-\x1f\x7f]", characters), "it has control characters")
    text, gap, signatures = data.rpartition(b"\n\n")
    demand(gap != b"" and data.endswith(b"\n"), "it has no signatures")
    lines = signatures[:-1].split(b"\n")
    demand(len(lines) <= SIGNATURES_MAX, "it has too many signatures")
    return Note(text + b"\n", [read_signature(line) for line in lines])


def read_signature(line: bytes) -> tuple[bytes, bytes, bytes]:
    demand(line.startswith(MARK), "a line is no signature")
    name, _, blob = line[len(MARK) :].partition(b" ")
    demand(is_name(name), "a signature has no name")
    data = bytes_of_base64(blob)
    demand(len(data) > 4, "a signature is too short")
    return name, data[:4], data[4:]


class Checkpoint(NamedTuple):
    origin: bytes
    size: int
    root: bytes
    head: bytes
    digest: int


def read_checkpoint(text: bytes) -> Checkpoint:
    form = rb"([^\n]+)\n([1-9][0-9]*)\n([^\n]+)\nhead ([0-9a-f]{64})\ndigest ([0-9a-f]{16})\n"
    found = re.fullmatch(form, text)
    demand(found is not None and is_name(found[1]), "it is no checkpoint of a ledger")
    root, size = bytes_of_base64(found[3]), int(found[2])
    demand(len(root) == 32 and size < 2**64, "it is no checkpoint of a ledger")
    return Checkpoint(found[1], size, root, bytes.fromhex(found[4].decode()), int(found[5], 16))


def signed_message(note: Note, key: Key, signature: bytes) -> tuple[bytes, bytes]:
    """What the key's owner has signed, and the signature itself."""
    if key.kind == VENUE:
        return note.text, signature
    at_s = int.from_bytes(signature[:8], "big")
    return b"cosignature/v1\ntime %d\n" % at_s + note.text, signature[8:]


def has_signature_of(note: Note, key: Key) -> bool:
    """Whether the key has signed. Raises Invalid for a signature that is said to be the key's and
    is not."""
    found = False
    for name, key_id, signature in note.signatures:
        if (name, key_id) != (key.name, key.id):
            continue
        message, bare = signed_message(note, key, signature)
        demand(is_signed(key.public, message, bare), "a signature is wrong")
        found = True
    return found


def demand_signature(note: Note, origin: bytes, keys: list[Key]) -> None:
    """One of the venue's keys at least has signed, and none of them wrongly."""
    venue_keys = [key for key in keys if key.kind == VENUE and key.name == origin]
    signed = [has_signature_of(note, key) for key in venue_keys]
    demand(any(signed), "no key of the venue has signed it")


def origin_of(venue: bytes) -> bytes:
    plain = re.compile(rb"[A-Za-z0-9._-]")
    escaped = (c if plain.match(c) else b"%%%02X" % ord(c) for c in (venue[i : i + 1] for i in range(len(venue))))
    return b"emx/" + b"".join(escaped)


def split_notes(data: bytes) -> tuple[list[bytes], bytes]:
    """The notes of a file of checkpoints, each without the empty line after it, and what is left.

    A note ends with the second empty line: the first is between its text and its signatures."""
    notes = []
    while True:
        gap = data.find(b"\n\n")
        end = data.find(b"\n\n", gap + 2) if gap >= 0 else -1
        if end < 0:
            return notes, data
        notes.append(data[: end + 1])
        data = data[end + 2 :]
