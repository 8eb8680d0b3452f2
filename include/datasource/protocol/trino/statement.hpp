#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/columnar/value_text.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/http/message.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>
#include <datasource/protocol/trino/error.hpp>
#include <datasource/protocol/trino/rows.hpp>
#include <datasource/protocol/trino/session.hpp>
#include <datasource/protocol/trino/type.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource {

/// How far a statement is.
struct TrinoStats {
  std::string state = {};               ///< `QUEUED`, `PLANNING`, `RUNNING`, `FINISHED`, `FAILED` and others.
  double progress = 0;                  ///< 0 to 100; grows as splits are known and done.
  std::uint64_t total_splits = 0;       ///< Pieces of work that are known so far.
  std::uint64_t completed_splits = 0;   ///< Of these, how many are done.
  std::uint64_t processed_rows = 0;     ///< Read from the sources.
  std::uint64_t processed_bytes = 0;    ///< Read from the sources.
  std::uint64_t elapsed_ms = 0;         ///< Since the statement came, in milliseconds.
  std::uint64_t queued_ms = 0;          ///< Of that, before it began, in milliseconds.
  std::uint64_t peak_memory_bytes = 0;  ///< On all nodes together.
};

/// A piece of a result that is not in the reply itself, or is encoded.
struct TrinoSegment {
  std::string bytes = {};        ///< What came with the reply; empty for a piece that is to be fetched.
  std::string uri = {};          ///< Where to fetch it.
  std::string acknowledge = {};  ///< What to ask for when it was fetched, so that the server may drop it.
  Headers headers = {};          ///< To send along.
  std::uint64_t rows = 0;        ///< In it.
  /// Size of what it unpacks to, in bytes; absent where it is not compressed: small pieces never are.
  std::optional<std::uint64_t> uncompressed = {};
};

/// One reply to a statement.
struct TrinoPage {
  std::string id = {};                             ///< Of the query, as Trino's own pages show it.
  std::string next = {};                           ///< Full URL of the reply after this; empty: there is none.
  std::vector<TrinoColumn> columns = {};           ///< Empty while they are not known.
  ResultSet rows = {};                             ///< Those that came with it.
  std::string encoding = {};                       ///< Of the segments: `json` or `json+zstd`.
  std::vector<TrinoSegment> segments = {};         ///< The rows, where the server sends them so.
  TrinoStats stats = {};                           ///< As of this reply.
  std::string update_type = {};                    ///< Such as `CREATE TABLE`; empty for queries.
  std::optional<std::uint64_t> update_count = {};  ///< Rows that were changed.
  std::vector<std::string> warnings = {};          ///< In Trino's words.
  std::optional<TrinoFailure> failure = {};        ///< Why the statement failed.
  Headers changes = {};                            ///< Headers that change the session.
};

namespace protocol {

/// Where statements go.
inline constexpr std::string_view trino_statement_path = "/v1/statement";

/// What rows may come as that do not stand in the replies, best first: JSON packed by Zstandard, and JSON.
inline constexpr std::string_view trino_encodings[] = {"json+zstd", "json"};

namespace detail {

/// A string literal of SQL.
inline std::string trino_literal(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
  return literal + '\'';
}

/// A parameter as an expression of the type that it has. Errors: `invalid`.
inline Result<std::string> trino_value(const Parameter& parameter, std::size_t position) {
  struct Cast {
    std::string_view type;
    std::string_view sql;
  };
  constexpr Cast casts[] = {{"byte", "tinyint"},    {"short", "smallint"}, {"integer", "integer"},
                            {"long", "bigint"},     {"float", "real"},     {"double", "double"},
                            {"boolean", "boolean"}, {"date", "date"},      {"string", ""},
                            {"keyword", ""},        {"text", ""},          {"timestamp", "timestamp(6)"}};
  std::string text;
  if (const auto* given = std::get_if<std::string>(&parameter.value)) text = trino_literal(*given);
  if (const auto* given = std::get_if<bool>(&parameter.value)) text = *given ? "true" : "false";
  if (const auto* given = std::get_if<std::int64_t>(&parameter.value)) text = std::to_string(*given);
  if (const auto* given = std::get_if<double>(&parameter.value)) {
    const std::string number = datasource::detail::server_text(*given);
    text = std::isfinite(*given) ? "DOUBLE '" + number + '\'' : "CAST('" + number + "' AS double)";
  }
  for (const Cast& cast : casts) {
    if (cast.type != parameter.type) continue;
    if (cast.sql.empty())
      return std::holds_alternative<std::string>(parameter.value) ? text : "CAST(" + text + " AS varchar)";
    return "CAST(" + text + " AS " + std::string{cast.sql} + ')';
  }
  return fail(invalid(
      {{"parameters", "parameter_type",
        "the value " + std::to_string(position) + " has the type \"" + parameter.type + "\", which is not known",
        "use one such as integer, long, double, boolean, string, date or timestamp"}}));
}

}  // namespace detail

/// A statement with values for its `?`, as one statement without any. Errors: `invalid` for a type that is not known.
/// @par Source Trino 476, EXECUTE IMMEDIATE.
inline Result<std::string> trino_statement_text(std::string_view text, const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return std::string{text};
  std::string statement = "EXECUTE IMMEDIATE " + detail::trino_literal(text) + " USING ";
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    auto value = detail::trino_value(parameters[i], i + 1);
    if (!value) return fail(std::move(value.error()));
    statement += (i == 0 ? "" : ", ") + *value;
  }
  return statement;
}

/// `POST /v1/statement`. @param encodings What rows may come as, such as `json+zstd, json`; empty: plain JSON within
/// the reply. @par Source Trino 476, client protocol.
inline HttpRequest trino_statement_request(std::string_view statement, const TrinoSession& session,
                                           std::string_view encodings = {}) {
  HttpRequest request{"POST", std::string{trino_statement_path}, trino_session_headers(session),
                      std::string{statement}};
  request.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  if (!encodings.empty()) request.headers.emplace_back("X-Trino-Query-Data-Encoding", std::string{encodings});
  return request;
}

namespace detail {

inline std::uint64_t count_of(const Json& object, std::string_view key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

inline TrinoStats read_trino_stats(const Json& json) {
  TrinoStats stats{.state = datasource::detail::text_or_empty(json, "state"),
                   .total_splits = count_of(json, "totalSplits"),
                   .completed_splits = count_of(json, "completedSplits"),
                   .processed_rows = count_of(json, "processedRows"),
                   .processed_bytes = count_of(json, "processedBytes"),
                   .elapsed_ms = count_of(json, "elapsedTimeMillis"),
                   .queued_ms = count_of(json, "queuedTimeMillis"),
                   .peak_memory_bytes = count_of(json, "peakMemoryBytes")};
  const auto progress = json.is_object() ? json.find("progressPercentage") : json.end();
  if (progress != json.end() && progress->is_number()) stats.progress = progress->get<double>();
  return stats;
}

inline std::optional<TrinoSegment> read_trino_segment(const Json& json) {
  using datasource::detail::text_or_empty;
  TrinoSegment segment{.uri = text_or_empty(json, "uri"), .acknowledge = text_or_empty(json, "ackUri")};
  const std::string data = text_or_empty(json, "data");
  auto bytes = datasource::detail::from_base64(data);
  if (!bytes || (bytes->empty() && segment.uri.empty())) return std::nullopt;
  segment.bytes = std::move(*bytes);
  if (const auto metadata = json.find("metadata"); metadata != json.end()) {
    segment.rows = count_of(*metadata, "rowsCount");
    if (metadata->is_object() && metadata->contains("uncompressedSize"))
      segment.uncompressed = count_of(*metadata, "uncompressedSize");
  }
  // A header may have several values: {"x-amz-…": ["…"]}.
  if (const auto headers = json.find("headers"); headers != json.end() && headers->is_object()) {
    for (const auto& [name, values] : headers->items()) {
      for (const Json& value : values) {
        if (value.is_string()) segment.headers.emplace_back(name, value.get<std::string>());
      }
    }
  }
  return segment;
}

/// Reads one reply in one pass; rows are decoded where they stand, without a tree.
class TrinoPageReader {
 public:
  explicit TrinoPageReader(std::string_view body) : body_{body}, cursor_{body} {}

  Result<TrinoPage> read() {
    if (!members() || !cursor_.at_end()) return malformed();
    if (rows_at_) {
      cursor_.seek(*rows_at_);
      if (auto done = rows(); !done) return fail(std::move(done.error()));
    }
    if (problem_) return fail(std::move(*problem_));
    return std::move(page_);
  }

 private:
  Result<TrinoPage> malformed() {
    if (problem_) return fail(std::move(*problem_));
    return fail(ErrorKind::malformed, "Trino's reply is malformed at byte " + std::to_string(cursor_.fault_offset()) +
                                          ": " + (cursor_.fault().empty() ? "text follows it" : cursor_.fault()));
  }

  bool members() {
    if (!cursor_.expect('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      key_.clear();
      cursor_.peek();
      if (!cursor_.string(key_) || !cursor_.expect(':') || !member()) return false;
    } while (cursor_.take(','));
    return cursor_.expect('}');
  }

  bool member() {
    const char next = cursor_.peek();
    std::string_view raw;
    if (key_ == "data" && next == '[') {
      if (!page_.columns.empty()) {
        auto done = rows();
        if (!done) problem_ = std::move(done.error());
        return !problem_;
      }
      rows_at_ = cursor_.offset();
      return cursor_.skip(raw);
    }
    if (next == '"' && (key_ == "id" || key_ == "nextUri" || key_ == "updateType"))
      return cursor_.string(key_ == "id" ? page_.id : key_ == "nextUri" ? page_.next : page_.update_type);
    if (!cursor_.skip(raw)) return false;
    if (next == 'n') return true;
    if (key_ == "columns") page_.columns = read_trino_columns(raw);
    if (key_ == "updateCount") page_.update_count = count_of(Json{{"n", parse(raw)}}, "n");
    if (key_ == "stats") page_.stats = read_trino_stats(parse(raw));
    if (key_ == "error") page_.failure = read_trino_failure(parse(raw));
    if (key_ == "data") return segments(parse(raw));
    if (key_ == "warnings") {
      for (const Json& warning : parse(raw))
        page_.warnings.push_back(datasource::detail::text_or_empty(warning, "message"));
    }
    return true;
  }

  static Json parse(std::string_view raw) { return Json::parse(raw, nullptr, false); }

  Result<void> rows() {
    auto decoded = take_trino_rows(cursor_, page_.columns);
    if (!decoded) return fail(std::move(decoded.error()));
    page_.rows = std::move(*decoded);
    return {};
  }

  bool segments(const Json& data) {
    page_.encoding = datasource::detail::text_or_empty(data, "encoding");
    const auto list = data.is_object() ? data.find("segments") : data.end();
    if (list == data.end() || !list->is_array()) return true;
    for (const Json& each : *list) {
      auto segment = read_trino_segment(each);
      if (!segment) {
        problem_ = Error{.kind = ErrorKind::malformed,
                         .message = "a segment of Trino's reply has neither rows nor an address"};
        return false;
      }
      page_.segments.push_back(std::move(*segment));
    }
    return true;
  }

  std::string_view body_;
  JsonCursor cursor_;
  std::string key_;
  TrinoPage page_;
  std::optional<std::size_t> rows_at_;
  std::optional<Error> problem_;
};

}  // namespace detail

/// Reads a reply to a statement, or to the request for what follows. A statement that failed is a page with `failure`.
/// Errors: `unauthorized`, `forbidden` and others by the status; those of read_trino_rows().
/// @par Source Trino 476, client protocol.
inline Result<TrinoPage> read_trino_page(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(detail::trino_http_error(response));
  auto page = detail::TrinoPageReader{response.body}.read();
  if (!page) return page;
  for (const auto& [name, value] : response.headers) {
    if (name.size() > 8 && datasource::detail::iequals(std::string_view{name}.substr(0, 8), "x-trino-"))
      page->changes.emplace_back(name, value);
  }
  return page;
}

/// Reads the reply to a request that ends a statement, or that says a segment was fetched: any success.
inline Result<bool> read_trino_done(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299) return fail(detail::trino_http_error(response));
  return true;
}

/// Reads a segment's bytes.
inline Result<std::string> read_trino_segment_bytes(const HttpResponse& response) {
  if (response.status < 200 || response.status > 299)
    return fail(ErrorKind::server,
                "a piece of the result could not be fetched: status " + std::to_string(response.status));
  return response.body;
}

}  // namespace protocol
}  // namespace datasource
