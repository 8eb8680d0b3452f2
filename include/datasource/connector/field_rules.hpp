#pragma once

#include <datasource/connector/field.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/violation.hpp>

#include <tl/expected.hpp>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace datasource::detail {

/// A property's value as text: `true`, `5432`, `30000`. A double with a whole value reads as that integer.
inline std::string as_text(const PropertyValue& value) {
  struct {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
      if (std::nearbyint(number) == number && std::abs(number) < 9.0e15)
        return std::to_string(static_cast<std::int64_t>(number));
      return std::to_string(number);
    }
  } visitor;
  return std::visit(visitor, value);
}

inline bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

inline std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

/// A whole number without sign, at most nine digits more than any bound here needs; nothing for other text.
inline std::optional<std::int64_t> whole_number(std::string_view text) {
  if (text.empty() || text.size() > 15) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// A DNS name, an IPv4 or an IPv6 address. Underscores pass, as Docker and Kubernetes names have them.
inline bool is_host(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.front() == '-' || text.front() == '.') return false;
  bool colon = false;
  for (const char c : text) {
    if (c == ':') colon = true;
    if (!(is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '%')) return false;
  }
  if (!colon) return text.find('%') == std::string_view::npos;
  for (const char c : text.substr(0, text.find('%'))) {
    const char lower = to_lower(c);
    if (!(is_digit(c) || (lower >= 'a' && lower <= 'f') || c == ':' || c == '.')) return false;
  }
  return text.find(':') != text.rfind(':');
}

inline std::string choices_text(const Field& field) {
  std::string text;
  for (std::size_t i = 0; i < field.choices.size(); ++i) {
    if (i > 0) text += i + 1 == field.choices.size() ? " or " : ", ";
    text += field.choices[i].value;
  }
  return text;
}

/// Checks one value against its field's type. The value in canonical text (a port without leading zeros), or the broken
/// rule. A secret's value never stands in the message.
inline tl::expected<std::string, Violation> check_value(const Field& field, const std::string& text) {
  const auto refuse = [&](const char* code, std::string message, std::string fix) {
    return tl::unexpected<Violation>{Violation{field.path(), code, std::move(message), std::move(fix)}};
  };
  const auto bounds = [&] { return std::to_string(field.minimum) + " to " + std::to_string(field.maximum); };
  if (has_control_character(text)) {
    return refuse("control_character", "it holds a control character",
                  "remove line breaks, tabs and other control characters");
  }
  switch (field.type) {
    case FieldType::host:
      if (text.find('@') != std::string::npos) {
        return refuse("host_credentials", "it must not hold a user name or a password",
                      "use configuration.credentials");
      }
      if (!is_host(text)) {
        return refuse("host_form", in_quotes(text) + " is not a host name or an address",
                      "give the name or the IP address alone, without scheme, port or path");
      }
      break;
    case FieldType::port:
    case FieldType::integer: {
      const auto number = whole_number(text);
      const bool port = field.type == FieldType::port;
      if (!number || *number < field.minimum || *number > field.maximum) {
        return refuse(port ? "port_range" : "integer_range",
                      in_quotes(text) + (port ? " is not a port" : " is out of range"), "use " + bounds());
      }
      return std::to_string(*number);
    }
    case FieldType::boolean:
      if (text != "true" && text != "false")
        return refuse("boolean_form", in_quotes(text) + " is neither true nor false", "use true or false");
      break;
    case FieldType::choice: {
      for (const Choice& choice : field.choices) {
        if (choice.value == text) return text;
      }
      return refuse("unknown_choice", in_quotes(text) + " is not a choice", "use " + choices_text(field));
    }
    case FieldType::path:
      if (!text.starts_with('/'))
        return refuse("path_absolute", in_quotes(text) + " is not an absolute path", "start it with /");
      if (text.find_first_of("*?[") != std::string::npos) {
        return refuse("path_pattern", in_quotes(text) + " holds a pattern character",
                      "name a file or a folder; a folder stands for all data files in it");
      }
      break;
    case FieldType::text:
    case FieldType::secret: break;
  }
  return text;
}

}  // namespace datasource::detail
