#pragma once

#include <datasource/connector/connector.hpp>
#include <datasource/connector/field_rules.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/percent.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// What an endpoint says of one field.
struct EndpointPart {
  std::string field = {};   ///< Key in the catalogue.
  std::string value = {};   ///< Decoded.
  bool credential = false;  ///< Whether it may not be shown with the endpoint.
};

/// What `configuration.endpoint` says, in its order.
struct Endpoint {
  std::vector<EndpointPart> parts = {};  ///< One for each field that it speaks of.
  std::string without_credentials = {};  ///< The endpoint as it may be stored and shown.
};

/// What is wrong with an endpoint: a message and a fix. No part of it is quoted but a parameter's name.
struct EndpointProblem {
  std::string code = {};     ///< As Violation::code.
  std::string message = {};  ///< As Violation::message.
  std::string fix = {};      ///< As Violation::fix.
};

namespace detail {

inline const Field* credential_field(const Connector& connector, FieldPlace place) {
  const auto found = std::find_if(connector.fields.begin(), connector.fields.end(),
                                  [&](const Field& field) { return field.place == place || field.also == place; });
  return found == connector.fields.end() ? nullptr : &*found;
}

/// Takes one endpoint apart along one form.
class EndpointReader {
 public:
  EndpointReader(std::string_view text, const EndpointForm& form, const Connector& connector)
      : text_{text}, form_{form}, connector_{connector} {}

  tl::expected<Endpoint, EndpointProblem> read() {
    endpoint_.without_credentials = form_.scheme;
    const bool good = form_.scheme.empty() ? key_words() : url();
    if (!good) return tl::unexpected<EndpointProblem>{std::move(problem_)};
    if (!form_.implies.field.empty()) say(form_.implies.field, std::string{form_.implies.value});
    return std::move(endpoint_);
  }

 private:
  bool refuse(std::string code, std::string message, std::string fix) {
    problem_ = {std::move(code), std::move(message), std::move(fix)};
    return false;
  }
  bool bad_form() {
    return refuse("endpoint_form", "it is not an endpoint of this connector",
                  "write it as " + std::string{form_.example});
  }

  bool say(std::string_view key, std::string value) {
    const Field* field = connector_.field(key);
    if (value.empty() || field == nullptr) return true;
    const bool credential = field->secret() || credential_field(connector_, FieldPlace::username) == field;
    endpoint_.parts.push_back({std::string{key}, std::move(value), credential});
    return true;
  }

  [[nodiscard]] std::string decoded(std::string_view text) const {
    return form_.separator == '&' ? decode_percent(text) : std::string{text};
  }

  bool url() {
    std::string_view rest = text_.substr(form_.scheme.size());
    if (!rest.starts_with("//")) return bad_form();
    rest.remove_prefix(2);
    const char begin = form_.separator == '&' ? '?' : form_.separator;
    const std::size_t parameters = std::min(rest.find(begin), rest.size());
    const std::string_view before = rest.substr(0, parameters);
    if (before.find_first_of("?#;") != std::string_view::npos || rest.find('#') != std::string_view::npos)
      return refuse("endpoint_parameters", "its parameters have another form",
                    "write it as " + std::string{form_.example});
    endpoint_.without_credentials += "//";
    if (form_.authority == EndpointForm::Authority::url && before.starts_with("http")) {
      if (!nested_url(before)) return false;
    } else {
      const std::size_t slash = std::min(before.find('/'), before.size());
      // Else a part of the password would be taken for the host, and told in a message.
      if (before.find('@', slash) != std::string_view::npos)
        return refuse("endpoint_credentials", "it has an @ after its host",
                      "write / as %2F in a password, and @ as %40");
      if (!authority(before.substr(0, slash)) || !path(before.substr(slash))) return false;
    }
    if (parameters == rest.size()) return true;
    return parameter_list(rest.substr(parameters + 1), begin);
  }

  /// A URL within a URL, as `jdbc:bigquery:` has it.
  bool nested_url(std::string_view url) {
    if (url.find('@') != std::string_view::npos) return credentials_refused();
    endpoint_.without_credentials += url;
    return url == form_.usual || say(form_.field, std::string{url});
  }

  bool credentials_refused() {
    return refuse("endpoint_credentials", "it must not hold a user name or a password",
                  "use the connector's fields for credentials");
  }

  bool user_info(std::string_view info) {
    const Field* username = credential_field(connector_, FieldPlace::username);
    const Field* password = credential_field(connector_, FieldPlace::password);
    const std::size_t colon = std::min(info.find(':'), info.size());
    const bool has_password = colon + 1 < info.size();
    if (username == nullptr || (has_password && password == nullptr)) return credentials_refused();
    say(username->key, decode_percent(info.substr(0, colon)));
    return !has_password || say(password->key, decode_percent(info.substr(colon + 1)));
  }

  bool authority(std::string_view authority) {
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
      if (!user_info(authority.substr(0, at))) return false;
      authority.remove_prefix(at + 1);
    }
    endpoint_.without_credentials += authority;
    switch (form_.authority) {
      case EndpointForm::Authority::url: url_begin_ = std::string{form_.scheme} + "//" + std::string{authority}; break;
      case EndpointForm::Authority::name: return name(authority);
      case EndpointForm::Authority::hosts:
        if (authority.find(',') != std::string_view::npos) return say(form_.field, decoded(authority));
        [[fallthrough]];
      case EndpointForm::Authority::host: return host(authority);
    }
    return true;
  }

  bool name(std::string_view authority) {
    if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
      if (authority.substr(colon) != ":443") return bad_form();
      authority = authority.substr(0, colon);
    }
    if (authority.ends_with(form_.ending)) authority.remove_suffix(form_.ending.size());
    return say(form_.field, decoded(authority));
  }

  bool host(std::string_view authority) {
    std::string_view port;
    if (authority.starts_with('[')) {
      const auto close = authority.find(']');
      if (close == std::string_view::npos)
        return refuse("endpoint_form", "its IPv6 address has no closing bracket",
                      "write it as " + std::string{form_.example});
      const std::string_view after = authority.substr(close + 1);
      if (!after.empty() && !after.starts_with(':')) return bad_form();
      port = after.substr(std::min<std::size_t>(1, after.size()));
      authority = authority.substr(1, close - 1);
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
      port = authority.substr(colon + 1);
      authority = authority.substr(0, colon);
    }
    const std::size_t backslash = form_.instance.empty() ? std::string_view::npos : authority.find('\\');
    if (backslash != std::string_view::npos) say(form_.instance, std::string{authority.substr(backslash + 1)});
    return say(form_.field, decoded(authority.substr(0, backslash))) && say("port", std::string{port});
  }

  bool path(std::string_view path) {
    endpoint_.without_credentials += path;
    if (form_.authority == EndpointForm::Authority::url) return say(form_.field, url_begin_ + std::string{path});
    for (std::size_t i = 0; i < form_.path.size() && !path.empty(); ++i) {
      path.remove_prefix(1);
      const std::size_t end = i + 1 == form_.path.size() ? path.size() : std::min(path.find('/'), path.size());
      say(form_.path[i], decoded(path.substr(0, end)));
      path.remove_prefix(end);
    }
    return path.empty() || path == "/" || bad_form();
  }

  bool parameter_list(std::string_view list, char begin) {
    while (!list.empty()) {
      const std::size_t equals = list.find('=');
      std::size_t end = list.find(form_.separator);
      // A value in braces, as SQL Server's drivers have it, may hold the separator.
      if (form_.separator == ';' && equals != std::string_view::npos && list.substr(equals + 1).starts_with('{'))
        end = list.find(form_.separator, std::min(list.find('}', equals), list.size()));
      end = std::min(end, list.size());
      const std::string_view each = list.substr(0, end);
      list.remove_prefix(std::min(end + 1, list.size()));
      if (each.empty()) continue;
      if (equals == std::string_view::npos || equals >= each.size())
        return refuse("endpoint_parameters", "one of its parameters has no value",
                      "write it as " + std::string{form_.example});
      std::string_view value = each.substr(equals + 1);
      if (value.size() > 1 && value.starts_with('{') && value.ends_with('}')) value = value.substr(1, value.size() - 2);
      bool credential = false;
      if (!parameter(decoded(each.substr(0, equals)), decoded(value), credential)) return false;
      if (credential) continue;
      endpoint_.without_credentials += begin;
      endpoint_.without_credentials += each;
      begin = form_.separator;
    }
    return true;
  }

  bool parameter(const std::string& name, std::string value, bool& credential) {
    const auto found = std::find_if(form_.parameters.begin(), form_.parameters.end(),
                                    [&](const EndpointParameter& known) { return iequals(known.name, name); });
    if (found == form_.parameters.end()) return unknown_parameter(name);
    if (found->field.empty()) return true;
    const auto meaning = std::find_if(found->translate.begin(), found->translate.end(),
                                      [&](const Choice& choice) { return iequals(choice.value, value); });
    if (meaning != found->translate.end()) value = meaning->title;
    if (const auto number = whole_number(value); found->factor > 1 && number && value.size() <= 12)
      value = std::to_string(*number * found->factor);
    const std::size_t before = endpoint_.parts.size();
    say(found->field, std::move(value));
    credential = endpoint_.parts.size() > before && endpoint_.parts.back().credential;
    return true;
  }

  bool unknown_parameter(const std::string& name) {
    bool plain = !name.empty() && name.size() <= 64;
    for (const char c : name)
      plain = plain && (is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == ' ');
    return refuse("endpoint_parameters",
                  plain ? "its parameter \"" + name + "\" is none of this connector" : "it holds an unknown parameter",
                  "remove it, or use the properties");
  }

  /// `key = value` pairs with white space between them; values with white space stand in single quotes, in which a
  /// backslash takes the next character as it is.
  bool key_words() {
    std::size_t at = 0;
    const auto skip_blanks = [&] { at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size()); };
    skip_blanks();
    while (at < text_.size()) {
      const std::size_t begin = at;
      const std::size_t equals = text_.find('=', at);
      if (equals == std::string_view::npos) return bad_form();
      std::string_view name = text_.substr(at, equals - at);
      name = name.substr(0, name.find_last_not_of(" \t\r\n") + 1);
      at = equals + 1;
      skip_blanks();
      const bool quoted = at < text_.size() && text_[at] == '\'';
      bool closed = !quoted;
      std::string value;
      if (quoted) ++at;
      for (; at < text_.size(); ++at) {
        const char c = text_[at];
        if (quoted ? c == '\'' : c == ' ' || c == '\t' || c == '\r' || c == '\n') {
          closed = true;
          at += quoted ? 1 : 0;
          break;
        }
        if (c == '\\' && at + 1 < text_.size()) ++at;
        value += text_[at];
      }
      if (!closed) return bad_form();
      bool credential = false;
      if (!parameter(std::string{name}, std::move(value), credential)) return false;
      if (!credential) {
        if (!endpoint_.without_credentials.empty()) endpoint_.without_credentials += ' ';
        endpoint_.without_credentials += text_.substr(begin, at - begin);
      }
      skip_blanks();
    }
    return true;
  }

  std::string_view text_;
  const EndpointForm& form_;
  const Connector& connector_;
  Endpoint endpoint_ = {};
  EndpointProblem problem_ = {};
  std::string url_begin_ = {};
};

}  // namespace detail

/// Reads an endpoint along the form of the connector that its scheme names. IPv6 hosts stand in brackets; user info and
/// parameters that are credentials are told apart from the rest. O(length).
inline tl::expected<Endpoint, EndpointProblem> parse_endpoint(std::string_view text, const Connector& connector) {
  const auto refuse = [](std::string code, std::string message, std::string fix) {
    return tl::unexpected<EndpointProblem>{{std::move(code), std::move(message), std::move(fix)}};
  };
  if (connector.endpoints.empty())
    return refuse("endpoint_unused", "this connector has no endpoint", "remove it and use the properties");
  if (detail::has_control_character(text))
    return refuse("control_character", "it holds a control character",
                  "remove line breaks and other control characters");
  // A word and an equals sign: no URL begins so.
  const std::size_t word = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_ ");
  const bool key_words = word != std::string_view::npos && word > 0 && text[word] == '=';
  for (const EndpointForm& form : connector.endpoints) {
    const bool scheme =
        text.size() > form.scheme.size() && detail::iequals(text.substr(0, form.scheme.size()), form.scheme);
    if (form.scheme.empty() ? key_words : scheme) return detail::EndpointReader{text, form, connector}.read();
  }
  return refuse("endpoint_form", "it is not an endpoint of this connector",
                "write it as " + std::string{connector.endpoints.front().example});
}

}  // namespace datasource
