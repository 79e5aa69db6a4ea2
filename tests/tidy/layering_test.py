"""Negative controls of the tidy test: each rule is broken in a small tree and must be reported.

A check that cannot fail proves nothing. Every case names the file and line it expects.
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import layering

# A tree that breaks no rule, and comes close to several.
GOOD = {
    "engine/vocabulary/units.hpp": "#pragma once\n#include <compare>\n#include <chrono>\n"
    "using Day = std::chrono::year_month_day;\n",
    "engine/vocabulary/check.cpp": "#include <unistd.h>\n#include <cstdio>\n",
    "engine/book/book.hpp": '#pragma once\n#include "engine/vocabulary/units.hpp"\n'
    "// A float, std::mutex or rand() in a comment is only a word; so is 1.5.\n"
    "constexpr long lots = 1'000'000;  /* double\n 2.5 */ constexpr auto mask = 0xE0;\n"
    'constexpr auto text = "double 1.5 std::thread", raw = R"(float "\' 1.5)";\n'
    "inline long at(const Command& command) { return command.time(); }\n",
    "risk/limits.hpp": '#pragma once\n#include "engine/vocabulary/units.hpp"\n',
    "engine/exchange.cpp": '#include "engine/book/book.hpp"\n#include "risk/limits.hpp"\n',
    "ledger/store.cpp": "#include <lmdb.h>\n#include <openssl/sha.h>\n"
    "int append() { return mdb_put(txn, dbi, &key, &value,\n               MDB_APPEND); }\n",
    "gateway/quickfix.hpp": "#pragma once\n#include <map>\n#define throw(...)\n"
    "#include <quickfix/Session.h>\n#undef throw\n",
    "gateway/acceptor.cpp": '#include "gateway/quickfix.hpp"\n'
    "#include <boost/asio/io_context.hpp>\n#include <spdlog/spdlog.h>\n",
    "tools/emxd.cpp": '#include "ledger/store.hpp"\n'
    "#include <prometheus/exposer.h>\n#include <thread>\n",
    "bench/book_bench.cpp": '#include "engine/book/book.hpp"\n#include <benchmark/benchmark.h>\n',
    "tests/book/book_test.cpp": '#include "engine/book/book.hpp"\n#include <gtest/gtest.h>\n',
    "README.md": "The exchange.\n",
}


# The tables of rules.py once more, by folder: a slip in one of them shows as a difference.
FOLDERS = {
    "engine/vocabulary": "engine/vocabulary",
    "engine/book": "engine/book engine/vocabulary",
    "engine": "engine engine/book engine/vocabulary risk",
    "risk": "risk engine/vocabulary",
    "ledger": "ledger engine/vocabulary",
    "gateway": "gateway engine/vocabulary",
    "tools": "tools engine engine/book engine/vocabulary risk ledger gateway",
    "bench": "bench engine engine/book engine/vocabulary risk ledger gateway tools",
    "tests": "tests engine engine/book engine/vocabulary risk ledger gateway tools",
}
LIBRARIES = {
    "lmdb.h": "ledger gateway bench tests",
    "quickfix/Session.h": "gateway tests",
    "boost/asio.hpp": "gateway tools bench tests",
    "boost/asio/ip/tcp.hpp": "gateway tools bench tests",
    "boost/system/error_code.hpp": "gateway tools bench tests",
    "boost/beast.hpp": "tools",
    "boost/beast/http.hpp": "tools",
    "openssl/sha.h": "ledger gateway tools tests",
    "spdlog/spdlog.h": "gateway tools",
    "fmt/core.h": "gateway tools",
    "prometheus/counter.h": "tools",
    "CLI/CLI.hpp": "tools bench",
    "toml++/toml.h": "tools",
    "nlohmann/json.hpp": "gateway tools tests",
    "gtest/gtest.h": "tests",
    "gmock/gmock.h": "tests",
    "benchmark/benchmark.h": "bench",
    "unistd.h": "ledger gateway tools bench tests",
    "stdlib.h": "ledger gateway tools bench tests",
    "sys/mman.h": "ledger gateway tools bench tests",
    "nmmintrin.h": "ledger gateway tools bench tests",
    "thread": "ledger gateway tools bench tests",
    "vector": " ".join(FOLDERS),
}


def line(text: str, number: int) -> str:
    """The text in a line of that number."""
    return "\n" * (number - 1) + text + "\n"


class Layering(unittest.TestCase):
    def violations(self, *changes: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            for files in (GOOD, *changes):
                for name, text in files.items():
                    path = Path(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
            return [str(violation) for violation in layering.check_tree(Path(folder))]

    def assert_passes(self, file: str, text: str) -> None:
        with self.subTest(file=file, text=text):
            self.assertEqual(self.violations({file: text}), [])

    def assert_reports(self, file: str, text: str, *reasons: str, at: int = 3) -> None:
        """Adds the text to the good tree; demands exactly one report, with every reason in it."""
        with self.subTest(file=file, text=text):
            once = "#pragma once" if file.endswith(".hpp") else ""
            found = self.violations({file: once + line(text, at)})
            self.assertEqual(len(found), 1, found)
            self.assertTrue(found[0].startswith(f"{file}:{at}: "), found[0])
            for reason in reasons:
                self.assertIn(reason, found[0])

    def test_a_good_tree_passes(self) -> None:
        self.assertEqual(self.violations(), [])

    def test_every_pair_of_folders(self) -> None:
        for folder, allowed in FOLDERS.items():
            for target in FOLDERS:
                file, text = f"{folder}/some.cpp", f'#include "{target}/other.hpp"'
                if target in allowed.split():
                    self.assert_passes(file, text)
                else:
                    self.assert_reports(file, text, "may not include", target)

    def test_every_library_in_every_folder(self) -> None:
        for header, allowed in LIBRARIES.items():
            for folder in FOLDERS:
                file, text = f"{folder}/some.cpp", f"#include <{header}>"
                if folder in allowed.split():
                    self.assert_passes(file, text)
                else:
                    self.assert_reports(file, text, header)

    def test_private_libraries_stay_out_of_headers(self) -> None:
        for area in ("ledger", "gateway"):
            reason = f"OpenSSL is private to {area}"
            self.assert_reports(f"{area}/bad.hpp", "#include <openssl/sha.h>", reason)

    def test_unknown_libraries(self) -> None:
        for header in ("boost/spirit.hpp", "engine/vocabulary/units.hpp", "zmq.h"):
            self.assert_reports("tools/bad.cpp", f"#include <{header}>", "in no table")

    def test_core_headers(self) -> None:
        for header, reason in (
            ("ctime", "clock"),
            ("random", "randomness"),
            ("cmath", "floating point"),
            ("mutex", "locks and threads"),
            ("thread", "locks and threads"),
            ("atomic", "locks and threads"),
            ("condition_variable", "locks and threads"),
            ("future", "locks and threads"),
            ("shared_mutex", "locks and threads"),
            ("unordered_map", "hash maps"),
            ("unordered_set", "hash maps"),
            ("iostream", "input and output"),
            ("fstream", "input and output"),
            ("cstdio", "input and output"),
        ):
            for folder in ("engine", "engine/book", "engine/vocabulary", "risk"):
                self.assert_reports(f"{folder}/bad.cpp", f"#include <{header}>", reason)

    def test_core_words(self) -> None:
        for text, reason in (
            ("auto now = std::chrono::steady_clock::now();", "clock"),
            ("auto now = std::chrono::system_clock::now();", "clock"),
            ("using Clock = high_resolution_clock;", "clock"),
            ("auto now = time(nullptr);", "clock"),
            ("auto now = std::time(&seconds);", "clock"),
            ("clock_gettime(CLOCK_REALTIME, &now);", "clock"),
            ("gettimeofday(&now, nullptr);", "clock"),
            ("auto ticks = __rdtsc();", "clock"),
            ("auto ticks = __builtin_ia32_rdtsc();", "clock"),
            ("auto dice = rand();", "randomness"),
            ("auto dice = std::rand() % 6;", "randomness"),
            ("std::mt19937_64 generator;", "randomness"),
            ("float share;", "floating point"),
            ("auto share = static_cast<double>(lots);", "floating point"),
            ("auto share = 1.5;", "1.5: floating point"),
            ("auto share = .5;", ".5: floating point"),
            ("auto share = 1e6;", "1e6: floating point"),
            ("auto share = 1'000.0;", "1'000.0: floating point"),
            ("auto share = 0x1p3;", "0x1p3: floating point"),
            ("std::scoped_lock lock{mutex_};", "locks and threads"),
            ("std::jthread worker;", "locks and threads"),
            ("std::atomic_flag done;", "locks and threads"),
            ("thread_local int counter;", "locks and threads"),
            ("__atomic_store_n(&counter, 1, order);", "locks and threads"),
            ("std::unordered_map<int, int> orders;", "hash maps"),
            ("unordered_multiset<int> orders;", "hash maps"),
            ("std::cerr << 1;", "input and output"),
            ('std::fprintf(stderr, "no");', "input and output"),
            ('auto* file = fopen("x", "r");', "input and output"),
            ('auto* home = std::getenv("HOME");', "input and output"),
        ):
            for folder in ("engine", "engine/book", "engine/vocabulary", "risk"):
                self.assert_reports(f"{folder}/bad.cpp", text, reason)

    def test_only_input_and_output_are_excepted_in_check_cpp(self) -> None:
        self.assert_reports("engine/vocabulary/check.cpp", "double share;", "floating point")

    def test_code_after_a_comment_or_string_is_seen(self) -> None:
        for text in (
            '/* x */ auto s = "//"; double share;',
            "auto c = '\"'; double share; // '\"'",
            'auto s = R"x(" )")x"; double share;',
        ):
            self.assert_reports("risk/bad.cpp", text, "double: floating point")

    def test_flags_that_skip_a_flush(self) -> None:
        for flag in ("MDB_NOSYNC", "MDB_NOMETASYNC", "MDB_MAPASYNC", "MDB_WRITEMAP"):
            for folder in ("ledger", "gateway", "tools", "bench", "tests/ledger"):
                self.assert_reports(f"{folder}/bad.cpp", f"auto flags = {flag};", flag, "durable")

    def test_the_index_may_lose_what_it_has(self) -> None:
        self.assert_passes("ledger/index_file.cpp", "auto flags = MDB_NOSYNC;")
        self.assert_reports("ledger/index_file.cpp", "f = MDB_WRITEMAP;", "MDB_WRITEMAP", "durable")

    def test_one_append(self) -> None:
        for folder in ("ledger", "gateway", "tools", "tests"):
            reason = "one place already: ledger/store.cpp" if folder == "ledger" else "ledger/ only"
            self.assert_reports(f"{folder}/z.cpp", "mdb_put(t, d, &k, &v, MDB_APPEND);", reason)

    def test_other_writes_of_the_ledger(self) -> None:
        for name in ("mdb_put", "mdb_cursor_put", "mdb_del", "mdb_cursor_del", "mdb_drop"):
            call = f"{name}(cursor, &key, &value, 0);"
            self.assert_reports("ledger/bad.cpp", call, name, "beside the append")
        self.assertEqual(self.violations({"gateway/ids.cpp": "mdb_put(t, d, &k, &v, 0);\n"}), [])

    def test_listed_writers_may_write(self) -> None:
        layering.LEDGER_WRITERS.add("ledger/listed.cpp")
        self.addCleanup(layering.LEDGER_WRITERS.remove, "ledger/listed.cpp")
        self.assertEqual(self.violations({"ledger/listed.cpp": "mdb_put(t, d, &k, &v, 0);\n"}), [])

    def test_throw_is_defined_away_in_one_gateway_header(self) -> None:
        self.assert_reports("gateway/z.hpp", "#define throw(...)", "gateway/quickfix.hpp:3")
        self.assert_reports("tests/z.cpp", "#define throw(...)", "gateway/ only")

    def test_includes_are_rooted(self) -> None:
        self.assert_reports("risk/bad.cpp", '#include "../engine/vocabulary/units.hpp"', "relative")
        self.assert_reports("risk/bad.cpp", '#include "limits.hpp"', "not rooted")
        self.assert_reports("risk/bad.cpp", "#include LIMITS", "not a macro")

    def test_pragma_once(self) -> None:
        found = self.violations({"risk/bad.hpp": "// #pragma once\n"})
        self.assertEqual(found, ["risk/bad.hpp:1: header without #pragma once"])

    def test_files_outside_the_house(self) -> None:
        found = self.violations({"common/some.cpp": "\n"})
        self.assertEqual(found, ["common/some.cpp:1: outside the folders of the architecture"])

    # In pieces, so that the check of this file itself passes.
    def test_unfinished_work_and_outside_paths(self) -> None:
        for file in ("risk/bad.cpp", "tests/bad.py", "README.md", "tools/run"):
            self.assert_reports(file, "# " + "TO" + "DO: later", "finish it")
            self.assert_reports(file, "# " + "FIX" + "ME", "finish it")
            self.assert_reports(file, "# ." + "./shared/notes", "outside the project")
            self.assert_reports(file, '# "/wo' + 'rk/main"', "outside the project")


if __name__ == "__main__":
    unittest.main()
