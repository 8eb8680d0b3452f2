#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/http/url.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/schema.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace datasource {

/// Cuts the page that was asked for out of all tables of a source. `SchemaPage::next` is `schema/table`, each
/// percent-encoded. Errors: `invalid` for an `after` that no page gave.
inline Result<SchemaPage> schema_page(std::string source, std::vector<TableDescription> tables,
                                      const SchemaRequest& wanted) {
  using detail::iequals;
  const auto left_out = [&](const TableDescription& table) {
    return (!wanted.schema.empty() && !iequals(table.schema, wanted.schema)) ||
           (!wanted.table.empty() && !iequals(table.name, wanted.table));
  };
  tables.erase(std::remove_if(tables.begin(), tables.end(), left_out), tables.end());
  const auto before = [](const TableDescription& a, const TableDescription& b) {
    return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
  };
  std::sort(tables.begin(), tables.end(), before);
  SchemaPage page{.source = std::move(source), .total = tables.size()};
  for (const TableDescription& table : tables) {
    if (page.schemas.empty() || page.schemas.back() != table.schema) page.schemas.push_back(table.schema);
  }
  auto first = tables.begin();
  if (!wanted.after.empty()) {
    const std::size_t slash = wanted.after.find('/');
    if (slash == std::string::npos)
      return fail(invalid({{"after", "page_key", "no page gave it", "send what the page before called next"}}));
    const TableDescription last{.schema = decode_segment(std::string_view{wanted.after}.substr(0, slash)),
                                .name = decode_segment(std::string_view{wanted.after}.substr(slash + 1))};
    first = std::upper_bound(tables.begin(), tables.end(), last, before);
  }
  const auto end = first + std::min<std::ptrdiff_t>(wanted.size, tables.end() - first);
  if (end != tables.end() && end != first)
    page.next = encode_segment((end - 1)->schema) + '/' + encode_segment((end - 1)->name);
  page.tables.assign(std::make_move_iterator(first), std::make_move_iterator(end));
  return page;
}

}  // namespace datasource
