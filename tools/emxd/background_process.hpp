#pragma once

#include <sys/types.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <string>
#include <vector>

namespace emx::daemon {

// Child processes of emxd, for what must never be in its way: each is this program once more, with
// options of its own, says what it has to say on one pipe, and does not outlive emxd.

// Starts one with these arguments, with its output and its errors to be read from `output`. Words
// where it could not be; empty: it was. Nothing else that is open here is open there: a socket that
// a client closes would stay open as long as the child. Requires: `output` is closed.
[[nodiscard]] std::string start_child(const std::vector<std::string>& arguments,
                                      boost::asio::posix::stream_descriptor& output, pid_t& child);

// Its wait status, once it has ended.
int wait_for_child(pid_t child);
// Of a wait status: that of a process which LMDB ended because of a damaged file, or the kernel.
[[nodiscard]] bool has_crashed(int status);
// "its process was ended by signal 9", "its process ended with code 1".
[[nodiscard]] std::string words_of_end(int status);

// For the child, first of all: the lowest priority for processor, disk and memory, and an end with
// the parent's.
void become_a_background_process(pid_t parent);

}  // namespace emx::daemon
