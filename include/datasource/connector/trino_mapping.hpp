#pragma once

#include <datasource/connector/engine_only.hpp>
#include <datasource/connector/field.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace datasource {

/// A field as a property of a Trino catalog, or as a parameter behind its URL.
struct TrinoProperty {
  std::string_view field;                  ///< Key in the catalogue.
  std::string_view name;                   ///< Trino's name for it.
  std::span<const Choice> translate = {};  ///< Catalogue value -> Trino's value (`title`); empty: as it is.
  std::int64_t divisor = 1;                ///< Milliseconds to seconds is 1000; the result is rounded up.
  std::string_view unit = {};              ///< What a number is followed by, such as `ms`.
  bool base64 = false;                     ///< Whether Trino wants the value encoded.
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
  std::string_view field = {};  ///< Only when this field
  std::string_view value = {};  ///< has this value; empty: always. The first that fits is taken.
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
      {};                                                      ///< Refused in user SQL, beside information_schema.
  EngineOnly<std::span<const std::string_view>> refused = {};  ///< Fields that Trino's connector cannot honour.
};

}  // namespace datasource
