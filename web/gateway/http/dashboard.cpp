#include "http/dashboard.hpp"

#include "digest.hpp"
#include "http/content_type.hpp"
#include "http/gzip.hpp"
#include "registry/files.hpp"

#include <datasource/detail/ascii.hpp>
#include <datasource/http/url.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

namespace datasource::gateway {
namespace {

constexpr std::uintmax_t largest_asset = 64U << 20;

// Scripts and WebAssembly come from this origin only; inline styles are how the dashboard's component library places
// things.
constexpr std::string_view content_security_policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
    "blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

constexpr std::string_view not_built_page =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>datasource</title>"
    "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}</style>"
    "<h1>The dashboard is not built</h1><p>The gateway runs, and its API answers at "
    "<code>/_plugins/_query/_datasources</code>.</p>"
    "<p><code>make build</code> builds the dashboard; <code>datasource serve --dashboard DIR</code> names the folder "
    "it is in. "
    "Then load this page again.</p></html>";

/// `assets/index-BuJ3x9aQ.js`: the bundler puts eight characters of a hash before the extension.
bool has_hash(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::string_view stem = name.substr(0, name.find('.'));
  if (!path.starts_with("/assets/") || stem.size() < 10 || stem[stem.size() - 9] != '-') return false;
  return std::ranges::all_of(stem.substr(stem.size() - 8),
                             [](char c) { return detail::is_alpha(c) || detail::is_digit(c) || c == '_' || c == '-'; });
}

bool takes_gzip(std::string_view accepted) {
  while (!accepted.empty()) {
    const std::size_t comma = std::min(accepted.find(','), accepted.size());
    std::string_view coding = accepted.substr(0, comma);
    accepted.remove_prefix(std::min(comma + 1, accepted.size()));
    while (coding.starts_with(' ')) coding.remove_prefix(1);
    if (!coding.starts_with("gzip") && !coding.starts_with('*')) continue;
    const std::size_t quality = coding.find("q=");
    return quality == std::string_view::npos ||
           coding.substr(quality + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

Headers page_headers(std::string_view type) {
  return {
      {"Content-Type", std::string{type}},          {"Content-Security-Policy", std::string{content_security_policy}},
      {"X-Content-Type-Options", "nosniff"},        {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},           {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"}};
}

Reply text_reply(int status, std::string_view type, std::string_view text) {
  Reply reply{status, page_headers(type), std::make_shared<const std::string>(text)};
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

}  // namespace

Dashboard::Dashboard(std::filesystem::path folder) : folder_{std::move(folder)} { refresh(); }

void Dashboard::refresh() {
  struct stat now {};
  if (::stat((folder_ / "index.html").c_str(), &now) != 0) {
    assets_.clear();
    index_ = {};
    return;
  }
  if (now.st_ino == index_.st_ino && now.st_size == index_.st_size && now.st_mtim.tv_sec == index_.st_mtim.tv_sec &&
      now.st_mtim.tv_nsec == index_.st_mtim.tv_nsec)
    return;
  assets_ = load(folder_);
  loaded_ = std::chrono::steady_clock::now();
  index_ = now;
}

Dashboard::Assets Dashboard::load(const std::filesystem::path& folder) {
  Assets assets;
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator{folder, error};
       !error && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(error)) {
    if (!entry->is_regular_file(error) || entry->is_symlink(error) || entry->file_size(error) > largest_asset) continue;
    auto bytes = read_file(entry->path());
    if (!bytes) continue;
    const ContentType type = content_type(entry->path().extension().string());
    std::string path = '/' + entry->path().lexically_relative(folder).generic_string();
    const bool immutable = has_hash(path);
    std::string etag = fingerprint(*bytes);
    assets.insert_or_assign(std::move(path), Asset{type.type, std::move(etag), type.compressible, immutable,
                                                   std::make_shared<const std::string>(std::move(*bytes))});
  }
  return assets;
}

Reply Dashboard::answer(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Reply reply = text_reply(405, "text/plain; charset=utf-8", "Only GET and HEAD are allowed here.\n");
    reply.headers.emplace_back("Allow", "GET, HEAD");
    return reply;
  }
  refresh();
  if (!built()) return text_reply(503, "text/html; charset=utf-8", not_built_page);
  std::string path = decode_segment(path_of(request.target));
  const std::string_view name = std::string_view{path}.substr(path.rfind('/') + 1);
  if (name.find('.') == std::string_view::npos) path = "/index.html";
  auto asset = assets_.find(path);
  if (asset == assets_.end() && std::chrono::steady_clock::now() - loaded_ > std::chrono::seconds{1}) {
    index_ = {};  // a build that was under way when the folder was read has brought more files since
    refresh();
    asset = assets_.find(path);
  }
  if (asset == assets_.end()) return text_reply(404, "text/plain; charset=utf-8", "There is no such file.\n");
  return serve(asset->second, request);
}

Reply Dashboard::serve(Asset& asset, const HttpRequest& request) {
  if (asset.compressible && !asset.compressed) {
    std::string compressed = gzip(*asset.plain);
    if (compressed.size() >= asset.plain->size()) compressed.clear();
    asset.compressed = std::make_shared<const std::string>(std::move(compressed));
  }
  const bool compressed =
      asset.compressible && !asset.compressed->empty() && takes_gzip(find_header(request.headers, "Accept-Encoding"));
  const std::string etag = '"' + asset.etag + (compressed ? "-gz\"" : "\"");
  Headers headers = page_headers(asset.type);
  headers.emplace_back("ETag", etag);
  headers.emplace_back("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (asset.compressible) headers.emplace_back("Vary", "Accept-Encoding");
  if (find_header(request.headers, "If-None-Match").find(etag) != std::string_view::npos)
    return {304, std::move(headers), nullptr};
  if (compressed) headers.emplace_back("Content-Encoding", "gzip");
  return {200, std::move(headers), compressed ? asset.compressed : asset.plain};
}

}  // namespace datasource::gateway
