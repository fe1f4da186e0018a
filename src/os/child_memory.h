// How much memory processes use, and which of them carry our mark: read from /proc.
#pragma once

#include <cstdint>
#include <string>

namespace os {

// Resident bytes of a process and its descendants (at most 256 processes are counted).
std::uint64_t resident_bytes_of_tree(int pid);

// The most resident memory a process had so far (VmHWM); 0 when it is gone.
std::uint64_t peak_resident_bytes_of(int pid);

// SIGKILL to every process whose environment has the entry `entry` ("NAME=value"), but us.
// Returns how many were there.
std::size_t kill_processes_with(const std::string& entry);

}  // namespace os
