#include "http/dashboard.hpp"

#include "temporary_folder.hpp"

#include <catch2/catch.hpp>

namespace dashboard_test {

using namespace datasource;
using namespace datasource::gateway;

namespace {

Reply get(Dashboard& dashboard, std::string target, Headers headers = {}) {
  return dashboard.answer({"GET", std::move(target), std::move(headers), {}});
}

std::string_view header(const Reply& reply, std::string_view name) { return find_header(reply.headers, name); }

struct Built {
  Built() {
    folder.write("dist/index.html", "<!doctype html>");
    folder.write("dist/assets/index-BuJ3x9aQ.js", std::string(5000, 'a'));
    folder.write("dist/assets/core-Ab12_d-Z.wasm", "wasm");
    folder.write("dist/favicon.ico", "icon");
    folder.write("secret.txt", "secret");
    std::filesystem::create_symlink(folder.path() / "secret.txt", folder.path() / "dist/link.txt");
  }
  TemporaryFolder folder;
  Dashboard dashboard{folder.path() / "dist"};
};

}  // namespace

TEST_CASE("Files of the dashboard are served with their types") {
  Built built;
  CHECK(header(get(built.dashboard, "/assets/core-Ab12_d-Z.wasm"), "Content-Type") == "application/wasm");
  CHECK(header(get(built.dashboard, "/assets/index-BuJ3x9aQ.js?v=1"), "Cache-Control") ==
        "public, max-age=31536000, immutable");
  CHECK(get(built.dashboard, "/favicon.ico").bytes() == "icon");
  CHECK(get(built.dashboard, "/missing.js").status == 404);
  CHECK(built.dashboard.answer({"POST", "/", {}, {}}).status == 405);
}

TEST_CASE("A path without an extension is a page of the dashboard") {
  Built built;
  for (const char* path : {"/", "/sources", "/sources/crm/edit", "/index.html"}) {
    const Reply reply = get(built.dashboard, path);
    CHECK(reply.status == 200);
    CHECK(reply.bytes() == "<!doctype html>");
    CHECK(header(reply, "Cache-Control") == "no-cache");
    CHECK(header(reply, "Content-Security-Policy").find("'wasm-unsafe-eval'") != std::string_view::npos);
    CHECK(header(reply, "X-Frame-Options") == "DENY");
    CHECK(header(reply, "X-Content-Type-Options") == "nosniff");
  }
}

TEST_CASE("No path leads out of the dashboard's folder") {
  Built built;
  for (const char* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt",
                           "//secret.txt", "/link.txt", "/%00.txt"}) {
    CHECK(get(built.dashboard, path).status == 404);
  }
}

TEST_CASE("Text is compressed for those who take it, and not sent to those who have it") {
  Built built;
  const Reply plain = get(built.dashboard, "/assets/index-BuJ3x9aQ.js");
  const Reply compressed = get(built.dashboard, "/assets/index-BuJ3x9aQ.js", {{"Accept-Encoding", "br, gzip;q=0.5"}});
  CHECK(plain.bytes().size() == 5000);
  CHECK(header(compressed, "Content-Encoding") == "gzip");
  CHECK(compressed.bytes().size() < 200);
  CHECK(header(compressed, "ETag") != header(plain, "ETag"));
  CHECK(header(get(built.dashboard, "/assets/index-BuJ3x9aQ.js", {{"Accept-Encoding", "gzip;q=0"}}), "Content-Encoding")
            .empty());
  const Reply again =
      get(built.dashboard, "/assets/index-BuJ3x9aQ.js", {{"If-None-Match", std::string{header(plain, "ETag")}}});
  CHECK(again.status == 304);
  CHECK(again.bytes().empty());
}

TEST_CASE("A dashboard that is not built says so, and is found once it is") {
  const TemporaryFolder folder;
  Dashboard dashboard{folder.path() / "dist"};
  const Reply reply = get(dashboard, "/");
  CHECK(reply.status == 503);
  CHECK(reply.bytes().find("make build") != std::string_view::npos);
  folder.write("dist/index.html", "new");
  CHECK(get(dashboard, "/").bytes() == "new");
}

}  // namespace dashboard_test
