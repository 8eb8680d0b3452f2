#pragma once

#include <datasource/columnar/temporal_text.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// Most values of one statement.
inline constexpr std::size_t max_parameters = 1000;

namespace detail {

/// A type of OpenSearch's for a parameter, and what its value is in JSON.
struct ParameterType {
  enum class Value { boolean, integer, number, date, timestamp, text };
  std::string_view name;
  Value value;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
};

template <class Integer>
constexpr ParameterType integer_type(std::string_view name) {
  return {name, ParameterType::Value::integer, std::numeric_limits<Integer>::min(),
          std::numeric_limits<Integer>::max()};
}

/// Source: OpenSearch's SQL plugin; `timestamp` is this project's.
inline constexpr std::array parameter_types{
    integer_type<std::int8_t>("byte"),
    integer_type<std::int16_t>("short"),
    integer_type<std::int32_t>("integer"),
    integer_type<std::int64_t>("long"),
    ParameterType{"float", ParameterType::Value::number},
    ParameterType{"double", ParameterType::Value::number},
    ParameterType{"boolean", ParameterType::Value::boolean},
    ParameterType{"date", ParameterType::Value::date},
    ParameterType{"timestamp", ParameterType::Value::timestamp},
    ParameterType{"string", ParameterType::Value::text},
    ParameterType{"keyword", ParameterType::Value::text},
    ParameterType{"text", ParameterType::Value::text},
};

/// Null when there is no such type.
constexpr const ParameterType* find_parameter_type(std::string_view name) {
  for (const ParameterType& type : parameter_types) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

inline std::string parameter_type_names() {
  std::string names;
  for (const ParameterType& type : parameter_types) names += (names.empty() ? "" : ", ") + std::string{type.name};
  return names;
}

/// What a value of the type looks like, as an order; empty when this is one.
inline std::string parameter_fix(const ParameterType& type, const Json& value) {
  using Value = ParameterType::Value;
  const auto text = [&] { return value.is_string() ? value.get_ref<const std::string&>() : std::string{}; };
  switch (type.value) {
    case Value::boolean: return value.is_boolean() ? "" : "use true or false";
    case Value::integer: {
      const bool small = value.is_number_unsigned()
                             ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(type.maximum)
                             : value.is_number_integer() && value.get<std::int64_t>() >= type.minimum;
      return small ? ""
                   : "use a whole number from " + std::to_string(type.minimum) + " to " + std::to_string(type.maximum);
    }
    case Value::number: return value.is_number() ? "" : "use a number";
    case Value::date: return parse_temporal<std::chrono::year_month_day>(text()) ? "" : "write it as \"2024-01-31\"";
    case Value::timestamp:
      return parse_temporal<std::chrono::sys_time<std::chrono::microseconds>>(text())
                 ? ""
                 : "write it as \"2024-01-31 10:11:12\", in UTC";
    case Value::text: return value.is_string() ? "" : "use a text";
  }
  return {};
}

}  // namespace detail

/// The values for a statement's `?`: an array of `{"type", "value"}`. Errors: `invalid` with every violation, paths
/// such as `parameters[1].value`; values are not quoted back.
inline Result<std::vector<Parameter>> read_parameters(const detail::Json& json) {
  if (!json.is_array() || json.size() > max_parameters) {
    return fail(
        invalid({{"parameters", "wrong_type", "it is no array of at most " + std::to_string(max_parameters) + " values",
                  "send [{\"type\": \"integer\", \"value\": 5}]"}}));
  }
  std::vector<Parameter> parameters;
  std::vector<Violation> violations;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string path = "parameters[" + std::to_string(i) + ']';
    const detail::ParameterType* type = detail::find_parameter_type(detail::text_or_empty(json[i], "type"));
    if (type == nullptr) {
      violations.push_back(
          {path + ".type", "choice", "it is no type of a parameter", "use one of " + detail::parameter_type_names()});
      continue;
    }
    const auto value = json[i].find("value");
    const std::string fix = value == json[i].end() ? "give it" : detail::parameter_fix(*type, *value);
    if (!fix.empty()) {
      violations.push_back({path + ".value", "parameter_value", "it is no " + std::string{type->name}, fix});
      continue;
    }
    PropertyValue plain;
    using Value = detail::ParameterType::Value;
    switch (type->value) {
      case Value::boolean: plain = value->get<bool>(); break;
      case Value::integer: plain = value->get<std::int64_t>(); break;
      case Value::number: plain = value->get<double>(); break;
      default: plain = value->get<std::string>(); break;
    }
    parameters.emplace_back(std::string{type->name}, std::move(plain));
  }
  if (!violations.empty()) return fail(invalid(std::move(violations)));
  return parameters;
}

namespace detail {

inline OrderedJson parameters_json(const std::vector<Parameter>& parameters) {
  OrderedJson json = OrderedJson::array();
  for (const Parameter& parameter : parameters) {
    json.push_back({{"type", parameter.type},
                    {"value", std::visit([](const auto& plain) { return OrderedJson(plain); }, parameter.value)}});
  }
  return json;
}

}  // namespace detail

}  // namespace datasource
