#!/usr/bin/env python3
"""The reader finds each of a number of changed bytes in a small ledger: sample_test.py WRITER

WRITER (ledger_writer) makes the ledger: entries of every size, without a venue's key.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from entries import EntryReader, leaf_hash
from ledger_folder import read_ledger
from tables import read_format
from verdict import judge

ENTRIES = 60
CHANGED_ENTRIES = 14
STEP = 7  # bytes between two that are changed


def main() -> int:
    reader = EntryReader(read_format())
    with tempfile.TemporaryDirectory(prefix="emx-ledger-") as folder:
        command = [sys.argv[1], folder, "6", str(ENTRIES // 6)]
        subprocess.run(command, check=True, capture_output=True)
        ledger = read_ledger(Path(folder) / "ledger")

    whole = judge(reader, ledger, [])
    assert (whole.verdict, whole.entries) == ("valid", ENTRIES), whole
    assert ledger.clean == f"{ENTRIES} {leaf_hash(ledger.log[-1][1]).hex()}\n".encode()
    print(f"valid: {whole.entries} entries")

    missed, changes = [], 0
    for number, (key, entry) in enumerate(ledger.log[:CHANGED_ENTRIES], 1):
        for place in range(number % STEP, len(entry), STEP):
            log = list(ledger.log)
            log[number - 1] = key, bytes(b ^ (i == place) for i, b in enumerate(entry))
            changes += 1
            if judge(reader, ledger._replace(log=log), []).named() != ("invalid", number, None):
                missed.append(f"entry {number} byte {place}")
    for number in (1, 31, ENTRIES):
        log = [record for at, record in enumerate(ledger.log, 1) if at != number]
        changes += 1
        if judge(reader, ledger._replace(log=log), []).named() != ("invalid", number, None):
            missed.append(f"entry {number} dropped")
    print(f"{changes} changes, {len(missed)} missed or named otherwise", *missed[:10], sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
