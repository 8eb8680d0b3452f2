#pragma once

#include <datasource/columnar/json_writer.hpp>
#include <datasource/detail/base64.hpp>
#include <datasource/engine/duckdb/column_type.hpp>
#include <datasource/engine/duckdb/json_text.hpp>
#include <datasource/engine/duckdb/temporal.hpp>
#include <datasource/protocol/opensearch/error_json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datasource::duckdb {

/// Writes the values of one column, or of one level of a nested one, as JSON. Bound to a chunk, then asked row by row.
class ColumnEncoder {
 public:
  explicit ColumnEncoder(ColumnType type) : type_{std::move(type)} {
    for (const ColumnType& child : type_.children) children_.emplace_back(child);
  }

  /// Points at a vector of the next chunk.
  void bind(duckdb_vector vector) {
    data_ = duckdb_vector_get_data(vector);
    valid_ = duckdb_vector_get_validity(vector);
    switch (type_.id) {
      case DUCKDB_TYPE_LIST:
      case DUCKDB_TYPE_MAP:
        if (type_.id == DUCKDB_TYPE_LIST) {
          children_[0].bind(duckdb_list_vector_get_child(vector));
        } else {
          duckdb_vector entries = duckdb_list_vector_get_child(vector);
          children_[0].bind(duckdb_struct_vector_get_child(entries, 0));
          children_[1].bind(duckdb_struct_vector_get_child(entries, 1));
        }
        break;
      case DUCKDB_TYPE_ARRAY: children_[0].bind(duckdb_array_vector_get_child(vector)); break;
      case DUCKDB_TYPE_STRUCT:
        for (idx_t i = 0; i < children_.size(); ++i) children_[i].bind(duckdb_struct_vector_get_child(vector, i));
        break;
      case DUCKDB_TYPE_UNION:  // a struct whose first child tells which of the others holds
        tags_ = static_cast<const std::uint8_t*>(duckdb_vector_get_data(duckdb_struct_vector_get_child(vector, 0)));
        for (idx_t i = 0; i < children_.size(); ++i) children_[i].bind(duckdb_struct_vector_get_child(vector, i + 1));
        break;
      default: break;
    }
  }

  /// Writes the value in `row`; `null` when there is none.
  void write(JsonWriter& out, idx_t row) const {
    if (valid_ != nullptr && (valid_[row >> 6] >> (row & 63) & 1) == 0) {
      out.raw("null");
      return;
    }
    switch (type_.id) {
      case DUCKDB_TYPE_BOOLEAN: out.boolean(at<bool>(row)); break;
      case DUCKDB_TYPE_TINYINT: out.integer(at<std::int8_t>(row)); break;
      case DUCKDB_TYPE_SMALLINT: out.integer(at<std::int16_t>(row)); break;
      case DUCKDB_TYPE_INTEGER: out.integer(at<std::int32_t>(row)); break;
      case DUCKDB_TYPE_BIGINT: out.integer(at<std::int64_t>(row)); break;
      case DUCKDB_TYPE_UTINYINT: out.integer(at<std::uint8_t>(row)); break;
      case DUCKDB_TYPE_USMALLINT: out.integer(at<std::uint16_t>(row)); break;
      case DUCKDB_TYPE_UINTEGER: out.integer(at<std::uint32_t>(row)); break;
      case DUCKDB_TYPE_UBIGINT: out.integer(at<std::uint64_t>(row)); break;
      case DUCKDB_TYPE_HUGEINT: out.integer(huge(at<duckdb_hugeint>(row))); break;
      case DUCKDB_TYPE_UHUGEINT: out.integer(huge(at<duckdb_uhugeint>(row))); break;
      case DUCKDB_TYPE_FLOAT: out.floating(at<float>(row)); break;
      case DUCKDB_TYPE_DOUBLE: out.floating(at<double>(row)); break;
      case DUCKDB_TYPE_DECIMAL: write_decimal(out, row); break;
      case DUCKDB_TYPE_VARCHAR: write_text(out, text(row)); break;
      case DUCKDB_TYPE_DATE: detail::write_date(out, at<duckdb_date>(row).days); break;
      case DUCKDB_TYPE_TIME: detail::write_time(out, at<duckdb_time>(row).micros); break;
      case DUCKDB_TYPE_TIME_NS: detail::write_time_ns(out, at<duckdb_time_ns>(row).nanos); break;
      case DUCKDB_TYPE_TIME_TZ: detail::write_time_tz(out, at<duckdb_time_tz>(row)); break;
      case DUCKDB_TYPE_TIMESTAMP:
      case DUCKDB_TYPE_TIMESTAMP_TZ: detail::write_timestamp<1'000'000>(out, at<std::int64_t>(row)); break;
      case DUCKDB_TYPE_TIMESTAMP_S: detail::write_timestamp<1>(out, at<std::int64_t>(row)); break;
      case DUCKDB_TYPE_TIMESTAMP_MS: detail::write_timestamp<1'000>(out, at<std::int64_t>(row)); break;
      case DUCKDB_TYPE_TIMESTAMP_NS: detail::write_timestamp<1'000'000'000>(out, at<std::int64_t>(row)); break;
      case DUCKDB_TYPE_INTERVAL: detail::write_interval(out, at<duckdb_interval>(row)); break;
      case DUCKDB_TYPE_UUID: write_uuid(out, at<duckdb_hugeint>(row)); break;
      case DUCKDB_TYPE_ENUM: out.raw(type_.labels[enum_index(row)]); break;
      case DUCKDB_TYPE_BLOB: write_binary(out, text(row)); break;
      case DUCKDB_TYPE_BIT: write_bits(out, text(row)); break;
      case DUCKDB_TYPE_BIGNUM: detail::write_bignum(out, text(row)); break;
      case DUCKDB_TYPE_LIST: {
        const auto entry = at<duckdb_list_entry>(row);
        write_array(out, entry.offset, entry.length);
        break;
      }
      case DUCKDB_TYPE_ARRAY: write_array(out, row * type_.array_size, type_.array_size); break;
      case DUCKDB_TYPE_STRUCT: write_object(out, row); break;
      case DUCKDB_TYPE_MAP: write_map(out, at<duckdb_list_entry>(row)); break;
      case DUCKDB_TYPE_UNION: children_[tags_[row]].write(out, row); break;
      default: out.raw("null");
    }
  }

 private:
  template <class T>
  [[nodiscard]] const T& at(idx_t row) const {
    return static_cast<const T*>(data_)[row];
  }

  [[nodiscard]] std::string_view text(idx_t row) const {
    const auto& value = at<duckdb_string_t>(row);
    const std::uint32_t length = value.value.inlined.length;
    return {length <= 12 ? value.value.inlined.inlined : value.value.pointer.ptr, length};
  }

  static datasource::detail::int128 huge(duckdb_hugeint value) {
    return static_cast<datasource::detail::int128>(
        static_cast<datasource::detail::uint128>(static_cast<std::uint64_t>(value.upper)) << 64 | value.lower);
  }
  static datasource::detail::uint128 huge(duckdb_uhugeint value) {
    return static_cast<datasource::detail::uint128>(value.upper) << 64 | value.lower;
  }

  void write_decimal(JsonWriter& out, idx_t row) const {
    switch (type_.storage) {
      case DUCKDB_TYPE_SMALLINT: out.decimal(std::int64_t{at<std::int16_t>(row)}, type_.scale); break;
      case DUCKDB_TYPE_INTEGER: out.decimal(std::int64_t{at<std::int32_t>(row)}, type_.scale); break;
      case DUCKDB_TYPE_BIGINT: out.decimal(at<std::int64_t>(row), type_.scale); break;
      default: out.decimal(huge(at<duckdb_hugeint>(row)), type_.scale);
    }
  }

  /// JSON text stays as it is. A source may call a text JSON that is none; that becomes a string, so that the reply
  /// stays JSON.
  void write_text(JsonWriter& out, std::string_view value) const {
    if (type_.is_json && is_json_text(value)) {
      out.raw(value);
    } else {
      out.string(value);
    }
  }

  static void write_binary(JsonWriter& out, std::string_view bytes) {
    struct Appender {
      char* at;
      void push_back(char c) { *at++ = c; }
    } appender{out.room((bytes.size() + 2) / 3 * 4 + 2)};
    appender.push_back('"');
    datasource::detail::append_base64(appender, bytes);
    appender.push_back('"');
    out.commit(appender.at);
  }

  /// The first byte says how many leading bits of the second are padding.
  static void write_bits(JsonWriter& out, std::string_view bytes) {
    char* at = out.room(bytes.size() * 8 + 2);
    *at++ = '"';
    const std::size_t padding = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
    for (std::size_t bit = padding; bytes.size() > 1 && bit < (bytes.size() - 1) * 8; ++bit) {
      *at++ = (static_cast<unsigned char>(bytes[1 + bit / 8]) >> (7 - bit % 8) & 1) != 0 ? '1' : '0';
    }
    *at++ = '"';
    out.commit(at);
  }

  /// DuckDB flips the first bit, so that UUIDs order as signed numbers.
  static void write_uuid(JsonWriter& out, duckdb_hugeint value) {
    constexpr std::string_view hex = "0123456789abcdef";
    const std::uint64_t halves[] = {static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63), value.lower};
    char* at = out.room(38);
    *at++ = '"';
    for (int nibble = 0; nibble < 32; ++nibble) {
      if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) *at++ = '-';
      *at++ = hex[halves[nibble / 16] >> (60 - nibble % 16 * 4) & 15];
    }
    *at++ = '"';
    out.commit(at);
  }

  [[nodiscard]] std::size_t enum_index(idx_t row) const {
    switch (type_.storage) {
      case DUCKDB_TYPE_UTINYINT: return at<std::uint8_t>(row);
      case DUCKDB_TYPE_USMALLINT: return at<std::uint16_t>(row);
      default: return at<std::uint32_t>(row);
    }
  }

  void write_array(JsonWriter& out, idx_t offset, idx_t length) const {
    out.put('[');
    for (idx_t i = 0; i < length; ++i) {
      if (i > 0) out.put(',');
      children_[0].write(out, offset + i);
    }
    out.put(']');
  }

  void write_object(JsonWriter& out, idx_t row) const {
    out.put('{');
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (i > 0) out.put(',');
      out.raw(type_.labels[i]);
      out.put(':');
      children_[i].write(out, row);
    }
    out.put('}');
  }

  /// A map is an object; a key that is no text is its own JSON, as text.
  void write_map(JsonWriter& out, duckdb_list_entry entry) const {
    out.put('{');
    for (idx_t i = entry.offset; i < entry.offset + entry.length; ++i) {
      if (i > entry.offset) out.put(',');
      JsonWriter key;
      children_[0].write(key, i);
      if (key.view().starts_with('"')) {
        out.raw(key.view());
      } else {
        out.string(key.view());
      }
      out.put(':');
      children_[1].write(out, i);
    }
    out.put('}');
  }

  ColumnType type_;
  std::vector<ColumnEncoder> children_;
  const void* data_ = nullptr;
  const std::uint64_t* valid_ = nullptr;
  const std::uint8_t* tags_ = nullptr;
};

/// Writes a reply in the JDBC format: the head when made, then chunks, then the tail. A reply in pages is one such body
/// after another.
class ReplyEncoder {
 public:
  ReplyEncoder(JsonWriter& out, const std::vector<Column>& columns) : out_{out} {
    JsonWriter head;
    head.raw(R"({"schema":[)");
    for (const Column& column : columns) {
      if (!encoders_.empty()) head.put(',');
      head.raw(R"({"name":)");
      head.string(column.name);
      head.raw(R"(,"type":")");
      head.raw(column.type.name());
      head.raw("\"}");
      encoders_.emplace_back(column.type);
    }
    head.raw(R"(],"datarows":[)");
    head_ = head.view();
    out_.raw(head_);
  }

  void write(duckdb_data_chunk chunk) { write(chunk, 0, duckdb_data_chunk_get_size(chunk)); }

  /// The rows from `begin` up to `end`.
  void write(duckdb_data_chunk chunk, idx_t begin, idx_t end) {
    for (idx_t i = 0; i < encoders_.size(); ++i) encoders_[i].bind(duckdb_data_chunk_get_vector(chunk, i));
    for (idx_t row = begin; row < end; ++row) {
      out_.raw(rows_++ == 0 ? std::string_view{"["} : std::string_view{",["});
      for (std::size_t i = 0; i < encoders_.size(); ++i) {
        if (i > 0) out_.put(',');
        encoders_[i].write(out_, row);
      }
      out_.put(']');
    }
  }

  void finish() { finish(std::string_view{}); }

  /// Ends a reply that went wrong after its first rows.
  void finish(const Error& error) {
    out_.raw(R"(],"total":)");
    out_.integer(rows_);
    out_.raw(R"(,"size":)");
    out_.integer(rows_);
    const std::string told = datasource::detail::dump(to_json(error));  // {"status":…,"error":{…}}
    out_.put(',');
    out_.raw(std::string_view{told}.substr(1));
  }

  /// Ends a page. @param cursor Names the page that follows; empty: none does.
  void finish(std::string_view cursor) {
    out_.raw(R"(],"total":)");
    out_.integer(rows_);
    out_.raw(R"(,"size":)");
    out_.integer(rows_);
    out_.raw(R"(,"status":200)");
    if (!cursor.empty()) {
      out_.raw(R"(,"cursor":)");
      out_.string(cursor);
    }
    out_.put('}');
  }

  /// Begins the body of the page that follows.
  void turn() {
    rows_ = 0;
    out_.raw(head_);
  }

  /// Of the page at hand.
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  JsonWriter& out_;
  std::string head_;
  std::vector<ColumnEncoder> encoders_;
  std::uint64_t rows_ = 0;
};

}  // namespace datasource::duckdb
