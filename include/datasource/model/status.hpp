#pragma once

#include <optional>
#include <string_view>

namespace datasource {

/// Whether a data source answers queries. `error` is set by the server, for a source whose last probe failed.
enum class Status { active, disabled, error };

/// The status as the API spells it: `ACTIVE`, `DISABLED`, `ERROR`.
constexpr std::string_view to_string(Status status) {
  switch (status) {
    case Status::disabled: return "DISABLED";
    case Status::error: return "ERROR";
    case Status::active: break;
  }
  return "ACTIVE";
}

/// Reads the API's spelling, in upper or lower case (a real OpenSearch takes both); nothing for any other text.
constexpr std::optional<Status> parse_status(std::string_view text) {
  const auto is = [text](std::string_view word) {
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char c = text[i];
      if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c) != word[i]) return false;
    }
    return true;
  };
  if (is("ACTIVE")) return Status::active;
  if (is("DISABLED")) return Status::disabled;
  if (is("ERROR")) return Status::error;
  return std::nullopt;
}

}  // namespace datasource
