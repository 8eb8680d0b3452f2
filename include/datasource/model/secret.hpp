#pragma once

#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace datasource {

/// What a read reply shows in place of a secret. Sent back in an update, it means "keep the stored one".
inline constexpr std::string_view masked_secret = "******";

/// A value that must not be shown. Streaming it prints the mask; only `reveal()` gives the text.
class Secret {
 public:
  Secret() = default;
  /// From a text, so that `.password = text` reads so.
  Secret(std::string value)
      : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor): `.password = text` should read so
  /// From a literal.
  Secret(const char* value) : value_(value) {}  // NOLINT(google-explicit-constructor)

  /// The value of environment variable `name`; empty when it is not set.
  static Secret from_env(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? Secret{} : Secret{value};
  }

  /// The text itself, for the one place that sends it.
  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  /// Whether there is no value.
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  /// True for the mask of a read reply, which stands for a value that only the server has.
  [[nodiscard]] bool masked() const noexcept { return value_ == masked_secret; }

  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return out << (secret.empty() ? std::string_view{} : masked_secret);
  }

 private:
  std::string value_;
};

}  // namespace datasource
