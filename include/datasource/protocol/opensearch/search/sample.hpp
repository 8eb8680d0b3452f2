#pragma once

#include <datasource/columnar/json_cursor.hpp>
#include <datasource/model/error.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace datasource::protocol::search {

/// Which fields hold lists. A mapping does not tell: to OpenSearch a field with several values is like one with one.
class ArrayPaths {
 public:
  /// Notes a field whose values are lists.
  void add(std::string path) { paths_[std::move(path)] = true; }

  /// Notes the fields that `other` has.
  void add_all(const ArrayPaths& other) {
    for (const auto& [path, certain] : other.paths_) paths_[path] = paths_[path] || certain;
  }

  /// Notes what a document has in lists. @param source Its `_source`. Errors: `malformed`.
  Result<void> sample(std::string_view source) {
    datasource::detail::JsonCursor cursor{source};
    if (object(cursor, "", 0)) return {};
    return fail(ErrorKind::malformed, "a document is not as expected: " + cursor.fault() + " at byte " +
                                          std::to_string(cursor.fault_offset()));
  }

  /// Whether a field's values are lists. @param point Whether a list of numbers is a single value of it.
  [[nodiscard]] bool holds(const std::string& path, bool point = false) const {
    const auto found = paths_.find(path);
    return found != paths_.end() && (found->second || !point);
  }

 private:
  using Cursor = datasource::detail::JsonCursor;

  bool object(Cursor& cursor, const std::string& prefix, int depth) {
    if (!cursor.expect('{')) return false;
    if (cursor.take('}')) return true;
    do {
      std::string path = prefix;
      if (cursor.peek() != '"') return cursor.fail("expected a name");
      if (!cursor.string(path) || !cursor.expect(':') || !value(cursor, path, depth)) return false;
    } while (cursor.take(','));
    return cursor.expect('}');
  }

  bool value(Cursor& cursor, const std::string& path, int depth) {
    const char next = cursor.peek();
    std::string_view raw;
    if (depth == Cursor::max_depth) return cursor.skip(raw);
    if (next == '{') return object(cursor, path + '.', depth + 1);
    if (next != '[') return cursor.skip(raw);
    cursor.take('[');
    const char first = cursor.peek();
    bool& certain = paths_[path];
    certain = certain || !(first == '-' || (first >= '0' && first <= '9'));
    if (cursor.take(']')) return true;
    do {
      if (!value(cursor, path, depth + 1)) return false;
    } while (cursor.take(','));
    return cursor.expect(']');
  }

  std::map<std::string, bool> paths_;  // true when it is more than a list of numbers
};

}  // namespace datasource::protocol::search
