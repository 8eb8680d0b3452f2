#pragma once

#include <datasource/columnar/json_writer.hpp>

#include <string_view>
#include <utility>

namespace datasource::detail {

/// Writes a JSON object member by member, in the order in which they are named, without a tree:
/// `members["name"].string(name)`.
class ObjectWriter {
 public:
  explicit ObjectWriter(JsonWriter& json) : json_{json} {}

  /// Where the value of the next member is to be written, before another is named.
  JsonWriter& operator[](std::string_view key) {
    json_.put(std::exchange(before_, ','));
    json_.string(key);
    json_.put(':');
    return json_;
  }

  /// Closes the object.
  void end() { json_.raw(before_ == '{' ? std::string_view{"{}"} : std::string_view{"}"}); }

 private:
  JsonWriter& json_;
  char before_ = '{';
};

/// Writes a JSON array; `write_one` writes the value of each member of the range.
template <class Range, class WriteOne>
void write_array(JsonWriter& json, const Range& range, WriteOne write_one) {
  char before = '[';
  for (const auto& each : range) {
    json.put(std::exchange(before, ','));
    write_one(each);
  }
  json.raw(before == '[' ? std::string_view{"[]"} : std::string_view{"]"});
}

}  // namespace datasource::detail
