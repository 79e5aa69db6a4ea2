#!/usr/bin/env python3
"""The independent reader and `emx audit verify` agree, on a ledger of emxd and on damaged copies.

ledgers_test.py EMX DIR KEY KEY_FILE PERCENT|NAME
  EMX: the program; DIR: what emxd wrote; KEY: the venue's, as text; KEY_FILE: its private one, for
  forgeries; PERCENT: how many of the changes, 1000 for a long run; NAME: only one, as a difference
  is told ("byte_of_entry 7"), whose copy is kept beside DIR
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import damage
from entries import EntryReader
from ledger_folder import read_ledger
from notes import Key, read_checkpoint, read_key, read_note
from rewriting import seed_of_pem, write_ledger
from tables import read_format
from verdict import Verdict, judge

WORKERS = 2


class Comparison:
    def __init__(self, emx: str, original: Path, key_text: str, key_file: Path) -> None:
        self.emx = emx
        self.key_text = key_text
        self.key: Key = read_key(key_text)
        self.seed = seed_of_pem(key_file)
        self.reader = EntryReader(read_format())
        self.original = original
        self.ledger = read_ledger(original / "ledger")

    def audit(self, folder: Path, keys: list[Key]) -> dict:
        command = [self.emx, "audit", "verify", folder, "--json"]
        command += ["--venue-key", self.key_text] if keys else []
        return json.loads(subprocess.run(command, capture_output=True, text=True).stdout)

    def make(self, kind, number: int) -> damage.Change:
        """Change `number` of a kind: the same whenever it is asked for, on the same ledger."""
        seeded = random.Random(f"{kind.__name__} {number}")
        case = damage.Case(self.reader, self.ledger, self.key, self.seed, seeded, number)
        return kind(case)

    def compare(self, folder: Path, kind, number: int, sees: str) -> tuple[str, str]:
        """What the verdict was, and words for a difference."""
        change = self.make(kind, number)
        write_ledger(folder / "ledger", change.ledger)
        keys = [] if change.keyless else [self.key]
        ours = judge(self.reader, read_ledger(folder / "ledger"), keys)
        theirs = self.audit(folder, keys)
        agreed = sees == damage.BOTH and named_by(theirs) == ours.named()
        if sees == damage.REPLAY:
            agreed = self.is_for_replay(change, ours, theirs)
        if agreed:
            return ours.verdict, ""
        return ours.verdict, (
            f"{kind.__name__} {number}: {change.words}\n"
            f"  reader: {ours.named()} {ours.reason}\n"
            f"  audit:  {named_by(theirs)} {theirs['reason']}"
        )

    def is_for_replay(self, change: damage.Change, ours: Verdict, theirs: dict) -> bool:
        """The audit names the entry that was altered. The reader, which does not replay, finds
        nothing; or the first checkpoint that was signed with the entry as it was."""
        expected = ("valid", None, None)
        if change.ledger.checkpoints == self.ledger.checkpoints:
            notes = damage.Case(self.reader, self.ledger, self.key, self.seed, random).notes()
            sizes = [read_checkpoint(read_note(note[:-1]).text).size for note in notes]
            if change.entry <= sizes[-1]:
                first = next(n for n, size in enumerate(sizes, 1) if size >= change.entry)
                expected = ("invalid", None, first)
        return ours.named() == expected and named_by(theirs) == ("invalid", change.entry, None)


def named_by(audit: dict) -> tuple:
    """Verdict, entry and checkpoint; the checkpoint only where it is what the verdict is about."""
    first_bad = audit.get("first_bad")
    bad = audit.get("checkpoints", {}).get("bad")
    return audit["verdict"], first_bad, None if first_bad is not None else bad


def tasks_of(which: str) -> list[tuple]:
    """Kind, number and who sees it, of the changes that are wanted; below 100 % of some kinds."""
    if not which.isdecimal():
        name, number = which.split()
        return [(kind, int(number), sees) for kind, _, sees in damage.KINDS if kind.__name__ == name]
    times_all = max(1, int(which) // 100)
    tasks = [
        (kind, number, sees)
        for kind, times, sees in damage.KINDS
        for number in range(times * times_all)
    ]
    return tasks[:: max(1, 100 // int(which))]


def main(arguments: list[str]) -> int:
    emx, original, key_text, key_file, which = arguments
    comparison = Comparison(emx, Path(original), key_text, Path(key_file))

    whole = comparison.audit(Path(original), [comparison.key])
    ours = judge(comparison.reader, comparison.ledger, [comparison.key])
    facts = (whole["verdict"], whole["entries"], whole["head"], whole["checkpoints"]["count"])
    if facts != (ours.verdict, ours.entries, ours.head, ours.checkpoints) or not ours.checkpoints:
        print(f"the ledger itself: audit {facts}, reader {ours}")
        return 1

    tasks = tasks_of(which)
    memory = Path("/dev/shm")
    counts: dict[str, int] = {}
    differences = []
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as temporary:

        def run(at: int) -> None:
            folder = Path(temporary) / str(at)
            verdict, words = comparison.compare(folder, *tasks[at])
            counts[verdict] = counts.get(verdict, 0) + 1
            if words:
                differences.append(words)
            if which.isdecimal():
                shutil.rmtree(folder)

        with ThreadPoolExecutor(WORKERS) as workers:
            list(workers.map(run, range(len(tasks))))
        if not which.isdecimal():
            shutil.copytree(Path(temporary) / "0", Path(original).parent / "changed")
            print(f"the changed copy: {Path(original).parent / 'changed'}")
    print(f"{ours.entries} entries, {ours.checkpoints} checkpoints; {len(tasks)} changes: {counts}")
    print(f"{len(differences)} differences", *sorted(differences), sep="\n")
    return 1 if differences else 0


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
