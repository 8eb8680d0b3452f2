#pragma once

#include <datasource/columnar/json_writer.hpp>
#include <datasource/columnar/result_set.hpp>
#include <datasource/protocol/opensearch/search/hit_column.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::protocol::search {

/// A page of a search.
struct HitPage {
  ResultSet rows = {};      ///< The columns that were asked for.
  std::string pit = {};     ///< Names what the next page is read from; empty: as before.
  std::string scroll = {};  ///< The same of a scroll.
  std::string after = {};   ///< The last document's `sort`, as it came.
};

namespace detail {

/// Reads a page into columns in one pass.
class HitReader {
 public:
  /// @pre `columns` outlives it
  HitReader(std::string_view body, const std::vector<SearchColumn>& columns) : cursor_{body} {
    columns_.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const SearchColumn& column = columns[i];
      columns_.emplace_back(column);
      if (column.place == Place::fields) by_field_.emplace(column.asked, i);
      if (column.place == Place::source) by_path_.emplace(column.path, i);
    }
  }

  Result<HitPage> read() {
    if (!page() || !cursor_.at_end()) {
      if (refused_) return fail(std::move(*refused_));
      return fail(ErrorKind::malformed, (cursor_.fault().empty() ? "something follows the reply" : cursor_.fault()) +
                                            where_ + " at byte " + std::to_string(cursor_.fault_offset()));
    }
    if (!complete_) {
      return fail(ErrorKind::server,
                  "a part of the index did not answer, so that rows would be missing; try again, or look at the "
                  "cluster's health");
    }
    std::vector<Column> columns;
    columns.reserve(columns_.size());
    for (HitColumn& column : columns_) columns.push_back(column.take(rows_));
    page_.rows = ResultSet{std::move(columns), rows_};
    return std::move(page_);
  }

 private:
  static constexpr std::size_t rows_ahead = 512;

  /// Calls `take` with each member's name; it has to take the value.
  template <class Take>
  bool members(Take take) {
    if (!cursor_.expect('{')) return false;
    if (cursor_.take('}')) return true;
    do {
      std::string name;
      if (cursor_.peek() != '"') return cursor_.fail("expected a name");
      if (!cursor_.string(name) || !cursor_.expect(':') || !take(name)) return false;
    } while (cursor_.take(','));
    return cursor_.expect('}');
  }

  bool skip() {
    std::string_view raw;
    return cursor_.skip(raw);
  }

  bool text(std::string& out) {
    out.clear();
    return cursor_.peek() == '"' ? cursor_.string(out) : skip();
  }

  bool page() {
    return members([&](const std::string& name) {
      if (name == "pit_id") return text(page_.pit);
      if (name == "_scroll_id") return text(page_.scroll);
      if (name == "timed_out") {
        complete_ = complete_ && cursor_.peek() != 't';
        return skip();
      }
      if (name == "_shards") {
        return members([&](const std::string& part) {
          std::string_view raw;
          if (!cursor_.skip(raw)) return false;
          complete_ = complete_ && !(part == "failed" && raw != "0");
          return true;
        });
      }
      if (name != "hits") return skip();
      return members([&](const std::string& part) { return part == "hits" ? hits() : skip(); });
    });
  }

  bool hits() {
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) return true;
    do {
      if (rows_ == room_) {
        room_ += rows_ahead;
        for (HitColumn& column : columns_) column.extend(room_);
      }
      if (!hit()) return false;
      for (HitColumn& column : columns_) {
        if (!column.has(rows_)) fill(column);
      }
      ++rows_;
    } while (cursor_.take(','));
    where_.clear();
    return cursor_.expect(']');
  }

  void fill(HitColumn& column) {
    const SearchColumn& described = column.described();
    if (described.place != Place::constant || described.constant.empty()) return column.append_null(rows_);
    JsonWriter json;
    json.string(described.constant);
    column.append_text(json.view(), rows_);
  }

  bool hit() {
    return members([&](const std::string& name) {
      if (name == "_id") {
        // Names the document where something is wrong with it.
        const std::size_t start = cursor_.offset();
        if (!text(id_)) return false;
        where_ = " in document \"" + id_ + '"';
        return at_place(Place::id, start);
      }
      if (name == "_index") return at_place(Place::index, cursor_.offset());
      if (name == "_score") return at_place(Place::score, cursor_.offset());
      if (name == "highlight") return at_place(Place::highlight, cursor_.offset());
      if (name == "fields" && has_place(Place::all_fields)) return at_place(Place::all_fields, cursor_.offset());
      if (name == "_source" && has_place(Place::document)) return at_place(Place::document, cursor_.offset());
      if (name == "fields") return members([&](const std::string& field) { return listed(field); });
      if (name == "_source" && !by_path_.empty() && cursor_.peek() == '{') return source("");
      if (name == "sort") {
        std::string_view raw;
        if (!cursor_.skip(raw)) return false;
        page_.after = raw;
        return true;
      }
      return skip();
    });
  }

  [[nodiscard]] bool has_place(Place place) const {
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const HitColumn& column) { return column.described().place == place; });
  }

  /// Gives the value at `start` to the columns of that place.
  bool at_place(Place place, std::size_t start) {
    cursor_.seek(start);
    bool taken = false;
    for (HitColumn& column : columns_) {
      if (column.described().place != place || column.has(rows_)) continue;
      cursor_.seek(start);
      if (!column.append(cursor_, rows_)) return false;
      taken = true;
    }
    return taken || skip();
  }

  /// A member of `fields`: a list of all values.
  bool listed(const std::string& field) {
    const std::size_t start = cursor_.offset();
    auto [next, end] = by_field_.equal_range(field);
    if (next == end) return skip();
    for (; next != end; ++next) {
      cursor_.seek(start);
      HitColumn& column = columns_[next->second];
      if (column.has(rows_)) return cursor_.fail("field \"" + field + "\" comes twice");
      if (column.described().several ? !column.append(cursor_, rows_) : !only(column)) return false;
    }
    return true;
  }

  /// The one value of a list.
  bool only(HitColumn& column) {
    if (!cursor_.expect('[')) return false;
    if (cursor_.take(']')) return true;  // filled as null
    if (!column.append(cursor_, rows_)) return false;
    return cursor_.take(']') || several(column);
  }

  bool several(const HitColumn& column) {
    if (cursor_.peek() != ',') return cursor_.expect(']');
    const std::string& name = column.described().column.name;
    refused_ = Error{.kind = ErrorKind::invalid,
                     .message = "document \"" + id_ + "\" has several values in field \"" + column.described().path +
                                "\", and column \"" + name +
                                "\" holds one: name the field in properties.arrayFields "
                                "of the data source, which makes it a column of JSON arrays, or leave the column out",
                     .status = 400,
                     .field = "properties.arrayFields"};
    return false;
  }

  /// An object of the document: its members, and theirs, that columns want. Names may hold dots, which mean the same.
  bool source(const std::string& prefix) {
    return members([&](const std::string& name) {
      const std::string path = prefix + name;
      const std::size_t start = cursor_.offset();
      auto [next, end] = by_path_.equal_range(path);
      const bool wanted = next != end;
      for (; next != end; ++next) {
        cursor_.seek(start);
        if (!document_value(columns_[next->second])) return false;
      }
      if (wanted) return true;
      const auto below = by_path_.lower_bound(path + '.');
      const bool leads_on = below != by_path_.end() && below->first.starts_with(path + '.');
      if (!leads_on || cursor_.peek() == 'n') return skip();
      if (cursor_.peek() == '{') return source(path + '.');
      if (cursor_.peek() == '[') return several(path);
      return skip();
    });
  }

  bool document_value(HitColumn& column) {
    if (column.has(rows_)) return cursor_.fail("field \"" + column.described().path + "\" stands twice");
    const bool is_text = !datasource::detail::is_json(column.described().column.type);
    if (!is_text) return column.append(cursor_, rows_);
    if (cursor_.peek() == '[') return only(column);
    if (cursor_.peek() == '{') return cursor_.fail("field \"" + column.described().path + "\" is an object");
    return column.append(cursor_, rows_);
  }

  bool several(const std::string& path) {
    refused_ = Error{.kind = ErrorKind::invalid,
                     .message = "document \"" + id_ + "\" has a list in field \"" + path +
                                "\", and its fields are columns of one value: name \"" + path +
                                "\" in properties.arrayFields of the data source, which makes it a column of JSON",
                     .status = 400,
                     .field = "properties.arrayFields"};
    return false;
  }

  datasource::detail::JsonCursor cursor_;
  std::vector<HitColumn> columns_;
  std::multimap<std::string, std::size_t, std::less<>> by_field_, by_path_;
  HitPage page_;
  std::size_t rows_ = 0;
  std::size_t room_ = 0;
  bool complete_ = true;
  std::string id_;
  std::string where_;
  std::optional<Error> refused_;
};

}  // namespace detail

/// Makes columns of a page. A document without a field has a null there.
///
/// @param body    Of page_request's reply.
/// @param columns Those that were asked for, in the order in which they are wanted.
/// Errors: `malformed`; `invalid`, for a document with several values where a column holds one; `server`, when a part
/// of the index did not answer.
inline Result<HitPage> read_hits(std::string_view body, const std::vector<SearchColumn>& columns) {
  return detail::HitReader{body, columns}.read();
}

}  // namespace datasource::protocol::search
