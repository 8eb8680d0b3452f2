#pragma once

#include <datasource/columnar/json_writer.hpp>
#include <datasource/columnar/temporal_text.hpp>
#include <datasource/detail/ascii.hpp>
#include <datasource/detail/json.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/model/query.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datasource::duckdb {

/// The arguments of the table function that reads a fetched table: source, schema, table.
using RemoteKey = std::vector<std::string>;

/// What a statement asks of a fetched table, wherever it names it.
struct Pushdown {
  std::vector<Filter> filters = {};
  /// Whether the filters are all that stands between the table and the limit: with filters that the source applies
  /// exactly, the limit is the source's too.
  std::optional<std::uint64_t> limit = {};
};

/// One place in a plan that reads a fetched table.
struct PlannedScan {
  RemoteKey key = {};
  std::vector<std::string> columns = {};
};

/// What a plan asks of fetched tables.
struct PlanPushdown {
  std::map<RemoteKey, Pushdown> tables = {};
  std::vector<PlannedScan> scans = {};  ///< In the order of the plan, children first to last.
};

namespace detail {

using datasource::detail::Json;
using datasource::detail::text_or_empty;

/// Reads DuckDB's serialized, optimized plan. What is not understood is not pushed down: DuckDB applies every filter
/// again.
class PlanReader {
 public:
  PlanReader(std::string_view function, const std::vector<Parameter>& parameters)
      : function_{function}, parameters_{parameters} {}

  PlanPushdown read(const Json& plan) {
    visit(plan, std::nullopt);
    return std::move(found_);
  }

 private:
  static const Json& member(const Json& object, const char* key) {
    static const Json none;
    if (!object.is_object()) return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
  }

  void visit(const Json& node, std::optional<std::uint64_t> limit) {
    const std::string type = text_or_empty(node, "type");
    const Json& children = member(node, "children");
    if (type == "LOGICAL_GET") {
      if (text_or_empty(node, "name") == function_) note(node, {}, limit);
    } else if (type == "LOGICAL_FILTER" && children.size() == 1 && is_scan(children.front())) {
      Filters filters{children.front(), {}, true};
      for (const Json& expression : member(node, "expressions")) take(expression, filters);
      note(children.front(), std::move(filters.taken), filters.all ? limit : std::nullopt);
      return;
    } else if (type == "LOGICAL_LIMIT") {
      limit = limit_of(node);
    } else if (type != "LOGICAL_PROJECTION") {
      limit.reset();
    }
    for (const Json& child : children) visit(child, limit);
  }

  [[nodiscard]] bool is_scan(const Json& node) const {
    return text_or_empty(node, "type") == "LOGICAL_GET" && text_or_empty(node, "name") == function_;
  }

  /// Rows that the limit and its offset need together.
  static std::optional<std::uint64_t> limit_of(const Json& node) {
    const auto value = [&](const char* key) -> std::optional<std::uint64_t> {
      const Json& bound = member(node, key);
      const std::string type = text_or_empty(bound, "type");
      if (type == "UNSET")
        return key == std::string_view{"offset_val"} ? std::optional<std::uint64_t>{0} : std::nullopt;
      if (type != "CONSTANT_VALUE") return std::nullopt;
      return member(bound, "constant_integer").is_number_unsigned() ? bound["constant_integer"].get<std::uint64_t>()
                                                                    : 0;
    };
    const auto rows = value("limit_val"), skipped = value("offset_val");
    if (!rows || !skipped || *rows > UINT64_MAX - *skipped) return std::nullopt;
    return *rows + *skipped;
  }

  /// A table that is read in several places gets what all of them ask for.
  void note(const Json& scan, std::vector<Filter> filters, std::optional<std::uint64_t> limit) {
    RemoteKey key;
    for (const Json& parameter : member(scan, "parameters")) key.push_back(text_or_empty(parameter, "value"));
    found_.scans.push_back({key, columns_of(scan)});
    const auto [entry, is_new] = found_.tables.try_emplace(std::move(key), Pushdown{filters, limit});
    if (is_new) return;
    std::erase_if(entry->second.filters,
                  [&](const Filter& each) { return std::ranges::find(filters, each) == filters.end(); });
    entry->second.limit.reset();
  }

  static std::vector<std::string> columns_of(const Json& scan) {
    std::vector<std::string> columns;
    const Json& names = member(scan, "names");
    for (const Json& column : member(scan, "column_indexes")) {
      const Json& index = member(column, "index");
      const auto number = index.is_number_unsigned() ? index.get<std::uint64_t>() : 0;
      if (number < names.size() && names[number].is_string()) columns.push_back(names[number].get<std::string>());
    }
    return columns;
  }

  struct Filters {
    const Json& scan;
    std::vector<Filter> taken;
    bool all = true;  ///< Whether every condition is among the taken ones.
  };

  void take(const Json& expression, Filters& filters) {
    const std::string kind = text_or_empty(expression, "expression_class");
    if (kind == "BOUND_CONJUNCTION" && text_or_empty(expression, "type") == "CONJUNCTION_AND") {
      for (const Json& child : member(expression, "children")) take(child, filters);
      return;
    }
    if (kind == "BOUND_BETWEEN") {
      take_between(expression, filters);
      return;
    }
    if (auto filter = filter_of(expression, kind, filters.scan)) {
      filters.taken.push_back(std::move(*filter));
    } else {
      filters.all = false;
    }
  }

  void take_between(const Json& expression, Filters& filters) {
    const auto column = column_of(member(expression, "input"), filters.scan);
    auto lower = value_of(member(expression, "lower")), upper = value_of(member(expression, "upper"));
    if (!column || !lower || !upper) {
      filters.all = false;
      return;
    }
    const bool from = member(expression, "lower_inclusive") == true, to = member(expression, "upper_inclusive") == true;
    filters.taken.push_back({*column, from ? FilterKind::greater_equal : FilterKind::greater, {std::move(*lower)}});
    filters.taken.push_back({*column, to ? FilterKind::less_equal : FilterKind::less, {std::move(*upper)}});
  }

  std::optional<Filter> filter_of(const Json& expression, const std::string& kind, const Json& scan) {
    const std::string type = text_or_empty(expression, "type");
    const Json& children = member(expression, "children");
    if (kind == "BOUND_COMPARISON") return comparison(expression, type, scan);
    if (kind == "BOUND_CONJUNCTION" && type == "CONJUNCTION_OR") return alternatives(children, scan);
    if (kind == "BOUND_OPERATOR") {
      const auto column = children.empty() ? std::nullopt : column_of(children.front(), scan);
      if (!column) return std::nullopt;
      if (type == "OPERATOR_IS_NULL") return Filter{*column, FilterKind::is_null, {}};
      if (type == "OPERATOR_IS_NOT_NULL") return Filter{*column, FilterKind::is_not_null, {}};
      if (type == "OPERATOR_NOT") return Filter{*column, FilterKind::equal, {false}};
      if (type != "COMPARE_IN") return std::nullopt;
      Filter filter{*column, FilterKind::in, {}};
      for (std::size_t i = 1; i < children.size(); ++i) {
        auto value = value_of(children[i]);
        if (!value) return std::nullopt;
        filter.values.push_back(std::move(*value));
      }
      return filter;
    }
    if (kind == "BOUND_FUNCTION" && children.size() == 2) {
      const std::string name = text_or_empty(expression, "name");
      if (name != "prefix" && name != "starts_with" && name != "^@") return std::nullopt;
      const auto column = column_of(children[0], scan);
      auto value = value_of(children[1]);
      if (!column || !value || !std::holds_alternative<std::string>(*value)) return std::nullopt;
      return Filter{*column, FilterKind::prefix, {std::move(*value)}};
    }
    if (kind == "BOUND_REF") {
      if (auto column = column_of(expression, scan)) return Filter{std::move(*column), FilterKind::equal, {true}};
    }
    return std::nullopt;
  }

  std::optional<Filter> comparison(const Json& expression, const std::string& type, const Json& scan) {
    struct Comparison {
      std::string_view name;
      FilterKind kind, turned;
    };
    constexpr Comparison comparisons[] = {
        {"COMPARE_EQUAL", FilterKind::equal, FilterKind::equal},
        {"COMPARE_NOTEQUAL", FilterKind::not_equal, FilterKind::not_equal},
        {"COMPARE_LESSTHAN", FilterKind::less, FilterKind::greater},
        {"COMPARE_GREATERTHAN", FilterKind::greater, FilterKind::less},
        {"COMPARE_LESSTHANOREQUALTO", FilterKind::less_equal, FilterKind::greater_equal},
        {"COMPARE_GREATERTHANOREQUALTO", FilterKind::greater_equal, FilterKind::less_equal},
    };
    const auto found = std::ranges::find(comparisons, type, &Comparison::name);
    if (found == std::end(comparisons)) return std::nullopt;
    const Json& left = member(expression, "left");
    const Json& right = member(expression, "right");
    if (auto column = column_of(left, scan)) {
      auto value = value_of(right);
      if (value) return Filter{std::move(*column), found->kind, {std::move(*value)}};
    } else if (auto turned = column_of(right, scan)) {
      auto value = value_of(left);
      if (value) return Filter{std::move(*turned), found->turned, {std::move(*value)}};
    }
    return std::nullopt;
  }

  /// `a = 1 OR a = 2 OR a IN (3, 4)`.
  std::optional<Filter> alternatives(const Json& children, const Json& scan) {
    std::optional<Filter> all;
    for (const Json& child : children) {
      auto one = filter_of(child, text_or_empty(child, "expression_class"), scan);
      if (!one || (one->kind != FilterKind::equal && one->kind != FilterKind::in)) return std::nullopt;
      if (!all) {
        all = Filter{one->column, FilterKind::in, {}};
      } else if (all->column != one->column) {
        return std::nullopt;
      }
      std::ranges::move(one->values, std::back_inserter(all->values));
    }
    return all;
  }

  /// The column that an expression is, perhaps in a wider type of the same kind.
  static std::optional<std::string> column_of(const Json& expression, const Json& scan) {
    const std::string kind = text_or_empty(expression, "expression_class");
    if (kind == "BOUND_CAST") {
      const Json& child = member(expression, "child");
      if (!same_values(type_of(child), type_of(expression))) return std::nullopt;
      return column_of(child, scan);
    }
    if (kind != "BOUND_REF") return std::nullopt;
    const Json& position = member(expression, "index");
    std::size_t index = position.is_number_unsigned() ? position.get<std::size_t>() : 0;
    if (const Json& projection = member(scan, "projection_ids"); projection.is_array() && !projection.empty()) {
      if (index >= projection.size()) return std::nullopt;
      index = projection[index].get<std::size_t>();
    }
    const Json& columns = member(scan, "column_indexes");
    const Json& names = member(scan, "names");
    if (index >= columns.size()) return std::nullopt;
    const Json& column = member(columns[index], "index");
    const auto number = column.is_number_unsigned() ? column.get<std::uint64_t>() : 0;
    if (number >= names.size() || !names[number].is_string()) return std::nullopt;
    return names[number].get<std::string>();
  }

  static std::string type_of(const Json& expression) {
    const Json& type = member(expression, "return_type");
    return text_or_empty(type.is_null() ? member(member(expression, "value"), "type") : type, "id");
  }

  /// Whether a cast changes no value. A timestamp has one meaning here with and without a zone: the session is in UTC.
  static bool same_values(const std::string& from, const std::string& to) {
    constexpr std::string_view integers[] = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"};
    const auto rank = [&](const std::string& type) { return std::ranges::find(integers, type) - std::begin(integers); };
    if (rank(from) <= rank(to) && rank(to) < std::ssize(integers)) return true;
    if (from == "UBIGINT" && to == "HUGEINT") return true;
    if (from == "FLOAT" && to == "DOUBLE") return true;
    return from == "TIMESTAMP" && to == "TIMESTAMP WITH TIME ZONE";
  }

  std::optional<FilterValue> value_of(const Json& expression) {
    const std::string kind = text_or_empty(expression, "expression_class");
    if (kind == "BOUND_CONSTANT") return constant(member(expression, "value"));
    if (kind != "BOUND_PARAMETER") return std::nullopt;
    const std::string name = text_or_empty(expression, "identifier");
    if (name.empty() || name.size() > 4 || name.find_first_not_of("0123456789") != std::string::npos)
      return std::nullopt;
    const std::size_t number = std::stoul(name);
    if (number < 1 || number > parameters_.size()) return std::nullopt;
    return parameter(parameters_[number - 1], type_of(expression));
  }

  static std::optional<FilterValue> constant(const Json& value) {
    if (!value.is_object() || member(value, "is_null") != false) return std::nullopt;
    const Json& type = member(value, "type");
    const std::string id = text_or_empty(type, "id");
    const Json& content = member(value, "value");
    const auto number = [&]() -> std::optional<std::int64_t> {
      const auto whole = whole_number(content);
      if (!whole || *whole > INT64_MAX || *whole < INT64_MIN) return std::nullopt;
      return static_cast<std::int64_t>(*whole);
    };
    const auto finite = [&](std::int64_t factor) -> std::optional<FilterValue> {
      const auto count = number();
      if (!count || *count >= INT64_MAX / factor || *count <= -(INT64_MAX / factor)) return std::nullopt;
      return *count * factor;
    };
    if (id == "BOOLEAN") return content.is_boolean() ? std::optional<FilterValue>{content.get<bool>()} : std::nullopt;
    if (id == "VARCHAR")
      return content.is_string() ? std::optional<FilterValue>{content.get<std::string>()} : std::nullopt;
    if (id == "FLOAT" || id == "DOUBLE")
      return content.is_number() ? std::optional<FilterValue>{content.get<double>()} : std::nullopt;
    if (id == "UBIGINT" && content.is_number_unsigned()) return content.get<std::uint64_t>();
    if (id == "DECIMAL") return decimal(whole_number(content), member(type, "type_info"));
    if (id == "TIMESTAMP" || id == "TIMESTAMP WITH TIME ZONE") return finite(1);
    if (id == "TIMESTAMP_S") return finite(1'000'000);
    if (id == "TIMESTAMP_MS") return finite(1000);
    if (id == "DATE") {
      const auto days = number();
      if (!days || *days >= INT32_MAX || *days <= -INT32_MAX) return std::nullopt;
      return *days;
    }
    constexpr std::string_view integers[] = {"TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT", "HUGEINT",
                                             "UTINYINT", "USMALLINT", "UINTEGER", "TIME"};
    if (std::ranges::find(integers, id) == std::end(integers)) return std::nullopt;
    const auto count = number();
    return count ? std::optional<FilterValue>{*count} : std::nullopt;
  }

  /// A number, or the two halves of a wide one.
  static std::optional<datasource::detail::int128> whole_number(const Json& content) {
    if (content.is_number_unsigned()) return content.get<std::uint64_t>();
    if (content.is_number_integer()) return content.get<std::int64_t>();
    const Json& upper = member(content, "upper");
    const Json& lower = member(content, "lower");
    if (!upper.is_number_integer() || !lower.is_number_unsigned()) return std::nullopt;
    constexpr datasource::detail::int128 half = datasource::detail::int128{1} << 64;
    return datasource::detail::int128{upper.get<std::int64_t>()} * half +
           static_cast<datasource::detail::int128>(lower.get<std::uint64_t>());
  }

  static std::optional<FilterValue> decimal(std::optional<datasource::detail::int128> digits, const Json& info) {
    const Json& scale = member(info, "scale");
    if (!digits) return std::nullopt;
    const std::size_t decimals = scale.is_number_unsigned() ? scale.get<std::size_t>() : 0;
    const bool negative = *digits < 0;
    std::string text;
    for (datasource::detail::int128 left = negative ? -*digits : *digits; left > 0; left /= 10)
      text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(left % 10)));
    if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
    if (decimals > 0) text.insert(text.size() - decimals, 1, '.');
    return (negative ? "-" : "") + text;
  }

  static std::optional<FilterValue> parameter(const Parameter& given, const std::string& type) {
    if (const auto* truth = std::get_if<bool>(&given.value))
      return type == "BOOLEAN" ? std::optional<FilterValue>{*truth} : std::nullopt;
    const bool integer = type == "TINYINT" || type == "SMALLINT" || type == "INTEGER" || type == "BIGINT";
    if (const auto* number = std::get_if<std::int64_t>(&given.value)) {
      if (integer) return *number;
      return type == "DOUBLE" ? std::optional<FilterValue>{static_cast<double>(*number)} : std::nullopt;
    }
    if (const auto* number = std::get_if<double>(&given.value))
      return type == "DOUBLE" ? std::optional<FilterValue>{*number} : std::nullopt;
    const auto* text = std::get_if<std::string>(&given.value);
    if (text == nullptr) return std::nullopt;
    if (type == "VARCHAR") return *text;
    using datasource::detail::parse_temporal;
    if (type == "TIMESTAMP" || type == "TIMESTAMP WITH TIME ZONE") {
      const auto time = parse_temporal<std::chrono::sys_time<std::chrono::microseconds>>(*text);
      return time ? std::optional<FilterValue>{std::int64_t{time->time_since_epoch().count()}} : std::nullopt;
    }
    if (type == "DATE") {
      const auto date = parse_temporal<std::chrono::year_month_day>(*text);
      return date ? std::optional<FilterValue>{std::int64_t{std::chrono::sys_days{*date}.time_since_epoch().count()}}
                  : std::nullopt;
    }
    return std::nullopt;
  }

  std::string_view function_;
  const std::vector<Parameter>& parameters_;
  PlanPushdown found_;
};

}  // namespace detail

/// What a statement asks of the tables that `function` reads, from the JSON that DuckDB's json_serialize_plan makes of
/// it with `optimize`, and the values of its parameters. A pure function; nothing for a plan that could not be made.
inline PlanPushdown read_pushdown(std::string_view serialized, std::string_view function,
                                  const std::vector<Parameter>& parameters) {
  const auto root = datasource::detail::Json::parse(serialized, nullptr, false);
  if (!root.is_object() || root.value("error", true)) return {};
  const auto plans = root.find("plans");
  if (plans == root.end() || !plans->is_array() || plans->size() != 1) return {};
  return detail::PlanReader{function, parameters}.read(plans->front());
}

}  // namespace datasource::duckdb
