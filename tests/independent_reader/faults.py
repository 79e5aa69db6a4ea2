"""What is not as FORMAT.md says."""

from __future__ import annotations


class Invalid(Exception):
    """Words for what is wrong, and where it can be told the entry or the checkpoint."""

    def __init__(self, words: str, entry: int | None = None, checkpoint: int | None = None) -> None:
        super().__init__(words)
        self.entry = entry
        self.checkpoint = checkpoint


def demand(condition: bool, words: str) -> None:
    if not condition:
        raise Invalid(words)
