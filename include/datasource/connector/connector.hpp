#pragma once

#include <datasource/connector/field.hpp>
#include <datasource/model/query.hpp>

#include <span>
#include <string_view>

namespace datasource {

enum class Family { relational, object_store, time_series, document, files };

constexpr std::string_view to_string(Family family) {
  constexpr std::string_view names[] = {"relational", "object_store", "time_series", "document", "files"};
  return names[static_cast<std::size_t>(family)];
}

/// Another spelling of a field's value: `encryption: true` of the documents says something about `tls`.
struct AliasValue {
  std::string_view value;                         ///< What the alias says: `true`.
  std::string_view means;                         ///< What the field becomes when it is not given: `require`.
  std::span<const std::string_view> agrees_with;  ///< Values of the field that do not contradict the alias.
};

struct Alias {
  std::string_view key;    ///< The property that the documents use.
  std::string_view field;  ///< The field it speaks of.
  std::span<const AliasValue> values;
};

/// The forms of `configuration.endpoint`: `<scheme>//host[:port]/database`, any of `schemes`. Empty: the connector has
/// no endpoint.
struct EndpointForm {
  std::span<const std::string_view> schemes;  ///< With the colon: `jdbc:postgresql:`; the first is the canonical one.
};

/// A field's name and spelling in an engine.
struct EngineParameter {
  std::string_view field;                  ///< Key in the catalogue.
  std::string_view name;                   ///< The engine's name for it.
  std::span<const Choice> translate = {};  ///< Catalogue value -> the engine's value (`title`); empty: as it is.
  std::int64_t divisor = 1;                ///< Milliseconds to seconds is 1000; the result is rounded up.
};

/// Whatever a field says, as long as it says something.
inline constexpr std::string_view any_value{};

/// Fields that another field's value makes required.
struct Requirement {
  std::string_view field;
  std::string_view value;                   ///< In lower or upper case; `any_value` for every one.
  std::span<const std::string_view> needs;  ///< Keys in the catalogue, in its order.
};

/// How DuckDB reaches the system.
struct DuckDbMapping {
  enum class Kind {
    none,      ///< This engine cannot.
    database,  ///< `ATTACH '<options>' (TYPE …, SECRET …, READ_ONLY)`.
    file,      ///< `ATTACH '<path>' (TYPE …, READ_ONLY)`.
    views,     ///< A catalog of views over the data files at a path.
  };
  Kind kind = Kind::none;
  std::string_view extension = {};  ///< Loaded before use, such as `postgres_scanner`; empty when built in.
  std::string_view type = {};       ///< The TYPE of ATTACH and CREATE SECRET.
  std::span<const EngineParameter> secret = {};   ///< What goes into CREATE SECRET.
  std::span<const EngineParameter> options = {};  ///< What goes into the text of ATTACH: nothing confidential.
  std::span<const std::string_view> system_schemas =
      {};  ///< Refused in user SQL, beside information_schema and pg_catalog.
};

/// How an OpenSearch registers it.
struct OpenSearchMapping {
  bool registered = false;
  std::span<const Field> fields = {};              ///< Those that it knows; all are properties there.
  std::span<const Requirement> requirements = {};  ///< Those that it checks.
};

/// A kind of system that can be registered. The catalogue is an array of these.
struct Connector {
  std::string_view id;
  std::string_view title;
  std::string_view description;
  Family family = Family::relational;
  std::span<const Language> languages = {};
  std::span<const Field> fields = {};
  EndpointForm endpoint = {};
  std::span<const Alias> aliases = {};
  std::span<const Requirement> requirements = {};
  DuckDbMapping duckdb = {};
  OpenSearchMapping opensearch = {};

  /// Whether the embedded DuckDB reads it.
  [[nodiscard]] constexpr bool in_duckdb() const { return duckdb.kind != DuckDbMapping::Kind::none; }
  /// Whether an OpenSearch registers it.
  [[nodiscard]] constexpr bool in_opensearch() const { return opensearch.registered; }

  /// The field of that key, or null.
  [[nodiscard]] constexpr const Field* field(std::string_view key) const {
    for (const Field& candidate : fields) {
      if (candidate.key == key) return &candidate;
    }
    return nullptr;
  }
};

inline constexpr std::array sql_only{Language::sql};

}  // namespace datasource
