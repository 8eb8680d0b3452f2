#pragma once

#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/scan_request.hpp>
#include <datasource/protocol/prometheus/columns.hpp>
#include <datasource/protocol/prometheus/promql.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What the conditions of a statement are for Prometheus.
namespace datasource::remote {

namespace prom = datasource::protocol::prometheus;

/// Which samples of a metric pass a statement's conditions.
struct SampleSelection {
  std::string selector = {};                                   ///< `up{job="node"}`
  std::optional<std::int64_t> from = {};                       ///< First millisecond since 1970; nothing: any time.
  std::int64_t to = std::numeric_limits<std::int64_t>::max();  ///< Last millisecond.
  bool none = false;                                           ///< No sample can pass.
};

namespace detail {

/// Makes a selection of filters, one after the other.
class SampleSelector {
 public:
  /// Takes a filter; false when it is left to the engine.
  bool take(const RemoteTable& table, const Filter& filter) {
    const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                     [&](const RemoteColumn& one) { return one.name == filter.column; });
    if (column == table.columns.end()) return false;
    const prom::SampleColumn sample = prom::sample_column(column->name, column->type);
    if (sample.kind == prom::SampleColumn::Kind::timestamp) return take_time(filter);
    return sample.kind == prom::SampleColumn::Kind::label && take_label(sample.label, filter);
  }

  SampleSelection selection(const std::string& metric) && {
    selection_.selector = prom::selector(metric, matchers_);
    return std::move(selection_);
  }

 private:
  static constexpr std::int64_t unit = 1000;  // microseconds of a millisecond

  static std::int64_t floor_of(std::int64_t time) { return time / unit - (time % unit < 0 ? 1 : 0); }
  static std::int64_t ceiling_of(std::int64_t time) { return time / unit + (time % unit > 0 ? 1 : 0); }

  void since(std::int64_t millisecond) {
    selection_.from = std::max(selection_.from.value_or(millisecond), millisecond);
  }
  void until(std::int64_t millisecond) { selection_.to = std::min(selection_.to, millisecond); }

  bool take_time(const Filter& filter) {
    if (filter.kind == FilterKind::is_not_null) return true;
    std::vector<std::int64_t> times;
    for (const FilterValue& value : filter.values) {
      const auto* time = std::get_if<std::int64_t>(&value);
      if (time == nullptr) return false;
      times.push_back(*time);
    }
    if (times.empty()) return false;
    switch (filter.kind) {
      case FilterKind::equal:
        since(ceiling_of(times[0]));
        until(floor_of(times[0]));
        return true;
      case FilterKind::less: until(ceiling_of(times[0]) - 1); return true;
      case FilterKind::less_equal: until(floor_of(times[0])); return true;
      case FilterKind::greater: since(floor_of(times[0]) + 1); return true;
      case FilterKind::greater_equal: since(ceiling_of(times[0])); return true;
      case FilterKind::in:  // only as far as its ends
        since(ceiling_of(*std::min_element(times.begin(), times.end())));
        until(floor_of(*std::max_element(times.begin(), times.end())));
        return false;
      default: return false;
    }
  }

  /// A label that is absent is null, which passes only where null is asked for. Prometheus has no empty labels.
  bool take_label(const std::string& label, const Filter& filter) {
    if (filter.kind == FilterKind::is_null || filter.kind == FilterKind::is_not_null) {
      matchers_.push_back({label, filter.kind == FilterKind::is_null ? "=" : "!=", {}});
      return true;
    }
    std::vector<std::string> texts;
    for (const FilterValue& value : filter.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) return false;
      texts.push_back(*text);
    }
    if (texts.empty()) return false;
    switch (filter.kind) {
      case FilterKind::equal:
        if (texts[0].empty()) selection_.none = true;
        matchers_.push_back({label, "=", texts[0]});
        return true;
      case FilterKind::not_equal:
        matchers_.push_back({label, "!=", {}});
        if (!texts[0].empty()) matchers_.push_back({label, "!=", texts[0]});
        return true;
      case FilterKind::in: {
        std::string pattern;
        for (const std::string& text : texts) {
          if (!text.empty()) pattern += (pattern.empty() ? "" : "|") + prom::literal_pattern(text);
        }
        if (pattern.empty()) selection_.none = true;
        matchers_.push_back({label, "=~", std::move(pattern)});
        return true;
      }
      case FilterKind::prefix:
        matchers_.push_back({label, "!=", {}});
        if (!texts[0].empty()) matchers_.push_back({label, "=~", prom::literal_pattern(texts[0]) + "(?s:.*)"});
        return true;
      default: return false;
    }
  }

  SampleSelection selection_;
  std::vector<prom::Matcher> matchers_;
};

}  // namespace detail

/// The selection that all filters together make. A filter that Prometheus cannot apply makes it no smaller.
inline SampleSelection select_samples(const RemoteTable& table, const std::vector<Filter>& filters) {
  detail::SampleSelector selector;
  for (const Filter& filter : filters) selector.take(table, filter);
  return std::move(selector).selection(table.name);
}

/// Whether Prometheus applies the filter exactly.
inline bool selects_exactly(const RemoteTable& table, const Filter& filter) {
  return detail::SampleSelector{}.take(table, filter);
}

}  // namespace datasource::remote
