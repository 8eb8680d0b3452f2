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
  url,      ///< `http://` or `https://`, without credentials, query and fragment.
};

/// The name as the catalogue's JSON has it, such as `text`.
constexpr std::string_view to_string(FieldType type) {
  constexpr std::string_view names[] = {"text",   "host", "port",   "integer", "boolean",
                                        "choice", "path", "secret", "url"};
  return names[static_cast<std::size_t>(type)];
}

/// Where a form shows a field.
enum class FieldGroup { connection, credentials, advanced };

/// The name as the catalogue's JSON has it, such as `connection`.
constexpr std::string_view to_string(FieldGroup group) {
  constexpr std::string_view names[] = {"connection", "credentials", "advanced"};
  return names[static_cast<std::size_t>(group)];
}

/// Where the API's body keeps a field's value.
enum class FieldPlace { property, username, password };

/// One of the values that a field may have.
struct Choice {
  std::string_view value;  ///< As it is stored.
  std::string_view title;  ///< For people.
};

/// What a text must look like beyond its type, such as a bucket's name.
struct TextForm {
  std::string_view name;     ///< "a bucket name"
  std::string_view fix;      ///< What to do about a text that is none, as an order.
  std::string_view pattern;  ///< The same rule for forms and documents: a regular expression for the whole text.
  bool (*fits)(std::string_view text);  ///< Whether a text has the form.
};

/// What another field says where a field is of use.
struct Condition {
  std::string_view field;                  ///< Key in the catalogue: of a choice or of a boolean.
  std::array<std::string_view, 2> values;  ///< One of these; an empty one is none.
};

/// One setting of a connector, described once: validation, forms, redaction, documents and engines read this.
struct Field {
  std::string_view key;                       ///< Its name among the properties.
  std::string_view title;                     ///< For people.
  FieldType type = FieldType::text;           ///< What values it takes.
  FieldGroup group = FieldGroup::connection;  ///< Which part of a form it is in.
  FieldPlace place = FieldPlace::property;    ///< Where a body has it.
  bool required = false;                      ///< Whether a source needs it.
  std::string_view fallback = {};             ///< The default, as text; empty when there is none.
  std::span<const Choice> choices = {};       ///< All values that it may have; empty for other types.
  std::int64_t minimum = 0;                   ///< Of a number, included.
  std::int64_t maximum = 0;                   ///< Of a number, included.
  std::string_view help = {};                 ///< One or two sentences for people.
  std::string_view placeholder = {};          ///< An example for an empty input.
  const TextForm* form = nullptr;             ///< Of a text or a secret; null: any.
  bool multiline = false;                     ///< A text or a secret of several lines, such as a private key.
  /// Where it is of use: forms leave it out elsewhere. To give it there all the same breaks no rule. Null: always.
  const Condition* only_when = nullptr;
  /// A second place that is understood: credentials that other servers keep among the properties.
  FieldPlace also = place;
  /// Whether it says who is given the secrets: a stored one is kept over an update only where these stay as they are.
  bool target = false;

  /// Whether its value is masked in replies.
  [[nodiscard]] constexpr bool secret() const { return type == FieldType::secret; }

  /// The field's path in the request body, such as `properties.port`.
  [[nodiscard]] std::string path() const { return path(place); }
  /// Its path where a body has it in that place.
  [[nodiscard]] std::string path(FieldPlace in) const {
    switch (in) {
      case FieldPlace::username: return "configuration.credentials.username";
      case FieldPlace::password: return "configuration.credentials.password";
      case FieldPlace::property: break;
    }
    return "properties." + std::string{key};
  }
};

/// A shared field, of use there only.
constexpr Field only_when(const Condition& condition, Field field) {
  field.only_when = &condition;
  return field;
}

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
