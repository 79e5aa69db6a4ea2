"""The rules that layering.py holds the sources to. To change a rule, change its row here.

The architecture decides them; this is where it is written down for a machine.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# --- Who may include whom -----------------------------------------------------------------------

# Folder to area; the first that fits counts.
AREAS = (
    ("engine/vocabulary", "vocabulary"),
    ("engine/book", "book"),
    ("engine", "exchange"),
    ("risk", "risk"),
    ("ledger", "ledger"),
    ("gateway", "gateway"),
    ("tools", "tools"),
    ("bench", "bench"),
    ("tests", "tests"),
)

MAY_INCLUDE = {
    "vocabulary": {"vocabulary"},
    "book": {"vocabulary", "book"},
    "risk": {"vocabulary", "risk"},
    "exchange": {"vocabulary", "book", "risk", "exchange"},
    "ledger": {"vocabulary", "ledger"},
    "gateway": {"vocabulary", "gateway"},
    "tools": {"vocabulary", "book", "risk", "exchange", "ledger", "gateway", "tools"},
    "bench": {"vocabulary", "book", "risk", "exchange", "ledger", "gateway", "tools", "bench"},
    "tests": {"vocabulary", "book", "risk", "exchange", "ledger", "gateway", "tools", "tests"},
}

# The deterministic core: the same commands give the same bytes.
CORE = {"vocabulary", "book", "risk", "exchange"}

# --- Who may use which library ------------------------------------------------------------------


class Library(NamedTuple):
    name: str
    include: str  # pattern of the whole include path
    areas: set[str]
    private: set[str] = set()  # areas that may name it in .cpp files only


OPERATING_SYSTEM = Library(
    "the operating system",
    r"(unistd|stdlib|string|fcntl|poll|signal|pthread|sched|dirent|spawn|termios|netdb|dlfcn|endian"
    r"|\w+intrin|cpuid)\.h|(sys|netinet|arpa|net|linux)/.*",
    {"ledger", "gateway", "tools", "bench", "tests"},
)

LIBRARIES = (
    OPERATING_SYSTEM,
    Library("LMDB", r"lmdb\.h", {"ledger", "gateway", "bench", "tests"}),
    Library("QuickFIX", r"quickfix/.*", {"gateway", "tests"}),
    Library("Asio", r"boost/(asio|system)(\.hpp|/.*)", {"gateway", "tools", "bench", "tests"}),
    Library("Beast", r"boost/beast(\.hpp|/.*)", {"tools"}),
    Library(
        "OpenSSL",
        r"openssl/.*",
        {"ledger", "gateway", "tools", "tests"},
        {"ledger", "gateway", "tools"},
    ),
    Library("spdlog", r"(spdlog|fmt)/.*", {"gateway", "tools"}),
    Library("Prometheus", r"prometheus/.*", {"tools"}),
    Library("CLI11", r"CLI/.*", {"tools", "bench"}),
    Library("toml++", r"toml\+\+/.*", {"tools"}),
    Library("JSON", r"nlohmann/.*", {"gateway", "tools", "tests"}),
    Library("Google Test", r"(gtest|gmock)/.*", {"tests"}),
    Library("the sanitizers", r"sanitizer/.*", {"tests"}),
    Library("Google Benchmark", r"benchmark/.*", {"bench"}),
)

# Standard headers that the core may not have, by reason. <chrono> stays: dates are no clock.
NOT_IN_CORE = {
    "clock": "ctime time.h",
    "randomness": "random",
    "floating point": "cmath math.h cfloat float.h cfenv complex numbers valarray",
    "locks and threads": "atomic barrier condition_variable execution future latch mutex semaphore "
    "shared_mutex stop_token thread",
    "hash maps of nodes": "unordered_map unordered_set",
    "input and output": "cstdio stdio.h filesystem fstream iomanip ios iosfwd iostream istream "
    "ostream sstream streambuf strstream syncstream locale clocale csignal",
}

STANDARD = set(
    """
    algorithm any array bit bitset charconv chrono compare concepts coroutine deque exception
    format forward_list functional initializer_list iterator limits list map memory
    memory_resource new numeric optional queue ranges ratio regex scoped_allocator set
    source_location span stack stdexcept string string_view system_error tuple type_traits typeindex
    typeinfo utility variant vector version
    cassert cctype cerrno cinttypes climits csetjmp cstdarg cstddef cstdint cstdlib cstring cuchar
    cwchar cwctype
    """.split()
).union(*(headers.split() for headers in NOT_IN_CORE.values()))

# --- What may not be said -----------------------------------------------------------------------

# In the core, matched in code without comments and strings.
NOT_SAID_IN_CORE = {
    "clock": r"\b(?:system|steady|high_resolution|utc|tai|gps|file)_clock\b"
    r"|\b(?:clock_gettime|gettimeofday|timespec_get)\b|\b\w*rdtscp?\b|\b(?:__)?asm(?:__)?\b"
    r"|(?<!\w)(?:std)?::(?:time|clock)\s*\(|(?<![\w.>:])time\s*\(\s*(?:0|NULL|nullptr|&)",
    "randomness": r"(?<![\w.>])(?:s?rand|s?random|rand_r|[delmn]rand48|arc4random\w*|getrandom)"
    r"\s*\(|\b(?:random_device|mt19937\w*|minstd_rand\w*|default_random_engine|\w*rdrand\w*)\b",
    "floating point": r"\b(?:float|double|float_t|double_t|_Float\d+x?|__float128)\b",
    "locks and threads": r"\bstd::(?:\w*mutex|lock_guard|\w+_lock|condition_variable\w*|j?thread"
    r"|this_thread|atomic\w*|memory_order\w*|future|promise|async|packaged_task|call_once|once_flag"
    r"|\w+_semaphore|latch|barrier|stop_\w+)\b|\bthread_local\b|\bpthread_\w+"
    r"|\b__(?:atomic|sync)_\w+",
    "hash maps of nodes": r"\bunordered_(?:multi)?(?:map|set)\b",
    "input and output": r"\bstd::(?:cout|cerr|clog|cin|\w*stream|filesystem|FILE)\b"
    r"|\b\w*printf\s*\(|(?<![\w.>])(?:puts|fputs|putchar|fopen|fwrite|fread|getenv|system)\s*\(",
}

# (file, reason) pairs that the core's tables do not apply to.
EXCEPTIONS = {
    # A failed check() names its place on standard error before it aborts.
    ("engine/vocabulary/check.cpp", "input and output"),
    # Asks for huge pages, when the core is built.
    ("engine/vocabulary/large_pages.cpp", "input and output"),
}

# A number with a point or an exponent. Separators (1'000) and suffixes (10_lots) belong to it.
FLOATING_LITERAL = re.compile(r"(?!0[xX])[\d']*(\.|\d[eE][+-]?\d).*|0[xX].*[.pP].*")

# Each of these trades a flush for speed; the ledger promises durable before visible.
NOT_DURABLE = re.compile(r"\bMDB_(?:NOSYNC|NOMETASYNC|MAPASYNC|WRITEMAP)\b")

# But the index acknowledges nothing, is made anew after a power loss, and must not make the ledger
# wait for its flushes.
MAY_LOSE = {"ledger/index_file.cpp"}

# The book of record has one checked append. These files of ledger/ may write beside it: a plain put
# would silently rewrite history, so they write to other tables (meta, checkpoints, index) only.
LEDGER_WRITERS = {"ledger/index_file.cpp", "ledger/meta.cpp"}
LEDGER_WRITE = re.compile(r"\bmdb_(?:cursor_)?(?:put|del)\b[^;]*|\bmdb_drop\b")

# In every text file of the project. Written in pieces, so that this file passes its own check.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
OUTSIDE = re.compile(r"\.\./sha" r"red\b|(?<![\w.])/(?:wo" r"rk|ro" r"ot)/")
