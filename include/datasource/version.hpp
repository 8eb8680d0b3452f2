#pragma once

#include <string_view>

namespace datasource {

/// The version of the SDK, the gateway and the npm package: semantic versioning 2.0.
inline constexpr std::string_view version = "0.1.0";

}  // namespace datasource
