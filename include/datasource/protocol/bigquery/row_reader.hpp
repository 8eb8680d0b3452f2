#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/temporal_writer.hpp>
#include <datasource/columnar/text_column_builder.hpp>
#include <datasource/protocol/bigquery/field.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::protocol::bigquery::detail {

using datasource::detail::JsonCursor;

/// Reads `[{"f": [{"v": …}, …]}, …]` into columns, in one pass and without a tree. Scalars are strings; timestamps
/// count microseconds (formatOptions.useInt64Timestamp).
class RowReader {
 public:
  explicit RowReader(const std::vector<Field>& fields) : fields_{fields} {
    columns_.reserve(fields.size());
    for (const Field& field : fields) columns_.emplace_back(field.name, remote_column(field).type);
  }

  /// False with the cursor's fault.
  bool read(JsonCursor& cursor) {
    if (!cursor.expect('[')) return false;
    if (cursor.take(']')) return true;
    do {
      if (!open(cursor, 'f') || !cursor.expect('[')) return false;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0 && !cursor.expect(',')) return false;
        if (!open(cursor, 'v') || !value(cursor, fields_[i], columns_[i]) || !cursor.expect('}')) return false;
      }
      if (!cursor.expect(']') || !cursor.expect('}')) return false;
      ++rows_;
    } while (cursor.take(','));
    return cursor.expect(']');
  }

  [[nodiscard]] ResultSet take() {
    std::vector<Column> columns;
    columns.reserve(columns_.size());
    for (auto& column : columns_) columns.push_back(column.take());
    return ResultSet{std::move(columns), rows_};
  }

 private:
  /// `{"f":` or `{"v":`
  bool open(JsonCursor& cursor, char name) {
    if (!cursor.expect('{')) return false;
    text_.clear();
    if (cursor.peek() != '"' || !cursor.string(text_)) return cursor.fail("expected a member");
    if (text_.size() != 1 || text_.front() != name) return cursor.fail(std::string{"expected the member "} + name);
    return cursor.expect(':');
  }

  bool value(JsonCursor& cursor, const Field& field, datasource::detail::TextColumnBuilder& column) {
    const std::size_t start = cursor.offset();
    if (cursor.peek() == 'n') {
      if (!cursor.literal("null")) return false;
      column.append_null();
      return true;
    }
    if (field.repeated() || !field.fields.empty()) {
      json_.clear();
      if (!nested(cursor, field, field.repeated())) return false;
      column.append(json_);
      return true;
    }
    if (!scalar(cursor, field)) return false;
    return column.append(text_) ||
           cursor.fail_at("the value does not fit column \"" + field.name + "\" of type " + field.type, start);
  }

  /// A scalar's text, as the API has it.
  bool scalar(JsonCursor& cursor, const Field& field) {
    text_.clear();
    const std::size_t start = cursor.offset();
    if (cursor.peek() == '"') {
      if (!cursor.string(text_)) return false;
    } else {
      std::string_view raw;
      if (!cursor.skip(raw)) return false;
      text_ = raw;
    }
    if (field.type == "DATETIME") {
      if (text_.size() > 10 && text_[10] == 'T') text_[10] = ' ';
    } else if (field.type == "TIMESTAMP") {
      std::int64_t micros = 0;
      const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), micros);
      if (problem != std::errc{} || end != text_.data() + text_.size())
        return cursor.fail_at("a timestamp is no number of microseconds", start);
      text_.clear();
      datasource::detail::append_timestamp(text_, micros);
    }
    return true;
  }

  /// Appends a value inside of an array or a record as JSON. Depth is the schema's, which is bounded.
  bool nested(JsonCursor& cursor, const Field& field, bool repeated) {
    if (cursor.peek() == 'n') {
      json_ += "null";
      return cursor.literal("null");
    }
    if (repeated) {
      if (!cursor.expect('[')) return false;
      json_ += '[';
      for (bool first = true; first || cursor.take(','); first = false) {
        if (first && cursor.peek() == ']') break;
        if (!first) json_ += ',';
        if (!open(cursor, 'v') || !nested(cursor, field, false) || !cursor.expect('}')) return false;
      }
      json_ += ']';
      return cursor.expect(']');
    }
    if (!field.fields.empty()) return record(cursor, field);
    if (!scalar(cursor, field)) return false;
    const FieldType* type = type_of(field);
    const bool number = type != nullptr && (type->compare == SqlCompare::number || type->compare == SqlCompare::real);
    const bool raw = type != nullptr && (number || type->type == Type::boolean || field.type == "JSON");
    // What is no JSON, such as NaN, is a string.
    if (raw && datasource::detail::is_json_text(text_)) {
      json_ += text_;
    } else {
      datasource::detail::append_json_string(json_, text_);
    }
    return true;
  }

  bool record(JsonCursor& cursor, const Field& field) {
    if (!open(cursor, 'f') || !cursor.expect('[')) return false;
    json_ += '{';
    for (std::size_t i = 0; i < field.fields.size(); ++i) {
      if (i > 0) {
        if (!cursor.expect(',')) return false;
        json_ += ',';
      }
      const Field& member = field.fields[i];
      datasource::detail::append_json_string(json_, member.name);
      json_ += ':';
      if (!open(cursor, 'v') || !nested(cursor, member, member.repeated()) || !cursor.expect('}')) return false;
    }
    json_ += '}';
    return cursor.expect(']') && cursor.expect('}');
  }

  const std::vector<Field>& fields_;
  std::vector<datasource::detail::TextColumnBuilder> columns_;
  std::size_t rows_ = 0;
  std::string text_;
  std::string json_;
};

}  // namespace datasource::protocol::bigquery::detail
