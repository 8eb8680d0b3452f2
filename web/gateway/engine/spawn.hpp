#pragma once

#include "file_descriptor.hpp"

#include <datasource/model/error.hpp>

#include <sys/types.h>

#include <string>
#include <vector>

namespace datasource::gateway {

/// The descriptor under which a child process finds its end of the socket.
inline constexpr int child_socket = 3;

/// Starts a process in a process group of its own, with default signal handling, standard output going to standard
/// error, `socket` (when it is one) as descriptor 3, no other descriptor, and an environment that holds none of the
/// gateway's secrets but the `variables` that are given (`NAME=value`).
[[nodiscard]] Result<pid_t> spawn(const std::string& program, const std::vector<std::string>& arguments,
                                  int socket = -1, const std::vector<std::string>& variables = {});

}  // namespace datasource::gateway
