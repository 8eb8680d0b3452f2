#pragma once

#include <datasource/columnar/column_builder.hpp>
#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/row_reader.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/trino/type.hpp>
#include <datasource/protocol/trino/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::protocol {

namespace detail {

using datasource::detail::ColumnBuilder;

/// How a column's values are taken off the reply; what they then become is for finish_column().
inline Type taken_as(const TrinoColumn& column) {
  return column.type.name == "json" ? Type::keyword : type_of_trino(column.type.name);
}

inline Error region_error(const std::string& column, std::string_view value) {
  return {.kind = ErrorKind::unsupported,
          .message = "column " + column + " holds the time \"" + std::string{value} +
                     "\", whose zone is a region's; write the expression AT TIME ZONE 'UTC'",
          .status = 400,
          .field = column};
}

/// Replaces each text of a column by what `change` appends to a string.
template <class Change>
Result<void> change_texts(Column& column, Change&& change) {
  auto* texts = std::get_if<TextValues>(&column.values);
  if (texts == nullptr) return {};
  TextValues changed;
  changed.offsets.reserve(texts->offsets.size());
  changed.bytes.reserve(texts->bytes.size());
  for (std::size_t row = 0; row < texts->size(); ++row) {
    if (!column.is_null(row)) {
      if (auto done = change((*texts)[row], changed.bytes); !done) return done;
    }
    changed.offsets.push_back(static_cast<std::uint32_t>(changed.bytes.size()));
  }
  column.values = std::move(changed);
  return {};
}

/// Brings a column from Trino's texts to this SDK's.
inline Result<void> finish_column(Column& column, const TrinoColumn& described) {
  const std::string& name = described.type.name;
  column.type = type_of_trino(name);
  if (name == "timestamp with time zone") {
    return change_texts(column, [&](std::string_view text, std::string& out) -> Result<void> {
      const auto utc = to_utc(text);
      if (!utc) return fail(region_error(column.name, text));
      out += *utc;
      return {};
    });
  }
  if (name == "timestamp" || name == "time") {
    return change_texts(column, [](std::string_view text, std::string& out) -> Result<void> {
      out += short_fraction(text);
      return {};
    });
  }
  if (name == "array" || name == "map" || name == "row") {
    JsonWriter writer;
    return change_texts(column, [&](std::string_view text, std::string& out) -> Result<void> {
      writer.clear();
      JsonCursor cursor{text};
      NestedValue value{writer};
      if (!value.write(cursor, described.type)) {
        if (!value.zone.empty()) return fail(region_error(column.name, value.zone));
        return fail(ErrorKind::malformed, "a value of column " + column.name + " is not what its type says");
      }
      out += writer.view();
      return {};
    });
  }
  return {};
}

/// Reads `[[…],[…]]` from where the cursor stands.
inline Result<ResultSet> take_trino_rows(JsonCursor& cursor, const std::vector<TrinoColumn>& columns) {
  std::vector<ColumnBuilder> builders;
  for (const TrinoColumn& column : columns) builders.emplace_back(column.name, taken_as(column));
  datasource::detail::RowReader reader{cursor, builders};
  if (!reader.read())
    return fail(ErrorKind::malformed,
                "the rows are malformed at byte " + std::to_string(cursor.fault_offset()) + ": " + cursor.fault());
  std::vector<Column> finished;
  for (std::size_t i = 0; i < builders.size(); ++i) {
    finished.push_back(builders[i].take(reader.row_count()));
    if (auto done = finish_column(finished.back(), columns[i]); !done) return fail(std::move(done.error()));
  }
  return ResultSet{std::move(finished), reader.row_count()};
}

}  // namespace detail

/// Decodes rows as Trino sends them, `[[…],[…]]`, into columns: 64-bit integers and decimals exact, times in UTC, rows
/// and maps as JSON objects, binary as base64.
///
/// @param text The whole text, UTF-8. Nothing points into it afterwards.
/// @par Errors `malformed` with the byte offset; `unsupported` for a time whose zone is a region's.
/// @par Cost O(text); once more for columns of times and of nested values.
/// @par Source Trino 476, encoding `json`.
inline Result<ResultSet> read_trino_rows(std::string_view text, const std::vector<TrinoColumn>& columns) {
  detail::JsonCursor cursor{text};
  auto rows = detail::take_trino_rows(cursor, columns);
  if (rows && !cursor.at_end()) return fail(ErrorKind::malformed, "text follows the rows");
  return rows;
}

}  // namespace datasource::protocol
