#pragma once

#include <datasource/connector/field.hpp>
#include <datasource/detail/ascii.hpp>

#include <string_view>

/// Forms of text that fields of several connectors share.
namespace datasource {

namespace detail {

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

constexpr bool all_of(std::string_view text, bool (*fits)(char)) {
  for (const char c : text) {
    if (!fits(c)) return false;
  }
  return true;
}

}  // namespace detail

/// Source: the rules of Amazon S3 for general purpose buckets.
inline constexpr TextForm bucket_name{
    .name = "a bucket name",
    .fix = "use 3 to 63 lower-case letters, digits, dots and hyphens, a letter or a digit first and last",
    .pattern = "[a-z0-9][a-z0-9.\\-]{1,61}[a-z0-9]",
    .fits =
        [](std::string_view text) {
          const auto outer = [](char c) { return detail::is_lower(c) || detail::is_digit(c); };
          const auto inner = [](char c) { return detail::is_lower(c) || detail::is_digit(c) || c == '.' || c == '-'; };
          return text.size() >= 3 && text.size() <= 63 && outer(text.front()) && outer(text.back()) &&
                 detail::all_of(text, inner);
        },
};

/// The beginning of an object's key: no slash before it, and no pattern, since DuckDB would read it as one.
inline constexpr TextForm object_prefix{
    .name = "the beginning of an object's key",
    .fix = "write it without a slash at its start and without *, ? and [",
    .pattern = "[^/*?\\[][^*?\\[]*",
    .fits =
        [](std::string_view text) {
          return !text.empty() && text.front() != '/' && text.find_first_of("*?[") == std::string_view::npos;
        },
};

/// The name of an AWS region, such as `eu-central-1`.
inline constexpr TextForm region_name{
    .name = "a region",
    .fix = "write it as us-east-1",
    .pattern = "[a-z0-9\\-]{1,63}",
    .fits =
        [](std::string_view text) {
          const auto part = [](char c) { return detail::is_lower(c) || detail::is_digit(c) || c == '-'; };
          return !text.empty() && text.size() <= 63 && detail::all_of(text, part);
        },
};

/// Of a SQL Server.
inline constexpr TextForm instance_name{
    .name = "an instance name",
    .fix = "start with a letter or _ and use at most 16 letters, digits, _, $ and #",
    .pattern = "[A-Za-z_][A-Za-z0-9_$#]{0,15}",
    .fits =
        [](std::string_view text) {
          const auto part = [](char c) {
            return detail::is_alpha(c) || detail::is_digit(c) || c == '_' || c == '$' || c == '#';
          };
          return !text.empty() && text.size() <= 16 && !detail::is_digit(text.front()) && text.front() != '$' &&
                 text.front() != '#' && detail::all_of(text, part);
        },
};

/// Hosts with commas between them, each with a port or without.
inline constexpr TextForm host_list{
    .name = "a host, or several with commas between them",
    .fix = "write db1 or db1:27017,db2:27017, without scheme and path; IPv6 addresses stand in brackets",
    .pattern = "[A-Za-z0-9._\\-:\\[\\]%]+(,[A-Za-z0-9._\\-:\\[\\]%]+)*",
    .fits =
        [](std::string_view text) {
          const auto part = [](char c) {
            return detail::is_alpha(c) || detail::is_digit(c) ||
                   std::string_view{"._-:[]%,"}.find(c) != std::string_view::npos;
          };
          return !text.empty() && text.front() != ',' && text.back() != ',' &&
                 text.find(",,") == std::string_view::npos && detail::all_of(text, part);
        },
};

/// `acme-prod`, or the older `xy12345.eu-central-1`.
inline constexpr TextForm snowflake_account{
    .name = "an account identifier",
    .fix = "write it as organization-account, without .snowflakecomputing.com",
    .pattern = "[A-Za-z0-9_\\-]+(\\.(?!snowflakecomputing)[A-Za-z0-9_\\-]+)*",
    .fits =
        [](std::string_view text) {
          const auto part = [](char c) {
            return detail::is_alpha(c) || detail::is_digit(c) || c == '_' || c == '-' || c == '.';
          };
          return !text.empty() && text.front() != '.' && text.back() != '.' &&
                 text.find("..") == std::string_view::npos &&
                 text.find(".snowflakecomputing") == std::string_view::npos && detail::all_of(text, part);
        },
};

/// PKCS #8 or PKCS #1, encrypted or not.
inline constexpr TextForm private_key{
    .name = "a private key in PEM form",
    .fix = "give the whole of the .p8 file, from -----BEGIN to -----END, with its line breaks",
    .pattern = "\\s*-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]+-----END [A-Z ]*PRIVATE KEY-----\\s*",
    .fits =
        [](std::string_view text) {
          const auto begin = text.find("-----BEGIN ");
          const auto end = text.find("-----END ");
          return begin != std::string_view::npos && end != std::string_view::npos && begin < end &&
                 text.find("PRIVATE KEY-----") < end && text.find("PRIVATE KEY-----", end) != std::string_view::npos;
        },
};

/// As much as can be told without a JSON parser.
inline constexpr TextForm service_account_key{
    .name = "a service account's key",
    .fix = "give the whole of the JSON file that Google Cloud made",
    .pattern = "\\s*\\{[\\s\\S]*\"private_key\"[\\s\\S]*\\}\\s*",
    .fits =
        [](std::string_view text) {
          const auto first = text.find_first_not_of(" \t\r\n");
          const auto last = text.find_last_not_of(" \t\r\n");
          return first != std::string_view::npos && text[first] == '{' && text[last] == '}' &&
                 text.find("\"private_key\"") != std::string_view::npos;
        },
};

/// A project's id at Google Cloud.
inline constexpr TextForm google_project{
    .name = "a project's id",
    .fix = "use lower-case letters, digits, hyphens, and dots and a colon where a domain stands before it",
    .pattern = "[a-z0-9][a-z0-9.:\\-]*",
    .fits =
        [](std::string_view text) {
          const auto part = [](char c) {
            return detail::is_lower(c) || detail::is_digit(c) || c == '-' || c == '.' || c == ':';
          };
          return !text.empty() && (detail::is_lower(text.front()) || detail::is_digit(text.front())) &&
                 detail::all_of(text, part);
        },
};

/// A dataset's name.
inline constexpr TextForm bigquery_dataset{
    .name = "a dataset's name",
    .fix = "use letters, digits and _, without the project",
    .pattern = "[A-Za-z0-9_]{1,1024}",
    .fits =
        [](std::string_view text) {
          const auto part = [](char c) { return detail::is_alpha(c) || detail::is_digit(c) || c == '_'; };
          return !text.empty() && text.size() <= 1024 && detail::all_of(text, part);
        },
};

}  // namespace datasource
