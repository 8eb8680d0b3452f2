#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/model/error.hpp>
#include <datasource/protocol/opensearch/search/field.hpp>
#include <datasource/protocol/opensearch/search/sample.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datasource::protocol::search {

namespace detail {

using datasource::detail::Json;
using datasource::detail::text_or_empty;

/// The member of an object, or JSON's null.
inline const Json& member(const Json& object, std::string_view key) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

inline bool is_false(const Json& value) { return value == false || value == "false"; }
inline bool is_true(const Json& value) { return value == true || value == "true"; }

/// What a type of number is in SQL and in the index.
struct NumberType {
  std::string_view name;
  Type type;
  Matching matching;
  std::int64_t minimum, maximum;
};

template <class Integer>
constexpr NumberType integer_type(std::string_view name, Type type) {
  return {name, type, Matching::integer, std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max()};
}

/// A half_float is rounded further in the index than in the document that is read, hence `exists`.
inline constexpr NumberType number_types[] = {
    integer_type<std::int64_t>("long", Type::int64),          integer_type<std::int32_t>("integer", Type::int32),
    integer_type<std::int16_t>("short", Type::int16),         integer_type<std::int8_t>("byte", Type::int8),
    {"unsigned_long", Type::uint64, Matching::integer, 0, 0}, {"double", Type::float64, Matching::float64, 0, 0},
    {"float", Type::float32, Matching::float32, 0, 0},        {"half_float", Type::float32, Matching::exists, 0, 0},
    {"scaled_float", Type::float64, Matching::scaled, 0, 0},  {"token_count", Type::int32, Matching::none, 0, 0},
    {"rank_feature", Type::float32, Matching::none, 0, 0},
};

/// Fields whose values a search gives under `fields` although they are JSON.
constexpr bool is_range(std::string_view type) {
  return type == "integer_range" || type == "long_range" || type == "float_range" || type == "double_range" ||
         type == "date_range" || type == "ip_range";
}

/// Reads the field of one mapping, whatever stands in it besides.
class FieldReader {
 public:
  /// @param copied The fields that others are copied to: the index has values of them that the document has not.
  FieldReader(const Json& field, std::string path, const std::set<std::string>& copied) : field_{field} {
    out_.path = out_.asked = out_.query_path = out_.column.name = std::move(path);
    type_ = text_or_empty(field, "type");
    if (type_.empty()) type_ = "object";
    read();
    // The document then does not hold what a query would find.
    if (copied.contains(out_.path) || is_false(member(field, "index"))) out_.matching = Matching::none;
  }

  [[nodiscard]] SearchColumn take() { return std::move(out_); }

 private:
  void read() {
    for (const NumberType& number : number_types) {
      if (number.name != type_) continue;
      out_.column.type = number.type;
      out_.matching = number.matching;
      out_.minimum = number.minimum;
      out_.maximum = number.maximum;
      if (const Json& scale = member(field_, "scaling_factor"); scale.is_number()) out_.scale = scale.get<double>();
      return;
    }
    if (type_ == "keyword") return keyword();
    if (type_ == "text" || type_ == "match_only_text" || type_ == "search_as_you_type") return text();
    if (type_ == "boolean") return plain(Type::boolean, Matching::boolean);
    if (type_ == "date" || type_ == "date_nanos") return date();
    if (type_ == "ip") return plain(Type::ip, Matching::ip);
    if (type_ == "binary") return plain(Type::binary, Matching::none);
    if (type_ == "wildcard") return plain(Type::keyword, Matching::term);
    if (type_ == "geo_point") return plain(Type::geo_point, Matching::none);
    if (is_range(type_)) return plain(Type::object, Matching::none);
    if (type_ == "constant_keyword") {
      plain(Type::keyword, Matching::none);
      out_.place = Place::constant;
      out_.constant = text_or_empty(field_, "value");
      return;
    }
    // Objects without fields of their own, and types that only their plugins understand.
    plain(type_ == "nested" ? Type::nested : Type::object, Matching::none);
    out_.place = Place::source;
  }

  void plain(Type type, Matching matching) {
    out_.column.type = type;
    out_.matching = matching;
  }

  void keyword() {
    out_.matching = member(field_, "normalizer").is_null() ? Matching::keyword : Matching::none;
    // A search leaves a longer one out of `fields`; the document has it.
    if (!longest(field_)) return;
    out_.place = Place::source;
    // The document has a null where the index has a value.
    if (!member(field_, "null_value").is_null()) out_.matching = Matching::none;
  }

  /// Keeps how long an indexed text may be; false when there is no such limit.
  bool longest(const Json& field) {
    const Json& limit = member(field, "ignore_above");
    if (!limit.is_number_unsigned() || limit.get<std::uint64_t>() >= std::numeric_limits<std::int32_t>::max())
      return false;
    out_.longest = limit.get<std::uint32_t>();
    return true;
  }

  void text() {
    out_.column.type = Type::text;
    for (const auto& [name, field] : member(field_, "fields").items()) {
      if (text_or_empty(field, "type") != "keyword" || !member(field, "normalizer").is_null() ||
          !member(field, "null_value").is_null() || is_false(member(field, "index")))
        continue;
      out_.matching = Matching::keyword;
      out_.query_path = out_.path + '.' + name;
      longest(field);
      return;
    }
  }

  void date() {
    out_.column.type = Type::timestamp;
    out_.matching = type_ == "date" ? Matching::millis : Matching::nanos;
    out_.format = "epoch_millis";
  }

  const Json& field_;
  std::string type_;
  SearchColumn out_;
};

/// Whether `text` matches a pattern with `*` for any characters.
inline bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

/// What several indexes say of one field, as one: the narrowest type that holds the values of all.
inline void widen(SearchColumn& column, const SearchColumn& other) {
  if (column == other) return;
  const auto rank = [](Type type) {
    constexpr Type integers[] = {Type::int8, Type::int16, Type::int32, Type::int64};
    const auto* found = std::find(std::begin(integers), std::end(integers), type);
    return found == std::end(integers) ? -1 : static_cast<int>(found - std::begin(integers));
  };
  const auto is_float = [](Type type) { return type == Type::float32 || type == Type::float64; };
  const auto is_text = [](Type type) { return type == Type::keyword || type == Type::text; };
  const Type a = column.column.type, b = other.column.type;
  const bool one_place =
      column.place == other.place && column.several == other.several && column.format == other.format;
  column.matching = Matching::none;
  if (column.place == Place::constant && other.place == Place::constant) {
    column.kept = false;
    return;
  }
  if (a == b && one_place) return;
  if (one_place && rank(a) >= 0 && rank(b) >= 0) {
    column.column.type = rank(a) > rank(b) ? a : b;
  } else if (one_place && (is_float(a) || rank(a) >= 0) && (is_float(b) || rank(b) >= 0) && a != Type::int64 &&
             b != Type::int64) {
    column.column.type = Type::float64;
  } else if (is_text(a) && is_text(b) && column.several == other.several && column.place != Place::constant &&
             other.place != Place::constant) {
    column.column.type = Type::text;
    column.place = Place::source;
  } else {
    column.column.type = Type::object;
    column.place = Place::source;
    column.several = false;
    column.format.clear();
  }
}

/// Gathers the columns of the indexes that a table stands for.
class MappingReader {
 public:
  explicit MappingReader(const ArrayPaths& arrays) : arrays_{arrays} {}

  /// One index's mapping. Errors: `unsupported`, for an index that keeps no documents.
  Result<void> read(std::string_view index, const Json& mapping) {
    const Json& source = member(mapping, "_source");
    if (is_false(member(source, "enabled"))) {
      return fail(ErrorKind::unsupported, "index \"" + std::string{index} +
                                              "\" keeps no documents (its mapping turns _source off), so that there is "
                                              "nothing to read");
    }
    excludes_ = &member(source, "excludes");
    includes_ = &member(source, "includes");
    copied_.clear();
    const Json& properties = member(mapping, "properties");
    find_copies(properties);
    const Json& meta = member(mapping, "_meta");
    const Json& noted = member(meta, "trino");
    visit(properties, properties, noted.is_object() ? noted : member(meta, "presto"), "");
    return {};
  }

  /// The fields by name.
  [[nodiscard]] std::vector<SearchColumn> take() {
    std::vector<SearchColumn> columns;
    for (auto& entry : columns_) {
      const std::string& path = entry.first;  // named, since clang 14 captures no structured binding
      auto& column = entry.second;
      // Of indexes that differ, one may have as a field what another has as an object: the object's JSON has both.
      const auto is_under = [&](const auto& other) {
        return other.second.place == Place::source && path.starts_with(other.first + '.');
      };
      if (column.kept && std::none_of(columns_.begin(), columns_.end(), is_under)) columns.push_back(column);
    }
    return columns;
  }

 private:
  void find_copies(const Json& properties) {
    if (!properties.is_object()) return;
    for (const auto& [name, field] : properties.items()) {
      const Json& to = member(field, "copy_to");
      if (to.is_string()) copied_.insert(to.get<std::string>());
      if (to.is_array()) {
        for (const Json& each : to) {
          if (each.is_string()) copied_.insert(each.get<std::string>());
        }
      }
      find_copies(member(field, "properties"));
    }
  }

  [[nodiscard]] bool is_kept(const std::string& path) const {
    const auto any = [&](const Json& patterns) {
      return std::any_of(patterns.begin(), patterns.end(), [&](const Json& pattern) {
        return pattern.is_string() && (matches_pattern(pattern.get<std::string>(), path) ||
                                       matches_pattern(pattern.get<std::string>() + ".*", path));
      });
    };
    if (excludes_->is_array() && any(*excludes_)) return false;
    return !includes_->is_array() || includes_->empty() || any(*includes_);
  }

  void visit(const Json& properties, const Json& all, const Json& noted, const std::string& prefix) {
    if (!properties.is_object()) return;
    for (const auto& [name, field] : properties.items()) {
      const std::string path = prefix + name;
      const std::string type = text_or_empty(field, "type");
      const Json& note = member(noted, name);
      const bool is_list = is_true(member(note, "isArray")) || arrays_.holds(path, type == "geo_point");
      const Json& inner = member(field, "properties");
      const bool has_fields = (type.empty() || type == "object") && inner.is_object() && !inner.empty() &&
                              !is_false(member(field, "enabled"));
      if (has_fields && !is_list && !is_true(member(note, "asRawJson"))) {
        visit(inner, all, note, path + '.');
        continue;
      }
      if (type == "alias") {
        add_alias(path, all, text_or_empty(field, "path"));
        continue;
      }
      if (!is_kept(path)) continue;
      SearchColumn column = FieldReader{field, path, copied_}.take();
      if (is_true(member(note, "asRawJson")) || has_fields) {
        column.place = Place::source;
        column.column.type = is_list ? Type::nested : Type::object;
        column.matching = Matching::none;
        column.format.clear();
      } else if (is_list) {
        make_list(column);
      }
      add(std::move(column));
    }
  }

  /// All values of a document, as the index understands them.
  static void make_list(SearchColumn& column) {
    column.matching = Matching::none;
    if (column.place == Place::constant) return;
    if (!column.format.empty()) column.format = "strict_date_optional_time_nanos";
    column.column.type = column.column.type == Type::nested ? Type::nested : Type::array;
    column.several = column.place == Place::fields;
  }

  void add_alias(const std::string& path, const Json& all, const std::string& target) {
    const Json* field = nullptr;
    const Json* level = &all;
    bool in_list = false;
    for (std::size_t at = 0; at <= target.size();) {
      const std::size_t end = std::min(target.find('.', at), target.size());
      field = &member(*level, target.substr(at, end - at));
      const std::string type = text_or_empty(*field, "type");
      in_list = in_list || type == "nested" || arrays_.holds(target.substr(0, end), type == "geo_point");
      level = &member(*field, "properties");
      at = end + 1;
    }
    if (field == nullptr || !field->is_object() || !is_kept(target)) return;
    SearchColumn column = FieldReader{*field, target, copied_}.take();
    column.column.name = column.asked = path;
    if (in_list) make_list(column);
    add(std::move(column));
  }

  void add(SearchColumn column) {
    const std::string path = column.column.name;
    const auto [known, is_new] = columns_.try_emplace(path, column);
    if (!is_new) widen(known->second, column);
  }

  const ArrayPaths& arrays_;
  const Json* excludes_ = nullptr;
  const Json* includes_ = nullptr;
  std::set<std::string> copied_;
  std::map<std::string, SearchColumn> columns_;
};

/// Names that differ in case alone get a number, since SQL does not tell them apart.
inline void make_unique(std::vector<SearchColumn>& columns) {
  std::set<std::string> taken;
  for (SearchColumn& each : columns) {
    const std::string name = each.column.name;
    for (int number = 1; !taken.insert(datasource::detail::to_lower(each.column.name)).second; ++number)
      each.column.name = name + '_' + std::to_string(number);
  }
}

}  // namespace detail

/// The columns of an index.
///
/// Fields of objects are columns of their own with their whole name, `"customer.city"`. Nested objects, lists of
/// objects, flat objects and objects without fields are one column of JSON. A field of which a document has several
/// values is a column of JSON arrays where `arrays` or the mapping (`_meta`, as Trino has it) say so. A date is a
/// timestamp in UTC whatever its format; a point is GeoJSON. A field that the documents do not keep is no column, nor
/// is a constant that differs between the indexes of a table: `_index` tells it.
///
/// @param mappings The reply of `GET /{index}/_mapping`.
/// @param arrays   Which fields are lists: sampled, or said by a person.
/// @param one      Whether the table is one index; otherwise `_index` is a column too.
/// Errors: `unsupported`, for an index that keeps no documents; `not_found`, when there is none.
inline Result<SearchTable> table_of(const datasource::detail::Json& mappings, const ArrayPaths& arrays, bool one) {
  detail::MappingReader reader{arrays};
  SearchTable table;
  for (const auto& [index, body] : mappings.items()) {
    if (auto read = reader.read(index, detail::member(body, "mappings")); !read) return fail(std::move(read.error()));
    table.indexes.push_back(index);
  }
  if (table.indexes.empty()) return fail(ErrorKind::not_found, "there is no index of that name");
  table.columns.push_back({.column = {.name = "_id", .nullable = false},
                           .place = Place::id,
                           .path = "_id",
                           .matching = Matching::term,
                           .query_path = "_id"});
  if (!one) {
    table.columns.push_back({.column = {.name = "_index", .nullable = false},
                             .place = Place::index,
                             .path = "_index",
                             .matching = Matching::term,
                             .query_path = "_index"});
  }
  for (SearchColumn& column : reader.take()) table.columns.push_back(std::move(column));
  detail::make_unique(table.columns);
  return table;
}

}  // namespace datasource::protocol::search
