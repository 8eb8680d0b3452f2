#pragma once

#include <datasource/client/trino.hpp>
#include <datasource/model/error.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::gateway {

/// The Trino that runs statements, as the command line names it.
struct TrinoServer {
  std::string url = {};   ///< `http://host:port`; empty: another engine serves.
  std::string user = {};  ///< Who statements run as; empty: `datasource`.
  std::filesystem::path password_file = {};
  std::filesystem::path token_file = {};  ///< Holds a JSON Web Token.
  std::filesystem::path ca_file = {};     ///< PEM: the authorities that are trusted; empty: those of the system.
};

/// What an engine process is told of it beside its arguments, as `NAME=value`: the secrets. Takes TRINO_PASSWORD and
/// TRINO_TOKEN out of the environment. @param key Of the names of catalogs. Errors: `invalid`.
[[nodiscard]] Result<std::vector<std::string>> trino_environment(const TrinoServer& server, std::string_view key);

/// The other half, in the engine process: who signs in, and the key of catalogs' names.
struct TrinoAccess {
  TrinoOptions server = {};
  std::string key = {};
};
[[nodiscard]] TrinoAccess take_trino_access(const TrinoServer& server);

/// A keyed hash in hexadecimal, `digits` of them.
[[nodiscard]] std::string keyed_hash(std::string_view key, std::string_view text, std::size_t digits);

}  // namespace datasource::gateway
