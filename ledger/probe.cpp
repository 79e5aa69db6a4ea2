#include "ledger/probe.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/page_check.hpp"
#include "ledger/verify.hpp"

namespace emx::ledger {

namespace {

constexpr std::uint64_t tail_entries = 4'096;

// The beginning of a meta page of LMDB 0.9, as far as it is looked at here.
constexpr std::uint32_t lmdb_magic = 0xBEEFC0DE;
constexpr std::uint32_t lmdb_version = 1;
struct MetaPage {
  std::array<std::byte, 16> page_header;
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t address;
  std::uint64_t map_bytes;
  std::uint32_t page_bytes;  // the first of the numbers of the table of free pages
  std::array<std::byte, 92> tables;
  std::uint64_t last_page;
  std::uint64_t transaction;
};
static_assert(offsetof(MetaPage, page_bytes) == 40 && offsetof(MetaPage, transaction) == 144);

union PageWithMeta {
  MetaPage meta;
  std::array<std::byte, page_bytes> bytes;
};
struct MetaPages {
  PageWithMeta even;  // of the transactions with an even number
  PageWithMeta odd;
};
static_assert(sizeof(MetaPages) == 2 * page_bytes);

// What a process ends with that crashes, rather than being told to end.
constexpr std::array crash_signals{SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

// A writer may commit between the two pages of one look, but not again and again.
constexpr int looks_max = 100;

// Empty: none.
std::string fault_of(const MetaPage& page) {
  if (page.magic != lmdb_magic || page.version != lmdb_version) return "is not an LMDB file";
  if (page.page_bytes == page_bytes) return {};
  return "has pages of " + std::to_string(page.page_bytes) + " bytes";
}

bool are_in_turn(std::uint64_t even, std::uint64_t odd) {
  const bool never_written = even == 0 && odd == 0;
  return never_written || (even % 2 == 0 && odd % 2 == 1 && (even + 1 == odd || odd + 1 == even));
}

Result bad(const std::filesystem::path& file, const std::string& what) {
  return failure(Status::corrupt, file.string() + ' ' + what);
}

// A child of its own mind: silent, without a core file, gone when its parent goes.
void settle_in_child(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  for (const int signal : crash_signals) ::signal(signal, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
}

// The child's answer: one byte with the status, then the message.
[[noreturn]] void answer(int pipe, const std::function<Result()>& work) {
  Result result;
  try {
    result = work();
  } catch (const std::exception& error) {
    result = failure(Status::no_memory, error.what());
  }
  std::string text(1, static_cast<char>(result.status));
  text += result.message;
  for (std::string_view rest{text}; !rest.empty();) {
    const auto written = ::write(pipe, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) ::_exit(1);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  ::_exit(0);
}

std::string read_to_end(int pipe) {
  std::string text;
  std::array<char, 4'096> buffer{};
  for (;;) {
    const auto bytes = ::read(pipe, buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

// By what a damaged file brings about: LMDB reads outside of it, or fails an assertion.
bool crashed(int wait_status) {
  if (!WIFSIGNALED(wait_status)) return false;
  const int signal = WTERMSIG(wait_status);
  return std::ranges::find(crash_signals, signal) != crash_signals.end();
}

std::string end_of(int wait_status) {
  if (!WIFSIGNALED(wait_status)) return "without an answer";
  const int signal = WTERMSIG(wait_status);
  const char* name = ::sigdescr_np(signal);
  return "by signal " + std::to_string(signal) + " (" + (name == nullptr ? "?" : name) + ")";
}

// Every page of every entry, judging none of them: a page can be read whole or not at all.
Result read_all(const LogFile& file) {
  MetaRecord meta;
  std::uint64_t last_key = 0;
  if (Result result = file.read_tail(meta, last_key); !result.ok()) return result;
  const auto read = [](const std::byte& byte) {
    static_cast<void>(*static_cast<const volatile std::byte*>(&byte));
  };
  return file.visit(1, std::numeric_limits<std::uint64_t>::max(),
                    [&](std::uint64_t, std::span<const std::byte> value) {
                      for (std::size_t at = 0; at < value.size(); at += page_bytes) read(value[at]);
                      if (!value.empty()) read(value.back());
                      return true;
                    });
}

}  // namespace

Result run_in_child(const std::filesystem::path& subject, const std::function<Result()>& work) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return failure_of(errno, "make a pipe to read", subject);
  FileDescriptor reading{ends[0]};
  FileDescriptor writing{ends[1]};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return failure_of(errno, "start a process to read", subject);
  if (child == 0) {
    settle_in_child(parent);
    answer(writing.get(), work);
  }
  writing.reset();
  const std::string text = read_to_end(reading.get());
  int wait_status = 0;
  while (::waitpid(child, &wait_status, 0) < 0) {
    if (errno != EINTR) return failure_of(errno, "wait for the process that reads", subject);
  }
  if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0 && !text.empty()) {
    return Result{static_cast<Status>(text[0]), text.substr(1)};
  }
  const std::string what =
      "the process that was to read " + subject.string() + " ended " + end_of(wait_status);
  if (WIFSIGNALED(wait_status) && !crashed(wait_status)) {
    return failure(Status::no_memory,
                   what + ": somebody killed it, or the kernel for want of memory (dmesg)");
  }
  const bool bus_error = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGBUS;
  return failure(Status::corrupt, what + ": the file is damaged, or ends too early" +
                                      (bus_error ? ", or its disk fails to read it (dmesg)" : ""));
}

Result probe_in_child(const std::filesystem::path& path, LogFile::Mode mode,
                      std::uint64_t map_bytes, Probe probe, bool judge) {
  if (probe == Probe::none) return {};
  return run_in_child(path, [&]() -> Result {
    if (judge && probe != Probe::ends) {
      if (Result result = check_pages(path); !result.ok()) return result;
    }
    LogFile file;
    if (Result result = file.open(path, mode, map_bytes); !result.ok()) return result;
    if (!judge) return read_all(file);
    VerifyOptions options;
    if (probe != Probe::whole) options.last_entries = tail_entries;
    return verify(file, options).result;
  });
}

Result check_file_head(const std::filesystem::path& file) {
  FileDescriptor descriptor;
  if (Result result = open_file(file, O_RDONLY | O_NONBLOCK, descriptor); !result.ok()) {
    return result;
  }
  struct stat found {};
  if (::fstat(descriptor.get(), &found) != 0) return failure_of(errno, "look at", file);
  if (!S_ISREG(found.st_mode)) {
    return bad(file, "is not an ordinary file");
  }
  if (found.st_size < static_cast<off_t>(2 * page_bytes)) {
    return bad(file, "is cut off: it has " + std::to_string(found.st_size) +
                         " bytes, too few for even an empty ledger");
  }
  for (int look = 0;; ++look) {
    MetaPages pages{};
    if (::pread(descriptor.get(), &pages, sizeof pages, 0) != static_cast<ssize_t>(sizeof pages)) {
      return failure_of(errno, "read", file);
    }
    if (const std::string fault = fault_of(pages.even.meta); !fault.empty())
      return bad(file, fault);
    if (const std::string fault = fault_of(pages.odd.meta); !fault.empty()) return bad(file, fault);
    const std::uint64_t even = pages.even.meta.transaction;
    const std::uint64_t odd = pages.odd.meta.transaction;
    if (are_in_turn(even, odd)) return {};
    if (look == looks_max) {
      return bad(file, "has meta pages of the transactions " + std::to_string(even) + " and " +
                           std::to_string(odd) + ", which do not follow each other");
    }
  }
}

}  // namespace emx::ledger
