#pragma once

#include <string>

namespace datasource {

/// One broken rule of a data source.
struct Violation {
  std::string field = {};    ///< Path in the request body, such as `properties.port`.
  std::string code = {};     ///< Stable and for programs, such as `port_range`.
  std::string message = {};  ///< What is wrong, in plain words. Never holds a secret's value.
  std::string fix = {};      ///< What to do about it, as an order: "use 1 to 65535".

  friend bool operator==(const Violation&, const Violation&) = default;
};

/// `field: message; fix`, the line that people are shown.
inline std::string to_string(const Violation& violation) {
  std::string line = violation.field + ": " + violation.message;
  if (!violation.fix.empty()) line += "; " + violation.fix;
  return line;
}

}  // namespace datasource
