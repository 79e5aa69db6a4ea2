"""bench_book replays flows as a slow book of plain lists does, and says so when it does not; the
core's benchmark runs them to their end."""

from __future__ import annotations

import json
import random
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CORE_PROGRAM = sys.argv.pop()
PROGRAM = sys.argv.pop()
RECORD = struct.Struct("<BBHIQqIIQ")
ADD, CANCEL, REPLACE, IMMEDIATE = range(4)
MASK = (1 << 64) - 1


class SlowBook:
    """Every order of one instrument in one list, in order of arrival."""

    def __init__(self) -> None:
        self.orders: list[list[int]] = []  # [id, side, price, quantity]

    def enter(self, order: list[int], rests: bool, trades: list[tuple[int, ...]]) -> None:
        number, side, price, quantity = order
        sign = 1 if side == 0 else -1
        while quantity > 0:
            against = [o for o in self.orders if o[1] != side and (price - o[2]) * sign >= 0]
            if not against:
                break
            best = min(against, key=lambda o: o[2] * sign)  # the first of equals
            fill = min(quantity, best[3])
            trades.append((best[0], number, best[2], fill))
            quantity -= fill
            best[3] -= fill
            if best[3] == 0:
                self.orders.remove(best)
        if quantity > 0 and rests:
            self.orders.append([number, side, price, quantity])

    def take_out(self, number: int) -> list[int] | None:
        found = next((o for o in self.orders if o[0] == number), None)
        if found is not None:
            self.orders.remove(found)
        return found


def make_flow(seed: int, instruments: int, operations: int) -> tuple[bytes, str]:
    source = random.Random(seed)
    books = [SlowBook() for _ in range(instruments)]
    trades: list[tuple[int, ...]] = []
    records = []
    homes: dict[int, int] = {}
    for _ in range(operations):
        operation = source.choices([ADD, CANCEL, REPLACE, IMMEDIATE], [50, 20, 15, 15])[0]
        instrument = source.randrange(instruments)
        side, price, quantity = source.randrange(2), source.randint(90, 110), source.randint(1, 50)
        number = target = 0
        if operation in (ADD, IMMEDIATE) or not homes:
            operation = IMMEDIATE if operation == IMMEDIATE else ADD
            number = len(homes) + 1
            homes[number] = instrument
            books[instrument].enter([number, side, price, quantity], operation == ADD, trades)
        else:
            target = source.randint(1, len(homes))
            instrument = homes[target]
            gone = books[instrument].take_out(target)
            if operation == REPLACE and gone is not None:
                side = gone[1]
                books[instrument].enter([target, side, price, quantity], True, trades)
        records.append(
            RECORD.pack(operation, side, 0, instrument, number, price, quantity, 0, target)
        )
    value = 0xCBF29CE484222325
    for trade in trades:
        for word in trade:
            value = ((value ^ word) * 0x100000001B3) & MASK
    resting = [order for book in books for order in book.orders]
    reference = {
        "trades": len(trades),
        "traded_qty": sum(trade[3] for trade in trades),
        "hash": value,
        "resting_orders": len(resting),
        "resting_qty": sum(order[3] for order in resting),
    }
    return b"".join(records), "".join(f"{k} {v}\n" for k, v in reference.items())


class BenchBook(unittest.TestCase):
    def replay(
        self, flow: bytes, reference: str, program: str = PROGRAM
    ) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "flow.bin"
            path.write_bytes(flow)
            Path(f"{path}.ref").write_text(reference)
            return subprocess.run([program, path, "1"], capture_output=True, text=True, timeout=60)

    def test_gives_the_result_of_a_slow_book(self) -> None:
        for seed, instruments in ((1, 1), (2, 1), (3, 7), (4, 64)):
            flow, reference = make_flow(seed, instruments, 3000)
            done = self.replay(flow, reference)
            self.assertEqual(done.returncode, 0, done.stderr)
            expected = dict(line.split() for line in reference.splitlines())
            line = json.loads(done.stdout)
            self.assertEqual(line["hash"], int(expected["hash"]))
            self.assertGreater(line["trades"], 500)
            keys = "trades quantity hash resting_orders resting_quantity quiet_ns median_ns"
            self.assertEqual(list(line), f"{keys} p50_ns p99_ns p999_ns max_ns".split())

    def test_says_when_the_result_is_another(self) -> None:
        flow, reference = make_flow(1, 1, 500)
        for key in ("trades", "traded_qty", "hash", "resting_orders", "resting_qty"):
            lines = [
                f"{k} {int(v) + (k == key)}" for k, v in map(str.split, reference.splitlines())
            ]
            done = self.replay(flow, "\n".join(lines))
            self.assertEqual(done.returncode, 1, key)
            self.assertIn("differs from the reference", done.stderr)

    def test_the_core_runs_a_flow_of_one_instrument(self) -> None:
        done = self.replay(*make_flow(1, 1, 3000), CORE_PROGRAM)
        self.assertEqual(done.returncode, 0, done.stderr)
        line = json.loads(done.stdout)
        self.assertEqual(line["commands"], 3000)
        self.assertGreater(line["unconstrained_median_ns"], 0)
        self.assertEqual(self.replay(*make_flow(1, 2, 100), CORE_PROGRAM).returncode, 2)

    def test_refuses_what_is_no_flow(self) -> None:
        flow, reference = make_flow(1, 1, 50)
        spoilt = {
            "whole number": flow[:-1],
            "operation": b"\x07" + flow[1:],
            "price": RECORD.pack(ADD, 0, 0, 0, 1, 16_384, 1, 0, 0),
            "quantity": RECORD.pack(ADD, 0, 0, 0, 1, 5, 0, 0, 0),
            "dense": RECORD.pack(ADD, 0, 0, 0, 99, 5, 1, 0, 0),
        }
        for words, spoilt_flow in spoilt.items():
            done = self.replay(spoilt_flow, reference)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(words, done.stderr)
        self.assertEqual(self.replay(flow, "trades 1\n").returncode, 2)


if __name__ == "__main__":
    unittest.main()
