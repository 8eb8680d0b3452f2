#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace datasource::gateway {

/// A completion script for `bash`, `zsh` or `fish`, made of the program's own commands and options. Names of data
/// sources are asked of the gateway when they are completed.
[[nodiscard]] std::string completion_script(const CLI::App& program, std::string_view shell);

}  // namespace datasource::gateway
