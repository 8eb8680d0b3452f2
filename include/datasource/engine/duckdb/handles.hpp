#pragma once

#include <datasource/columnar/temporal_text.hpp>
#include <datasource/model/error.hpp>
#include <datasource/model/query.hpp>

#include <duckdb.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource::duckdb {

/// Owns one handle of DuckDB's C API.
template <class T, auto Destroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T value) : value_{value} {}
  Handle(Handle&& other) noexcept : value_{std::exchange(other.value_, nullptr)} {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (value_ != nullptr) Destroy(&value_);
  }

  [[nodiscard]] T get() const noexcept { return value_; }
  [[nodiscard]] T* out() noexcept { return &value_; }
  explicit operator bool() const noexcept { return value_ != nullptr; }

 private:
  T value_ = nullptr;
};

namespace detail {

/// Whether this thread's thread-local objects are gone, as they are when objects with static storage are destroyed at
/// exit. DuckDB needs its own of them to close a database. To be called once before, so that it can notice.
inline bool thread_has_ended() noexcept {
  static thread_local bool ended = false;
  struct Sentinel {
    Sentinel() = default;
    Sentinel(const Sentinel&) = delete;
    Sentinel& operator=(const Sentinel&) = delete;
    ~Sentinel() { ended = true; }
  };
  static thread_local const Sentinel sentinel;
  (void)sentinel;
  return ended;
}

/// At the exit of the process there is nothing to lose: all databases here are in memory, and sources are read only.
inline void close_database(duckdb_database* database) {
  if (!thread_has_ended()) duckdb_close(database);
}
inline void close_connection(duckdb_connection* connection) {
  if (!thread_has_ended()) duckdb_disconnect(connection);
}

}  // namespace detail

using Database = Handle<duckdb_database, detail::close_database>;
using ConnectionHandle = Handle<duckdb_connection, detail::close_connection>;
using Config = Handle<duckdb_config, duckdb_destroy_config>;
using Prepared = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Pending = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using LogicalType = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using Chunk = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;

namespace detail {

/// Numbers are bound as the type that is named; dates and timestamps as such, so that comparing needs no cast.
inline duckdb_state bind_one(duckdb_prepared_statement statement, idx_t index, const Parameter& parameter) {
  using datasource::detail::parse_temporal;
  const std::string_view type = parameter.type;
  if (const auto* truth = std::get_if<bool>(&parameter.value)) return duckdb_bind_boolean(statement, index, *truth);
  if (const auto* number = std::get_if<double>(&parameter.value)) {
    return type == "float" ? duckdb_bind_float(statement, index, static_cast<float>(*number))
                           : duckdb_bind_double(statement, index, *number);
  }
  if (const auto* number = std::get_if<std::int64_t>(&parameter.value)) {
    if (type == "byte") return duckdb_bind_int8(statement, index, static_cast<std::int8_t>(*number));
    if (type == "short") return duckdb_bind_int16(statement, index, static_cast<std::int16_t>(*number));
    if (type == "integer") return duckdb_bind_int32(statement, index, static_cast<std::int32_t>(*number));
    return duckdb_bind_int64(statement, index, *number);
  }
  const auto& text = std::get<std::string>(parameter.value);
  if (type == "date") {
    const auto date = parse_temporal<std::chrono::year_month_day>(text);
    if (!date) return DuckDBError;
    const auto days = std::chrono::sys_days{*date}.time_since_epoch().count();
    return duckdb_bind_date(statement, index, {static_cast<std::int32_t>(days)});
  }
  if (type == "timestamp") {
    const auto time = parse_temporal<std::chrono::sys_time<std::chrono::microseconds>>(text);
    if (!time) return DuckDBError;
    return duckdb_bind_timestamp(statement, index, {time->time_since_epoch().count()});
  }
  return duckdb_bind_varchar_length(statement, index, text.data(), text.size());
}

}  // namespace detail

/// Owns a duckdb_result, which is a struct and not a pointer.
class QueryResult {
 public:
  QueryResult() = default;
  QueryResult(const QueryResult&) = delete;
  QueryResult& operator=(const QueryResult&) = delete;
  ~QueryResult() { duckdb_destroy_result(&result_); }

  [[nodiscard]] duckdb_result* get() noexcept { return &result_; }

 private:
  duckdb_result result_ = {};
};

/// A text that DuckDB allocated.
inline std::string take_text(char* text) {
  std::string copy = text == nullptr ? std::string{} : std::string{text};
  duckdb_free(text);
  return copy;
}

/// What DuckDB says of a failed call, as it says it: it may hold the text of an ATTACH. Only errors.hpp makes it
/// presentable.
struct Failure {
  duckdb_error_type type = DUCKDB_ERROR_INVALID;
  std::string message = {};
};

template <class T>
using Outcome = tl::expected<T, Failure>;

/// A cell of a small result; nothing for NULL.
using Cell = std::optional<std::string>;

/// Gives a prepared statement its values, in order.
[[nodiscard]] inline Outcome<void> bind_values(const Prepared& prepared, const std::vector<Parameter>& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (detail::bind_one(prepared.get(), i + 1, parameters[i]) != DuckDBSuccess) {
      return tl::unexpected<Failure>{
          Failure{DUCKDB_ERROR_INVALID_INPUT, "parameter " + std::to_string(i + 1) + " is no " + parameters[i].type}};
    }
  }
  return {};
}

/// A connection, with what set-up and probes need of it.
class Connection {
 public:
  Connection() = default;
  explicit Connection(duckdb_database database) {
    (void)detail::thread_has_ended();
    duckdb_connect(database, handle_.out());
  }

  [[nodiscard]] duckdb_connection get() const noexcept { return handle_.get(); }

  /// Runs a statement whose rows do not matter.
  [[nodiscard]] Outcome<void> execute(const std::string& sql) const {
    QueryResult result;
    if (duckdb_query(get(), sql.c_str(), result.get()) == DuckDBSuccess) return {};
    return tl::unexpected<Failure>{failure_of(result)};
  }

  /// Runs a statement with few rows of VARCHAR columns, materialized.
  [[nodiscard]] Outcome<std::vector<std::vector<Cell>>> rows(const std::string& sql) const {
    QueryResult result;
    if (duckdb_query(get(), sql.c_str(), result.get()) != DuckDBSuccess)
      return tl::unexpected<Failure>{failure_of(result)};
    return collect(result);
  }

  /// The same for a statement with parameters, which are bound: no text of theirs becomes part of a statement.
  [[nodiscard]] Outcome<std::vector<std::vector<Cell>>> rows(const std::string& sql,
                                                             const std::vector<Parameter>& parameters) const {
    Prepared prepared;
    if (duckdb_prepare(get(), sql.c_str(), prepared.out()) != DuckDBSuccess) {
      const char* message = duckdb_prepare_error(prepared.get());
      return tl::unexpected<Failure>{Failure{DUCKDB_ERROR_INVALID, message == nullptr ? "" : message}};
    }
    if (auto bound = bind_values(prepared, parameters); !bound)
      return tl::unexpected<Failure>{std::move(bound.error())};
    QueryResult result;
    if (duckdb_execute_prepared(prepared.get(), result.get()) != DuckDBSuccess)
      return tl::unexpected<Failure>{failure_of(result)};
    return collect(result);
  }

  static Failure failure_of(QueryResult& result) {
    const char* message = duckdb_result_error(result.get());
    return {duckdb_result_error_type(result.get()), message == nullptr ? "" : message};
  }

 private:
  static std::vector<std::vector<Cell>> collect(QueryResult& result) {
    std::vector<std::vector<Cell>> rows;
    const idx_t columns = duckdb_column_count(result.get());
    while (const Chunk chunk{duckdb_fetch_chunk(*result.get())}) {
      const idx_t size = duckdb_data_chunk_get_size(chunk.get());
      const std::size_t base = rows.size();
      rows.resize(base + size, std::vector<Cell>(columns));
      for (idx_t column = 0; column < columns; ++column) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), column);
        if (duckdb_column_type(result.get(), column) != DUCKDB_TYPE_VARCHAR) continue;
        auto* values = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
        std::uint64_t* valid = duckdb_vector_get_validity(vector);
        for (idx_t row = 0; row < size; ++row) {
          if (valid != nullptr && !duckdb_validity_row_is_valid(valid, row)) continue;
          rows[base + row][column] =
              std::string{duckdb_string_t_data(&values[row]), duckdb_string_t_length(values[row])};
        }
      }
    }
    return rows;
  }

  ConnectionHandle handle_;
};

}  // namespace datasource::duckdb
