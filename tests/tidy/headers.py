"""Every header compiles alone: headers.py ROOT COMPILER FLAGS..."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sources import headers


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
    all_headers = headers(root)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda header: compile_alone(root, header, compiler), all_headers)
        complaints = [answer for answer in answers if answer]
    print(*complaints, sep="\n", end="")
    print(f"{len(all_headers)} headers, {len(complaints)} do not compile alone")
    return 1 if complaints or not all_headers else 0


if __name__ == "__main__":
    sys.exit(main())
