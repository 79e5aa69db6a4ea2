#include "ledger/writer_at_work.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <string>

namespace emx::ledger {

namespace {

// "7: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF". The device of some file systems is another
// there than stat(2) has, so the process and the inode are what is compared.
bool is_lock_of(const std::string& line, std::uint32_t process, std::uint64_t inode) {
  std::istringstream words{line};
  std::string number;
  std::string kind;
  std::string strength;
  std::string access;
  std::uint32_t holder = 0;
  std::string file;
  words >> number >> kind >> strength >> access >> holder >> file;
  return words && kind == "FLOCK" && access == "WRITE" && holder == process &&
         file.ends_with(':' + std::to_string(inode));
}

}  // namespace

std::uint32_t writer_at_work(const std::filesystem::path& data_dir) {
  const std::filesystem::path path = data_dir / "ledger" / "writer.lock";
  std::uint32_t process = 0;
  std::ifstream{path} >> process;  // the last that had it
  struct stat file {};
  if (process == 0 || ::stat(path.c_str(), &file) != 0) return 0;
  std::ifstream locks{"/proc/locks"};
  for (std::string line; std::getline(locks, line);) {
    if (is_lock_of(line, process, file.st_ino)) return process;
  }
  return 0;
}

}  // namespace emx::ledger
