#pragma once

#include "digest.hpp"

#include <datasource/http/message.hpp>
#include <datasource/model/secret.hpp>
#include <datasource/protocol/dialect.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::gateway {

/// Who may ask. Decided on a request's header, before its body is looked at.
class Guard {
 public:
  struct Options {
    Secret token = {};                    ///< Empty: no authentication.
    bool loopback = true;                 ///< Bound to a loopback address: only names of this machine may be in Host.
    std::vector<std::string> hosts = {};  ///< Further names that Host may have.
    Dialect dialect = Dialect::documented;
  };
  struct Verdict {
    std::optional<HttpResponse> refusal = {};
    std::string user = {};  ///< For the audit log.
  };

  explicit Guard(Options options);

  /// Refuses, in this order: a foreign Host (a page elsewhere whose name was pointed at this machine), a foreign Origin
  /// (a page elsewhere that sends requests here), missing credentials, and a body that is not declared as JSON, which a
  /// form of a page elsewhere could send.
  [[nodiscard]] Verdict check(const HttpRequest& head, bool has_body) const;

 private:
  [[nodiscard]] bool known_host(std::string_view host) const;
  [[nodiscard]] bool authenticated(std::string_view authorization, std::string& user) const;

  bool authenticate_;
  Digest token_digest_{};
  bool loopback_;
  std::vector<std::string> hosts_;
  Dialect dialect_;
};

}  // namespace datasource::gateway
