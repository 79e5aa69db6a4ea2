#!/usr/bin/env python3
"""Verifies sealed segments from FORMAT.md alone: nothing but the files and the venue's key.

sealed_reader.py KEY FILE...               all segments, in any order
sealed_reader.py --every-byte KEY FILE...  each byte of the last is changed in turn: all are found,
                                           with the hash at its end made right again as well
"""

import base64
import hashlib
import struct
import sys


class Fault(Exception):
    pass


def demand(condition, words):
    if not condition:
        raise Fault(words)


# Ed25519 (RFC 8032, 5.1), in extended coordinates.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover_x(y, sign):
    demand(y < P, "a point is out of range")
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    demand((x * x - x2) % P == 0, "a point is not on the curve")
    return P - x if x & 1 != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y = number & (2**255 - 1)
    x = recover_x(y, number >> 255)
    return (x, y, 1, x * y % P)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, p):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, p)
        p = add(p, p)
        scalar >>= 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def is_signed(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    left = times(s, BASE)
    try:
        right = add(point(signature[:32]),
                    times(int.from_bytes(digest, "little") % L, point(key)))
    except Fault:
        return False
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


class Tree:
    """RFC 9162, 2.1: the roots of complete subtrees, the largest first, as (leaves, hash)."""

    def __init__(self):
        self.parts = []
        self.size = 0

    def add(self, leaf):
        self.parts.append((1, leaf))
        self.size += 1
        while len(self.parts) > 1 and self.parts[-1][0] == self.parts[-2][0]:
            (n, right), (_, left) = self.parts.pop(), self.parts.pop()
            self.parts.append((2 * n, hashlib.sha256(b"\1" + left + right).digest()))

    def root(self):
        parts = [part[1] for part in self.parts]
        total = parts.pop()
        while parts:
            total = hashlib.sha256(b"\1" + parts.pop() + total).digest()
        return total

    def copy(self):
        other = Tree()
        other.parts, other.size = list(self.parts), self.size
        return other


def read_key(text):
    name, key_id, key = text.split("+", 2)
    data = base64.b64decode(key)
    demand(data[0] == 1 and len(data) == 33, "the key is none of a venue")
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    demand(bytes.fromhex(key_id) == expected, "the key's id is not its own")
    return name, expected, data[1:]


def check_note(note, key, tree, head, digest):
    name, key_id, public_key = key
    text, gap, signatures = note.partition(b"\n\n")
    demand(gap and note.endswith(b"\n"), "the note has no signatures")
    text += b"\n"
    root = base64.b64encode(tree.root())
    expected = (b"%s\n%d\n%s\nhead %s\ndigest %016x\n"
                % (name.encode(), tree.size, root, head.hex().encode(), digest))
    demand(text == expected, "the note is of other entries")
    good = 0
    for line in signatures[:-1].split(b"\n"):
        demand(line.startswith("\u2014 ".encode()), "a line of the note is no signature")
        who, _, blob = line[len("\u2014 ".encode()):].partition(b" ")
        try:
            data = base64.b64decode(blob, validate=True)
        except ValueError as error:
            raise Fault("a signature is not in base64") from error
        demand(base64.b64encode(data) == blob, "a signature is not in base64")
        if who == name.encode() and data[:4] == key_id:
            demand(is_signed(public_key, text, data[4:]), "a signature is wrong")
            good += 1
    demand(good, "the venue has not signed")


def check_segment(data, name, key, tree, prev, genesis):
    """Adds the segment to the tree; returns its last leaf hash, and the genesis hash."""
    demand(len(data) >= 160, "it is too short")
    demand(hashlib.sha256(data[:-32]).digest() == data[-32:], "its hash is not that of its bytes")
    magic, form, note_bytes, first, last = struct.unpack_from("<8sIIQQ", data)
    its_genesis, its_prev, root = data[32:64], data[64:96], data[96:128]
    demand(magic == b"EMXSEALD" and form == 1, "it is no sealed segment")
    demand(name == "%020d-%020d.sealed" % (first, last), "its name is another's")
    demand(first == tree.size + 1 and last >= first, "its entries do not follow")
    demand(its_prev == prev, "it does not follow the entry before")
    note = data[128:128 + note_bytes]
    at, end, digest = 128 + note_bytes, len(data) - 32, 0
    for sequence in range(first, last + 1):
        demand(at + 4 <= end, "entries are missing")
        (size,) = struct.unpack_from("<I", data, at)
        entry = data[at + 4:at + 4 + size]
        at += 4 + size
        demand(at <= end and size >= 96, "entry %d does not fit" % sequence)
        demand(struct.unpack_from("<Q", entry, 8)[0] == sequence, "entry %d is another" % sequence)
        demand(entry[64:96] == prev, "entry %d does not follow the one before" % sequence)
        (digest,) = struct.unpack_from("<Q", entry, 32)
        prev = hashlib.sha256(b"\0" + entry).digest()
        if sequence == 1:
            genesis = prev
        tree.add(prev)
    demand(at == end, "there is more than its entries")
    demand(its_genesis == genesis, "its genesis is another")
    demand(root == tree.root(), "its root is another")
    check_note(note, key, tree, prev, digest)
    return prev, genesis


def main(arguments):
    every_byte = arguments[0] == "--every-byte"
    key = read_key(arguments[every_byte])
    files = sorted(arguments[every_byte + 1:], key=lambda path: path.rsplit("/", 1)[-1])
    tree, prev, genesis = Tree(), bytes(32), bytes(32)
    before = None
    for path in files:
        name = path.rsplit("/", 1)[-1]
        with open(path, "rb") as file:
            data = file.read()
        before = (name, tree.copy(), prev, genesis)
        try:
            prev, genesis = check_segment(data, name, key, tree, prev, genesis)
        except Fault as fault:
            print("%s: %s" % (path, fault))
            return 1
    print("%d segments, %d entries, root %s" % (len(files), tree.size, tree.root().hex()))
    if not every_byte:
        return 0
    name, tree, prev, genesis = before
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        for mended in (False, True):
            if mended and at < len(data) - 32:
                changed[-32:] = hashlib.sha256(changed[:-32]).digest()
            try:
                check_segment(bytes(changed), name, key, tree.copy(), prev, genesis)
            except Fault:
                continue
            print("%s: byte %d was changed, and nothing was found" % (name, at))
            return 1
    print("%d bytes changed, each found" % len(data))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
