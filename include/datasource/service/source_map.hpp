#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/model/data_source.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace datasource {

/// Orders names as people do, in any case; those that differ in nothing else by their bytes. So all spellings of a name
/// stand beside each other.
struct NameOrder {
  using is_transparent = void;

  /// A name in any spelling.
  struct AnyCase {
    std::string_view name;  ///< One of them.
  };

  bool operator()(std::string_view a, std::string_view b) const {
    const int order = compare(a, b);
    return order < 0 || (order == 0 && a < b);
  }
  bool operator()(std::string_view a, AnyCase b) const { return compare(a, b.name) < 0; }
  bool operator()(AnyCase a, std::string_view b) const { return compare(a.name, b) < 0; }

 private:
  static int compare(std::string_view a, std::string_view b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      const char left = detail::to_lower(a[i]), right = detail::to_lower(b[i]);
      if (left != right) return static_cast<unsigned char>(left) < static_cast<unsigned char>(right) ? -1 : 1;
    }
    return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  }
};

/// Data sources by name.
using SourceMap = std::map<std::string, DataSource, NameOrder>;

/// The source of exactly that name, or else one of that name in another case; end() when there is neither.
inline SourceMap::const_iterator find_any_case(const SourceMap& sources, std::string_view name) {
  const auto exact = sources.find(name);
  return exact != sources.end() ? exact : sources.find(NameOrder::AnyCase{name});
}

}  // namespace datasource
