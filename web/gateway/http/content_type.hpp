#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace datasource::gateway {

struct ContentType {
  std::string_view extension;
  std::string_view type;
  bool compressible;
};

/// The media type of a file by its extension, with the dot; `application/octet-stream` for an unknown one.
constexpr ContentType content_type(std::string_view extension) {
  constexpr std::array types{
      ContentType{".html", "text/html; charset=utf-8", true},
      ContentType{".js", "text/javascript; charset=utf-8", true},
      ContentType{".mjs", "text/javascript; charset=utf-8", true},
      ContentType{".css", "text/css; charset=utf-8", true},
      ContentType{".json", "application/json", true},
      ContentType{".map", "application/json", true},
      ContentType{".webmanifest", "application/manifest+json", true},
      ContentType{".wasm", "application/wasm", true},
      ContentType{".svg", "image/svg+xml", true},
      ContentType{".txt", "text/plain; charset=utf-8", true},
      ContentType{".ico", "image/x-icon", false},
      ContentType{".png", "image/png", false},
      ContentType{".jpg", "image/jpeg", false},
      ContentType{".webp", "image/webp", false},
      ContentType{".woff2", "font/woff2", false},
      ContentType{".woff", "font/woff", false},
      ContentType{".ttf", "font/ttf", true},
  };
  const auto found = std::ranges::find(types, extension, &ContentType::extension);
  return found == types.end() ? ContentType{extension, "application/octet-stream", false} : *found;
}

}  // namespace datasource::gateway
