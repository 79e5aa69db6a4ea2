#!/usr/bin/env python3
"""The independent reader and `emx audit verify-receipt` agree, on receipts of a ledger of emxd, on
proofs of consistency, and on forged ones.

receipts_test.py EMX DIR KEY KEY_FILE PERCENT|NAME    as ledgers_test.py
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, NamedTuple

import ed25519
from entries import EntryReader
from faults import Invalid
from ledger_folder import read_ledger
from notes import WITNESS, Key, read_key, split_notes
from receipts import Receipts, file_text, json_of, proven_of
from rewriting import seed_of_pem, signature_line
from tables import read_format

WORKERS = 2
WITNESS_NAME = b"regulator"
WITNESS_SEED = b"\7" * 32


def witness_text() -> str:
    data = bytes([WITNESS]) + ed25519.public_key(WITNESS_SEED)
    key_id = hashlib.sha256(WITNESS_NAME + b"\n" + data).digest()[:4]
    return f"{WITNESS_NAME.decode()}+{key_id.hex()}+{base64.b64encode(data).decode()}"


def witness_key() -> Key:
    return read_key(witness_text())


class Case(NamedTuple):
    receipts: Receipts
    files: list[bytes]  # as the audit wrote them
    notes: list[str]  # of the ledger's checkpoints
    seed: bytes  # of the venue's private key
    random: random.Random

    def some(self, of_trade: bool = False) -> dict:
        files = [f for f in map(json.loads, self.files) if not of_trade or f.get("trade_no")]
        return self.random.choice(files)

    def told_again(self, value: dict) -> bytes:
        """With `says` as these entries have it: what a forger would write."""
        entry, definitions = proven_of(value), [proven_of(d) for d in value["definitions"]]
        fields = (value["trade_no"], value["checkpoint"], entry, definitions)
        return file_text(self.receipts.receipt_of(*fields)).encode()


def nothing(case: Case) -> tuple[bytes, str]:
    return case.random.choice(case.files), "nothing"


def byte(case: Case) -> tuple[bytes, str]:
    data = case.random.choice(case.files)
    at = case.random.randrange(len(data))
    changed = data[at] ^ case.random.randint(1, 127)
    return data[:at] + bytes([changed]) + data[at + 1 :], f"byte {at}"


def cut(case: Case) -> tuple[bytes, str]:
    data = case.random.choice(case.files)
    left = case.random.randrange(len(data))
    return data[:left], f"cut to {left} bytes"


def written_otherwise(case: Case) -> tuple[bytes, str]:
    value = case.some()
    data, words = case.random.choice(
        [
            (json.dumps(value, indent=4, ensure_ascii=False) + "\n", "indented by four"),
            (json.dumps(value, indent=2, ensure_ascii=False), "without its last line's end"),
            (json.dumps(value, indent=2) + "\n", "in ASCII"),
            (file_text(dict(reversed(value.items()))), "keys in another order"),
            (file_text(value | {"note": "x"}), "with another key"),
            (file_text({k: v for k, v in value.items() if k != "proof"}), "without a proof"),
            (file_text([value]), "within a list"),
        ]
    )
    return data.encode(), words


def number(case: Case) -> tuple[bytes, str]:
    value = case.some()
    key = case.random.choice([key for key in ("entry", "trade_no", "from") if key in value])
    value[key] = case.random.choice([0, 1, value[key] + 1, abs(value[key] - 1), -1, 2**64, "1", 1.0])
    return file_text(value).encode(), f"{key} {value[key]!r}"


def said(case: Case) -> tuple[bytes, str]:
    value = case.some(of_trade=True)
    key = case.random.choice([key for key in value["says"]])
    was = value["says"][key]
    value["says"][key] = was + 1 if type(was) is int else f"{was}x" if type(was) is str else None
    return file_text(value).encode(), f"says another {key}"


def path(case: Case) -> tuple[bytes, str]:
    value = case.some()
    sides = value["proof"]
    other = base64.b64encode(case.random.randbytes(32)).decode()
    at = case.random.randrange(len(sides) + 1)
    value["proof"], words = case.random.choice(
        [
            (sides[:-1], "without its last hash"),
            (sides[1:], "without its first hash"),
            ([*sides, other], "with a hash more"),
            (list(reversed(sides)), "turned round"),
            ([*sides[:at], other, *sides[at + 1 :]], f"with another hash {at}"),
            ([*sides, *[other] * 64], "of too many"),
        ]
    )
    return file_text(value).encode(), f"proof {words}"


def bytes_of_entry(case: Case) -> tuple[bytes, str]:
    """An amount is another, and so is what the receipt says."""
    value = case.some(of_trade=True)
    entry = bytearray(base64.b64decode(value["entry_bytes"]))
    at = case.random.randrange(len(entry))
    entry[at] ^= 1
    value["entry_bytes"] = base64.b64encode(entry).decode()
    return told_again_or_not(case, value, f"byte {at} of its entry")


def definitions(case: Case) -> tuple[bytes, str]:
    """What is not proven: definitions may be any that stand in the ledger before the trade, of the
    kinds and in the order of the document."""
    value, other = case.some(of_trade=True), case.some(of_trade=True)
    mine, theirs = value["definitions"], other["definitions"]
    instrument, buyer, firm, seller, other_firm = mine
    at = case.random.randrange(len(mine))
    value["definitions"], words = case.random.choice(
        [
            (theirs, "of another trade"),
            ([], "left out"),
            (mine[:at] + mine[at + 1 :], f"without number {at}"),
            (list(reversed(mine)), "turned round"),
            ([*mine, firm], "with one twice"),
            ([instrument], "of the instrument only"),
            ([buyer, firm, seller, other_firm], "of the facilities only"),
            ([buyer, instrument, seller], "with the instrument within"),
            ([instrument, instrument], "of the instrument twice"),
            ([instrument, buyer, other_firm, seller], "with the other's firm"),
            ([instrument, buyer, json_of(proven_of(other))], "with a trade among them"),
        ]
    )
    return told_again_or_not(case, value, f"definitions {words}")


def definitions_of_entry(case: Case) -> tuple[bytes, str]:
    """A proof of an entry names nothing, so it may have any that are not after it."""
    values = [value for value in map(json.loads, case.files) if value.get("trade_no") == 0]
    value, other = case.random.choice(values), case.random.choice(values)
    value["definitions"] = [json_of(proven_of(other))]
    words = f"entry {value['entry']} with entry {other['entry']} as a definition"
    return told_again_or_not(case, value, words)


def told_again_or_not(case: Case, value: dict, words: str) -> tuple[bytes, str]:
    try:
        return case.told_again(value), words + ", told again"
    except Invalid:
        return file_text(value).encode(), words


def checkpoint(case: Case) -> tuple[bytes, str]:
    """Another of the ledger's checkpoints; or the same one of another size, or signed by others."""
    value = case.some()
    note = value["checkpoint"]
    text = note.split("\n\n")[0].encode() + b"\n"
    name = text.split(b"\n")[0]
    own_id = case.receipts.keys[0].id
    stranger = case.random.randbytes(32)
    smaller = re.sub(rb"\n(\d+)\n", lambda size: b"\n%d\n" % (int(size[1]) - 1), text, count=1)
    again = re.sub(rb"digest .*", b"digest " + b"0" * 16, text)

    def signed(what: bytes, seed: bytes, key_id: bytes) -> str:
        return (what + b"\n" + signature_line(seed, name, key_id, what)).decode()

    value["checkpoint"], words = case.random.choice(
        [
            (case.random.choice(case.notes), "is another"),
            (signed(text, stranger, own_id), "signed by a stranger under the venue's id"),
            (signed(text, stranger, b"abcd"), "signed by a stranger under an own id"),
            (signed(smaller, case.seed, own_id), "signed by the venue for one entry fewer"),
            (signed(again, case.seed, own_id), "signed by the venue for another digest"),
            (signed(text, case.seed, own_id) * 2, "twice"),
            (note + note.split("\n\n")[1], "with its signature twice"),
            (note[:-1], "without its last line's end"),
            (base64_otherwise(note), "with its signature in other base64"),
        ]
    )
    return file_text(value).encode(), f"checkpoint {words}"


def base64_otherwise(note: str) -> str:
    """The same bytes: the two bits before the padding say nothing."""
    return re.sub("(.)=\n$", lambda last: chr(ord(last[1]) + 1) + "=\n", note)


def consistency(case: Case) -> tuple[bytes, str]:
    values = [value for value in map(json.loads, case.files) if "from" in value]
    value, other = case.random.sample(values, 2)
    key = case.random.choice(["from", "from_root", "from_root", "proof"])
    value[key] = other[key]
    return file_text(value).encode(), f"consistency from {value['from']} with another {key}"


# A witness's signature beside the venue's. Who verifies asks for it.


def cosigned(case: Case) -> tuple[bytes, str]:
    value = case.some()
    text = value["checkpoint"].split("\n\n")[0].encode() + b"\n"
    seed, at_s = WITNESS_SEED, 1_800_000_000
    message = b"cosignature/v1\ntime %d\n" % at_s + text
    time, words = at_s, "of a witness"
    if case.random.random() < 0.5:
        seed, words = case.random.choice([(seed, words), (bytes(32), words + " with another key")])
        time = at_s + case.random.choice([0, 1])
    blob = witness_key().id + time.to_bytes(8, "big") + ed25519.sign(seed, message)
    line = "\u2014 ".encode() + WITNESS_NAME + b" " + base64.b64encode(blob) + b"\n"
    value["checkpoint"] += line.decode()
    return file_text(value).encode(), f"signature {words}, {time - at_s} s later than signed"


KINDS: list[tuple[Callable[[Case], tuple[bytes, str]], int]] = [
    (nothing, 6),
    (byte, 12),
    (cut, 2),
    (written_otherwise, 8),
    (number, 8),
    (said, 8),
    (path, 10),
    (bytes_of_entry, 8),
    (definitions, 24),
    (definitions_of_entry, 4),
    (checkpoint, 16),
    (consistency, 12),
    (cosigned, 6),
]


def make_files(emx: str, ledger: str, sizes: list[int]) -> list[bytes]:
    """Receipts of trades and entries, and proofs of consistency."""
    last = sizes[-1]
    wanted = [["receipt", ledger, "--trade", str(trade)] for trade in (1, 4, 7, 10)]
    wanted += [["prove", ledger, "--entry", str(entry)] for entry in (1, last // 2, last)]
    wanted += [["prove", ledger, "--from", str(size)] for size in (1, 1_024, sizes[0], last)]
    wanted += [["prove", ledger, "--from", str(sizes[0] - 1), "--to", str(sizes[1])]]
    return [
        subprocess.run([emx, "audit", *words], check=True, capture_output=True).stdout
        for words in wanted
    ]


def main(arguments: list[str]) -> int:
    emx, folder, key_text, key_file, which = arguments
    venue, reader = read_key(key_text), EntryReader(read_format())
    data = read_ledger(Path(folder) / "ledger").checkpoints
    notes = [note.decode() for note in split_notes(data)[0]]
    files = make_files(emx, folder, [int(note.split("\n")[1]) for note in notes])
    seed = seed_of_pem(Path(key_file))

    def compare(place: Path, kind: Callable, number_of_kind: int) -> tuple[str, str]:
        seeded = random.Random(f"{kind.__name__} {number_of_kind}")
        case = Case(Receipts(reader, [venue]), files, notes, seed, seeded)
        changed, words = kind(case)
        place.write_bytes(changed)
        command = [emx, "audit", "verify-receipt", place, "--json", "--venue-key", key_text]
        keys = [venue]
        if kind is cosigned:
            command += ["--witness-key", witness_text()]
            keys.append(witness_key())
        theirs = json.loads(subprocess.run(command, capture_output=True).stdout)
        ours, reason = "valid", ""
        try:
            Receipts(reader, keys).verify(changed)
        except Invalid as invalid:
            ours, reason = "invalid", str(invalid)
        if ours == theirs["verdict"]:
            return ours, ""
        told = f"{kind.__name__} {number_of_kind}: {words}\n  reader: {ours} {reason}\n"
        return ours, f"{told}  audit:  {theirs['verdict']} {theirs['reason']}"

    if which.isdecimal():
        times_all = max(1, int(which) // 100)
        tasks = [(kind, n) for kind, times in KINDS for n in range(times * times_all)]
        tasks = tasks[:: max(1, 100 // int(which))]
    else:
        name, wanted = which.split()
        tasks = [(kind, int(wanted)) for kind, _ in KINDS if kind.__name__ == name]
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(WORKERS) as workers:
        found = list(
            workers.map(lambda at: compare(Path(temporary) / str(at), *tasks[at]), range(len(tasks)))
        )
    counts = {verdict: [v for v, _ in found].count(verdict) for verdict in ("valid", "invalid")}
    differences = sorted(words for _, words in found if words)
    print(f"{len(files)} files; {len(tasks)} changes: {counts}")
    print(f"{len(differences)} differences", *differences, sep="\n")
    return 1 if differences or not counts["valid"] else 0


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
