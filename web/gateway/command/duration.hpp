#pragma once

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

namespace datasource::gateway {

/// Reads `500ms`, `60s`, `5m` or `1h`; `0` is zero. Nothing for any other text.
inline std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0 || number > 1'000'000'000) return std::nullopt;
  const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  if (unit == "ms" || (unit.empty() && number == 0)) return std::chrono::milliseconds{number};
  if (unit == "s") return std::chrono::seconds{number};
  if (unit == "m") return std::chrono::minutes{number};
  if (unit == "h") return std::chrono::hours{number};
  return std::nullopt;
}

}  // namespace datasource::gateway
