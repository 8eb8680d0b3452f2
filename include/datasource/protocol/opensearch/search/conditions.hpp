#pragma once

#include <datasource/detail/json.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/protocol/opensearch/search/field.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Conditions of SQL as OpenSearch's queries, never narrower than SQL has them. Source: OpenSearch 3.4.0.
namespace datasource::protocol::search {

/// A condition for `bool.filter`.
struct Condition {
  datasource::detail::Json query = {};  ///< As a search takes it.
  bool exact = false;                   ///< Whether the documents that pass are exactly the rows that pass.
};

namespace detail {

using datasource::detail::Json;

/// `{"outer": {"inner": value}}`.
inline Json nest(std::string_view outer, std::string_view inner, Json value) {
  Json body = Json::object();
  body[std::string{inner}] = std::move(value);
  Json json = Json::object();
  json[std::string{outer}] = std::move(body);
  return json;
}
inline Json exists(const SearchColumn& column) { return nest("exists", "field", column.query_path); }
inline Json is_missing(const SearchColumn& column) { return nest("bool", "must_not", Json::array({exists(column)})); }
inline Json any_of(Json conditions) { return nest("bool", "should", std::move(conditions)); }

/// One end of a range.
struct Bound {
  std::string_view name;  ///< `gt`, `gte`, `lt` or `lte`.
  Json value;
};

inline Json range(const SearchColumn& column, std::initializer_list<Bound> bounds, std::string_view format = {}) {
  Json body = Json::object();
  for (const Bound& bound : bounds) body[std::string{bound.name}] = bound.value;
  if (!format.empty()) body["format"] = format;
  return nest("range", column.query_path, std::move(body));
}

/// The name of a comparison's end; empty for what is no range.
constexpr std::string_view bound_name(FilterKind kind) {
  switch (kind) {
    case FilterKind::less: return "lt";
    case FilterKind::less_equal: return "lte";
    case FilterKind::greater: return "gt";
    case FilterKind::greater_equal: return "gte";
    default: return {};
  }
}

constexpr bool is_equality(FilterKind kind) { return kind == FilterKind::equal || kind == FilterKind::in; }

/// The most values of one condition; an index takes 65536 by default.
inline constexpr std::size_t most_terms = 10'000;
/// The most values where each is a condition of its own.
inline constexpr std::size_t most_alternatives = 256;

/// UTF-16 units of a UTF-8 text, which is how OpenSearch counts.
inline std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

/// Whether it is an IPv4 address in the form in which a search gives it.
inline bool is_plain_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::string_view digits = text.substr(0, text.find('.'));
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
    int value = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    if (value > 255) return false;
    const bool last = part == 3;
    if (last) return text.size() == digits.size();
    if (text.size() == digits.size()) return false;
    text.remove_prefix(digits.size() + 1);
  }
  return false;
}

/// Builds the condition of one filter on one column.
class ConditionBuilder {
 public:
  ConditionBuilder(const SearchColumn& column, const Filter& filter) : column_{column}, filter_{filter} {}

  /// Nothing when the index cannot say it.
  std::optional<Condition> build() {
    if (filter_.kind == FilterKind::is_null || filter_.kind == FilterKind::is_not_null) return presence();
    if (filter_.values.empty() || filter_.values.size() > most_terms) return std::nullopt;
    switch (column_.matching) {
      case Matching::keyword: return keyword();
      case Matching::term: return term();
      case Matching::integer: return integer();
      case Matching::float32:
      case Matching::float64: return floating();
      case Matching::scaled: return scaled();
      case Matching::boolean: return boolean();
      case Matching::millis: return date(1000);
      case Matching::nanos: return date(1);
      case Matching::ip: return ip();
      case Matching::none:
      case Matching::exists: break;
    }
    return std::nullopt;
  }

 private:
  using Built = std::optional<Condition>;

  Built presence() {
    const bool null = filter_.kind == FilterKind::is_null;
    if (column_.matching == Matching::none || column_.matching == Matching::term) return std::nullopt;
    // A text that is too long for the index is there and is not found.
    if (column_.longest && !null) return std::nullopt;
    return Condition{null ? is_missing(column_) : exists(column_), !column_.longest};
  }

  /// The values as texts, or nothing when one is none.
  [[nodiscard]] std::optional<std::vector<std::string>> texts() const {
    std::vector<std::string> texts;
    for (const FilterValue& value : filter_.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) return std::nullopt;
      texts.push_back(*text);
    }
    return texts;
  }

  Built terms(Json values, bool exact) {
    if (values.size() == 1) return Condition{nest("term", column_.query_path, std::move(values[0])), exact};
    return Condition{nest("terms", column_.query_path, std::move(values)), exact};
  }

  Built keyword() {
    const auto values = texts();
    if (!values) return std::nullopt;
    if (is_equality(filter_.kind)) {
      for (const std::string& value : *values) {
        if (column_.longest && utf16_length(value) > *column_.longest) return std::nullopt;
      }
      return terms(*values, true);
    }
    Json query;
    if (filter_.kind == FilterKind::prefix) {
      query = nest("prefix", column_.query_path, values->front());
    } else if (filter_.kind == FilterKind::not_equal) {
      query =
          any_of(Json::array({range(column_, {{"lt", values->front()}}), range(column_, {{"gt", values->front()}})}));
    } else {
      query = range(column_, {{bound_name(filter_.kind), values->front()}});
    }
    if (!column_.longest) return Condition{std::move(query), true};
    return Condition{any_of(Json::array({std::move(query), is_missing(column_)})), false};
  }

  Built term() {
    const auto values = texts();
    if (!values || !is_equality(filter_.kind)) return std::nullopt;
    if (column_.place == Place::id) return Condition{nest("ids", "values", *values), true};
    return terms(*values, column_.place != Place::index);
  }

  Built integer() {
    Json values = Json::array();
    for (const FilterValue& value : filter_.values) {
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        const bool open = column_.maximum == 0;
        if (*number < column_.minimum || (!open && *number > column_.maximum)) return std::nullopt;
        values.push_back(*number);
      } else if (const auto* unsigned_number = std::get_if<std::uint64_t>(&value)) {
        if (column_.maximum != 0 && *unsigned_number > static_cast<std::uint64_t>(column_.maximum)) return std::nullopt;
        values.push_back(*unsigned_number);
      } else {
        return std::nullopt;
      }
    }
    return ordered(std::move(values), true);
  }

  /// Equality, inequality and ranges of numbers.
  Built ordered(Json values, bool exact) {
    if (is_equality(filter_.kind)) return terms(std::move(values), exact);
    if (filter_.kind == FilterKind::not_equal)
      return Condition{any_of(Json::array({range(column_, {{"lt", values[0]}}), range(column_, {{"gt", values[0]}})})),
                       exact};
    const std::string_view bound = bound_name(filter_.kind);
    if (bound.empty()) return std::nullopt;
    return Condition{range(column_, {{bound, values[0]}}), exact};
  }

  /// An index tells -0.0 from 0.0, SQL does not; and it rounds constants to the field's precision.
  Built floating() {
    Json values = Json::array();
    bool exact = true, zero = false;
    for (const FilterValue& value : filter_.values) {
      const auto* number = std::get_if<double>(&value);
      if (number == nullptr || !std::isfinite(*number)) return std::nullopt;
      double kept = *number;
      if (column_.matching == Matching::float32) {
        if (std::abs(kept) > static_cast<double>(std::numeric_limits<float>::max())) return std::nullopt;
        kept = static_cast<float>(*number);
      }
      exact = exact && kept == *number;
      zero = zero || kept == 0;
      if (kept == 0 && is_equality(filter_.kind)) values.push_back(-0.0);
      values.push_back(kept == 0 ? 0.0 : kept);
    }
    if (!exact || zero) {
      // Ends that were rounded are included; an end that is zero is the one of the two zeros that SQL means.
      switch (filter_.kind) {
        case FilterKind::greater: return Condition{range(column_, {{exact ? "gt" : "gte", values[0]}}), exact};
        case FilterKind::less_equal: return Condition{range(column_, {{"lte", values[0]}}), exact};
        case FilterKind::greater_equal:
          return Condition{range(column_, {{"gte", zero ? Json(-0.0) : values[0]}}), exact};
        case FilterKind::less:
          return Condition{range(column_, {{exact ? "lt" : "lte", zero ? Json(exact ? -0.0 : 0.0) : values[0]}}),
                           exact};
        case FilterKind::equal:
        case FilterKind::in: break;
        default: return std::nullopt;
      }
    }
    return ordered(std::move(values), exact);
  }

  /// The index has the nearest multiple, which is what is read; a step more on either side forgives rounding.
  Built scaled() {
    Json values = Json::array();
    const double step = 1 / column_.scale;
    for (const FilterValue& value : filter_.values) {
      const auto* number = std::get_if<double>(&value);
      if (number == nullptr || std::abs(*number) * column_.scale > 9e15) return std::nullopt;
      values.push_back(*number);
    }
    if (is_equality(filter_.kind)) return terms(std::move(values), false);
    const double bound = values[0].get<double>();
    switch (filter_.kind) {
      case FilterKind::less:
      case FilterKind::less_equal: return Condition{range(column_, {{"lte", bound + step}}), false};
      case FilterKind::greater:
      case FilterKind::greater_equal: return Condition{range(column_, {{"gte", bound - step}}), false};
      default: return std::nullopt;
    }
  }

  Built boolean() {
    Json values = Json::array();
    for (const FilterValue& value : filter_.values) {
      const auto* is_true = std::get_if<bool>(&value);
      if (is_true == nullptr) return std::nullopt;
      values.push_back(filter_.kind == FilterKind::not_equal ? !*is_true : *is_true);
    }
    if (!is_equality(filter_.kind) && filter_.kind != FilterKind::not_equal) return std::nullopt;
    return terms(std::move(values), true);
  }

  /// @param unit Microseconds in one unit of the index, or 1 for one that is finer than microseconds.
  Built date(std::int64_t unit) {
    std::vector<std::int64_t> moments;
    for (const FilterValue& value : filter_.values) {
      const auto* micros = std::get_if<std::int64_t>(&value);
      constexpr std::int64_t last_nanos = 9'223'372'036'854'774;  // of 2262
      if (micros == nullptr || (unit == 1 && (*micros < 0 || *micros > last_nanos))) return std::nullopt;
      moments.push_back(*micros);
    }
    if (!is_equality(filter_.kind)) {
      auto query = moment(filter_.kind, moments.front(), unit);
      if (!query) return std::nullopt;
      return Condition{std::move(*query), true};
    }
    if (moments.size() > most_alternatives) return std::nullopt;
    Json any = Json::array();
    for (const std::int64_t each : moments) any.push_back(*moment(FilterKind::equal, each, unit));
    if (any.size() == 1) return Condition{std::move(any[0]), true};
    return Condition{any_of(std::move(any)), true};
  }

  /// A column holds the microsecond in which a date lies: those before the microsecond and those after it differ.
  [[nodiscard]] std::optional<Json> moment(FilterKind kind, std::int64_t micros, std::int64_t unit) const {
    const auto text = [&](std::int64_t at) -> Json {
      if (unit == 1) return std::to_string(at / 1000) + '.' + padded(at % 1000);
      return std::to_string(at);
    };
    const auto floor = [&](std::int64_t at) { return at / unit - (at % unit < 0 ? 1 : 0); };
    const std::int64_t from = floor(micros) + (micros % unit != 0 ? 1 : 0);  // the first unit at or after it
    const std::int64_t after = floor(micros) + 1;                            // the first unit behind it
    constexpr std::string_view format = "epoch_millis";
    switch (kind) {
      case FilterKind::greater_equal: return range(column_, {{"gte", text(from)}}, format);
      case FilterKind::greater: return range(column_, {{"gte", text(after)}}, format);
      case FilterKind::less: return range(column_, {{"lt", text(from)}}, format);
      case FilterKind::less_equal: return range(column_, {{"lt", text(after)}}, format);
      case FilterKind::equal: return range(column_, {{"gte", text(from)}, {"lt", text(after)}}, format);
      case FilterKind::not_equal:
        return any_of(Json::array(
            {range(column_, {{"lt", text(from)}}, format), range(column_, {{"gte", text(after)}}, format)}));
      default: return std::nullopt;
    }
  }

  static std::string padded(std::int64_t micros) {
    std::string digits = std::to_string(micros);
    return std::string(3 - digits.size(), '0') + digits;
  }

  Built ip() {
    const auto values = texts();
    if (!values || !is_equality(filter_.kind)) return std::nullopt;
    for (const std::string& value : *values) {
      if (!is_plain_ipv4(value)) return std::nullopt;
    }
    return terms(*values, true);
  }

  const SearchColumn& column_;
  const Filter& filter_;
};

}  // namespace detail

/// The condition of one filter; nothing when the index cannot say it, so that the engine alone applies it. A text is
/// compared by its field of type keyword, a date in its own precision.
inline std::optional<Condition> condition_of(const SearchTable& table, const Filter& filter) {
  const SearchColumn* column = table.column(filter.column);
  return column == nullptr ? std::nullopt : detail::ConditionBuilder{*column, filter}.build();
}

/// The query of all filters that can be said.
inline datasource::detail::Json query_of(const SearchTable& table, const std::vector<Filter>& filters) {
  using datasource::detail::Json;
  Json conditions = Json::array();
  for (const Filter& filter : filters) {
    if (auto condition = condition_of(table, filter)) conditions.push_back(std::move(condition->query));
  }
  if (conditions.empty()) return {{"match_all", Json::object()}};
  return detail::nest("bool", "filter", std::move(conditions));
}

}  // namespace datasource::protocol::search
