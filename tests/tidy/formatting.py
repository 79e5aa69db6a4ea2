"""Every C++ file is as clang-format leaves it: formatting.py ROOT CLANG_FORMAT"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sources import cpp_files


def main() -> int:
    root, clang_format = Path(sys.argv[1]), sys.argv[2]
    files = cpp_files(root)
    if not files:
        print("no C++ files: looked in the wrong place?")
        return 1
    result = subprocess.run(
        [clang_format, "--dry-run", "-Werror", *map(str, files)], cwd=root, check=False
    )
    print(f"{len(files)} files; to mend: {Path(clang_format).name} -i FILE")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
