#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/influxdb/cells.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The rows of InfluxDB's JSON, in one pass and without a tree.
namespace datasource::protocol::influxdb {

/// What a reply says beside its rows.
struct ResultsSummary {
  std::string error = {};      ///< The first that the server names; empty when none.
  bool several_names = false;  ///< Whether the rows are of more than one measurement.
};

namespace detail {

/// What both forms of JSON have in common.
template <class Sink>
class JsonRows {
 public:
  JsonRows(std::string_view body, Sink& sink) : cursor_{body}, sink_{sink} {}

 protected:
  template <class Member>
  bool object(Member&& member) {
    if (!cursor_.expect('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      std::string key;
      if (!text(key) || !cursor_.expect(':') || !member(key)) return false;
    } while (cursor_.take(','));
    return cursor_.expect('}');
  }
  template <class Element>
  bool array(Element&& element) {
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      if (!element()) return false;
    } while (cursor_.take(','));
    return cursor_.expect(']');
  }
  bool text(std::string& out) {
    out.clear();
    return cursor_.peek() == '"' ? cursor_.string(out) : cursor_.fail("a text was expected");
  }
  bool ignore() {
    std::string_view raw;
    return cursor_.skip(raw);
  }

  /// Gives the next value to the sink. A structure is given as its JSON.
  bool value(std::size_t place, bool time) {
    Cell cell;
    const char next = cursor_.peek();
    const std::size_t where = cursor_.offset();
    if (next == '"') {
      if (!text(scratch_)) return false;
      cell = {Cell::Kind::text, scratch_};
    } else {
      if (!cursor_.skip(cell.text)) return false;
      if (next == 't' || next == 'f') {
        cell.kind = Cell::Kind::boolean;
      } else if (next == '{' || next == '[') {
        cell.kind = Cell::Kind::text;
      } else if (next != 'n') {
        const bool whole = cell.text.find_first_of(".eE") == std::string_view::npos;
        cell.kind = !whole ? Cell::Kind::real : time ? Cell::Kind::time : Cell::Kind::integer;
      }
    }
    return sink_.cell(place, cell) || cursor_.fail_at(sink_.problem(), where);
  }

  [[nodiscard]] Error malformed() const {
    return {.kind = ErrorKind::malformed,
            .message = "at byte " + std::to_string(cursor_.fault_offset()) + " of the reply: " + cursor_.fault()};
  }

  datasource::detail::JsonCursor cursor_;
  Sink& sink_;

 private:
  std::string scratch_;
};

/// `{"results":[{"series":[{"name","tags":{},"columns":[],"values":[[…]]}],"error"}]}`, one or, of a chunked reply,
/// several of them.
template <class Sink>
class ResultsReader : JsonRows<Sink> {
 public:
  ResultsReader(std::string_view body, Sink& sink, std::string_view name_column)
      : JsonRows<Sink>{body, sink}, name_column_{name_column} {}

  Result<ResultsSummary> read() {
    do {
      if (!document()) return fail(this->malformed());
    } while (!this->cursor_.at_end());
    return std::move(summary_);
  }

 private:
  bool document() {
    return this->object([&](const std::string& key) {
      if (key == "error") return error();
      return key == "results" ? this->array([&] { return result(); }) : this->ignore();
    });
  }

  bool error() {
    std::string message;
    if (!this->text(message)) return false;
    if (summary_.error.empty()) summary_.error = std::move(message);
    return true;
  }

  bool result() {
    return this->object([&](const std::string& key) {
      if (key == "error") return error();
      return key == "series" ? this->array([&] { return series(); }) : this->ignore();
    });
  }

  bool series() {
    name_.clear();
    tags_.clear();
    places_.clear();
    std::size_t rows = 0;  // where they are when they come before the columns
    const bool read = this->object([&](const std::string& key) {
      if (key == "name") return this->text(name_);
      if (key == "tags")
        return this->object([&](const std::string& tag) {
          tags_.emplace_back(tag, std::string{});
          return this->text(tags_.back().second);
        });
      if (key == "columns") return columns();
      if (key != "values") return this->ignore();
      if (!places_.empty()) return this->array([&] { return row(); });
      rows = this->cursor_.offset();
      return this->ignore();
    });
    if (!read || rows == 0) return read;
    const std::size_t after = this->cursor_.offset();
    this->cursor_.seek(rows);
    if (!this->array([&] { return row(); })) return false;
    this->cursor_.seek(after);
    return true;
  }

  bool columns() {
    if (!first_name_) first_name_ = name_;
    summary_.several_names = summary_.several_names || *first_name_ != name_;
    std::string name;
    return this->array([&] {
      if (!this->text(name)) return false;
      times_.resize(places_.size() + 1);
      times_[places_.size()] = name == "time";
      places_.push_back(this->sink_.column(name));
      return true;
    });
  }

  bool row() {
    if (!name_column_.empty() && !name_.empty() && !outside(name_column_, name_)) return false;
    for (const auto& [tag, value] : tags_) {
      if (!outside(tag, value)) return false;
    }
    std::size_t at = 0;
    if (!this->array([&] {
          if (at == places_.size()) return this->cursor_.fail("a row is longer than its columns");
          const std::size_t column = at++;
          return this->value(places_[column], times_[column]);
        }))
      return false;
    return this->sink_.end_row() || this->cursor_.fail(this->sink_.problem());
  }

  /// A value that the whole series has. A column of the same name, which the server tells no different, goes before.
  bool outside(std::string_view column, const std::string& value) {
    const std::size_t place = this->sink_.column(column);
    if (value.empty() || std::find(places_.begin(), places_.end(), place) != places_.end()) return true;
    return this->sink_.cell(place, {Cell::Kind::text, value}) || this->cursor_.fail(this->sink_.problem());
  }

  std::string_view name_column_;
  std::string name_;
  std::optional<std::string> first_name_;
  std::vector<std::pair<std::string, std::string>> tags_;
  std::vector<std::size_t> places_;
  std::vector<bool> times_;
  ResultsSummary summary_;
};

/// `{"time":"…","host":"a"}`, an object a line; a member that is absent is null.
template <class Sink>
class LinesReader : JsonRows<Sink> {
 public:
  using JsonRows<Sink>::JsonRows;

  Result<bool> read() {
    while (!this->cursor_.at_end()) {
      if (!this->object([&](const std::string& key) { return this->value(this->sink_.column(key), false); }))
        return fail(this->malformed());
      if (!this->sink_.end_row()) return fail(ErrorKind::malformed, std::string{this->sink_.problem()});
    }
    return true;
  }
};

}  // namespace detail

/// Reads the reply of version 1's `/query`. Errors: `malformed` with the byte; what the server says went wrong is in
/// the value.
/// @param name_column The column that gets the measurement's name; empty: none.
template <class Sink>
Result<ResultsSummary> read_results(std::string_view body, Sink& sink, std::string_view name_column = {}) {
  return detail::ResultsReader<Sink>{body, sink, name_column}.read();
}

/// Reads JSON lines, as version 3 sends them. Errors: `malformed` with the byte.
template <class Sink>
Result<bool> read_lines(std::string_view body, Sink& sink) {
  return detail::LinesReader<Sink>{body, sink}.read();
}

}  // namespace datasource::protocol::influxdb
