#include "command/trino.hpp"

#include "environment.hpp"
#include "registry/files.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>

namespace datasource::gateway {
namespace {

/// A secret out of a variable or a file, of which there may be one. Empty when there is none.
Result<std::string> secret_of(const char* variable, const std::filesystem::path& file) {
  auto value = take_from_environment(variable);
  if (value && !file.empty())
    return fail(ErrorKind::invalid, std::string{"environment variable "} + variable + " gives it too; use one of them");
  if (value) return std::move(*value);
  if (file.empty()) return std::string{};
  auto text = read_file(file);
  if (!text) return fail(text.error());
  while (text->ends_with('\n') || text->ends_with('\r') || text->ends_with(' ')) text->pop_back();
  if (text->empty()) return fail(ErrorKind::invalid, file.string() + " is empty");
  return text;
}

}  // namespace

std::string keyed_hash(std::string_view key, std::string_view text, std::size_t digits) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), bytes.data(), &size);
  std::string hash;
  for (std::size_t i = 0; i < digits && i / 2 < size; ++i)
    hash += hex[i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
  return hash;
}

Result<std::vector<std::string>> trino_environment(const TrinoServer& server, std::string_view key) {
  auto password = secret_of("TRINO_PASSWORD", server.password_file);
  if (!password) return fail(password.error());
  auto token = secret_of("TRINO_TOKEN", server.token_file);
  if (!token) return fail(token.error());
  if (!password->empty() && !token->empty())
    return fail(ErrorKind::invalid, "there are a password and a token for Trino; use one of them");
  if (!password->empty() && server.user.empty())
    return fail(ErrorKind::invalid, "a password needs a user; give --trino-user or TRINO_USER");
  std::vector<std::string> variables{"DATASOURCE_TRINO_KEY=" + keyed_hash(key, "names of catalogs", 64)};
  if (!password->empty()) variables.push_back("TRINO_PASSWORD=" + *password);
  if (!token->empty()) variables.push_back("TRINO_TOKEN=" + *token);
  return variables;
}

TrinoAccess take_trino_access(const TrinoServer& server) {
  TrinoAccess access{.server = {.url = server.url, .session = {.user = server.user, .source = "datasource"}}};
  access.key = take_from_environment("DATASOURCE_TRINO_KEY").value_or("");
  if (auto password = take_from_environment("TRINO_PASSWORD"))
    access.server.auth = BasicAuth{server.user, Secret{std::move(*password)}};
  if (auto token = take_from_environment("TRINO_TOKEN")) access.server.auth = BearerAuth{Secret{std::move(*token)}};
  return access;
}

}  // namespace datasource::gateway
