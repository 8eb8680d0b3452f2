#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/status.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datasource {
namespace detail {

/// Reads a body in one go, without a tree, when it is as most are: every function returns false at whatever it would
/// have to tell about, and at what is rare, such as null or a fraction. Of members that stand twice the last one
/// counts, as in a tree.
class PlainBody {
 public:
  explicit PlainBody(std::string_view body) : cursor_{body} {}

  std::optional<DataSource> read() {
    DataSource source;
    const bool plain = object([&](std::string_view key) {
      if (key == "name") return text(source.name);
      if (key == "connector") return text(source.connector.id);
      if (key == "properties") return properties(source.connector.properties);
      if (key == "configuration") return configuration(source.connector);
      if (key == "description") return text(source.description);
      if (key == "allowedRoles") return roles(source.allowed_roles);
      if (key == "resultIndex") return text(source.result_index);
      if (key == "engine") return text(source.engine);
      if (key == "status") return status(source.status);
      if (key == "id") return text(source.id);
      return key == "etag" && text(source.etag);
    });
    if (!plain || !cursor_.at_end()) return std::nullopt;
    source.connector.id = to_lower(std::string_view{source.connector.id});
    source.engine = to_lower(std::string_view{source.engine});
    return source;
  }

 private:
  /// `member(key)` reads the value.
  template <class Member>
  bool object(Member&& member) {
    if (!cursor_.take('{')) return false;
    if (cursor_.take('}')) return true;
    std::string key;
    do {
      if (!text(key) || !cursor_.take(':') || !member(std::string_view{key})) return false;
    } while (cursor_.take(','));
    return cursor_.take('}');
  }

  bool text(std::string& out) {
    out.clear();
    return cursor_.string(out);
  }

  bool status(Status& out) {
    std::string word;
    if (!text(word)) return false;
    const auto status = parse_status(word);
    if (status) out = *status;
    return status.has_value();
  }

  bool roles(std::vector<std::string>& roles) {
    roles.clear();
    if (!cursor_.take('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      if (!text(roles.emplace_back())) return false;
    } while (cursor_.take(','));
    return cursor_.take(']');
  }

  bool properties(Properties& properties) {
    properties.clear();
    return object([&](std::string_view key) {
      PropertyValue value;
      if (!property(value)) return false;
      properties.insert_or_assign(std::string{key}, std::move(value));
      return true;
    });
  }

  bool property(PropertyValue& value) {
    switch (cursor_.peek()) {
      case '"': return text(value.emplace<std::string>());
      case 't': value = true; return cursor_.literal("true");
      case 'f': value = false; return cursor_.literal("false");
      default: return whole_number(value.emplace<std::int64_t>());
    }
  }

  bool whole_number(std::int64_t& value) {
    std::string_view digits;
    if (!cursor_.number(digits)) return false;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return fault == std::errc{} && end == digits.data() + digits.size();
  }

  bool configuration(ConnectorConfig& config) {
    config.endpoint.clear();
    config.credentials = {};
    return object([&](std::string_view key) {
      if (key == "endpoint") return text(config.endpoint);
      return key == "credentials" && credentials(config.credentials);
    });
  }

  bool credentials(Credentials& credentials) {
    credentials = {};
    return object([&](std::string_view key) {
      if (key == "username") return text(credentials.username);
      std::string password;
      if (key != "password" || !text(password)) return false;
      credentials.password = std::move(password);
      return true;
    });
  }

  JsonCursor cursor_;
};

}  // namespace detail

/// Reads the body of a request as read_data_source() does the JSON of one. Errors: `malformed` for what is no JSON or
/// nests too deep, and those of read_data_source(). O(n).
inline Result<DataSource> read_data_source_text(std::string_view body) {
  if (auto source = detail::PlainBody{body}.read()) return std::move(*source);
  return detail::parse_json(body, "the request body").and_then([](const detail::Json& json) {
    return read_data_source(json);
  });
}

}  // namespace datasource
