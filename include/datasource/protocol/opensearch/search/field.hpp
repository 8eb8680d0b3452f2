#pragma once

#include <datasource/federation/remote_table.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// An OpenSearch index as a table: what its columns are, where in a hit their values stand, and which conditions its
/// queries can take. Source: OpenSearch 3.4.0, its reference of field types.
namespace datasource::protocol::search {

/// How the index compares the values of a field. What a query says of a field of several values holds when it holds of
/// any of them, so that a query never leaves out a document whose one value passes.
enum class Matching {
  none,     ///< Not at all, or not as SQL does: analysed texts, objects, points.
  exists,   ///< Only whether there is a value.
  keyword,  ///< Texts, byte for byte, in the order of their bytes.
  term,     ///< Texts, for equality alone.
  integer,  ///< From `minimum` to `maximum`.
  float32,  ///< A constant is rounded to the field's precision, so the ends of ranges are included.
  float64,  ///< As SQL does.
  scaled,   ///< Whole multiples of 1 / `scale`.
  boolean,  ///< true and false.
  millis,   ///< Dates to the millisecond.
  nanos,    ///< Dates to the nanosecond, 1970 to 2262.
  ip,       ///< Addresses; only the canonical form of IPv4 is the same for SQL.
};

/// Where a hit has a column's value.
enum class Place {
  id,          ///< `_id`.
  index,       ///< `_index`.
  score,       ///< `_score`.
  fields,      ///< Among `fields`: as the index understands it, always a list.
  source,      ///< In `_source`: as the document has it.
  document,    ///< `_source` as a whole.
  all_fields,  ///< `fields` as a whole.
  highlight,   ///< `highlight` as a whole.
  constant,    ///< Nowhere: every document has the same one, which the mapping tells.
};

/// A column of an index.
struct SearchColumn {
  RemoteColumn column = {};     ///< As an engine sees it.
  Place place = Place::fields;  ///< Where its values come from.
  std::string path = {};        ///< The field's name with its objects: `customer.city`; of an alias what it stands for.
  std::string asked = {};       ///< What a search calls the field; an alias has its own name.
  std::string format = {};      ///< The date format in which its values are asked for; empty: as they are.
  bool several = false;         ///< Whether it holds all values of a document, as a JSON array.
  std::string constant = {};    ///< The value, where the place is `constant`; empty: there is none.
  bool kept = true;             ///< False where indexes differ in what no document holds.
  Matching matching = Matching::none;         ///< What queries can say of it.
  std::string query_path = {};                ///< The field that queries name; of an analysed text its keyword.
  std::optional<std::uint32_t> longest = {};  ///< Texts of more UTF-16 units than that are in no index.
  std::int64_t minimum = 0;                   ///< Of an integer.
  std::int64_t maximum = 0;                   ///< Of an integer; 0 when there is no end below 2^64.
  double scale = 1;                           ///< Of `scaled`.

  friend bool operator==(const SearchColumn&, const SearchColumn&) = default;
};

/// An index, an alias, a data stream or a pattern of their names.
struct SearchTable {
  std::vector<SearchColumn> columns = {};  ///< `_id` first, then the fields by name.
  std::vector<std::string> indexes = {};   ///< What it stands for.

  /// The column that an engine knows by that name, or null.
  [[nodiscard]] const SearchColumn* column(std::string_view name) const {
    for (const SearchColumn& each : columns) {
      if (each.column.name == name) return &each;
    }
    return nullptr;
  }
};

}  // namespace datasource::protocol::search
