#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/engine/remote/mongodb/decimal.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/model/type.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Columns for documents that have no schema.
namespace datasource::remote::mongo {

/// Whether a double holds the number exactly.
constexpr bool exact_as_double(std::int64_t value) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  return value >= -most && value <= most;
}

/// What was seen of one field.
class FieldSummary {
 public:
  /// Another value of the field.
  void see(const bson_iter_t& at) {
    switch (bson_iter_type(&at)) {
      case BSON_TYPE_NULL: break;
      case BSON_TYPE_INT32: kinds_ |= integer; break;
      case BSON_TYPE_INT64:
        kinds_ |= integer;
        if (!exact_as_double(bson_iter_int64(&at))) kinds_ |= long_integer;
        break;
      case BSON_TYPE_DOUBLE: kinds_ |= floating; break;
      case BSON_TYPE_DECIMAL128: {
        bson_decimal128_t value;
        const bool read = bson_iter_decimal128(&at, &value);
        const auto number = read ? plain(value) : std::nullopt;
        kinds_ |= number ? decimal : other;
        if (number) {
          scale_ = std::max(scale_, number->scale());
          written_ = std::max(written_, number->written);
          whole_ = std::max(whole_, number->whole());
        }
        break;
      }
      case BSON_TYPE_BOOL: kinds_ |= boolean; break;
      case BSON_TYPE_UTF8:
      case BSON_TYPE_SYMBOL:
      case BSON_TYPE_OID: kinds_ |= text; break;
      case BSON_TYPE_DATE_TIME: kinds_ |= date; break;
      case BSON_TYPE_BINARY: {
        bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
        std::uint32_t length = 0;
        const std::uint8_t* bytes = nullptr;
        bson_iter_binary(&at, &subtype, &length, &bytes);
        kinds_ |= subtype == BSON_SUBTYPE_UUID && length == 16 ? text : binary;
        break;
      }
      case BSON_TYPE_DOCUMENT: kinds_ |= document; break;
      case BSON_TYPE_ARRAY: kinds_ |= array; break;
      default: kinds_ |= other;
    }
  }

  /// What a validator says of the field: an alias of `bsonType`.
  void declare(std::string_view bson_type) {
    constexpr std::pair<std::string_view, unsigned> names[] = {
        {"int", integer},   {"long", integer}, {"double", floating}, {"number", integer | floating},
        {"decimal", other}, {"bool", boolean}, {"boolean", boolean}, {"string", text},
        {"objectId", text}, {"date", date},    {"object", document}, {"array", array},
        {"null", 0}};
    for (const auto& [name, kinds] : names) {
      if (name != bson_type) continue;
      // How many digits decimals have is for their values to say.
      if (name != "decimal") kinds_ |= kinds;
      return;
    }
    if (bson_type != "binData") kinds_ |= other;  // binary values may be UUIDs: the values say it
  }

  /// The column of that name. What has no type in common is JSON, and so is what had no value yet.
  [[nodiscard]] RemoteColumn column(std::string name) const {
    RemoteColumn column{.name = std::move(name), .type = Type::object};
    const unsigned numbers = integer | long_integer | floating | decimal;
    if (kinds_ == text) {
      column.type = Type::keyword;
    } else if (kinds_ == boolean) {
      column.type = Type::boolean;
    } else if (kinds_ == date) {
      column.type = Type::timestamp;
    } else if (kinds_ == binary) {
      column.type = Type::binary;
    } else if (kinds_ == array) {
      column.type = Type::array;
    } else if (kinds_ != 0 && (kinds_ & ~numbers) == 0) {
      number(column);
    }
    return column;
  }

 private:
  enum Kind : unsigned {
    integer = 1,
    long_integer = 2,  ///< Integers that a double does not hold.
    floating = 4,
    decimal = 8,
    boolean = 16,
    text = 32,
    date = 64,
    binary = 128,
    document = 256,
    array = 512,
    other = 1024
  };

  void number(RemoteColumn& column) const {
    if ((kinds_ & decimal) != 0) {
      const std::int64_t whole = (kinds_ & integer) != 0 ? std::max<std::int64_t>(whole_, 19) : whole_;
      if ((kinds_ & floating) != 0 || whole + scale_ > 38) return;
      column.type = Type::decimal;
      column.precision = 38;
      column.scale = static_cast<std::uint8_t>(whole + written_ > 38 ? scale_ : written_);
    } else if ((kinds_ & floating) == 0) {
      column.type = Type::int64;
    } else if ((kinds_ & long_integer) == 0) {
      column.type = Type::float64;
    }
  }

  unsigned kinds_ = 0;
  std::int64_t scale_ = 0;
  std::int64_t written_ = 0;  // with the zeros at the end: never less than `scale_`
  std::int64_t whole_ = 0;
};

namespace detail {

/// `name~2` apart from `~2`; empty when there is no such end.
inline std::string_view without_number(std::string_view name) {
  const std::size_t tilde = name.rfind('~');
  if (tilde == std::string_view::npos || tilde == 0 || tilde + 1 == name.size()) return {};
  for (const char c : name.substr(tilde + 1)) {
    if (!datasource::detail::is_digit(c)) return {};
  }
  return name.substr(0, tilde);
}

inline bool holds(const std::vector<std::string>& names, std::string_view name) {
  for (const std::string& each : names) {
    if (datasource::detail::iequals(each, name)) return true;
  }
  return false;
}

/// Whether the name reads like one that was numbered: `name~2`, where there is a `name`.
inline bool looks_numbered(const std::vector<std::string>& names, std::string_view name) {
  const std::string_view before = without_number(name);
  return !before.empty() && (holds(names, before) || looks_numbered(names, before));
}

}  // namespace detail

/// Names of columns for names of fields, in the same order. SQL does not tell `Name` from `name`, MongoDB does: the
/// second of them becomes `Name~2`. `field_of` goes the other way.
inline std::vector<std::string> column_names(const std::vector<std::string>& fields) {
  std::vector<std::string> names;
  for (const std::string& field : fields) {
    bool plain = !detail::holds(names, field) && !detail::looks_numbered(fields, field);
    std::string name = field;
    for (int number = 2; !plain; ++number) {
      name = field + '~' + std::to_string(number);
      plain = !detail::holds(names, name) && !detail::holds(fields, name);
    }
    names.push_back(std::move(name));
  }
  return names;
}

/// The field that a column of the table stands for.
inline std::string_view field_of(const RemoteTable& table, std::string_view column) {
  const std::string_view before = detail::without_number(column);
  if (before.empty()) return column;
  std::vector<std::string> names;
  for (const RemoteColumn& each : table.columns) names.push_back(each.name);
  return detail::looks_numbered(names, column) ? before : column;
}

/// Gathers documents and gives the columns that hold them all.
class SchemaSample {
 public:
  /// Another document.
  void see(const bson_t& document) {
    bson_iter_t at;
    if (!bson_iter_init(&at, &document)) return;
    while (bson_iter_next(&at)) field(key_of(at)).see(at);
  }

  /// A collection's validator. Source: `$jsonSchema`, MongoDB 4.4.
  void declare(const bson_t& json_schema) {
    const auto properties = find(json_schema, "properties");
    if (!properties || bson_iter_type(&*properties) != BSON_TYPE_DOCUMENT) return;
    auto each = members_of(*properties);
    while (each && bson_iter_next(&*each)) {
      FieldSummary& summary = field(key_of(*each));
      auto rules = bson_iter_type(&*each) == BSON_TYPE_DOCUMENT ? members_of(*each) : Place{};
      if (!rules || !bson_iter_find(&*rules, "bsonType")) continue;
      if (bson_iter_type(&*rules) == BSON_TYPE_UTF8) {
        summary.declare(text_of(*rules));
      } else if (bson_iter_type(&*rules) == BSON_TYPE_ARRAY) {
        auto types = members_of(*rules);
        while (types && bson_iter_next(&*types)) {
          if (bson_iter_type(&*types) == BSON_TYPE_UTF8) summary.declare(text_of(*types));
        }
      }
    }
  }

  /// The columns in the order in which the fields were met, `_id` first. Of nothing at all, `_id` alone: a table has a
  /// column.
  [[nodiscard]] std::vector<RemoteColumn> columns() const {
    std::vector<std::string> fields = order_;
    if (fields.empty()) fields.emplace_back("_id");
    std::stable_partition(fields.begin(), fields.end(), [](const std::string& name) { return name == "_id"; });
    std::vector<std::string> names = column_names(fields);
    std::vector<RemoteColumn> columns;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto known = fields_.find(fields[i]);
      columns.push_back((known == fields_.end() ? FieldSummary{} : known->second).column(std::move(names[i])));
    }
    return columns;
  }

 private:
  FieldSummary& field(std::string_view name) {
    const auto known = fields_.find(name);
    if (known != fields_.end()) return known->second;
    order_.emplace_back(name);
    return fields_.emplace(std::string{name}, FieldSummary{}).first->second;
  }

  std::map<std::string, FieldSummary, std::less<>> fields_;
  std::vector<std::string> order_;
};

}  // namespace datasource::remote::mongo
