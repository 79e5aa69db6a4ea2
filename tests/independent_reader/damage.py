"""What may be done to a ledger by who has its files: kinds of changes, each as often as it is worth.

A change takes the case (Case) and gives the changed ledger, and words for what was done. Its `sees`
says who can see it:
  BOTH    reader and audit give the same verdict, and name the same entry or checkpoint
  REPLAY  events were altered and all was hashed again from there on. Only a replay of the commands
          can see it: the audit names the entry, and the small reader takes the ledger for valid, or
          where checkpoints were left as they are, names the first that has the entry
"""

from __future__ import annotations

import random
import re
from typing import Callable, NamedTuple

from entries import EntryReader
from ledger_folder import Ledger
from notes import Key, read_checkpoint, read_note, split_notes
from rewriting import changed, hashed_again, numbered, signature_line, signed_again, with_meta

BOTH, REPLAY = "both", "replay"


class Case(NamedTuple):
    reader: EntryReader
    ledger: Ledger  # as emxd left it
    key: Key  # the venue's
    seed: bytes  # of the venue's private key
    random: random.Random
    number: int = 0  # of the change, among those of its kind

    def pick(self, options: list):
        """Each in turn, so that none is left out by chance."""
        return options[self.number % len(options)]

    @property
    def form(self):
        return self.reader.form

    def values(self) -> list[bytes]:
        return [value for _, value in self.ledger.log]

    def some_entry(self) -> int:
        """A number, the ends more often than others."""
        size = len(self.ledger.log)
        return self.random.choice([1, 2, size - 1, size] + [self.random.randint(1, size)] * 8)

    def notes(self) -> list[bytes]:
        """The checkpoints' notes, each with the empty line after it."""
        return [note + b"\n" for note in split_notes(self.ledger.checkpoints)[0]]

    def with_values(self, values: list[bytes]) -> Ledger:
        return self.ledger._replace(log=numbered(values))

    def without_signatures(self) -> Ledger:
        return self.ledger._replace(checkpoints=None, signed=None)


class Change(NamedTuple):
    ledger: Ledger
    words: str
    entry: int | None = None  # for REPLAY: the one that was altered
    keyless: bool = False  # for who has no key of the venue


def flipped(case: Case, data: bytes, at: int | None = None) -> tuple[bytes, int]:
    at = case.random.randrange(len(data)) if at is None else at
    mask = case.random.randint(1, 255)
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :], at


# Entries.


def nothing(case: Case) -> Change:
    return Change(case.ledger, "nothing")


def byte_of_entry(case: Case) -> Change:
    number, values = case.some_entry(), case.values()
    values[number - 1], at = flipped(case, values[number - 1])
    return Change(case.with_values(values), f"byte {at} of entry {number}")


def byte_near_end(case: Case) -> Change:
    """Where no later link tells who was changed."""
    values = case.values()
    number = len(values) - case.number % 2
    field = "digest" if case.number < 2 else "prev"
    at = case.form["EntryHeader"].fields[field][0]
    values[number - 1], _ = flipped(case, values[number - 1], at)
    return Change(case.with_values(values), f"{field} of entry {number}")


def byte_of_header(case: Case) -> Change:
    number, values = case.some_entry(), case.values()
    at = case.random.randrange(case.form["EntryHeader"].bytes)
    values[number - 1], _ = flipped(case, values[number - 1], at)
    return Change(case.with_values(values), f"byte {at} of entry {number}")


def version_of_genesis(case: Case) -> Change:
    """A ledger of another semantics version is not for this program to judge; a changed one is."""
    values = case.values()
    at = case.form["EntryHeader"].bytes + case.form["GenesisCommand"].fields["semantics_version"][0]
    values[0], _ = flipped(case, values[0], at + case.random.randrange(4))
    return Change(case.with_values(values), "semantics version of entry 1")


def entry_cut(case: Case) -> Change:
    number, values = case.some_entry(), case.values()
    left = case.random.randrange(len(values[number - 1]))
    values[number - 1] = values[number - 1][:left]
    return Change(case.with_values(values), f"entry {number} cut to {left} bytes")


def entry_dropped(case: Case) -> Change:
    number = case.some_entry()
    log = [record for at, record in enumerate(case.ledger.log, 1) if at != number]
    return Change(case.ledger._replace(log=log), f"entry {number} dropped")


def entry_dropped_and_closed_up(case: Case) -> Change:
    number, values = case.some_entry(), case.values()
    del values[number - 1]
    return Change(case.with_values(values), f"entry {number} dropped, later ones moved up")


def entries_renumbered(case: Case) -> Change:
    number, values = case.some_entry(), case.values()
    del values[number - 1]
    rows = [
        changed(case.form, "EntryHeader", value, sequence=at) for at, value in enumerate(values, 1)
    ]
    return Change(case.with_values(rows), f"entry {number} dropped, later ones renumbered")


def entries_swapped(case: Case) -> Change:
    values = case.values()
    first = case.some_entry()
    near = [n for n in (first - 1, first + 1) if 1 <= n <= len(values)]
    second = case.random.choice(near + [n for n in range(1, len(values) + 1) if n != first][:40])
    values[first - 1], values[second - 1] = values[second - 1], values[first - 1]
    words = f"entries {first} and {second} swapped"
    if case.random.random() < 0.5:
        for at in (first, second):
            values[at - 1] = changed(case.form, "EntryHeader", values[at - 1], sequence=at)
        words += ", with each other's numbers"
    return Change(case.with_values(values), words)


def entry_appended(case: Case) -> Change:
    values = case.values()
    entry = changed(case.form, "EntryHeader", values[-1], sequence=len(values) + 1)
    words = "the last entry appended again"
    if case.random.random() < 0.5:
        head = case.reader.read(values[-1]).leaf
        entry = changed(case.form, "EntryHeader", entry, prev=head)
        words += ", linked to the one before"
    return Change(case.with_values([*values, entry]), words)


def end_cut_off(case: Case) -> Change:
    values = case.values()
    left = len(values) - case.random.randint(1, 30)
    ledger, words = case.with_values(values[:left]), f"entries after {left} cut off"
    if case.random.random() < 0.7:
        head = case.reader.read(values[left - 1]).leaf
        ledger, words = with_meta(case.form, ledger, size=left, head=head), words + " in meta too"
    if case.random.random() < 0.3:
        ledger, words = ledger._replace(clean=None), words + ", mark removed"
    return Change(ledger, words)


def meta_byte(case: Case) -> Change:
    key, data = case.ledger.meta[0]
    fields = [offset for offset, _, _ in case.form["MetaRecord"].fields.values()]
    data, at = flipped(case, data, case.pick([*fields, *[None] * len(fields)]))
    return Change(case.ledger._replace(meta=[(key, data)]), f"byte {at} of the meta record")


def meta_size(case: Case) -> Change:
    size = len(case.ledger.log) + case.random.choice([-700, -3, -2, -1, 1, 2, 900])
    return Change(with_meta(case.form, case.ledger, size=size), f"meta record counts {size}")


def mark(case: Case) -> Change:
    values = case.values()
    number = case.some_entry()
    leaf = case.reader.read(values[number - 1]).leaf.hex().encode()
    zeros = b"0" * 64
    clean, words = case.pick(
        [
            (None, "removed"),
            (b"%d %s\n" % (number, leaf), f"of entry {number}"),
            (b"%d %s\n" % (len(values) + 7, leaf), "of more entries"),
            (b"%d %s\n" % (number, zeros), f"of entry {number} with another hash"),
            (b"0 %s\n" % zeros, "of no entry"),
            (flipped(case, case.ledger.clean)[0], "with a byte changed"),
            (b"", "empty"),
        ]
    )
    return Change(case.ledger._replace(clean=clean), f"mark of the last close {words}")


# Hashed again: what the bytes alone still show.


def malformed_and_hashed_again(case: Case) -> Change:
    """Its chain is whole, and its records or its times are not."""
    values = case.values()
    number = case.random.randint(2, len(values))
    entry = case.reader.read(values[number - 1])
    fields, words = case.pick(
        [
            ({"rule_set": number + 1}, "rule set is newer than itself"),
            ({"at_ns": 1}, "time is before all others"),
            ({"actor": 77_777}, "actor is another than the command's"),
            ({"events_count": len(entry.events) + 1}, "count of events is another"),
            ({"reserved": 1}, "reserved bytes are not 0"),
            ({"sequence": number + 1}, "sequence is the next one's"),
        ]
    )
    values[number - 1] = changed(case.form, "EntryHeader", values[number - 1], **fields)
    ledger = hashed_again(case.form, case.without_signatures(), values)
    return Change(ledger, f"entry {number} hashed again, whose {words}")


def overdrawn_and_hashed_again(case: Case) -> Change:
    """A facility gives more than it has."""
    sources = {case.form.accounts["bank"], case.form.accounts["registry"]}
    number, postings = case.random.choice(
        [
            (number, entry.postings)
            for number, entry in enumerate(map(case.reader.read, case.values()), 1)
            if any(posting.debit not in sources for posting in entry.postings)
        ]
    )
    amount = next(posting.amount for posting in postings if posting.debit not in sources)
    case_ledger = altered_event(
        case, number, "PostingEvent", lambda get: get("debit_account") not in sources,
        amount=amount + 10**15,
    )  # fmt: skip
    return Change(case_ledger, f"entry {number} hashed again, with an account overdrawn")


def altered_event(
    case: Case, number: int, name: str, wanted: Callable, base: Ledger | None = None, **values
) -> Ledger:
    """The first event of the entry that is wanted has other values, and all is hashed again."""
    rows = case.values()
    entry = case.reader.read(rows[number - 1])
    record = case.form[name]
    at = case.form["EntryHeader"].bytes + len(entry.command)
    for kind, event in entry.events:
        if kind == name and wanted(lambda field, event=event: record.get(event, field)):
            other = changed(case.form, name, event, **values)
            row = rows[number - 1]
            rows[number - 1] = row[:at] + other + row[at + len(event) :]
            return hashed_again(case.form, base or case.without_signatures(), rows)
        at += len(event)
    raise AssertionError(f"entry {number} has no such {name}")


# Hashed again: what only a replay shows.


def entries_with(case: Case, name: str) -> list[int]:
    entries = enumerate(map(case.reader.read, case.values()), 1)
    return [number for number, entry in entries if any(kind == name for kind, _ in entry.events)]


def replay_only(case: Case, base: Ledger) -> Change:
    """One of the ways to write another history that still balances."""
    name, field, value = case.pick(
        [
            ("TradeEvent", "price_ticks", 1),
            ("TradeEvent", "buy_remaining_lots", 5),
            ("BillEvent", "buyer_released_fen", 7),
            ("QuotaUsedEvent", "gross_kg", 1),
            ("EntryHeader", "digest", 1),
        ]
    )
    if field == "digest":
        number, rows = case.some_entry(), case.values()
        rows[number - 1] = changed(case.form, name, rows[number - 1], digest=value)
        return Change(hashed_again(case.form, base, rows), f"digest of entry {number}", number)
    number = case.random.choice(entries_with(case, name))
    ledger = altered_event(case, number, name, lambda get: get(field) != value, base, **{field: value})
    return Change(ledger, f"{field} of a {name} of entry {number}", number)


def history_rewritten(case: Case) -> Change:
    """Without a key: with one, that nothing is signed would be the fault."""
    change = replay_only(case, case.without_signatures())
    return change._replace(words=f"hashed again, not signed: {change.words}", keyless=True)


def history_rewritten_and_signed(case: Case) -> Change:
    change = replay_only(case, case.without_signatures())
    sizes = [read_checkpoint(read_note(note[:-1]).text).size for note in case.notes()]
    ledger = signed_again(case.reader, change.ledger, sizes, case.seed, case.key)
    return change._replace(ledger=ledger, words=f"hashed and signed again: {change.words}")


def history_rewritten_under_signatures(case: Case) -> Change:
    change = replay_only(case, case.ledger)
    return change._replace(words=f"hashed again, signatures left: {change.words}")


# Checkpoints.


def checkpoint_byte(case: Case) -> Change:
    data, at = flipped(case, case.ledger.checkpoints)
    return Change(case.ledger._replace(checkpoints=data), f"byte {at} of the checkpoints")


def checkpoint_line(case: Case) -> Change:
    """A line that says something else, and is well-formed."""
    notes = case.notes()
    number = case.random.randrange(len(notes))
    lines = notes[number].split(b"\n")
    size = int(lines[1])
    at, line = case.pick(
        [
            (0, b"emx/OTHER"),
            (1, b"%d" % (size - 1)),
            (1, b"%d" % (size + 1)),
            (1, b"0%d" % size),
            (2, notes[number - 1].split(b"\n")[2]),
            (3, b"head " + b"0" * 64),
            (4, b"digest " + b"0" * 16),
            (6, notes[number - 1].split(b"\n")[6]),
            (6, lines[6] + b"="),
            (6, lines[6][:-2] + bytes([lines[6][-2] + 1]) + b"="),  # the same bytes otherwise
        ]
    )
    lines[at] = line
    notes[number] = b"\n".join(lines)
    words = f"line {at + 1} of checkpoint {number + 1}: {line.decode()}"
    return Change(case.ledger._replace(checkpoints=b"".join(notes)), words)


def checkpoint_line_without_key(case: Case) -> Change:
    """The same for who does not check signatures: the entries show it."""
    return checkpoint_line(case)._replace(keyless=True)


def checkpoint_wrongly_signed(case: Case) -> Change:
    """The venue's own key has signed what is not so."""
    notes = case.notes()
    number = case.random.randrange(len(notes))
    text = notes[number].split(b"\n\n")[0] + b"\n"
    size = int(text.split(b"\n")[1])
    form, to = case.pick(
        [
            (rb"\n\d+\n", b"\n%d\n" % (size - 1)),
            (rb"\n[^\n]{44}\n", b"\n" + b"A" * 43 + b"=\n"),
            (rb"head .*", b"head " + b"1" * 64),
            (rb"digest .*", b"digest " + b"1" * 16),
        ]
    )
    text = re.sub(form, to, text, count=1)
    line = signature_line(case.seed, case.key.name, case.key.id, text)
    notes[number] = text + b"\n" + line + b"\n"
    words = f"checkpoint {number + 1} signed by the venue with {to.strip().decode()}"
    return Change(case.ledger._replace(checkpoints=b"".join(notes)), words)


def checkpoint_dropped(case: Case) -> Change:
    notes = case.notes()
    number = case.random.randrange(len(notes))
    del notes[number]
    words = f"checkpoint {number + 1} dropped"
    return Change(case.ledger._replace(checkpoints=b"".join(notes)), words)


def checkpoints_swapped(case: Case) -> Change:
    notes = case.notes()
    first, second = case.random.sample(range(len(notes)), 2)
    notes[first], notes[second] = notes[second], notes[first]
    words = f"checkpoints {first + 1} and {second + 1} swapped"
    return Change(case.ledger._replace(checkpoints=b"".join(notes)), words)


def checkpoint_doubled(case: Case) -> Change:
    notes = case.notes()
    number = case.random.randrange(len(notes))
    notes.insert(number, notes[number])
    words = f"checkpoint {number + 1} twice"
    return Change(case.ledger._replace(checkpoints=b"".join(notes)), words)


def checkpoint_forged(case: Case) -> Change:
    """Signed by somebody else, under the venue's name: with its key's id, or an own one."""
    notes = case.notes()
    number = case.random.randrange(len(notes))
    text = notes[number].split(b"\n\n")[0] + b"\n"
    words = f"checkpoint {number + 1} signed by another"
    if case.random.random() < 0.5:
        text, words = re.sub(b"digest .", b"digest 0", text), words + ", with another digest"
    key_id = case.key.id
    if case.random.random() < 0.5:
        key_id, words = b"\1\2\3\4", words + ", with another id"
    line = signature_line(case.random.randbytes(32), case.key.name, key_id, text)
    if case.random.random() < 0.3:
        line, words = line + notes[number].split(b"\n")[6] + b"\n", words + " above the venue's"
    notes[number] = text + b"\n" + line + b"\n"
    return Change(case.ledger._replace(checkpoints=b"".join(notes)), words)


def last_checkpoint_cut(case: Case) -> Change:
    data, last = case.ledger.checkpoints, len(case.notes()[-1])
    cut = case.random.choice([1, 2, last // 2, last - 1, last, last, case.random.randint(1, last)])
    ledger = case.ledger._replace(checkpoints=data[:-cut])
    words = f"last {cut} of {last} bytes of the last checkpoint cut off"
    if case.random.random() < 0.4:
        ledger, words = ledger._replace(clean=None), words + ", not closed"
    return Change(ledger, words)


def checkpoints_gone(case: Case) -> Change:
    ledger, words = case.pick(
        [
            (case.ledger._replace(checkpoints=None), "checkpoints removed"),
            (case.ledger._replace(checkpoints=b""), "checkpoints emptied"),
            (case.without_signatures(), "checkpoints and `signed` removed"),
            (case.ledger._replace(signed=None), "`signed` removed"),
            (case.ledger._replace(checkpoints=case.ledger.checkpoints + b"x"), "a byte behind"),
        ]
    )
    return Change(ledger, words)


def guard(case: Case) -> Change:
    size, root = case.ledger.signed.split()
    count = int(size)
    before = read_checkpoint(read_note(case.notes()[-2][:-1]).text)
    data, words = case.pick(
        [
            (b"%d %s\n" % (before.size, before.root.hex().encode()), "of the checkpoint before"),
            (b"%d %s\n" % (count + 1, root), "of one more"),
            (b"%d %s\n" % (count - 1, root), "of one fewer"),
            (b"%d %s\n" % (count, root[::-1]), "with another root"),
            (b"%d %s" % (count, root), "without its line's end"),
            (flipped(case, case.ledger.signed)[0], "with a byte changed"),
        ]
    )
    return Change(case.ledger._replace(signed=data), f"`signed` {words}")


# How often each, who sees it.
KINDS: list[tuple[Callable[[Case], Change], int, str]] = [
    (nothing, 1, BOTH),
    (byte_of_entry, 25, BOTH),
    (byte_of_header, 12, BOTH),
    (byte_near_end, 4, BOTH),
    (version_of_genesis, 2, BOTH),
    (entry_cut, 4, BOTH),
    (entry_dropped, 8, BOTH),
    (entry_dropped_and_closed_up, 5, BOTH),
    (entries_renumbered, 5, BOTH),
    (entries_swapped, 12, BOTH),
    (entry_appended, 4, BOTH),
    (end_cut_off, 8, BOTH),
    (meta_byte, 12, BOTH),
    (meta_size, 5, BOTH),
    (mark, 9, BOTH),
    (malformed_and_hashed_again, 6, BOTH),
    (overdrawn_and_hashed_again, 4, BOTH),
    (checkpoint_byte, 14, BOTH),
    (checkpoint_line, 10, BOTH),
    (checkpoint_line_without_key, 10, BOTH),
    (checkpoint_wrongly_signed, 4, BOTH),
    (checkpoint_dropped, 5, BOTH),
    (checkpoints_swapped, 4, BOTH),
    (checkpoint_doubled, 3, BOTH),
    (checkpoint_forged, 10, BOTH),
    (last_checkpoint_cut, 9, BOTH),
    (checkpoints_gone, 6, BOTH),
    (guard, 7, BOTH),
    (history_rewritten, 5, REPLAY),
    (history_rewritten_and_signed, 5, REPLAY),
    (history_rewritten_under_signatures, 5, REPLAY),
]
