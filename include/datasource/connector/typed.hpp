#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/detail/is_optional.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// What the typed builders (`PostgreSql{…}` and its kin) are made of: each is a plain struct with a table that says
/// which member is which field of its connector.
///
/// The functions of a builder are templates without a need: a program compiles those of the builders that it uses, not
/// of all.
namespace datasource {

/// A member of a typed builder and the key of the field that it holds.
template <class Typed, class Value>
struct Member {
  std::string_view key;   ///< Of the field in the catalogue.
  Value Typed::*pointer;  ///< Of the member.
};
/// Lets `Member{"host", &MySql::host}` find its types.
template <class Typed, class Value>
Member(const char*, Value Typed::*) -> Member<Typed, Value>;

namespace detail {

template <class Value>
PropertyValue to_property(const Value& value) {
  if constexpr (is_optional<Value>) {
    return value ? to_property(*value) : PropertyValue{std::string{}};
  } else if constexpr (std::is_same_v<Value, Secret>) {
    return value.reveal();
  } else if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) {
    return std::int64_t{value.count()};
  } else if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
    return static_cast<std::int64_t>(value);
  } else {
    return value;
  }
}

/// @pre `text` is what a field of that type checked
template <class Value>
void from_text(const std::string& text, Value& value) {
  if constexpr (is_optional<Value>) {
    from_text(text, value.emplace());
  } else if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) {
    value = std::chrono::milliseconds{whole_number(text).value_or(0)};
  } else if constexpr (std::is_same_v<Value, bool>) {
    value = text == "true";
  } else if constexpr (std::is_integral_v<Value>) {
    value = static_cast<Value>(whole_number(text).value_or(0));
  } else {
    value = text;
  }
}

inline void put(ConnectorConfig& config, const Field& field, PropertyValue value) {
  switch (field.place) {
    case FieldPlace::username: config.credentials.username = as_text(value); break;
    case FieldPlace::password: config.credentials.password = as_text(value); break;
    case FieldPlace::property: config.properties.insert_or_assign(std::string{field.key}, std::move(value)); break;
  }
}

}  // namespace detail

/// What a typed builder stands for. A member that has its default says nothing: the catalogue's default, which is the
/// same, applies.
template <class Typed>
ConnectorConfig to_config(const Typed& typed) {
  const Connector& connector = Typed::described();
  const Typed unsaid{};
  ConnectorConfig config{.id = std::string{connector.id}, .properties = {}, .endpoint = {}, .credentials = {}};
  const auto write = [&](const auto& member) {
    const auto& value = typed.*member.pointer;
    if (value == unsaid.*member.pointer) return;
    detail::put(config, *connector.field(member.key), detail::to_property(value));
  };
  std::apply([&](const auto&... members) { (write(members), ...); }, Typed::members());
  return config;
}

/// The typed builder that a configuration amounts to, whichever way it says it: properties, endpoint, credentials, the
/// documents' other spellings. A secret that is masked stays so. Errors: `invalid` with all violations, and for a
/// configuration of another connector.
template <class Typed>
Result<Typed> from_config(const ConnectorConfig& config) {
  const Connector& connector = Typed::described();
  if (!detail::iequals(config.id, connector.id)) {
    return fail(invalid(
        {{"connector", "other_connector", detail::in_quotes(config.id) + " is not " + detail::in_quotes(connector.id),
          "read it as what it is"}}));
  }
  auto [settings, violations] = resolve_settings(config, connector);
  if (!violations.empty()) return fail(invalid(std::move(violations)));
  Typed typed{};
  const auto read = [&, &settings = settings](const auto& member) {
    if (const auto found = settings.find(member.key); found != settings.end())
      detail::from_text(found->second, typed.*member.pointer);
  };
  std::apply([&](const auto&... members) { (read(members), ...); }, Typed::members());
  return typed;
}

}  // namespace datasource
