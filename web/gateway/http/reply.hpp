#pragma once

#include <datasource/http/message.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::gateway {

/// A whole reply whose body may be shared with others, so that a file is not copied for each request.
struct Reply {
  int status = 200;
  Headers headers = {};
  std::shared_ptr<const std::string> body = {};

  Reply() = default;
  Reply(int code, Headers fields, std::shared_ptr<const std::string> bytes)
      : status{code}, headers{std::move(fields)}, body{std::move(bytes)} {}
  Reply(HttpResponse response)  // NOLINT(google-explicit-constructor): an API reply is a reply
      : status{response.status},
        headers{std::move(response.headers)},
        body{std::make_shared<const std::string>(std::move(response.body))} {}

  [[nodiscard]] std::string_view bytes() const { return body ? std::string_view{*body} : std::string_view{}; }
};

}  // namespace datasource::gateway
