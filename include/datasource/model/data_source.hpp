#pragma once

#include <datasource/model/secret.hpp>
#include <datasource/model/status.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace datasource {

/// A property as the documents allow it. A port given as `"3306"` stays text here; validation reads both.
using PropertyValue = std::variant<std::string, bool, std::int64_t, double>;
/// A connector's settings by their keys, such as `port`.
using Properties = std::map<std::string, PropertyValue, std::less<>>;

/// Who a connector is at its system, where that takes a name and a password.
struct Credentials {
  std::string username = {};  ///< The system's own; empty where it asks for none.
  Secret password = {};       ///< `******` in a reply and, in an update, for the stored one.

  /// Whether neither is given.
  [[nodiscard]] bool empty() const noexcept { return username.empty() && password.empty(); }
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// Which connector, and how it reaches the system. The typed builders (`PostgreSql{…}`) convert to it.
struct ConnectorConfig {
  std::string id = {};         ///< The catalogue's id, such as `postgresql`.
  Properties properties = {};  ///< By the keys of the connector's fields.
  std::string endpoint =
      {};  ///< The documents' `configuration.endpoint`, such as a JDBC URL; empty when properties say it all.
  Credentials credentials = {};  ///< For systems that take a name and a password.

  friend bool operator==(const ConnectorConfig&, const ConnectorConfig&) = default;
};

/// A registered connection to an external system, as the Data Source API has it.
struct DataSource {
  std::string name = {};                        ///< Unique, case-sensitive; the first part of a table's name in SQL.
  ConnectorConfig connector = {};               ///< What to connect to; a struct such as PostgreSql becomes one.
  std::string description = {};                 ///< For people.
  std::vector<std::string> allowed_roles = {};  ///< Empty: everybody who may query.
  std::string result_index = {};   ///< Empty in a request: the server's default, `query_execution_result_<name>`.
  Status status = Status::active;  ///< Whether statements may use it.
  std::string engine = {};  ///< Which of the server's engines reads it, such as `trino`; empty: one that can, the
                            ///< server's default first. Servers of the dialect `opensearch` have no choice.
  std::string id = {};      ///< Given by the server; empty in a request.
  std::string etag = {};    ///< What the server calls this version of it: another one after every write, for IfMatch.
                            ///< Empty in a request, and from servers that have none.

  friend bool operator==(const DataSource&, const DataSource&) = default;
};

/// The version that a write expects to replace, so that of two editors the second one learns of the first. A source
/// that has another version by then stays as it is, and the write is refused as a `conflict` of status 412.
struct IfMatch {
  std::string etag = {};  ///< As DataSource::etag was read; empty: whatever is there is replaced.
};

/// The reply to create, update and delete. Members that the server left unsaid are empty: an OpenSearch answers a
/// delete with nothing at all.
struct Acknowledgement {
  std::string id = {};                ///< The server's own, 32 characters; empty from a real OpenSearch.
  std::string name = {};              ///< Of the source.
  std::optional<Status> status = {};  ///< Absent after a delete.
  std::string message = {};           ///< The server's words, for people.
  std::string etag = {};              ///< Of what is stored now, for the next IfMatch; empty as in DataSource.

  friend bool operator==(const Acknowledgement&, const Acknowledgement&) = default;
};

}  // namespace datasource
