"""Which files belong to the project: the one answer for every check in this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

CPP = {".hpp", ".cpp", ".h", ".cc", ".ipp", ".inl"}
HEADERS = {".hpp", ".h"}
NOT_OURS = {"build", "node_modules", "__pycache__"}


def project_files(root: Path) -> Iterator[Path]:
    """All files below root, relative to it and sorted; no dot folders, no build trees."""
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in NOT_OURS
            and not (here / name / "CMakeCache.txt").exists()
        )
        for name in sorted(files):
            if not name.startswith("."):
                yield (here / name).relative_to(root)


def cpp_files(root: Path) -> list[Path]:
    return [path for path in project_files(root) if path.suffix in CPP]


def headers(root: Path) -> list[Path]:
    return [path for path in project_files(root) if path.suffix in HEADERS]
