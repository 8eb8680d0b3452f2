#pragma once

#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/field_rules.hpp>
#include <datasource/detail/json.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace datasource {

namespace detail {

inline OrderedJson fallback_json(const Field& field) {
  switch (field.type) {
    case FieldType::port:
    case FieldType::integer: return whole_number(field.fallback).value_or(0);
    case FieldType::boolean: return field.fallback == "true";
    default: return std::string{field.fallback};
  }
}

}  // namespace detail

/// The API's JSON of a catalogue field; `default`, `choices`, bounds and `onlyWhen` only where there are any.
inline detail::OrderedJson to_json(const Field& field) {
  detail::OrderedJson json{{"key", field.key},
                           {"path", field.path()},
                           {"title", field.title},
                           {"type", to_string(field.type)},
                           {"group", to_string(field.group)},
                           {"required", field.required},
                           {"secret", field.secret()}};
  if (!field.fallback.empty()) json["default"] = detail::fallback_json(field);
  if (!field.help.empty()) json["help"] = field.help;
  if (!field.placeholder.empty()) json["placeholder"] = field.placeholder;
  if (field.minimum != field.maximum) {
    json["minimum"] = field.minimum;
    json["maximum"] = field.maximum;
  }
  if (field.form != nullptr) json["pattern"] = field.form->pattern;
  if (field.multiline) json["multiline"] = true;
  for (const Choice& choice : field.choices)
    json["choices"].push_back({{"value", choice.value}, {"title", choice.title}});
  if (field.only_when != nullptr) {
    detail::OrderedJson values = detail::OrderedJson::array();
    for (const std::string_view value : field.only_when->values) {
      if (!value.empty()) values.push_back(value);
    }
    json["onlyWhen"] = {{"field", field.only_when->field}, {"values", std::move(values)}};
  }
  return json;
}

/// The API's JSON of a connector.
inline detail::OrderedJson to_json(const Connector& connector) {
  detail::OrderedJson json{{"id", connector.id},
                           {"title", connector.title},
                           {"description", connector.description},
                           {"family", to_string(connector.family)}};
  json["languages"] = detail::OrderedJson::array();
  for (const Language language : connector.languages) json["languages"].push_back(to_string(language));
  json["engines"] = detail::OrderedJson::array();
  if (connector.in_duckdb()) json["engines"].push_back("duckdb");
  if (connector.in_trino()) json["engines"].push_back("trino");
  if (connector.in_opensearch()) json["engines"].push_back("opensearch");
  if (!connector.endpoints.empty()) {
    json["endpoints"] = detail::OrderedJson::array();
    for (const EndpointForm& form : connector.endpoints) json["endpoints"].push_back(form.example);
  }
  json["fields"] = detail::OrderedJson::array();
  for (const Field& field : connector.fields) json["fields"].push_back(to_json(field));
  if (connector.in_duckdb() || !connector.in_opensearch()) {
    for (const Field& field : source_fields) json["fields"].push_back(to_json(field));
  }
  for (const Requirement& requirement : connector.requirements) {
    detail::OrderedJson each{{"field", requirement.field}};
    if (requirement.value != any_value) each["value"] = requirement.value;
    each["needs"] = detail::OrderedJson::array();
    for (const std::string_view needed : requirement.needs) each["needs"].push_back(needed);
    json["requirements"].push_back(std::move(each));
  }
  for (const Implication& implication : connector.implications) {
    json["implications"].push_back(
        {{"given", implication.given}, {"field", implication.field}, {"value", implication.value}});
  }
  return json;
}

/// The whole catalogue as an array, whoever reads it.
inline detail::OrderedJson catalogue_json() {
  detail::OrderedJson json = detail::OrderedJson::array();
  for (const Connector* connector : catalogue) json.push_back(to_json(*connector));
  return json;
}

}  // namespace datasource
