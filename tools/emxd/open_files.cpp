#include "tools/emxd/open_files.hpp"

#include <sys/resource.h>

#include <stdexcept>
#include <string>

namespace emx::daemon {

void allow_open_files(std::uint64_t count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= count) return;
  limit.rlim_cur = count;
  if (limit.rlim_max >= count && ::setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
  throw std::runtime_error{"emxd may have only " + std::to_string(limit.rlim_max) +
                           " files and sockets open (ulimit -n), and needs " +
                           std::to_string(count)};
}

}  // namespace emx::daemon
