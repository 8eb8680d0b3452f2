#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/http/polling.hpp>
#include <datasource/model/query.hpp>
#include <datasource/model/schema.hpp>
#include <datasource/protocol/opensearch/async_query.hpp>
#include <datasource/protocol/opensearch/data_source_json.hpp>
#include <datasource/protocol/opensearch/direct_resources.hpp>
#include <datasource/protocol/opensearch/patch.hpp>
#include <datasource/protocol/opensearch/settings.hpp>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

/// What JavaScript gives an operation, read from the call's JSON. TypeScript has checked the shapes; what a caller
/// without it gets wrong is `invalid` where it would otherwise be lost.
namespace datasource::wasm {

using detail::Json;

/// A member, null when it is absent.
inline const Json& member(const Json& object, std::string_view key) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

inline Error wrong_type(std::string field, std::string fix) {
  return invalid({{std::move(field), "wrong_type", "it has the wrong type", std::move(fix)}});
}

/// `{"bigint": "digits"}`: JSON numbers would lose digits on their way through JavaScript.
inline Result<PropertyValue> read_bigint(const std::string& digits, const std::string& field) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc{} || end != digits.data() + digits.size())
    return fail(wrong_type(field, "give a bigint of at most 64 bits"));
  return PropertyValue{value};
}

inline Result<PropertyValue> read_scalar(const Json& json, const std::string& field) {
  if (json.is_object() && json.contains("bigint")) return read_bigint(detail::text_or_empty(json, "bigint"), field);
  if (json.is_string()) return PropertyValue{json.get<std::string>()};
  if (json.is_boolean()) return PropertyValue{json.get<bool>()};
  // JavaScript writes its numbers up to 1e21 without an exponent.
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    return PropertyValue{json.get<double>()};
  if (json.is_number_integer()) return PropertyValue{json.get<std::int64_t>()};
  if (json.is_number()) return PropertyValue{json.get<double>()};
  return fail(wrong_type(field, "give text, a number, a bigint, true or false"));
}

/// A value, whose type follows from it, or `{"type", "value"}`.
inline Result<Parameter> read_parameter(const Json& json, const std::string& field) {
  const bool typed = json.is_object() && !json.contains("bigint");
  auto value = read_scalar(typed ? member(json, "value") : json, field);
  if (!value) return fail(value.error());
  if (typed) return Parameter{detail::text_or_empty(json, "type"), std::move(*value)};
  if (const auto* number = std::get_if<std::int64_t>(&*value)) {
    const bool small =
        *number >= std::numeric_limits<std::int32_t>::min() && *number <= std::numeric_limits<std::int32_t>::max();
    return small ? Parameter{static_cast<int>(*number)} : Parameter{*number};
  }
  return std::visit([](auto&& plain) { return Parameter{std::move(plain)}; }, std::move(*value));
}

/// `{"text", "language"?, "parameters"?, "fetchSize"?, "format"?, "id"?}`
inline Result<Query> read_query(const Json& json) {
  Query query{.text = detail::text_or_empty(json, "text"),
              .id = detail::text_or_empty(json, "id"),
              .cache_control = detail::text_or_empty(json, "cacheControl")};
  if (query.text.empty()) return fail(invalid({{"text", "required", "the statement is missing", "give one"}}));
  if (detail::text_or_empty(json, "language") == to_string(Language::ppl)) query.language = Language::ppl;
  const std::string format = detail::text_or_empty(json, "format");
  if (format == to_string(Format::csv)) query.format = Format::csv;
  if (format == to_string(Format::raw)) query.format = Format::raw;
  if (const Json& size = member(json, "fetchSize"); !size.is_null()) {
    if (!size.is_number_unsigned() || size.get<std::uint64_t>() > std::numeric_limits<std::int32_t>::max())
      return fail(wrong_type("fetchSize", "give a whole number of rows"));
    query.fetch_size = size.get<std::uint32_t>();
  }
  const Json& parameters = member(json, "parameters");
  if (!parameters.is_null() && !parameters.is_array()) return fail(wrong_type("parameters", "give an array of values"));
  for (const Json& each : parameters) {
    auto parameter = read_parameter(each, "parameters[" + std::to_string(query.parameters.size()) + ']');
    if (!parameter) return fail(parameter.error());
    query.parameters.push_back(std::move(*parameter));
  }
  return query;
}

/// `{"schema"?, "table"?, "after"?, "size"?}`
inline SchemaRequest read_schema(const Json& json) {
  SchemaRequest wanted{.schema = detail::text_or_empty(json, "schema"),
                       .table = detail::text_or_empty(json, "table"),
                       .after = detail::text_or_empty(json, "after")};
  if (const Json& size = member(json, "size");
      size.is_number_unsigned() && size.get<std::uint64_t>() <= SchemaRequest::most)
    wanted.size = size.get<std::uint32_t>();
  return wanted;
}

inline AsyncQuery read_async(const Json& json) {
  return {
      .data_source = detail::text_or_empty(json, "dataSource"),
      .text = detail::text_or_empty(json, "text"),
      .language = detail::text_or_empty(json, "language") == to_string(Language::ppl) ? Language::ppl : Language::sql,
      .session = detail::text_or_empty(json, "session")};
}

/// `{"firstDelay"?, "maximumDelay"?, "limit"?}`, milliseconds.
inline PollPolicy read_poll(const Json& json, PollPolicy policy) {
  const auto read = [&](std::string_view key, std::chrono::milliseconds& into) {
    const Json& value = member(json, key);
    if (value.is_number() && value.get<double>() >= 0 && value.get<double>() < 1e12)
      into = std::chrono::milliseconds{static_cast<std::int64_t>(value.get<double>())};
  };
  read("firstDelay", policy.first_delay);
  read("maximumDelay", policy.maximum_delay);
  read("limit", policy.limit);
  return policy;
}

/// Members as in a data source; those that are absent stay as they are on the server.
inline Result<DataSourcePatch> read_patch(const Json& json) {
  if (!json.is_object()) return fail(wrong_type("changes", "give an object of what is to change"));
  detail::BodyReader reader{json, detail::UnknownMembers::refuse};
  reader.only(json, {"description", "allowedRoles", "resultIndex", "engine", "status", "properties", "configuration"},
              "");
  DataSourcePatch patch = detail::read_changes(reader, json);
  if (!reader.violations.empty()) return fail(invalid(std::move(reader.violations)));
  return patch;
}

/// `{"name": "value"}`, null putting the default back.
inline Result<SettingValues> read_setting_values(const Json& json, const std::string& group) {
  SettingValues values;
  if (json.is_null()) return values;
  if (!json.is_object()) return fail(wrong_type(group, "give an object of settings by their names"));
  for (const auto& [name, value] : json.items()) {
    if (value.is_structured()) return fail(wrong_type(group + '.' + name, "give text, a number, a boolean or null"));
    if (value.is_null()) {
      values[name] = std::nullopt;
    } else {
      values[name] = value.is_string() ? value.template get<std::string>() : detail::dump(value);
    }
  }
  return values;
}

inline Result<QuerySettings> read_settings(const Json& json) {
  auto persistent = read_setting_values(member(json, "persistent"), "persistent");
  if (!persistent) return fail(persistent.error());
  auto transient = read_setting_values(member(json, "transient"), "transient");
  if (!transient) return fail(transient.error());
  return QuerySettings{std::move(*persistent), std::move(*transient)};
}

/// `{"text", "time"}`, `{"text", "start", "end", "step"}` or `{"text", "language", "options"?: {name: text}}`; times in
/// seconds.
inline DirectQuery read_direct(const Json& json) {
  const auto seconds = [&](std::string_view key) {
    const Json& value = member(json, key);
    return value.is_number() && std::abs(value.get<double>()) < 1e15 ? static_cast<std::int64_t>(value.get<double>())
                                                                     : 0;
  };
  if (json.contains("time")) return DirectQuery::instant(detail::text_or_empty(json, "text"), seconds("time"));
  if (json.contains("start")) {
    return DirectQuery::range(detail::text_or_empty(json, "text"), seconds("start"), seconds("end"), seconds("step"));
  }
  DirectQuery query{.text = detail::text_or_empty(json, "text")};
  if (std::string language = detail::text_or_empty(json, "language"); !language.empty())
    query.language = std::move(language);
  const Json& options = member(json, "options");
  if (!options.is_object()) return query;
  for (const auto& [name, value] : options.items())
    query.options[name] = value.is_string() ? value.template get<std::string>() : detail::dump(value);
  return query;
}

/// `[[name, value]]`, both text.
inline ResourceParameters read_parameters(const Json& json) {
  ResourceParameters parameters;
  if (!json.is_array()) return parameters;
  for (const Json& pair : json) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
      parameters.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
  }
  return parameters;
}

/// Whether every member of `part`, down to the innermost, is in `whole`.
inline bool shows(const Json& whole, const Json& part) {
  if (!part.is_object()) return whole == part;
  if (!whole.is_object()) return false;
  for (const auto& [key, value] : part.items()) {
    const auto found = whole.find(key);
    if (found == whole.end() || !shows(*found, value)) return false;
  }
  return true;
}

/// The same of a data source as a read shows it, secrets masked.
inline bool shows(const DataSource& source, const Json& part) {
  const auto whole = detail::parse_json(json_text(source, Secrets::mask), "the data source");
  return whole && shows(*whole, part);
}

}  // namespace datasource::wasm
