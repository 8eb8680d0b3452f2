#pragma once

#include <datasource/connector/connector.hpp>

#include <array>

namespace datasource {

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
          .help = "How the connection is encrypted. Use verify-full across a network you do not own."},
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

/// Name and password.
inline constexpr std::array credential_fields{
    Field{.key = "username",
          .title = "User name",
          .group = FieldGroup::credentials,
          .place = FieldPlace::username,
          .required = true,
          .help = "A user that may only read is enough and is best."},
    Field{.key = "password",
          .title = "Password",
          .type = FieldType::secret,
          .group = FieldGroup::credentials,
          .place = FieldPlace::password,
          .help = "Stored encrypted, never shown again."},
};

/// How long to wait for the system.
inline constexpr std::array timeout_fields{
    Field{.key = "connectionTimeout",
          .title = "Connect time-out (ms)",
          .type = FieldType::integer,
          .group = FieldGroup::advanced,
          .fallback = "10000",
          .minimum = 1,
          .maximum = 600000,
          .help = "Milliseconds to wait for the server before giving up."},
};

}  // namespace datasource
