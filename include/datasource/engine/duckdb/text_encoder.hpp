#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/engine/duckdb/encoder.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::duckdb {

/// Writes a reply in the formats csv and raw: the names when made, then chunks. `\n` stands between the lines and none
/// at the end; a cell that holds a separator, a quote or a line break stands in quotes, quotes doubled; a null is an
/// empty cell. Values are spelled as in JSON, nested ones are their JSON text.
class TextEncoder {
 public:
  TextEncoder(JsonWriter& out, const std::vector<Column>& columns, char separator) : out_{out}, separator_{separator} {
    for (const Column& column : columns) {
      if (!cells_.empty()) out_.put(separator_);
      write_cell(column.name);
      const std::string_view type = column.type.name();
      cells_.push_back({ColumnEncoder{column.type}, type == "object" || type == "nested" || type == "array"});
    }
  }

  void write(duckdb_data_chunk chunk) {
    for (idx_t i = 0; i < cells_.size(); ++i) cells_[i].encoder.bind(duckdb_data_chunk_get_vector(chunk, i));
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    for (idx_t row = 0; row < size; ++row) {
      for (std::size_t i = 0; i < cells_.size(); ++i) {
        out_.put(i == 0 ? '\n' : separator_);
        write_value(cells_[i], row);
      }
    }
    rows_ += size;
  }

  void finish() {}

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  struct Cell {
    ColumnEncoder encoder;
    bool nested;
  };

  void write_value(const Cell& cell, idx_t row) {
    scratch_.clear();
    cell.encoder.write(scratch_, row);
    const std::string_view json = scratch_.view();
    if (json == "null") return;
    if (cell.nested || !json.starts_with('"')) return write_cell(json);
    if (json.find('\\') == std::string_view::npos) return write_cell(json.substr(1, json.size() - 2));
    datasource::detail::JsonCursor cursor{json};
    text_.clear();
    (void)cursor.string(text_);
    write_cell(text_);
  }

  void write_cell(std::string_view text) {
    const bool quote = text.find_first_of(std::string_view{"\"\r\n"}) != std::string_view::npos ||
                       text.find(separator_) != std::string_view::npos;
    if (!quote) return out_.raw(text);
    out_.put('"');
    for (const char c : text) {
      if (c == '"') out_.put('"');
      out_.put(c);
    }
    out_.put('"');
  }

  JsonWriter& out_;
  char separator_;
  std::vector<Cell> cells_;
  JsonWriter scratch_;
  std::string text_;
  std::uint64_t rows_ = 0;
};

}  // namespace datasource::duckdb
