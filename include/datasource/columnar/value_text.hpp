#pragma once

#include <datasource/columnar/rows.hpp>

#include <cmath>
#include <string>
#include <type_traits>

namespace datasource::detail {

/// A number as the server writes it: a float that is whole has a `.0`. What is not finite has no text in JSON and is
/// named as Java does.
template <class Number>
std::string server_text(Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    std::string text = number_text(value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
  } else {
    return number_text(value);
  }
}

}  // namespace datasource::detail
