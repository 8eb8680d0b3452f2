#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/engine/remote/mongodb/handles.hpp>
#include <datasource/engine/remote/mongodb/infer.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/model/type.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// SQL's conditions in MongoDB's query language.
///
/// The two differ: MongoDB compares values of one type only, looks into arrays, takes null for a value, and compares
/// texts by the collection's collation (a reader asks for the simple one). What is made here never loses a row that
/// passes; what MongoDB may let through besides is for the engine to sort out, unless the condition is exact.
namespace datasource::remote::mongo {

/// Whether a field of that name can be named in a query: `a.b` would be member b of a.
inline bool addressable(std::string_view field) {
  return !field.empty() && field.front() != '$' && field.find('.') == std::string_view::npos &&
         field.find('\0') == std::string_view::npos;
}

/// A condition in MongoDB's language.
struct Condition {
  Document document = {};  ///< `{"age": {"$gt": 5}}`
  bool exact = true;       ///< Whether the rows that it gives are those that pass.
  bool texts = false;      ///< Whether it compares texts.
};

namespace detail {

constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by != 0 && value < 0 ? 1 : 0);
}

/// 24 lower-case hexadecimal digits, as an ObjectId is read.
inline bool is_object_id(std::string_view text) {
  return text.size() == 24 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The bytes of a UUID as one is read.
inline std::optional<std::string> uuid_bytes(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i++] != '-') return std::nullopt;
    }
    unsigned byte = 0;
    for (const char c : text.substr(i, 2)) {
      const std::size_t digit = std::string_view{"0123456789abcdef"}.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      byte = byte * 16 + static_cast<unsigned>(digit);
    }
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

/// Matches exactly the texts that begin with `prefix`. Source: PCRE, which takes an escaped character for itself unless
/// it is a letter or a digit.
inline std::string prefix_pattern(std::string_view prefix) {
  std::string pattern = "^";
  for (const char c : prefix) {
    const bool plain = datasource::detail::is_alpha(c) || datasource::detail::is_digit(c) || c == '_' ||
                       static_cast<unsigned char>(c) >= 0x80;
    if (!plain) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

/// Writes the conditions of one column.
class ConditionWriter {
 public:
  ConditionWriter(std::string_view field, const RemoteColumn& column) : field_{field}, column_{column} {}

  std::optional<Condition> write(const Filter& filter) {
    if (filter.kind == FilterKind::is_null || filter.kind == FilterKind::is_not_null) {
      null(filter.kind == FilterKind::is_null);
      return std::move(condition_);
    }
    if (filter.values.empty()) return std::nullopt;
    const bool written = [&] {
      switch (filter.kind) {
        case FilterKind::equal:
        case FilterKind::in: return members("$in", filter);
        case FilterKind::not_equal: return members("$nin", filter);
        case FilterKind::less: return compare("$lt", filter.values.front());
        case FilterKind::less_equal: return compare("$lte", filter.values.front());
        case FilterKind::greater: return compare("$gt", filter.values.front());
        case FilterKind::greater_equal: return compare("$gte", filter.values.front());
        case FilterKind::prefix: return prefix(filter.values.front());
        default: return false;
      }
    }();
    return written ? std::optional{std::move(condition_)} : std::nullopt;
  }

 private:
  [[nodiscard]] bool json() const { return column_.type == Type::object || column_.type == Type::array; }

  void null(bool wanted) {
    const Document test;
    if (!json()) {
      if (wanted) return condition_.document.null(field_);  // a missing field too
      test.null("$ne");
    } else if (wanted) {
      condition_.exact = false;  // an array with a null in it as well
      return condition_.document.null(field_);
    } else {
      condition_.exact = false;
      test.boolean("$exists", true);
    }
    condition_.document.document(field_, test);
  }

  /// All forms in which the collection may hold the value. False when it cannot be said.
  bool push(Array& into, const FilterValue& value) {
    switch (column_.type) {
      case Type::boolean:
        if (const auto* flag = std::get_if<bool>(&value)) {
          into.push([&](const Document& to, const std::string& key) { to.boolean(key, *flag); });
          return true;
        }
        return false;
      case Type::int64:
      case Type::float64:
      case Type::decimal: {
        bool said = false;
        into.push([&](const Document& to, const std::string& key) {
          said = number(to, key, value);
          if (!said) to.null(key);
        });
        return said;
      }
      case Type::timestamp: {
        const auto* micros = std::get_if<std::int64_t>(&value);
        if (micros == nullptr) return false;
        // MongoDB keeps milliseconds: no date is equal to a point in time between two of them.
        if (*micros % 1000 == 0)
          into.push([&](const Document& to, const std::string& key) { to.date(key, *micros / 1000); });
        return true;
      }
      case Type::keyword: return push_text(into, value);
      default: return false;
    }
  }

  bool push_text(Array& into, const FilterValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return false;
    condition_.texts = true;
    into.push([&](const Document& to, const std::string& key) { to.text(key, *text); });
    if (is_object_id(*text)) {
      into.push([&](const Document& to, const std::string& key) {
        bson_oid_t id;
        bson_oid_init_from_string(&id, text->c_str());
        bson_append_oid(to.get(), key.data(), static_cast<int>(key.size()), &id);
      });
    } else if (const auto bytes = uuid_bytes(*text)) {
      into.push([&](const Document& to, const std::string& key) {
        bson_append_binary(to.get(), key.data(), static_cast<int>(key.size()), BSON_SUBTYPE_UUID,
                           reinterpret_cast<const std::uint8_t*>(bytes->data()), 16);
      });
    }
    return true;
  }

  bool members(const char* name, const Filter& filter) {
    Array values;
    for (const FilterValue& value : filter.values) {
      if (!push(values, value)) return false;
    }
    // SQL's null is different from nothing: it does not pass.
    if (filter.kind == FilterKind::not_equal)
      values.push([](const Document& to, const std::string& key) { to.null(key); });
    const Document test;
    test.array(name, values.document());
    condition_.document.document(field_, test);
    return true;
  }

  /// A number as the column's type has it.
  bool number(const Document& to, std::string_view key, const FilterValue& value) const {
    if (column_.type == Type::decimal) {
      const auto* text = std::get_if<std::string>(&value);
      bson_decimal128_t decimal;
      // 34 digits are what it holds exactly.
      if (text == nullptr || text->size() > 34 || !bson_decimal128_from_string(text->c_str(), &decimal)) return false;
      return bson_append_decimal128(to.get(), key.data(), static_cast<int>(key.size()), &decimal);
    }
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      to.number(key, *whole);
    } else if (const auto* real = std::get_if<double>(&value); real != nullptr && column_.type == Type::float64) {
      to.number(key, *real);
    } else {
      return false;
    }
    return true;
  }

  bool compare(const std::string& name, const FilterValue& value) {
    const Document test;
    const bool upwards = name.starts_with("$gt");
    switch (column_.type) {
      case Type::int64:
      case Type::decimal:
        if (!number(test, name, value)) return false;
        break;
      case Type::float64: {
        const auto* real = std::get_if<double>(&value);
        if (real == nullptr || *real != *real) return false;
        test.number(name, *real);
        if (upwards) return either(test, nan());  // above all numbers in SQL, beside them in MongoDB
        break;
      }
      case Type::timestamp: {
        const auto* micros = std::get_if<std::int64_t>(&value);
        if (micros == nullptr) return false;
        const bool between = *micros % 1000 != 0;
        test.date(between ? (upwards ? "$gt" : "$lte") : name, floor_div(*micros, 1000));
        break;
      }
      case Type::keyword: {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) return false;
        condition_.texts = true;
        test.text(name, *text);
        return or_without_order(test);
      }
      default: return false;
    }
    condition_.document.document(field_, test);
    return true;
  }

  bool prefix(const FilterValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || column_.type != Type::keyword || text->find('\0') != std::string::npos) return false;
    const Document test;
    test.text("$regex", prefix_pattern(*text));
    return or_without_order(test);
  }

  /// Or an ObjectId or a UUID, whose texts MongoDB does not compare.
  bool or_without_order(const Document& test) {
    condition_.exact = false;
    Array types;
    for (const char* type : {"objectId", "binData"})
      types.push([&](const Document& to, const std::string& key) { to.text(key, type); });
    const Document other;
    other.array("$type", types.document());
    return either(test, other);
  }

  static Document nan() {
    Document test;
    test.number("$eq", std::numeric_limits<double>::quiet_NaN());
    return test;
  }

  bool either(const Document& first, const Document& second) {
    Array choices;
    for (const Document* each : {&first, &second}) {
      choices.push([&](const Document& to, const std::string& key) {
        const Document choice;
        choice.document(field_, *each);
        to.document(key, choice);
      });
    }
    condition_.document.array("$or", choices.document());
    return true;
  }

  std::string_view field_;
  const RemoteColumn& column_;
  Condition condition_;
};

}  // namespace detail

/// The filter in MongoDB's language; nothing when it cannot be said.
inline std::optional<Condition> to_condition(const RemoteTable& table, const Filter& filter) {
  for (const RemoteColumn& column : table.columns) {
    if (column.name != filter.column) continue;
    const std::string_view field = field_of(table, column.name);
    if (!addressable(field)) return std::nullopt;
    return detail::ConditionWriter{field, column}.write(filter);
  }
  return std::nullopt;
}

}  // namespace datasource::remote::mongo
