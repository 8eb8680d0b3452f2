#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/bigquery/error_json.hpp>
#include <datasource/protocol/bigquery/field.hpp>
#include <datasource/protocol/bigquery/row_reader.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::protocol::bigquery {

/// A query that BigQuery runs, and where in its rows a reader is.
struct JobCursor {
  std::string project = {};     ///< That pays.
  std::string job = {};         ///< Its id.
  std::string location = {};    ///< Where it runs; may be empty.
  std::string page_token = {};  ///< Of the page that follows; empty: the first.
};

/// Some rows of a query or of a table.
struct Page {
  ResultSet rows = {};                 ///< With a column for each of `fields`.
  std::vector<Field> fields = {};      ///< What the rows hold; empty while the query runs.
  bool complete = true;                ///< Whether the query has come to its end; else there are no rows yet.
  std::optional<JobCursor> next = {};  ///< What asks for more; nothing on the last page.

  /// Whether to ask again, after a while.
  [[nodiscard]] bool pending() const { return !complete; }
};

namespace detail {

/// Reads the replies of jobs.query, jobs.getQueryResults and tabledata.list in one pass; members come in any order.
class PageReader {
 public:
  explicit PageReader(std::string_view body, std::vector<Field> fields = {})
      : cursor_{body}, fields_{std::move(fields)}, has_schema_{!fields_.empty()} {}

  Result<Page> read() {
    if (!members() || !late_rows()) {
      return fail(ErrorKind::malformed,
                  "the reply is malformed at byte " + std::to_string(cursor_.fault_offset()) + ": " + cursor_.fault());
    }
    // Beside rows an error is a warning.
    if (error_ && (!page_.complete || fields_.empty())) return fail(std::move(*error_));
    if (page_.complete && !read_rows_) {
      RowReader none{fields_};
      page_.rows = none.take();
    }
    page_.fields = std::move(fields_);
    if (!job_.page_token.empty() || !page_.complete) page_.next = std::move(job_);
    return std::move(page_);
  }

 private:
  bool members() {
    if (!cursor_.expect('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      key_.clear();
      if (cursor_.peek() != '"' || !cursor_.string(key_) || !cursor_.expect(':') || !member())
        return cursor_.fail("expected a member");
    } while (cursor_.take(','));
    return cursor_.expect('}') && (cursor_.at_end() || cursor_.fail("text follows the reply"));
  }

  bool member() {
    std::string_view raw;
    if (key_ == "schema" && cursor_.peek() == '{') {
      has_schema_ = true;
      return read_schema(cursor_, fields_);
    }
    if (key_ == "rows" && cursor_.peek() == '[') {
      if (has_schema_) return rows();
      rows_at_ = cursor_.offset();
      return cursor_.skip(raw);
    }
    if (key_ == "pageToken" && cursor_.peek() == '"') return text(job_.page_token);
    if (key_ == "jobReference" && cursor_.peek() == '{') return reference();
    if (!cursor_.skip(raw)) return false;
    if (key_ == "jobComplete") page_.complete = raw == "true";
    if (key_ == "errors") note_error(raw);
    return true;
  }

  bool text(std::string& out) {
    out.clear();
    return cursor_.string(out);
  }

  bool reference() {
    std::string_view raw;
    if (!cursor_.expect('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      key_.clear();
      if (cursor_.peek() != '"' || !cursor_.string(key_) || !cursor_.expect(':'))
        return cursor_.fail("expected a name");
      std::string* const part = key_ == "projectId"  ? &job_.project
                                : key_ == "jobId"    ? &job_.job
                                : key_ == "location" ? &job_.location
                                                     : nullptr;
      if (part != nullptr && cursor_.peek() == '"' ? !text(*part) : !cursor_.skip(raw)) return false;
    } while (cursor_.take(','));
    return cursor_.expect('}');
  }

  bool rows() {
    RowReader reader{fields_};
    if (!reader.read(cursor_)) return false;
    page_.rows = reader.take();
    read_rows_ = true;
    return true;
  }

  bool late_rows() {
    if (!rows_at_) return true;
    cursor_.seek(*rows_at_);
    return has_schema_ ? rows() : cursor_.fail("there is no schema");
  }

  void note_error(std::string_view raw) {
    const auto json = datasource::detail::parse_json(raw, "the errors");
    if (json && json->is_array() && !json->empty()) error_ = error_of(json->front(), 200);
  }

  JsonCursor cursor_;
  std::vector<Field> fields_;
  Page page_;
  JobCursor job_;
  std::string key_;
  std::optional<std::size_t> rows_at_;
  std::optional<Error> error_;
  bool has_schema_ = false;
  bool read_rows_ = false;
};

}  // namespace detail

/// The reply of jobs.query and jobs.getQueryResults.
/// @return Columns with the types of remote_column: 64-bit integers and decimals exact, dates and times as the API
/// writes them (UTC), bytes in base64, JSON, records and arrays as JSON text.
/// @par Errors the server's own; `malformed` with the byte offset.
/// @par Cost O(body), one pass, no tree.
inline Result<Page> read_page(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(bigquery::read_error(response));
  return detail::PageReader{response.body}.read();
}

/// The reply of tabledata.list, which does not describe its columns. `page_token`, when there is more, stands in the
/// page's `next`, whose other members are empty.
/// @param fields Those that were asked for, in the table's order.
/// @par Errors as read_page.
inline Result<Page> read_table_page(const HttpResponse& response, const std::vector<Field>& fields) {
  if (response.status < 200 || response.status > 299) return fail(bigquery::read_error(response));
  return detail::PageReader{response.body, fields}.read();
}

}  // namespace datasource::protocol::bigquery
