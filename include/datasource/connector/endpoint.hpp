#pragma once

#include <datasource/connector/connector.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace datasource {

/// What `configuration.endpoint` says. Members are empty when it does not say.
struct Endpoint {
  std::string host = {};      ///< A name or an address, without brackets.
  std::string port = {};      ///< As written; empty when it is left out.
  std::string database = {};  ///< Decoded; empty when it is left out.
};

/// What is wrong with an endpoint: a message and a fix, or nothing.
struct EndpointProblem {
  std::string code = {};     ///< As Violation::code.
  std::string message = {};  ///< As Violation::message.
  std::string fix = {};      ///< As Violation::fix.
};

namespace detail {

struct ParsedEndpoint {
  Endpoint endpoint;
  std::optional<EndpointProblem> problem = {};
};

}  // namespace detail

/// Reads `<scheme>//host[:port][/database]`; IPv6 hosts stand in brackets. User info and parameters are refused, since
/// a URL is shown and logged: credentials and options have fields of their own. No part of a refused endpoint is quoted
/// back.
inline detail::ParsedEndpoint parse_endpoint(std::string_view text, const EndpointForm& form) {
  const auto refuse = [](std::string code, std::string message, std::string fix) {
    return detail::ParsedEndpoint{{}, EndpointProblem{std::move(code), std::move(message), std::move(fix)}};
  };
  if (form.schemes.empty())
    return refuse("endpoint_unused", "this connector has no endpoint", "remove it and use the properties");
  const std::string shape = std::string{form.schemes.front()} + "//host:port/database";

  std::optional<std::string_view> rest;
  for (const std::string_view scheme : form.schemes) {
    if (text.size() > scheme.size() && text.substr(0, scheme.size()) == scheme &&
        text.substr(scheme.size(), 2) == "//") {
      rest = text.substr(scheme.size() + 2);
      break;
    }
  }
  if (!rest) return refuse("endpoint_form", "it is not an endpoint of this connector", "write it as " + shape);
  if (rest->find('@') != std::string_view::npos) {
    return refuse("endpoint_credentials", "it must not hold a user name or a password",
                  "use configuration.credentials");
  }
  if (rest->find_first_of("?;#") != std::string_view::npos) {
    return refuse("endpoint_parameters", "it must not hold parameters", "use the properties, such as properties.tls");
  }

  Endpoint endpoint;
  std::string_view authority = rest->substr(0, rest->find('/'));
  if (const auto slash = rest->find('/'); slash != std::string_view::npos) endpoint.database = rest->substr(slash + 1);
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos)
      return refuse("endpoint_form", "its IPv6 address has no closing bracket", "write it as " + shape);
    endpoint.host = authority.substr(1, close - 1);
    authority = authority.substr(close + 1);
    if (authority.starts_with(':')) endpoint.port = authority.substr(1);
  } else {
    endpoint.host = authority.substr(0, authority.find(':'));
    if (const auto colon = authority.find(':'); colon != std::string_view::npos)
      endpoint.port = authority.substr(colon + 1);
  }
  return {std::move(endpoint), std::nullopt};
}

}  // namespace datasource
