"""What the venue has signed, against the entries: FORMAT.md, "Checkpoints", and point 10 of "What
makes a ledger valid"."""

from __future__ import annotations

from entries import Entry
from faults import Invalid, demand
from ledger_folder import Ledger, read_point
from notes import MARK, TORN_BYTES_MAX, Checkpoint, Key, demand_signature, origin_of
from notes import read_checkpoint, read_note, split_notes
from tables import Format
from tree import Tree

ZEROS = bytes(32)


class Checkpoints:
    """Takes each entry, and then judges the files."""

    def __init__(self, form: Format, ledger: Ledger, keys: list[Key]) -> None:
        self.form = form
        self.ledger = ledger
        self.keys = keys
        self.tree = Tree()
        self.roots: list[bytes] = [ZEROS]  # of the first n entries
        self.entries: list[Entry | None] = [None]
        self.good: list[Checkpoint] = []

    def take(self, entry: Entry) -> None:
        self.tree.add(entry.leaf)
        self.roots.append(self.tree.root())
        self.entries.append(entry)

    def judge(self) -> None:
        """Once the entries are good. Raises Invalid at the checkpoint that is at fault."""
        guard = self.read_guard()
        data = self.ledger.checkpoints or b""
        notes, rest = split_notes(data)
        left = len(data)
        for number, note in enumerate(notes, 1):
            try:
                checkpoint = self.check_form(note)
            except Invalid as invalid:
                if is_torn(data[-left:]):
                    break
                raise Invalid(f"checkpoint {number}: {invalid}", checkpoint=number) from None
            try:
                self.check_content(checkpoint, note)
            except Invalid as invalid:
                raise Invalid(f"checkpoint {number}: {invalid}", checkpoint=number) from None
            self.good.append(checkpoint)
            left -= len(note) + 1
        if left > TORN_BYTES_MAX:
            number = len(self.good) + 1
            raise Invalid(f"checkpoint {number}: it does not end", checkpoint=number)
        self.judge_end(guard, left)

    def read_guard(self) -> tuple[int, bytes] | None:
        if self.ledger.signed is None:
            return None
        try:
            size, root = read_point(self.ledger.signed)
            demand(size != 0 or root == ZEROS, "it has a root of nothing")
        except Invalid as invalid:
            raise Invalid(f"`signed`: {invalid}") from None
        return size, root

    def check_form(self, data: bytes) -> Checkpoint:
        return read_checkpoint(read_note(data).text)

    def check_content(self, checkpoint: Checkpoint, data: bytes) -> None:
        if self.keys:
            demand_signature(read_note(data), checkpoint.origin, self.keys)
        size = checkpoint.size
        demand(not self.good or size > self.good[-1].size, "it has no more than the one before it")
        demand(size <= self.tree.size, "it has more entries than the ledger")
        demand(checkpoint.origin == self.origin(), "it is another ledger's")
        demand(checkpoint.root == self.roots[size], "it has another root")
        demand(checkpoint.head == self.entries[size].leaf, "it has another head")
        demand(checkpoint.digest == self.entries[size].digest, "it has another digest")

    def origin(self) -> bytes:
        genesis = self.entries[1]
        return origin_of(self.form["GenesisCommand"].get(genesis.command, "venue"))

    def judge_end(self, guard: tuple[int, bytes] | None, torn_bytes: int) -> None:
        last = self.good[-1].size if self.good else 0
        following = len(self.good) + 1
        size, root = guard or (0, ZEROS)
        demand(guard is not None or last == 0, "`signed` is missing, and there are checkpoints")
        demand(size <= self.tree.size, "`signed` has more entries than the ledger")
        demand(size >= last, "`signed` is behind the last checkpoint")
        demand(size == 0 or root == self.roots[size], "`signed` has another root")
        if self.ledger.clean is not None and torn_bytes:
            raise Invalid(f"{torn_bytes} bytes at the end are no checkpoint", checkpoint=following)
        if self.ledger.clean is not None and size != last:
            raise Invalid("the last checkpoint is gone", checkpoint=following)
        demand(bool(self.good) or not self.keys, "nothing is signed with the given keys")


def is_torn(rest: bytes) -> bool:
    """Whether this is what a killed writer may leave: not too much, and no checkpoint in it."""
    if len(rest) > TORN_BYTES_MAX:
        return False
    begin = 0
    while True:
        notes, _ = split_notes(rest[begin:])
        if notes and is_checkpoint(notes[0]):
            return False
        # Another begins after a line that is a signature, and an empty one.
        while True:
            gap = rest.find(b"\n\n", begin)
            if gap < 0:
                return True
            begin = gap + 2
            if rest[rest.rfind(b"\n", 0, gap) + 1 :].startswith(MARK):
                break


def is_checkpoint(data: bytes) -> bool:
    try:
        read_checkpoint(read_note(data).text)
    except Invalid:
        return False
    return True
