"""Receipts and proofs of consistency, standing alone: FORMAT.md, "Receipts"."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from entries import Entry, EntryReader
from faults import Invalid, demand
from notes import WITNESS, Checkpoint, Key, bytes_of_base64, demand_signature, has_signature_of
from notes import read_checkpoint, read_note
from tree import is_consistent, is_included

FILE_BYTES_MAX = 4 << 20
PROOF_HASHES_MAX = 64
DEFINITIONS_MAX = 5
UTC_PLUS_8 = timezone(timedelta(hours=8))


class Proven(NamedTuple):
    """An entry with the path from it to the root."""

    sequence: int
    path: list[bytes]
    data: bytes


def number_of(of: dict, key: str) -> int:
    value = of.get(key)
    demand(type(value) is int and 0 <= value < 2**64, f"`{key}` is no number")
    return value


def text_at(of: dict, key: str) -> str:
    demand(isinstance(of.get(key), str), f"`{key}` is no text")
    return of[key]


def bytes_at(of: dict, key: str) -> bytes:
    return bytes_of_base64(text_at(of, key).encode("utf-8", "surrogatepass"))


def hash_of(value) -> bytes:
    demand(isinstance(value, str), "a hash is no text")
    data = bytes_of_base64(value.encode("utf-8", "surrogatepass"))
    demand(len(data) == 32, "a hash has not 32 bytes")
    return data


def path_of(of: dict) -> list[bytes]:
    path = of.get("proof")
    demand(isinstance(path, list) and len(path) <= PROOF_HASHES_MAX, "`proof` is none")
    return [hash_of(value) for value in path]


def proven_of(of) -> Proven:
    demand(isinstance(of, dict), "an entry is no object")
    return Proven(number_of(of, "entry"), path_of(of), bytes_at(of, "entry_bytes"))


def json_of(proven: Proven) -> dict:
    return {
        "entry": proven.sequence,
        "proof": [base64.b64encode(side).decode() for side in proven.path],
        "entry_bytes": base64.b64encode(proven.data).decode(),
    }


def file_text(value: dict) -> str:
    """The one way to write it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def grouped(fen: int) -> str:
    """An amount in CNY."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def time_text(at_ns: int) -> str:
    at_ms = at_ns // 1_000_000
    at = datetime.fromtimestamp(at_ms // 1_000, UTC_PLUS_8)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at_ms % 1_000:03}"


class Receipts:
    def __init__(self, reader: EntryReader, keys: list[Key]) -> None:
        self.reader = reader
        self.form = reader.form
        self.keys = keys

    def verify(self, data: bytes) -> None:
        """Raises Invalid for what is no receipt, or proves nothing."""
        demand(len(data) <= FILE_BYTES_MAX, "it is too long")
        try:
            text = data.decode()
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise Invalid("it is not JSON") from None
        demand(isinstance(value, dict), "it is no object")
        if value.get("format") == "emx-receipt/1":
            expected = self.verify_receipt(value)
        elif value.get("format") == "emx-consistency/1":
            expected = self.verify_consistency(value)
        else:
            raise Invalid("it is neither a receipt nor a proof of consistency")
        demand(file_text(expected) == text, "it says something else than its bytes, or otherwise")

    def verify_receipt(self, value: dict) -> dict:
        trade_no, entry = number_of(value, "trade_no"), proven_of(value)
        definitions = value.get("definitions")
        demand(isinstance(definitions, list), "`definitions` are none")
        demand(len(definitions) <= DEFINITIONS_MAX, "there are too many definitions")
        definitions = [proven_of(definition) for definition in definitions]
        checkpoint = self.verify_note(text_at(value, "checkpoint"))
        for proven in [entry, *definitions]:
            self.verify_entry(proven, checkpoint)
            demand(proven.sequence <= entry.sequence, "it defines a name after the trade")
        return self.receipt_of(trade_no, value["checkpoint"], entry, definitions)

    def receipt_of(
        self, trade_no: int, checkpoint: str, entry: Proven, definitions: list[Proven]
    ) -> dict:
        """All that the file has to say, from what is proven."""
        return {
            "format": "emx-receipt/1",
            "says": self.says(trade_no, entry, definitions),
            "trade_no": trade_no,
            "checkpoint": checkpoint,
            **json_of(entry),
            "definitions": [json_of(definition) for definition in definitions],
        }

    def verify_consistency(self, value: dict) -> dict:
        size, root, path = number_of(value, "from"), hash_of(value.get("from_root")), path_of(value)
        to = self.verify_note(text_at(value, "checkpoint"))
        demand(is_consistent(size, root, to.size, to.root, path), "it shows no consistency")
        return {
            "format": "emx-consistency/1",
            "from": size,
            "from_root": base64.b64encode(root).decode(),
            "proof": [base64.b64encode(side).decode() for side in path],
            "checkpoint": value["checkpoint"],
        }

    def verify_note(self, text: str) -> Checkpoint:
        note = read_note(text.encode("utf-8", "surrogatepass"))
        checkpoint = read_checkpoint(note.text)
        demand_signature(note, checkpoint.origin, self.keys)
        for key in self.keys:
            demand(key.kind != WITNESS or has_signature_of(note, key), "a witness has not signed")
        return checkpoint

    def verify_entry(self, proven: Proven, checkpoint: Checkpoint) -> None:
        entry = self.reader.read(proven.data)
        demand(entry.sequence == proven.sequence, "an entry is another")
        index, size, root = proven.sequence - 1, checkpoint.size, checkpoint.root
        demand(is_included(entry.leaf, index, size, proven.path, root), "an entry is not in the tree")

    def says(self, trade_no: int, proven: Proven, definitions: list[Proven]) -> dict:
        entry = self.reader.read(proven.data)
        kind = re.sub("(?<!^)([A-Z])", r"_\1", entry.kind.removesuffix("Command")).lower()
        says = {
            "entry": entry.sequence,
            "at_ns": entry.at_ns,
            "at": time_text(entry.at_ns),
            "kind": kind,
        }
        if trade_no:
            trade = self.event_of(entry, "TradeEvent", trade_no)
            says |= self.says_of_trade(entry, trade, trade_no)
            names = Names(self, definitions).of(trade)
            says |= {"not_proven": names} if names else {}
        return says

    def event_of(self, entry: Entry, name: str, trade_no: int) -> bytes:
        get = self.form[name].get
        of_trade = [e for kind, e in entry.events if kind == name and get(e, "trade_no") == trade_no]
        demand(bool(of_trade), f"its entry has no {name} of trade {trade_no}")
        return of_trade[-1]

    def says_of_trade(self, entry: Entry, trade: bytes, trade_no: int) -> dict:
        of_trade, of_bill = self.form["TradeEvent"].get, self.form["BillEvent"].get
        bill = self.event_of(entry, "BillEvent", trade_no)
        amount_fen = of_bill(bill, "amount_fen")
        return {
            "trade_no": trade_no,
            "instrument": of_trade(trade, "instrument"),
            "buyer_facility": of_trade(trade, "buy_facility"),
            "seller_facility": of_trade(trade, "sell_facility"),
            "buy_order": of_trade(trade, "buy_order_id"),
            "sell_order": of_trade(trade, "sell_order_id"),
            "price_ticks": of_trade(trade, "price_ticks"),
            "quantity_lots": of_trade(trade, "quantity_lots"),
            "credited_lots": of_trade(trade, "credited_lots"),
            "retired_lots": of_trade(trade, "retired_lots"),
            "block": of_trade(trade, "is_block") != 0,
            "amount_fen": amount_fen,
            "amount": grouped(amount_fen),
            "buyer_fee_fen": of_bill(bill, "buyer_fee_fen"),
            "seller_fee_fen": of_bill(bill, "seller_fee_fen"),
        }


class Names:
    """What the definitions that came with a receipt would call the trade's numbers."""

    def __init__(self, receipts: Receipts, definitions: list[Proven]) -> None:
        self.form = receipts.form
        self.instrument: bytes | None = None
        self.facilities: list[bytes] = []
        self.firms: dict[bytes, bytes] = {}  # name by code
        for proven in definitions:
            entry = receipts.reader.read(proven.data)
            self.take(entry.kind, entry.command)

    def take(self, kind: str, command: bytes) -> None:
        get = self.form[kind].get
        if kind == "SetInstrumentCommand":
            demand(self.instrument is None and not self.facilities, "definitions are not in order")
            self.instrument = command
        elif kind == "SetFacilityCommand":
            self.facilities.append(command)
        else:
            demand(kind == "SetFirmCommand", "a definition is none")
            demand(bool(self.facilities), "definitions are not in order")
            firm = self.form["SetFacilityCommand"].get(self.facilities[-1], "firm")
            demand(firm == get(command, "firm"), "a definition is of another firm")
            self.firms[firm] = get(command, "name")

    def of(self, trade: bytes) -> dict:
        names = {}
        if self.instrument:
            get = self.form["SetInstrumentCommand"].get
            ticks = self.form["TradeEvent"].get(trade, "price_ticks")
            names["symbol"] = get(self.instrument, "symbol").decode(errors="replace")
            names["price"] = grouped(ticks * get(self.instrument, "tick_fen"))
        if len(self.facilities) == 2:
            get = self.form["SetFacilityCommand"].get
            for role, facility in zip(("buyer", "seller"), self.facilities):
                firm = get(facility, "firm")
                names[role] = get(facility, "facility").decode(errors="replace")
                names[f"{role}_firm"] = firm.decode(errors="replace")
                if firm in self.firms:
                    names[f"{role}_name"] = self.firms[firm].decode(errors="replace")
        return names
