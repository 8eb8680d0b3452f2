#pragma once

#include <datasource/connector/endpoint_form.hpp>
#include <datasource/connector/engine_only.hpp>
#include <datasource/connector/field.hpp>
#include <datasource/connector/source_fields.hpp>
#include <datasource/connector/trino_mapping.hpp>
#include <datasource/model/query.hpp>

#include <span>
#include <string_view>

namespace datasource {

/// What kind of system a connector reads; forms are grouped by it.
enum class Family { relational, object_store, time_series, document, files };

/// The name as the catalogue's JSON has it: `relational`, `object_store` and so on.
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

/// Another key under which the documents give a field.
struct Alias {
  std::string_view key;                ///< The property that the documents use.
  std::string_view field;              ///< The field it speaks of.
  std::span<const AliasValue> values;  ///< What its values mean; empty: they are the field's own.
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
  std::string_view field;                   ///< Key in the catalogue.
  std::string_view value;                   ///< In lower or upper case; `any_value` for every one.
  std::span<const std::string_view> needs;  ///< Keys in the catalogue, in its order.
};

/// What a field says of another one that is not given: a token, that it is what authenticates.
struct Implication {
  std::string_view given;  ///< The field that is given.
  std::string_view field;  ///< The field that is not.
  std::string_view value;  ///< What that one then is.
};

/// How DuckDB reaches the system.
struct DuckDbMapping {
  /// What DuckDB is told to do.
  enum class Kind {
    none,      ///< This engine cannot.
    database,  ///< `ATTACH 'options' (TYPE …, SECRET …, READ_ONLY)`.
    file,      ///< `ATTACH 'path' (TYPE …, READ_ONLY)`.
    views,     ///< A catalog of views over the data files at a path.
    objects,   ///< A catalog of views over the data files of an object store, reached with a secret.
    remote,    ///< A catalog of tables that are fetched over the system's own protocol (federation/remote_source.hpp).
  };
  Kind kind = Kind::none;                       ///< How DuckDB reaches it.
  EngineOnly<std::string_view> extension = {};  ///< Loaded before use, such as `postgres_scanner`; empty when built in.
  EngineOnly<std::string_view> type = {};       ///< The TYPE of ATTACH and CREATE SECRET.
  EngineOnly<std::span<const EngineParameter>> secret = {};  ///< What goes into CREATE SECRET.
  EngineOnly<std::span<const EngineParameter>> options =
      {};  ///< What goes into the text of ATTACH: nothing confidential.
  EngineOnly<std::span<const std::string_view>> system_schemas =
      {};  ///< Refused in user SQL, beside information_schema and pg_catalog.
};

/// How an OpenSearch registers it.
struct OpenSearchMapping {
  bool registered = false;                         ///< Whether an OpenSearch has it too.
  std::span<const Field> fields = {};              ///< Those that it knows; all are properties there.
  std::span<const Requirement> requirements = {};  ///< Those that it checks.
};

/// A kind of system that can be registered. The catalogue is an array of these.
struct Connector {
  std::string_view id;                           ///< Lower case, such as `postgresql`.
  std::string_view title;                        ///< For people.
  std::string_view description;                  ///< One sentence for people.
  Family family = Family::relational;            ///< What kind of system it is.
  std::span<const Language> languages = {};      ///< That statements over it may be in.
  std::span<const Field> fields = {};            ///< In the order of a form.
  std::span<const EndpointForm> endpoints = {};  ///< What `configuration.endpoint` may be; the first is the usual one.
  std::span<const Alias> aliases = {};           ///< Other keys that the documents use.
  std::span<const Requirement> requirements = {};  ///< Fields that others ask for.
  std::span<const Implication> implications = {};  ///< Fields that follow from others.
  DuckDbMapping duckdb = {};                       ///< How the embedded engine reaches it.
  OpenSearchMapping opensearch = {};               ///< How an OpenSearch has it.
  TrinoMapping trino = {};                         ///< How a Trino reaches it.

  /// Whether the embedded DuckDB reads it.
  [[nodiscard]] constexpr bool in_duckdb() const { return duckdb.kind != DuckDbMapping::Kind::none; }
  /// Whether an OpenSearch registers it.
  [[nodiscard]] constexpr bool in_opensearch() const { return opensearch.registered; }

  /// Whether a Trino has a connector for it.
  [[nodiscard]] constexpr bool in_trino() const { return !trino.connector.empty(); }

  /// The field of that key, its own or one that every source has, or null.
  [[nodiscard]] constexpr const Field* field(std::string_view key) const {
    for (const std::span<const Field> group : {fields, std::span<const Field>{source_fields}}) {
      for (const Field& candidate : group) {
        if (candidate.key == key) return &candidate;
      }
    }
    return nullptr;
  }
};

/// For connectors that no PPL reads.
inline constexpr std::array sql_only{Language::sql};

}  // namespace datasource
