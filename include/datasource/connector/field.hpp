#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace datasource {

/// How a field's value is written and checked.
enum class FieldType {
  text,     ///< Any text without control characters.
  host,     ///< A DNS name or an IP address, without scheme or port.
  port,     ///< 1 to 65535.
  integer,  ///< A whole number from `minimum` to `maximum`.
  boolean,  ///< true or false.
  choice,   ///< One of `choices`.
  path,     ///< An absolute path on the machine that runs the engine.
  secret,   ///< Text that is stored encrypted and never shown.
};

constexpr std::string_view to_string(FieldType type) {
  constexpr std::string_view names[] = {"text", "host", "port", "integer", "boolean", "choice", "path", "secret"};
  return names[static_cast<std::size_t>(type)];
}

/// Where a form shows a field.
enum class FieldGroup { connection, credentials, advanced };

constexpr std::string_view to_string(FieldGroup group) {
  constexpr std::string_view names[] = {"connection", "credentials", "advanced"};
  return names[static_cast<std::size_t>(group)];
}

/// Where the API's body keeps a field's value.
enum class FieldPlace { property, username, password };

struct Choice {
  std::string_view value;
  std::string_view title;
};

/// One setting of a connector, described once: validation, forms, redaction, documents and engines read this.
struct Field {
  std::string_view key;
  std::string_view title;
  FieldType type = FieldType::text;
  FieldGroup group = FieldGroup::connection;
  FieldPlace place = FieldPlace::property;
  bool required = false;
  std::string_view fallback = {};  ///< The default, as text; empty when there is none.
  std::span<const Choice> choices = {};
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  std::string_view help = {};
  std::string_view placeholder = {};

  [[nodiscard]] constexpr bool secret() const { return type == FieldType::secret; }

  /// The field's path in the request body, such as `properties.port`.
  [[nodiscard]] std::string path() const {
    switch (place) {
      case FieldPlace::username: return "configuration.credentials.username";
      case FieldPlace::password: return "configuration.credentials.password";
      case FieldPlace::property: break;
    }
    return "properties." + std::string{key};
  }
};

/// Joins arrays of fields at compile time, so that connectors share groups of fields.
template <std::size_t... Sizes>
constexpr auto join(const std::array<Field, Sizes>&... parts) {
  std::array<Field, (Sizes + ...)> all{};
  std::size_t at = 0;
  const auto append = [&](const auto& part) {
    for (const Field& field : part) all[at++] = field;
  };
  (append(parts), ...);
  return all;
}

}  // namespace datasource
