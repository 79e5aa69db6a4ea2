#!/usr/bin/env python3
"""Verifies a ledger from FORMAT.md, the RFCs that it names, and nothing else.

verify.py DIR [KEY...]   DIR: the folder that has data.mdb; KEY: a venue's key, as `emx keygen`
                         prints it; with none, signatures are not checked
Exit code 0: valid; 1: not; 2: cannot be judged.
"""

from __future__ import annotations

import sys
from pathlib import Path

from entries import EntryReader
from faults import Invalid
from ledger_folder import read_ledger
from notes import read_key
from tables import read_format
from verdict import Verdict, judge


def main(arguments: list[str]) -> int:
    try:
        keys = [read_key(text) for text in arguments[1:]]
        ledger = read_ledger(Path(arguments[0]))
        verdict = judge(EntryReader(read_format()), ledger, keys)
    except Invalid as invalid:
        verdict = Verdict("invalid", reason=str(invalid))
    for name, value in verdict._asdict().items():
        print(f"{name}: {value}")
    return {"valid": 0, "invalid": 1}.get(verdict.verdict, 2)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
