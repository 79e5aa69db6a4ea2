"""The Merkle tree of RFC 9162, 2.1: roots of a list that grows, and proofs against one."""

from __future__ import annotations

import hashlib

EMPTY_ROOT = hashlib.sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The roots of the complete subtrees that the leaves so far fall into, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        whole = self.size
        while whole & 1:  # a subtree of this size is complete already
            leaf = node_hash(self.parts.pop(), leaf)
            whole >>= 1
        self.parts.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.parts:
            return EMPTY_ROOT
        root = self.parts[-1]
        for part in reversed(self.parts[:-1]):
            root = node_hash(part, root)
        return root


def is_included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for side in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(side, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, side)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    first: int, first_root: bytes, second: int, second_root: bytes, path: list[bytes]
) -> bool:
    """RFC 9162, 2.1.4.2."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    if first & (first - 1) == 0:  # a power of two: its root is the first of the path
        path = [first_root, *path]
    if not path:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for side in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(side, old), node_hash(side, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, side)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
