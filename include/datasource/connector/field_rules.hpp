#pragma once

#include <datasource/connector/field.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>
#include <datasource/model/secret.hpp>
#include <datasource/model/violation.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// Line breaks and tabs, which a text of several lines may hold, taken out.
inline std::string without_line_breaks(std::string_view text) {
  std::string rest;
  for (const char c : text) {
    if (c != '\n' && c != '\r' && c != '\t') rest += c;
  }
  return rest;
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

/// What keeps a text from being the URL of a server.
struct UrlProblem {
  const char* code;
  std::string message;
  std::string fix;
};

/// The URL without slashes at its end, or what is wrong with it. Text that may hold a password is not quoted.
inline tl::expected<std::string, UrlProblem> check_url(std::string_view text) {
  const auto refuse = [](const char* code, std::string message, std::string fix) {
    return tl::unexpected<UrlProblem>{{code, std::move(message), std::move(fix)}};
  };
  const std::string_view url = text.substr(0, text.find_last_not_of('/') + 1);
  const std::size_t scheme = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : 0;
  const std::string_view rest = url.substr(scheme);
  if (rest.find('@') != std::string_view::npos)
    return refuse("url_credentials", "it must not hold a user name or a password", "use the fields for credentials");
  if (rest.find_first_of("?#") != std::string_view::npos)
    return refuse("url_parameters", "it must not hold a query or a fragment", "use the properties");
  std::string_view authority = rest.substr(0, rest.find('/'));
  std::string_view host = authority.substr(0, authority.find(':'));
  if (authority.starts_with('[')) host = authority.substr(0, std::min(authority.find(']'), authority.size() - 1) + 1);
  std::string_view port = authority.substr(host.size());
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const bool bracketed = authority.starts_with('[');
  const auto number = whole_number(port.substr(std::min<std::size_t>(1, port.size())));
  const bool port_fits = port.empty() || (port.front() == ':' && number && *number >= 1 && *number <= 65535);
  bool path_fits = true;
  for (const char c : rest.substr(authority.size()))
    path_fits = path_fits && c > ' ' && c != 0x7f && std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
  if (scheme == 0 || !is_host(host) || bracketed != (host.find(':') != std::string_view::npos) || !port_fits ||
      !path_fits) {
    return refuse("url_form", in_quotes(text) + " is not an http:// or https:// URL", "write it as http://host:port");
  }
  return std::string{url};
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
  if (has_control_character(field.multiline ? without_line_breaks(text) : text)) {
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
    case FieldType::url: {
      auto url = check_url(text);
      if (!url) return refuse(url.error().code, url.error().message, url.error().fix);
      return *url;
    }
    case FieldType::text:
    case FieldType::secret: break;
  }
  // The mask of a read reply stands for a secret that is stored; whether it may is not the field's rule.
  const bool kept = field.secret() && text == masked_secret;
  if (field.form != nullptr && !kept && !field.form->fits(text)) {
    return refuse("text_form",
                  (field.secret() ? std::string{"it"} : in_quotes(text)) + " is not " + std::string{field.form->name},
                  std::string{field.form->fix});
  }
  return text;
}

}  // namespace datasource::detail
