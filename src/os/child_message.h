// What the server and its spawner process tell each other: one message a packet of a SOCK_SEQPACKET
// socket pair. Both ends are the same program, so the encoding has no versions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/child_process.h"

namespace os {

// A packet larger than this is refused before it is sent: arguments and environment of one child.
inline constexpr std::size_t child_message_bytes_max = 192 * 1024;

enum class ChildCommandKind : std::uint8_t { spawn = 1, kill = 2 };

struct ChildCommand {
    ChildCommandKind kind = ChildCommandKind::spawn;
    std::uint64_t id = 0;  // of the child, chosen by the server, never used twice
    int signal = 9;        // kill
    // spawn: the descriptors travel beside the message, in the order of `targets`; those of the
    // output pipe are among them.
    base::ChildOptions options;
    std::vector<int> targets;
};

enum class ChildReportKind : std::uint8_t { started = 1, failed = 2, exited = 3 };

struct ChildReport {
    ChildReportKind kind = ChildReportKind::started;
    std::uint64_t id = 0;
    std::int32_t pid = 0;     // started
    std::int32_t error = 0;   // failed: errno
    std::string step;         // failed: "exec", "setuid", …
    std::int32_t status = 0;  // exited: as of wait4
    std::uint64_t peak_resident_bytes = 0;
    std::int64_t user_us = 0;
    std::int64_t system_us = 0;
};

std::string encode(const ChildCommand& command);
std::string encode(const ChildReport& report);
// False when the bytes are no such message.
bool decode(std::string_view bytes, ChildCommand& command);
bool decode(std::string_view bytes, ChildReport& report);

}  // namespace os
