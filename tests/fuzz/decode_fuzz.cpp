// Replies of a server, of any kind. The first byte chooses who reads the rest.
#include "fuzz.hpp"

#include <datasource/datasource.hpp>

#include <optional>
#include <string>

namespace ds = datasource;
namespace protocol = datasource::protocol;

namespace {

std::size_t bytes_of(const ds::ResultSet& result) {
  std::size_t bytes = 0;
  for (const ds::Column& column : result.columns()) {
    bytes += column.name.size() + column.validity.size();
    std::visit(
        [&](const auto& values) {
          using Values = std::decay_t<decltype(values)>;
          if constexpr (std::is_same_v<Values, ds::TextValues>) {
            bytes += values.bytes.size() + values.offsets.size() * sizeof(std::uint32_t);
          } else {
            bytes += values.size() * sizeof(typename Values::value_type);
          }
        },
        column.values);
  }
  return bytes;
}

void same(const ds::ResultSet& one, const ds::ResultSet& other) {
  FUZZ_CHECK(one.row_count() == other.row_count());
  FUZZ_CHECK(one.columns().size() == other.columns().size());
  for (std::size_t i = 0; i < one.columns().size(); ++i) {
    const ds::Column& a = one.columns()[i];
    const ds::Column& b = other.columns()[i];
    FUZZ_CHECK(a.name == b.name);
    FUZZ_CHECK(a.type == b.type);
    FUZZ_CHECK(a.null_count == b.null_count);
    for (std::size_t row = 0; row < one.row_count(); ++row) FUZZ_CHECK(ds::text_of(a, row) == ds::text_of(b, row));
  }
}

/// In pieces a reply is what it is as a whole, and what came of it are its first rows.
void in_pieces(std::string_view body, const ds::Result<ds::ResultSet>& whole) {
  ds::RowStream stream;
  std::size_t rows = 0;
  const std::size_t piece = 1 + body.size() % 7;
  for (std::size_t size = 0; size < body.size(); size += piece) {
    const std::string so_far{body.substr(0, size)};
    const std::size_t now = stream.advance(so_far);
    FUZZ_CHECK(now >= rows);
    rows = now;
  }
  const auto read = stream.finish(body);
  FUZZ_CHECK(read.has_value() == whole.has_value());
  if (read) {
    FUZZ_CHECK(rows <= read->row_count());
    same(*read, *whole);
  } else {
    FUZZ_CHECK(read.error().message == whole.error().message);
    stream.take();
  }
}

/// What was read can be written and is then read as the same; no value takes more than a few bytes beside its text.
void result(std::string_view body) {
  const auto read = ds::read_jdbc(body);
  if (body.size() < 4096) in_pieces(body, read);
  if (!read) {
    FUZZ_CHECK(!read.error().message.empty());
    return;
  }
  FUZZ_CHECK(bytes_of(*read) <= 16 * body.size() + 1024);
  const std::string written = ds::write_jdbc(*read);
  FUZZ_CHECK(nlohmann::json::accept(written) || written.find_first_of("eE") != std::string::npos);
  const auto again = ds::read_jdbc(written);
  FUZZ_CHECK(again);
  same(*read, *again);
  ds::write_csv(*read);
}

}  // namespace

int fuzz::decode(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const std::size_t reader = input.below(16);
  const int status = reader % 2 == 0 || input.below(2) == 0 ? 200 : 400;
  const ds::HttpResponse response{status, {}, std::string{input.rest()}};
  switch (reader) {
    case 0: protocol::read_list(response); break;
    case 1: protocol::read_one(response); break;
    case 2: protocol::read_acknowledgement(response); break;
    case 3: protocol::read_test(response); break;
    case 4: protocol::read_connectors(response); break;
    case 5: protocol::read_page(response); break;
    case 6: protocol::read_settings(response); break;
    case 7: protocol::read_statistics(response); break;
    case 8: protocol::read_async_query(response); break;
    case 9: protocol::read_async_query_state(response); break;
    case 10: protocol::read_direct_query(response); break;
    case 11: protocol::read_metadata(response); break;
    case 12: protocol::read_rules(response); break;
    case 13: FUZZ_CHECK(!ds::read_error({500, {}, response.body}).message.empty()); break;
    default: result(input.rest());
  }
  return 0;
}
