#pragma once

#include <datasource/connector/field.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace datasource {

/// A parameter of an endpoint: `sslmode=require` speaks of the field `tls`.
struct EndpointParameter {
  std::string_view name;                   ///< In any case.
  std::string_view field;                  ///< Key in the catalogue; empty: it is taken and changes nothing here.
  std::span<const Choice> translate = {};  ///< The endpoint's value, in any case -> the field's (`title`); others stay.
  std::int64_t factor = 1;                 ///< Seconds to milliseconds is 1000.
};

/// What an endpoint says without a word for it: `mongodb+srv:` says `srv`.
struct EndpointValue {
  std::string_view field = {};  ///< Key in the catalogue.
  std::string_view value = {};  ///< What it is then.
};

/// One form of `configuration.endpoint`: `<scheme>//[user[:password]@]<authority>[/path][<parameters>]`, or key words
/// alone.
struct EndpointForm {
  /// What stands between the slashes.
  enum class Authority {
    host,   ///< `host[:port]`, IPv6 in brackets.
    hosts,  ///< The same, or several with commas between them, which stay one text.
    name,   ///< A name: an account, a project, a bucket.
    url,    ///< With scheme and path it is the server's URL.
  };
  std::string_view scheme = {};  ///< With its colon, such as `jdbc:mysql:`; empty for key words: `host=db1 dbname=crm`.
  std::string_view example = {};                ///< For people.
  Authority authority = Authority::host;        ///< What stands between the slashes.
  std::string_view field = "host";              ///< Of the authority; the port's is `port`.
  std::span<const std::string_view> path = {};  ///< Fields of the path's segments; the last takes all that is left.
  std::span<const EndpointParameter> parameters = {};  ///< Those that are understood; others are refused.
  char separator = '&';  ///< `&`: `?a=1&b=2`, percent-encoded. `;`: `;a=1;b={2}`. ` `: key words as libpq has them.
  std::string_view instance = {};  ///< Field of what follows a backslash in the host.
  std::string_view ending = {};    ///< Of a name; it says nothing: `.snowflakecomputing.com`.
  std::string_view usual = {};     ///< An authority that says nothing: the public service.
  EndpointValue implies = {};      ///< What the scheme says by itself.
};

}  // namespace datasource
