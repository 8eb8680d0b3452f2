#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/text_column_builder.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/snowflake/column.hpp>
#include <datasource/protocol/snowflake/error_json.hpp>
#include <datasource/protocol/snowflake/value.hpp>

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::protocol::snowflake {

/// What a statement's rows hold; shared by its partitions.
using Columns = std::shared_ptr<const std::vector<Column>>;

/// A statement that Snowflake runs or ran, and where in its rows a reader is.
struct StatementCursor {
  std::string handle = {};       ///< Its name.
  std::uint64_t partition = 0;   ///< What follows.
  std::uint64_t partitions = 0;  ///< In all; 0 while it runs.
  Columns columns = {};          ///< Null while it runs.
};

/// One partition of a statement's rows.
struct Page {
  ResultSet rows = {};                       ///< With a column for each of `columns`.
  Columns columns = {};                      ///< What the rows hold; null while the statement runs.
  bool complete = true;                      ///< Whether the statement has come to its end.
  std::optional<StatementCursor> next = {};  ///< What asks for more; nothing on the last partition.

  /// Whether to ask again, after a while.
  [[nodiscard]] bool pending() const { return !complete; }
};

namespace detail {

using datasource::detail::JsonCursor;

/// Reads the replies that have rows, in one pass and without a tree; members come in any order.
class PageReader {
 public:
  explicit PageReader(std::string_view body, Columns columns = {}) : cursor_{body}, columns_{std::move(columns)} {}

  /// @param done Whether the statement has come to its end.
  Result<Page> read(bool done, std::uint64_t partition) {
    if (!members() || (done && !late_rows())) {
      return fail(ErrorKind::malformed,
                  "the reply is malformed at byte " + std::to_string(cursor_.fault_offset()) + ": " + cursor_.fault());
    }
    Page page{.complete = done};
    if (!done) {
      if (handle_.empty()) return fail(ErrorKind::malformed, "the reply names no statement");
      page.next = StatementCursor{.handle = std::move(handle_)};
      return page;
    }
    std::vector<datasource::Column> columns;
    for (auto& builder : builders_) columns.push_back(builder.take());
    page.rows = ResultSet{std::move(columns), rows_};
    page.columns = columns_;
    if (partition + 1 < partitions_) page.next = StatementCursor{handle_, partition + 1, partitions_, columns_};
    return page;
  }

 private:
  template <class Member>
  bool object(Member member) {
    std::string key;
    if (!cursor_.expect('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      key.clear();
      if (cursor_.peek() != '"' || !cursor_.string(key) || !cursor_.expect(':') || !member(key))
        return cursor_.fail("expected a member");
    } while (cursor_.take(','));
    return cursor_.expect('}');
  }

  template <class Element>
  bool array(Element element) {
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      if (!element()) return false;
    } while (cursor_.take(','));
    return cursor_.expect(']');
  }

  bool skip() {
    std::string_view raw;
    return cursor_.skip(raw);
  }

  bool text(std::string& out) {
    out.clear();
    return cursor_.peek() == '"' ? cursor_.string(out) : skip();
  }

  bool number(int& out) {
    std::string_view raw;
    if (!cursor_.skip(raw)) return false;
    std::from_chars(raw.data(), raw.data() + raw.size(), out);
    return true;
  }

  bool members() {
    return object([&](const std::string& key) {
             if (key == "statementHandle") return text(handle_);
             if (key == "resultSetMetaData" && cursor_.peek() == '{') return metadata();
             if (key == "data" && cursor_.peek() == '[') {
               if (columns_) return rows();
               rows_at_ = cursor_.offset();
             }
             return skip();
           }) &&
           (cursor_.at_end() || cursor_.fail("text follows the reply"));
  }

  bool metadata() {
    auto columns = std::make_shared<std::vector<Column>>();
    const bool taken = object([&](const std::string& key) {
      if (key == "partitionInfo" && cursor_.peek() == '[')
        return array([&] {
          ++partitions_;
          return skip();
        });
      if (key == "rowType" && cursor_.peek() == '[') return array([&] { return column(columns->emplace_back()); });
      return skip();
    });
    columns_ = std::move(columns);
    return taken;
  }

  bool column(Column& column) {
    if (!object([&](const std::string& key) {
          if (key == "name") return text(column.name);
          if (key == "type") return text(column.type);
          if (key == "collation") return text(column.collation);
          if (key == "precision") return number(column.precision);
          if (key == "scale") return number(column.scale);
          if (key == "nullable") {
            column.nullable = cursor_.peek() != 'f';
            return skip();
          }
          return skip();
        }))
      return false;
    column.type = datasource::detail::to_upper(column.type);
    return true;
  }

  bool late_rows() {
    if (!columns_) return cursor_.fail("there is no resultSetMetaData");
    if (rows_at_) {
      cursor_.seek(*rows_at_);
      return rows();
    }
    if (builders_.empty()) begin();
    return true;
  }

  void begin() {
    for (const Column& column : *columns_) {
      builders_.emplace_back(column.name, remote_column(column).type);
      const ColumnType* type = type_of(column);
      encodings_.push_back(type == nullptr ? Encoding::plain : type->encoding);
    }
  }

  bool rows() {
    begin();
    return array([&] {
      if (!cursor_.expect('[')) return false;
      for (std::size_t i = 0; i < builders_.size(); ++i) {
        if ((i > 0 && !cursor_.expect(',')) || !value(i)) return cursor_.fail("a row is shorter than its description");
      }
      ++rows_;
      return cursor_.expect(']');
    });
  }

  bool value(std::size_t column) {
    const std::size_t start = cursor_.offset();
    if (cursor_.peek() == 'n') {
      builders_[column].append_null();
      return cursor_.literal("null");
    }
    value_.clear();
    if (cursor_.peek() == '"') {
      if (!cursor_.string(value_)) return false;
    } else {
      std::string_view raw;
      if (!cursor_.skip(raw)) return false;
      value_ = raw;
    }
    if (decode(encodings_[column], value_) && builders_[column].append(value_)) return true;
    return cursor_.fail_at(
        "the value does not fit column \"" + (*columns_)[column].name + "\" of type " + (*columns_)[column].type,
        start);
  }

  JsonCursor cursor_;
  Columns columns_;
  std::vector<datasource::detail::TextColumnBuilder> builders_;
  std::vector<Encoding> encodings_;
  std::string handle_;
  std::string value_;
  std::uint64_t partitions_ = 0;
  std::size_t rows_ = 0;
  std::optional<std::size_t> rows_at_;
};

}  // namespace detail

/// The reply to a statement, and to the question how far it is: its first rows, or 202 while it runs.
/// @return Columns with the types of remote_column: integers and decimals exact, dates and times as the API writes them
/// (timestamps in UTC), bytes in base64, VARIANT, OBJECT and ARRAY as JSON text.
/// @par Errors the server's own; `malformed` with the byte offset.
/// @par Cost O(body), one pass, no tree.
inline Result<Page> read_page(const HttpResponse& response) {
  if (response.status != 200 && response.status != 202) return fail(snowflake::read_error(response));
  return detail::PageReader{response.body}.read(response.status == 200, 0);
}

/// A further partition, which does not describe its columns. Errors: as read_page.
inline Result<Page> read_partition(const HttpResponse& response, const StatementCursor& cursor) {
  if (response.status != 200) return fail(snowflake::read_error(response));
  auto page = detail::PageReader{response.body, cursor.columns}.read(true, 0);
  if (!page) return page;
  page->next.reset();
  if (cursor.partition + 1 < cursor.partitions) {
    page->next = cursor;
    ++page->next->partition;
  }
  return page;
}

/// The reply of a cancellation. Errors: the server's own.
inline Result<bool> read_cancelled(const HttpResponse& response) {
  if (response.status != 200) return fail(snowflake::read_error(response));
  return true;
}

}  // namespace datasource::protocol::snowflake
