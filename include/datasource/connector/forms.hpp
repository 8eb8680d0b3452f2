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
          return !text.starts_with('/') && text.find_first_of("*?[") == std::string_view::npos;
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
          return text.size() <= 63 && detail::all_of(text, part);
        },
};

}  // namespace datasource
