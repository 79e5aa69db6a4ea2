"""Every header compiles alone: headers.py ROOT COMPILER FLAGS...

One that a source includes before anything else is proven by the build; the others are compiled here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sources import cpp_files, headers


FIRST_INCLUDE = re.compile(r'^#include (?:"([^"]+)"|<)', re.MULTILINE)


def first_includes(root: Path) -> set[Path]:
    """What each source includes first, where that is a header of ours."""
    sources = (path for path in cpp_files(root) if path.suffix == ".cpp")
    found = (FIRST_INCLUDE.search((root / path).read_text(encoding="utf-8")) for path in sources)
    return {Path(first.group(1)) for first in found if first and first.group(1)}


def compile_alone(root: Path, header: Path, compiler: list[str]) -> str:
    """Returns what the compiler says; nothing is good. Warnings are errors by its flags."""
    # Included rather than compiled itself: `#pragma once` in a main file is a warning.
    result = subprocess.run(
        [*compiler, "-fsyntax-only", "-x", "c++", "-"],
        input=f'#include "{header.as_posix()}"\n',
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if result.returncode == 0 else f"{header} does not compile alone:\n{result.stderr}"


def main() -> int:
    root, compiler = Path(sys.argv[1]), [arg for arg in sys.argv[2:] if arg]
    built = first_includes(root)
    all_headers = headers(root)
    left = [header for header in all_headers if header not in built]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda header: compile_alone(root, header, compiler), left)
        complaints = [answer for answer in answers if answer]
    print(*complaints, sep="\n", end="")
    print(f"{len(all_headers)} headers, {len(left)} compiled here, {len(complaints)} do not compile")
    return 1 if complaints or not all_headers else 0


if __name__ == "__main__":
    sys.exit(main())
