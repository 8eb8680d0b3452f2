#pragma once

#include <datasource/connector/engine_only.hpp>
#include <datasource/connector/field.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace datasource {

/// What of a field's value a property holds.
enum class TrinoPart {
  whole,  ///< All of it.
  host,   ///< The host of a URL. One with a path is then refused, since Trino has no place for it.
  port,   ///< Its port, or the usual one of its scheme.
  tls,    ///< `true` for https, else `false`.
};

/// A field as a property of a Trino catalog, or as a parameter behind its URL.
struct TrinoProperty {
  std::string_view field;                  ///< Key in the catalogue.
  std::string_view name;                   ///< Trino's name for it.
  std::span<const Choice> translate = {};  ///< Catalogue value -> Trino's value (`title`); empty: as it is.
  std::int64_t divisor = 1;                ///< Milliseconds to seconds is 1000; the result is rounded up.
  std::string_view unit = {};              ///< What a number is followed by, such as `ms`.
  bool base64 = false;                     ///< Whether Trino wants the value encoded.
  TrinoPart part = TrinoPart::whole;       ///< Of a URL that Trino wants in pieces.
};

/// A property that every catalog of a connector has.
struct TrinoConstant {
  std::string_view name;   ///< Trino's name for it.
  std::string_view value;  ///< What it is.
};

/// How the URL of a catalog is made.
struct TrinoUrl {
  /// Text in which `{field}` stands for a field's value and `{servers}` for host and port, of several hosts too. What
  /// stands in `[…]` is left out unless all fields in it have a value.
  std::string_view text;
  std::string_view field = {};  ///< Empty: always. Only when this field
  std::string_view value = {};  ///< has this value, or none where this is empty. The first that fits is taken.
};

/// How a Trino reaches the system: a catalog of one of its connectors.
struct TrinoMapping {
  std::string_view connector = {};                  ///< Such as `postgresql`; empty: Trino has none for it.
  EngineOnly<std::string_view> url_property = {};   ///< The property that holds the URL.
  EngineOnly<std::span<const TrinoUrl>> urls = {};  ///< What it is made of.
  EngineOnly<char> separator = '&';                 ///< Between parameters: `&` behind a `?`, or `;` before each.
  EngineOnly<std::span<const TrinoProperty>> parameters = {};  ///< Parameters of the URL.
  EngineOnly<std::span<const TrinoProperty>> properties = {};  ///< Properties of the catalog.
  EngineOnly<std::span<const TrinoConstant>> constants = {};   ///< Properties that are always the same.
  EngineOnly<std::string_view> default_schema = {};            ///< Of `source.table`; empty: what `schema_field` says.
  EngineOnly<std::string_view> schema_field = {};  ///< The field that names the one schema that may be read.
  EngineOnly<std::span<const std::string_view>> system_schemas =
      {};  ///< Refused in user SQL, beside information_schema.
  EngineOnly<std::span<const std::string_view>> refused =
      {};                               ///< Fields that Trino's connector cannot honour beyond their defaults.
  EngineOnly<bool> fixed_schemas = {};  ///< Whether Trino's connector names schemas without asking the system.
  EngineOnly<std::string_view> range_column = {};  ///< A column of which Trino's connector finds nothing by one value.
};

}  // namespace datasource
