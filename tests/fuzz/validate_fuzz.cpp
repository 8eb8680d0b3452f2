// Bodies of data sources: what passes validation is stored and read back; no violation and no reply shows a secret.
#include "fuzz.hpp"

#include <datasource/datasource.hpp>
#include <datasource/service/service.hpp>

#include <memory>
#include <string>

namespace ds = datasource;

namespace {

constexpr std::string_view secret = "xq7-Secret-vz9";

bool shows_secret(std::string_view text) { return text.find(secret) != std::string_view::npos; }

}  // namespace

int fuzz::validate(const std::uint8_t* data, std::size_t size) {
  const std::string body{reinterpret_cast<const char*>(data), size};
  const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) return 0;
  auto source = ds::read_data_source(json);
  FUZZ_CHECK(ds::read_data_source_text(body) == source || ds::detail::nests_too_deep(body));
  if (!source || shows_secret(body)) return 0;
  source->connector.credentials.password = ds::Secret{std::string{secret}};

  const auto violations = ds::validate(*source);
  for (const ds::Violation& violation : violations) {
    FUZZ_CHECK(!violation.field.empty() && !violation.code.empty() && !violation.message.empty() &&
               !violation.fix.empty());
    FUZZ_CHECK(!shows_secret(violation.message) && !shows_secret(violation.fix));
  }

  ds::Service service{std::make_unique<ds::MemoryStore>(),
                      {.engines = {{.serves = [](const ds::Connector&) { return true; }}}}};
  const auto created = ds::protocol::create_request(*source);
  FUZZ_CHECK(created.has_value() == violations.empty());
  if (!created) return 0;
  const ds::HttpResponse response = service.handle(*created);
  FUZZ_CHECK(response.status < 300);
  FUZZ_CHECK(!shows_secret(response.body));
  const ds::HttpResponse reply = service.handle(*ds::protocol::get_request(source->name));
  FUZZ_CHECK(reply.status == 200);
  FUZZ_CHECK(!shows_secret(reply.body));
  const auto read = ds::protocol::read_one(reply);
  FUZZ_CHECK(read);
  FUZZ_CHECK(read->name == source->name);
  // A source that was read can be written back as it is: masked secrets stay what they were.
  FUZZ_CHECK(service.handle(*ds::protocol::update_request(*read)).status == 200);
  return 0;
}
