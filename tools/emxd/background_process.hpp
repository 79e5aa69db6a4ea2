#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace emx::daemon {

// Child processes of emxd, for what must never be in its way: each is this program once more, with
// options of its own, says what it has to say on one pipe, and does not outlive emxd.

// Starts one with its output, and its errors, going into `output`; 0, or an error's number. Nothing
// else that is open here is open there: a socket that a client closes would stay open as long as
// the child.
[[nodiscard]] int start_child(const std::vector<std::string>& words, int output, pid_t& child);

// Its wait status, once it has ended.
int wait_for_child(pid_t child);

// For the child, first of all: the lowest priority for processor, disk and memory, and an end with
// the parent's.
void become_a_background_process(pid_t parent);

}  // namespace emx::daemon
