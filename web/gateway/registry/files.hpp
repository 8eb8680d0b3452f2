#pragma once

#include <datasource/model/error.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace datasource::gateway {

/// What the system has just refused to do with a file, and why.
[[nodiscard]] tl::unexpected<Error> file_error(const char* what, const std::filesystem::path& file);

/// The whole of a small file. Errors: `server`, with the system's reason.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file);

/// Writes a file that only the owner may read. After a crash at any moment it is there whole or not at all; when this
/// returned, it is on disk. Errors: `server`, with the system's reason.
[[nodiscard]] Result<void> write_file_durably(const std::filesystem::path& file, std::string_view text);

/// Makes what was renamed into or removed from a folder durable.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace datasource::gateway
