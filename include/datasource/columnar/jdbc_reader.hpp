#pragma once

#include <datasource/columnar/column_builder.hpp>
#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/row_reader.hpp>
#include <datasource/detail/utf8.hpp>
#include <datasource/model/error.hpp>

#include <range/v3/algorithm/for_each.hpp>
#include <range/v3/algorithm/none_of.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

namespace detail {

/// Reads `{"schema":[…],"datarows":[…],…}` in one pass; members come in any order.
class JdbcReader {
 public:
  explicit JdbcReader(std::string_view body) : body_{body}, cursor_{body} {}
  JdbcReader(const JdbcReader&) = delete;
  JdbcReader& operator=(const JdbcReader&) = delete;

  /// Reads the whole body, from where `advance` stopped.
  Result<ResultSet> read() {
    whole_ = true;
    if (!members() || !check()) {
      if (server_error_)
        return fail({.kind = ErrorKind::server, .message = *server_error_, .type = "IncompleteResultException"});
      return malformed();
    }
    return take();
  }

  /// Takes the rows of what has come of the body. Nothing is a fault yet: `read` tells it.
  void advance() {
    if (!rows_) {
      members();
    } else {
      rows();
    }
  }

  /// Goes on with a body that has moved or become longer.
  void rebase(std::string_view body) {
    body_ = body;
    cursor_.rebase(body);
  }

  /// Whether the rows have begun: what stands before them has been read.
  [[nodiscard]] bool in_rows() const { return rows_.has_value(); }
  /// Bytes that have been read.
  [[nodiscard]] std::size_t offset() const { return cursor_.offset(); }
  [[nodiscard]] std::size_t row_count() const { return rows_ ? rows_->row_count() : 0; }
  [[nodiscard]] const std::vector<ColumnBuilder>& columns() const { return builders_; }

  /// The rows that were read. Nothing is left to read afterwards.
  ResultSet take() {
    const std::size_t rows = row_count();
    std::vector<Column> columns;
    columns.reserve(builders_.size());
    for (ColumnBuilder& builder : builders_) columns.push_back(builder.take(rows));
    return ResultSet{std::move(columns), rows};
  }

  /// The reply's `cursor`, which asks for the rows that follow; empty on the last page.
  [[nodiscard]] std::string take_cursor() { return std::move(next_page_); }

 private:
  /// Bytes that are not UTF-8 are told as such wherever they stand; inside strings the cursor finds them itself.
  [[nodiscard]] tl::unexpected<Error> malformed() const {
    const std::size_t at = cursor_.fault_offset();
    const std::size_t bad = find_invalid_utf8(body_.substr(0, at + 4));
    return fail(ErrorKind::malformed, "the reply is malformed at byte " + std::to_string(std::min(at, bad)) + ": " +
                                          (bad <= at ? std::string{not_utf8} : cursor_.fault()));
  }

  bool members() {
    if (rows_) {
      if (!rows()) return false;
    } else {
      if (!cursor_.expect('{')) return false;
      if (cursor_.take('}')) return true;
      if (!member()) return false;
    }
    while (cursor_.take(',')) {
      if (!member()) return false;
    }
    return cursor_.expect('}') && (cursor_.at_end() || cursor_.fail("text follows the reply"));
  }

  bool member() {
    cursor_.peek();
    const std::size_t start = cursor_.offset();
    key_.clear();
    return cursor_.string(key_) && cursor_.expect(':') && value(start);
  }

  bool value(std::size_t start) {
    std::string_view raw;
    if (key_ == "schema") {
      if (has_schema_) return cursor_.fail_at("there are two schemas", start);
      has_schema_ = true;
      return schema();
    }
    if (key_ == "datarows") {
      if (has_rows_) return cursor_.fail_at("there are two sets of rows", start);
      has_rows_ = true;
      if (has_schema_) return rows();
      late_rows_ = cursor_.offset();
      return cursor_.skip(raw);
    }
    if (key_ == "cursor" && cursor_.peek() == '"') {
      next_page_.clear();
      return cursor_.string(next_page_);
    }
    if (!cursor_.skip(raw)) return false;
    if (key_ == "error") return server_error(raw);
    return true;
  }

  bool check() {
    if (!has_schema_) return cursor_.fail("there is no schema");
    if (!has_rows_) return cursor_.fail("there are no rows");
    if (!late_rows_) return true;
    cursor_.seek(*late_rows_);
    return rows();
  }

  /// A server that fails after the first rows says so at the end of the body.
  bool server_error(std::string_view raw) {
    server_error_ = "the server failed while it sent the rows: " + std::string{raw};
    return false;
  }

  bool schema() {
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      std::string name, alias, type;
      if (!cursor_.expect('{')) return false;
      do {
        std::string key;
        cursor_.peek();
        if (!cursor_.string(key) || !cursor_.expect(':')) return false;
        std::string_view ignored;
        std::string* wanted = key == "name" ? &name : key == "alias" ? &alias : key == "type" ? &type : nullptr;
        if (wanted != nullptr && cursor_.peek() == '"') {
          wanted->clear();
          if (!cursor_.string(*wanted)) return false;
        } else if (!cursor_.skip(ignored)) {
          return false;
        }
      } while (cursor_.take(','));
      if (!cursor_.expect('}')) return false;
      builders_.emplace_back(alias.empty() ? std::move(name) : std::move(alias), parse_type(type));
    } while (cursor_.take(','));
    return cursor_.expect(']');
  }

  /// OpenSearch's legacy engine calls a grouped keyword a double. A column that turns out to hold text is read again as
  /// text, so that every value keeps the bytes that were sent.
  bool rows() {
    if (!rows_) {
      rows_start_ = cursor_.offset();
      rows_.emplace(cursor_, builders_);
    }
    while (!rows_->read()) {
      if (!whole_) {
        rows_->give_back();
        return false;
      }
      if (ranges::none_of(builders_, &ColumnBuilder::met_text)) return false;
      ranges::for_each(builders_, &ColumnBuilder::restart);
      cursor_.retry(rows_start_);
      rows_.emplace(cursor_, builders_);
    }
    // What stands behind the rows is read when the body is whole.
    return whole_;
  }

  std::string_view body_;
  JsonCursor cursor_;
  std::vector<ColumnBuilder> builders_;
  std::optional<RowReader> rows_;
  std::size_t rows_start_ = 0;
  std::string key_;
  std::string next_page_;
  std::optional<std::size_t> late_rows_;
  std::optional<std::string> server_error_;
  bool has_schema_ = false;
  bool has_rows_ = false;
  bool whole_ = false;
};

}  // namespace detail

/// Decodes a JDBC-format reply into columns, in one pass and without a tree.
///
/// @param body The whole body, UTF-8. Nothing points into it afterwards.
/// @return One column per `schema` entry, in its order, named by the alias where there is one. 64-bit integers and
/// decimals are exact;
///         object, nested, array and geo_point keep their JSON text. Unknown type names give text columns, and so does
///         a schema that calls a column of texts a number, as OpenSearch's legacy engine does.
/// @par Errors `malformed` with the byte offset: not JSON, not UTF-8, a row of another length than the schema, a value
/// that does not fit its
///      type, nesting over 64; `server` when the body ends in an `error` member.
/// @par Cost O(body), once more for each column whose schema was wrong; memory at most twice the body.
/// @par Source OpenSearch 3.4.0, recordings "sql" and "ppl".
inline Result<ResultSet> read_jdbc(std::string_view body) { return detail::JdbcReader{body}.read(); }

/// The rows of one page of a statement, and the cursor for the next.
struct Page {
  ResultSet rows = {};      ///< Of this page.
  std::string cursor = {};  ///< Opaque, some kilobytes long; empty on the last page.
};

/// Decodes one page: as read_jdbc, and the reply's `cursor`.
/// @par Source OpenSearch 3.4.0, recording "sql cursor paging".
inline Result<Page> read_jdbc_page(std::string_view body) {
  detail::JdbcReader reader{body};
  auto rows = reader.read();
  if (!rows) return fail(std::move(rows.error()));
  return Page{std::move(*rows), reader.take_cursor()};
}

}  // namespace datasource
