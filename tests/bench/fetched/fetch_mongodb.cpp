// Documents of a MongoDB to columns: our reader, and libmongoc's cursor whose fields are read out by hand.
//
// usage: fetch_mongodb PORT DATABASE COLLECTION TURNS

#include "turns.hpp"

#include <datasource/engine/remote/mongodb.hpp>

#include <bson/bson.h>
#include <mongoc/mongoc.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace ds = datasource;
namespace mongo = datasource::remote::mongo;

std::vector<ds::ResultSet> read_own(const char* port, const char* database, const char* collection) {
  const auto source = ds::remote::open_mongodb({{"host", "127.0.0.1"}, {"port", port}, {"database", database}}).value();
  auto rows = bench::read_all(*source, collection, {.columns = {"_id", "customer", "amount", "name", "at"}});
  if (!rows) {
    std::fprintf(stderr, "%s\n", rows.error().message.c_str());
    std::exit(1);
  }
  return std::move(*rows);
}

bench::PlainColumns read_peer(const char* port, const char* database, const char* collection) {
  const std::string uri = "mongodb://127.0.0.1:" + std::string{port} + "/?directConnection=true";
  const mongo::Owned<mongoc_client_t> client{mongoc_client_new(uri.c_str())};
  const mongo::Owned<mongoc_collection_t> handle{mongoc_client_get_collection(client.get(), database, collection)};
  bson_t filter = BSON_INITIALIZER;
  bson_t* const options = BCON_NEW("projection", "{", "_id", BCON_INT32(1), "customer", BCON_INT32(1), "amount",
                                   BCON_INT32(1), "name", BCON_INT32(1), "at", BCON_INT32(1), "}");
  mongo::Owned<mongoc_cursor_t> cursor{mongoc_collection_find_with_opts(handle.get(), &filter, options, nullptr)};
  bson_destroy(options);
  bench::PlainColumns columns;
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) {
    bson_iter_t at;
    if (!bson_iter_init(&at, document)) continue;
    while (bson_iter_next(&at)) {
      const std::string_view key{bson_iter_key(&at), bson_iter_key_len(&at)};
      if (key == "_id") {
        char hex[25];
        bson_oid_to_string(bson_iter_oid(&at), hex);
        columns.ids.add({hex, 24});
      } else if (key == "customer") {
        columns.integers.push_back(bson_iter_int32(&at));
      } else if (key == "amount") {
        columns.numbers.push_back(bson_iter_as_double(&at));
      } else if (key == "name") {
        std::uint32_t length = 0;
        const char* const text = bson_iter_utf8(&at, &length);
        columns.names.add({text, length});
      } else if (key == "at") {
        columns.times.push_back(bson_iter_date_time(&at) * 1000);
      }
    }
  }
  bson_error_t problem;
  if (mongoc_cursor_error(cursor.get(), &problem)) {
    std::fprintf(stderr, "%s\n", problem.message);
    std::exit(1);
  }
  return columns;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    std::fprintf(stderr, "usage: %s PORT DATABASE COLLECTION TURNS\n", arguments[0]);
    return 2;
  }
  mongo::initialise();
  return bench::take_turns(
      std::atoi(arguments[4]), [&] { return read_own(arguments[1], arguments[2], arguments[3]); },
      [&] { return read_peer(arguments[1], arguments[2], arguments[3]); });
}
