#pragma once

#include <datasource/connector/connector.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace datasource {

/// Where the server is.
inline constexpr Field host_field{.key = "host",
                                  .title = "Host",
                                  .type = FieldType::host,
                                  .required = true,
                                  .help = "Name or address of the server.",
                                  .placeholder = "localhost",
                                  .target = true};

/// Its port.
constexpr Field port_field(std::string_view fallback) {
  return {.key = "port",
          .title = "Port",
          .type = FieldType::port,
          .fallback = fallback,
          .minimum = 1,
          .maximum = 65535,
          .target = true};
}

/// Which of its databases.
inline constexpr Field database_field{
    .key = "database", .title = "Database", .required = true, .help = "The database to connect to."};

/// TLS modes, named as PostgreSQL names them; other systems' names are translated.
inline constexpr std::array tls_modes{
    Choice{"disable", "Off"},
    Choice{"prefer", "If the server offers it"},
    Choice{"require", "Required, certificate not checked"},
    Choice{"verify-ca", "Required, certificate authority checked"},
    Choice{"verify-full", "Required, authority and host name checked"},
};

/// How the connection is encrypted and what of the server is checked.
inline constexpr std::array tls_fields{
    Field{.key = "tls",
          .title = "TLS",
          .type = FieldType::choice,
          .group = FieldGroup::advanced,
          .fallback = "prefer",
          .choices = tls_modes,
          .help = "How the connection is encrypted. Use verify-full across a network you do not own.",
          .target = true},
};

/// The TLS modes that agree with `encryption: true`.
inline constexpr std::array tls_when_encrypted{std::string_view{"require"}, std::string_view{"verify-ca"},
                                               std::string_view{"verify-full"}};
/// The TLS modes that agree with `encryption: false`.
inline constexpr std::array tls_when_plain{std::string_view{"disable"}, std::string_view{"prefer"}};
/// What the documents' `encryption` means as a TLS mode.
inline constexpr std::array encryption_values{AliasValue{"true", "require", tls_when_encrypted},
                                              AliasValue{"false", "disable", tls_when_plain}};
/// The documents' `encryption: true`.
inline constexpr std::array encryption_alias{Alias{"encryption", "tls", encryption_values}};

/// Of systems that are reached by a URL, whose scheme says whether there is TLS.
inline constexpr Field skip_verify_field{.key = "tlsSkipVerify",
                                         .title = "Do not check the certificate",
                                         .type = FieldType::boolean,
                                         .group = FieldGroup::advanced,
                                         .fallback = "false",
                                         .help =
                                             "For servers with a certificate of their own making, on a network "
                                             "that you trust.",
                                         .target = true};

/// Who signs in.
inline constexpr Field username_field{.key = "username",
                                      .title = "User name",
                                      .group = FieldGroup::credentials,
                                      .place = FieldPlace::username,
                                      .required = true,
                                      .help = "A user that may only read is enough and is best.",
                                      .target = true};
/// Who signs in, where somebody has to.
inline constexpr Field optional_username_field{.key = "username",
                                               .title = "User name",
                                               .group = FieldGroup::credentials,
                                               .place = FieldPlace::username,
                                               .help = "A user that may only read is enough and is best.",
                                               .target = true};
/// What proves it.
inline constexpr Field password_field{.key = "password",
                                      .title = "Password",
                                      .type = FieldType::secret,
                                      .group = FieldGroup::credentials,
                                      .place = FieldPlace::password,
                                      .help = "Stored encrypted, never shown again."};

/// Name and password.
inline constexpr std::array credential_fields{username_field, password_field};

/// The longest time-out that is taken, ten minutes, and the longest idle time, a day.
inline constexpr std::int64_t max_timeout_ms = 600'000;
/// The longest idle time that is taken, a day.
inline constexpr std::int64_t max_idle_ms = 86'400'000;

/// How long to wait for the system.
inline constexpr std::array timeout_fields{
    Field{.key = "connectionTimeout",
          .title = "Connect time-out (ms)",
          .type = FieldType::integer,
          .group = FieldGroup::advanced,
          .fallback = "10000",
          .minimum = 1,
          .maximum = max_timeout_ms,
          .help = "Milliseconds to wait for the server before giving up."},
};

/// Of systems that a query may hold several connections to.
inline constexpr std::array pool_fields = join(
    timeout_fields, std::array{
                        Field{.key = "maxConnections",
                              .title = "Most connections",
                              .type = FieldType::integer,
                              .group = FieldGroup::advanced,
                              .minimum = 1,
                              .maximum = 1000,
                              .help = "How many connections an engine keeps to the server. Leave it out for the "
                                      "engine's own limit."},
                        Field{.key = "idleTimeout",
                              .title = "Idle time-out (ms)",
                              .type = FieldType::integer,
                              .group = FieldGroup::advanced,
                              .minimum = 1,
                              .maximum = max_idle_ms,
                              .help = "Milliseconds after which an engine closes a connection that nothing uses. Leave "
                                      "it out for the engine's own limit."},
                    });

/// Of systems that are asked over HTTP.
inline constexpr std::array http_timeout_fields =
    join(timeout_fields, std::array{
                             Field{.key = "queryTimeout",
                                   .title = "Query time-out (ms)",
                                   .type = FieldType::integer,
                                   .group = FieldGroup::advanced,
                                   .fallback = "60000",
                                   .minimum = 1,
                                   .maximum = max_timeout_ms,
                                   .help = "Milliseconds to wait for the answer to one query."},
                         });

/// An endpoint whose path is a database.
inline constexpr std::array database_path{std::string_view{"database"}};

}  // namespace datasource
