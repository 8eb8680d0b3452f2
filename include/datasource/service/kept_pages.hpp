#pragma once

#include <datasource/model/data_source.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>
#include <datasource/service/engine.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// The pages of a service in process, where nobody can wait between two of them: all are made at once and kept until
/// they are fetched.
class KeptPages {
 public:
  /// Runs a statement and gives its first page. @param next_id Makes the cursors. Errors: the engine's.
  [[nodiscard]] Result<std::string> run(Engine& engine, const Query& query, const std::vector<DataSource>& sources,
                                        const std::function<std::string()>& next_id) {
    std::vector<std::string> pages(1), names;
    const PageSink sink{.bytes =
                            [&](std::string_view bytes) {
                              pages.back() += bytes;
                              return true;
                            },
                        .name =
                            [&] {
                              names.push_back(next_id());
                              return names.back();
                            },
                        .turn =
                            [&] {
                              pages.emplace_back();
                              return true;
                            }};
    const auto summary = engine.run_pages(query, sources, sink);
    if (!summary) return fail(summary.error());
    for (std::size_t i = 0; i < names.size(); ++i)
      pages_.insert_or_assign(names[i], Page{std::move(pages[i + 1]), i + 1 < names.size() ? names[i + 1] : ""});
    return std::move(pages.front());
  }

  /// The page behind a cursor, which is thereby used up.
  [[nodiscard]] std::optional<std::string> take(std::string_view cursor) {
    const auto found = pages_.find(cursor);
    if (found == pages_.end()) return std::nullopt;
    std::optional<std::string> body{std::move(found->second.body)};
    pages_.erase(found);
    return body;
  }

  /// Frees a page and those that follow it.
  void close(const std::string& cursor) {
    for (std::string name = cursor; !name.empty();) {
      const auto node = pages_.extract(name);
      name = node.empty() ? std::string{} : node.mapped().next;
    }
  }

 private:
  struct Page {
    std::string body;
    std::string next;  ///< The cursor in it.
  };

  std::map<std::string, Page, std::less<>> pages_;
};

}  // namespace datasource
