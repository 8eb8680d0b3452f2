// URLs, endpoints, path segments and header values.
#include "fuzz.hpp"

#include <datasource/connector/credentials.hpp>
#include <datasource/connector/opensearch_uri.hpp>
#include <datasource/datasource.hpp>

#include <string>

namespace ds = datasource;

int fuzz::url(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};

  const std::string segment = ds::encode_segment(text);
  FUZZ_CHECK(ds::decode_segment(segment) == text);
  FUZZ_CHECK(segment.find_first_of("/?# \r\n") == std::string::npos);
  FUZZ_CHECK(ds::decode_segment(text).size() <= text.size());

  if (ds::base_url_problem(text).empty() && !text.empty())
    FUZZ_CHECK(text.find_first_of("?# \r\n") == std::string::npos);

  for (const ds::Connector* connector : ds::catalogue) {
    // An endpoint is merged with nothing else, so what it says is either a rule broken or a setting.
    const ds::ConnectorConfig config{.id = std::string{connector->id}, .endpoint = text};
    const auto resolved = ds::resolve_settings(config, *connector);
    for (const ds::Violation& violation : resolved.violations) FUZZ_CHECK(!violation.message.empty());
    // What is shown of it has no credentials, also where a rule refuses it.
    const auto shown = ds::parse_endpoint(ds::shown_endpoint(config), *connector);
    if (!shown) continue;
    for (const ds::EndpointPart& part : shown->parts) FUZZ_CHECK(!part.credential);
  }

  if (ds::detail::opensearch::uri_syntax_problem(text).empty()) ds::detail::opensearch::uri_host(text);

  const ds::HttpResponse busy{429, {{"Retry-After", text}}, {}};
  if (const auto wait = ds::RetryPolicy::retry_after(busy)) FUZZ_CHECK(wait->count() >= 0);
  return 0;
}
