#!/usr/bin/env python3
"""Verifies a ledger, or a receipt, from FORMAT.md, the RFCs that it names, and nothing else.

verify.py DIR [KEY...]   DIR: the folder that has data.mdb; KEY: a venue's key, as `emx keygen`
                         prints it; with none, signatures are not checked
verify.py FILE KEY...    FILE: what `emx audit receipt` or `prove` wrote; KEY: a venue's, or that of a
                         witness who must have signed
Exit code 0: valid; 1: not; 2: cannot be judged.
"""

from __future__ import annotations

import sys
from pathlib import Path

from entries import EntryReader
from faults import Invalid
from ledger_folder import read_ledger
from notes import Key, read_key
from receipts import Receipts
from tables import read_format
from verdict import Verdict, judge


def verdict_of(place: Path, keys: list[Key]) -> Verdict:
    reader = EntryReader(read_format())
    try:
        if place.is_dir():
            return judge(reader, read_ledger(place), keys)
        Receipts(reader, keys).verify(place.read_bytes())
        return Verdict("valid")
    except Invalid as invalid:
        return Verdict("invalid", reason=str(invalid))


def main(arguments: list[str]) -> int:
    verdict = verdict_of(Path(arguments[0]), [read_key(text) for text in arguments[1:]])
    for name, value in verdict._asdict().items():
        print(f"{name}: {value}")
    return {"valid": 0, "invalid": 1}.get(verdict.verdict, 2)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
