"""Holds the C++ sources to the architecture: layering.py [ROOT]

Includes are rooted at the project, so the compiler would accept any of them. This check decides who
may include whom and which library, keeps what is not deterministic out of engine/ and risk/, and
keeps the ledger append-only and durable. Prints `file:line: reason` for each violation and exits 1.

The rules are the tables of rules.py; layering_test.py shows each of them fail.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rules import (
    AREAS,
    CORE,
    EXCEPTIONS,
    FLOATING_LITERAL,
    LEDGER_WRITE,
    LEDGER_WRITERS,
    LIBRARIES,
    MAY_LOSE,
    MAY_INCLUDE,
    NOT_DURABLE,
    NOT_IN_CORE,
    NOT_SAID_IN_CORE,
    OPERATING_SYSTEM,
    OUTSIDE,
    STANDARD,
    UNFINISHED,
)
from sources import HEADERS, cpp_files, project_files

# --- Reading a file -----------------------------------------------------------------------------


class Violation(NamedTuple):
    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


TOKEN = re.compile(
    r"""
      (?P<comment> //(?:\\\n|[^\n])* | /\*.*?\*/ )
    | (?P<include> ^[ \t]*\#[ \t]*include[ \t]*(?P<path>"[^"\n]*"|<[^>\n]*>|[^\n]*) )
    | (?P<raw> \b(?:u8|[uUL])?R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)" )
    | (?P<word> [A-Za-z_]\w* )
    | (?P<number> \.?\d(?:[eEpP][+-]|'?[\w.])* )
    | (?P<string> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+' )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class Source:
    """A C++ file: its includes, its numbers, and its code with all else blanked out."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.is_header = Path(file).suffix in HEADERS
        self.area = next(
            (area for folder, area in AREAS if file.startswith(folder + "/")), None
        )
        self.includes: list[tuple[int, str]] = []  # place, path with its quotes or brackets
        self.numbers: list[tuple[int, str]] = []  # place, literal
        self._text = text
        self.code = TOKEN.sub(self._take, text)

    def _take(self, token: re.Match[str]) -> str:
        if token["include"]:
            self.includes.append((token.start("path"), token["path"]))
        if token["number"]:
            self.numbers.append((token.start(), token[0]))
        if token["word"] or token["number"]:
            return token[0]
        return re.sub(r"[^\n]", " ", token[0])  # places and line numbers stay

    def at(self, place: int, reason: str) -> Violation:
        return Violation(self.file, self._text.count("\n", 0, place) + 1, reason)


# --- The rules ----------------------------------------------------------------------------------


def check_include(source: Source, path: str) -> str | None:
    """Why this include is wrong, or None."""
    name, area = path[1:-1], source.area
    if path[:1] == '"':
        if ".." in name or name.startswith("./"):
            return f"relative include {path}: includes are rooted at the project"
        target = next((to for folder, to in AREAS if name.startswith(folder + "/")), None)
        if target is None:
            return f"{path} is not rooted at the project"
        if target not in MAY_INCLUDE[area]:
            return f"{area} may not include {target} ({path})"
        return None
    if path[:1] != "<":
        return "an include names a file, not a macro"
    for reason, headers in NOT_IN_CORE.items():
        if area in CORE and name in headers.split() and (source.file, reason) not in EXCEPTIONS:
            return f"{path}: {reason}: not in engine/ and risk/"
    if name in STANDARD:
        return None
    for library in LIBRARIES:
        if not re.fullmatch(library.include, name):
            continue
        excepted = library is OPERATING_SYSTEM and (source.file, "input and output") in EXCEPTIONS
        if area not in library.areas and not excepted:
            return f"{area} may not use {library.name} ({path})"
        if area in library.private and source.is_header:
            return f"{library.name} is private to {area}: .cpp files only ({path})"
        return None
    return f"{path} is in no table of the tidy test"


def check_source(source: Source) -> Iterator[Violation]:
    if source.area is None:
        yield source.at(0, "outside the folders of the architecture")
        return
    for place, path in source.includes:
        if reason := check_include(source, path):
            yield source.at(place, reason)
    if source.is_header and not re.search(r"^[ \t]*#[ \t]*pragma[ \t]+once\b", source.code, re.M):
        yield source.at(0, "header without #pragma once")
    for match in NOT_DURABLE.finditer(source.code):
        if source.file in MAY_LOSE and match[0] == "MDB_NOSYNC":
            continue
        yield source.at(match.start(), f"{match[0]}: what is acknowledged must be durable")
    if source.area == "ledger" and source.file not in LEDGER_WRITERS:
        for match in LEDGER_WRITE.finditer(source.code):
            if not re.search(r"\bMDB_APPEND\b", match[0]):
                name = re.match(r"\w+", match[0])[0]
                reason = f"{name}: only the listed files write beside the append"
                yield source.at(match.start(), reason)
    if source.area in CORE:
        yield from check_core(source)


def check_core(source: Source) -> Iterator[Violation]:
    for reason, pattern in NOT_SAID_IN_CORE.items():
        if (source.file, reason) in EXCEPTIONS:
            continue
        for match in re.finditer(pattern, source.code):
            word = match[0].split("(")[0].strip()
            yield source.at(match.start(), f"{word}: {reason}: not in engine/ and risk/")
    for place, literal in source.numbers:
        if FLOATING_LITERAL.fullmatch(literal):
            yield source.at(place, f"{literal}: floating point: not in engine/ and risk/")


def check_once(sources: list[Source], pattern: str, area: str, what: str) -> Iterator[Violation]:
    """What the pattern finds may stand in one place of one area, and nowhere else."""
    first: Violation | None = None
    for source in sources:
        for match in re.finditer(pattern, source.code, re.M):
            found = source.at(match.start(), "")
            if source.area != area:
                yield found._replace(reason=f"{what} belongs in {area}/ only")
            elif first is None:
                first = found
            else:
                yield found._replace(
                    reason=f"{what} has one place already: {first.file}:{first.line}"
                )


def check_text(file: str, text: str) -> Iterator[Violation]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := UNFINISHED.search(line):
            yield Violation(file, number, f"{match[0]}: finish it, or write an issue")
        if match := OUTSIDE.search(line):
            yield Violation(file, number, f"{match[0]}: a path outside the project")


def check_tree(root: Path) -> list[Violation]:
    sources = [Source(str(file), (root / file).read_text()) for file in cpp_files(root)]
    found: list[Violation] = []
    for source in sources:
        found += check_source(source)
    # A benchmark appends beside the ledger to be its measure.
    shipped = [source for source in sources if source.area != "bench"]
    found += check_once(shipped, r"\bMDB_APPEND(?:DUP)?\b", "ledger", "MDB_APPEND")
    found += check_once(
        sources, r"^[ \t]*#[ \t]*define[ \t]+throw\b", "gateway", "#define throw (for QuickFIX)"
    )
    for file in project_files(root):
        try:
            found += check_text(str(file), (root / file).read_text())
        except UnicodeDecodeError:
            continue  # not text
    return sorted(found)


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    files = len(cpp_files(root))
    if not files:
        print(f"no C++ files below {root}: looked in the wrong place?")
        return 1
    found = check_tree(root)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"layering: {files} C++ files, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
