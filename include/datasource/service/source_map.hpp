#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace datasource {

/// Orders names as people do, in any case; those that differ in nothing else by their bytes. So all spellings of a name
/// stand beside each other.
struct NameOrder {
  using is_transparent = void;  ///< Names are found without a copy.

  /// A name in any spelling.
  struct AnyCase {
    std::string_view name;  ///< One of them.
  };

  /// Whether one stands before the other.
  bool operator()(std::string_view a, std::string_view b) const {
    const int order = compare(a, b);
    return order < 0 || (order == 0 && a < b);
  }
  /// Whether it stands before all spellings of a name.
  bool operator()(std::string_view a, AnyCase b) const { return compare(a, b.name) < 0; }
  /// Whether all spellings of a name stand before it.
  bool operator()(AnyCase a, std::string_view b) const { return compare(a.name, b) < 0; }

 private:
  static int compare(std::string_view a, std::string_view b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      if (a[i] == b[i]) continue;
      const char left = detail::to_lower(a[i]), right = detail::to_lower(b[i]);
      if (left != right) return static_cast<unsigned char>(left) < static_cast<unsigned char>(right) ? -1 : 1;
    }
    return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  }
};

/// A data source as a registry has it: never changed, but replaced by another, so it may be kept and read on any
/// thread. Null where there is none.
using SourcePtr = std::shared_ptr<const DataSource>;

/// Data sources by name.
using SourceMap = std::map<std::string, SourcePtr, NameOrder>;

/// All of them, ordered by name.
inline std::vector<SourcePtr> all_of(const SourceMap& sources) {
  std::vector<SourcePtr> all;
  all.reserve(sources.size());
  for (const auto& [name, source] : sources) all.push_back(source);
  return all;
}

/// The source of exactly that name, or null.
inline SourcePtr find_in(const SourceMap& sources, std::string_view name) {
  const auto found = sources.find(name);
  return found == sources.end() ? nullptr : found->second;
}

/// The source of exactly that name, or else one of that name in another case, or null.
inline SourcePtr find_any_case(const SourceMap& sources, std::string_view name) {
  const auto [first, end] = sources.equal_range(NameOrder::AnyCase{name});
  if (first == end) return nullptr;
  const auto exact = std::find_if(first, end, [name](const auto& entry) { return entry.first == name; });
  return exact == end ? first->second : exact->second;
}

}  // namespace datasource
