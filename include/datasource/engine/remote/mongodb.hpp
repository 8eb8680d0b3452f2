#pragma once

#include <datasource/connector/settings.hpp>
#include <datasource/engine/remote/mongodb/client.hpp>
#include <datasource/engine/remote/mongodb/find.hpp>
#include <datasource/engine/remote/mongodb/infer.hpp>
#include <datasource/engine/remote/mongodb/native.hpp>
#include <datasource/engine/remote/mongodb/scan.hpp>
#include <datasource/federation/remote_source.hpp>
#include <datasource/model/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace datasource::remote {

/// A MongoDB through libmongoc. Collections are tables, databases are schemas; the columns are those of a sample of
/// documents and of the collection's validator.
class MongoDbSource final : public RemoteSource {
 public:
  /// @pre the settings are those of connector `mongodb`, without violations
  explicit MongoDbSource(Settings settings)
      : clients_{std::move(settings)},
        database_{mongo::setting(clients_.settings(), "database")},
        sample_size_{static_cast<std::size_t>(mongo::number(clients_.settings(), "sampleSize", 1000))} {}

  [[nodiscard]] std::string default_schema() const override { return database_.empty() ? "test" : database_; }

  [[nodiscard]] Result<std::vector<RemoteTable>> tables(std::stop_token stop) override {
    return use<std::vector<RemoteTable>>(stop, [&](mongo::Lease& lease) -> Result<std::vector<RemoteTable>> {
      std::vector<std::string> databases{database_};
      if (database_.empty()) {
        auto found = database_names(lease);
        if (!found) return fail(std::move(found.error()));
        databases = std::move(*found);
      }
      std::vector<RemoteTable> all;
      for (const std::string& database : databases) {
        auto found = collections(lease, database);
        if (!found) return fail(std::move(found.error()));
        all.insert(all.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
      }
      std::sort(all.begin(), all.end(), [](const RemoteTable& a, const RemoteTable& b) {
        return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
      });
      return all;
    });
  }

  [[nodiscard]] Result<RemoteTable> describe(std::string_view schema, std::string_view table,
                                             std::stop_token stop) override {
    if (!database_.empty() && schema != database_)
      return not_found("no schema \"" + std::string{schema} + "\": this source reads the database \"" + database_ +
                       "\" alone");
    return use<RemoteTable>(stop, [&](mongo::Lease& lease) -> Result<RemoteTable> {
      auto found = collections(lease, std::string{schema});
      if (!found) return fail(std::move(found.error()));
      for (RemoteTable& each : *found) {
        if (each.name != table) continue;
        auto columns = sample(lease, each);
        if (!columns) return fail(std::move(columns.error()));
        each.columns = std::move(*columns);
        return std::move(each);
      }
      return no_collection(schema, table, *found);
    });
  }

  [[nodiscard]] bool applies(const RemoteTable& table, const Filter& filter) const override {
    return mongo::is_exact(table, filter);
  }

  [[nodiscard]] Result<std::unique_ptr<RemoteScan>> scan(const RemoteTable& table, const ScanRequest& request,
                                                         std::stop_token stop) override {
    auto cursor = begin(table, mongo::plan_find(table, request), stop);
    // A view has the collation that it was made with and takes no other: the engine compares the texts then.
    if (!cursor && cursor.error().type == view_collation)
      cursor = begin(table, mongo::plan_find(table, request, false), stop);
    if (!cursor) return fail(std::move(cursor.error()));
    std::vector<RemoteColumn> columns;
    std::vector<std::string> fields;
    for (const std::string& name : request.columns) {
      const auto known = std::find_if(table.columns.begin(), table.columns.end(),
                                      [&](const RemoteColumn& column) { return column.name == name; });
      if (known == table.columns.end()) return not_found(table.name + " has no column \"" + name + '"');
      columns.push_back(*known);
      fields.emplace_back(mongo::field_of(table, name));
    }
    return std::make_unique<mongo::DocumentScan>(std::move(*cursor), mongo::RowWriter{std::move(columns), fields},
                                                 table.schema + '.' + table.name);
  }

  [[nodiscard]] std::string request_text(const RemoteTable& table, const ScanRequest& request) const override {
    return mongo::to_text(table, mongo::plan_find(table, request));
  }

  [[nodiscard]] std::string_view native_language() const override { return "MongoDB aggregation"; }

  [[nodiscard]] Result<NativeResult> query(std::string_view text, std::stop_token stop) override {
    auto asked = mongo::parse_aggregation(text);
    if (!asked) return fail(std::move(asked.error()));
    if (asked->database.empty()) asked->database = default_schema();
    if (!database_.empty() && asked->database != database_)
      return fail(ErrorKind::invalid,
                  "$db is \"" + asked->database + "\", but this source reads the database \"" + database_ + "\" alone");
    auto lease = mongo::Lease::take(clients_, stop);
    if (!lease) return fail(std::move(lease.error()));
    const mongo::Owned<mongoc_collection_t> collection{
        mongoc_client_get_collection(lease->get(), asked->database.c_str(), asked->collection.c_str())};
    mongo::Document pipeline;
    pipeline.array("pipeline", asked->pipeline);
    mongo::Owned<mongoc_cursor_t> handle{mongoc_collection_aggregate(collection.get(), MONGOC_QUERY_NONE,
                                                                     pipeline.get(), asked->options.get(), nullptr)};
    mongo::Cursor cursor{std::move(*lease), std::move(handle)};
    auto read = cursor.lease().client().during(stop, [&] { return cursor.read_ahead(sample_size_, most_sample); });
    if (!read) return fail(std::move(read.error()));
    mongo::SchemaSample seen;
    for (const mongo::Document& document : cursor.ahead()) seen.see(*document.get());
    RemoteTable shape{.schema = asked->database, .name = asked->collection, .columns = seen.columns()};
    std::vector<std::string> fields;
    for (const RemoteColumn& column : shape.columns) fields.emplace_back(mongo::field_of(shape, column.name));
    NativeResult result{.columns = shape.columns};
    result.rows = std::make_unique<mongo::DocumentScan>(
        std::move(cursor), mongo::RowWriter{std::move(shape.columns), fields}, "the pipeline's result");
    return result;
  }

  [[nodiscard]] Address address() const override {
    const Settings& settings = clients_.settings();
    const std::string server = mongo::servers_text(settings);
    if (mongo::setting(settings, "srv") == "true" || server.find(',') != std::string::npos) return {};
    const std::size_t colon = server.rfind(':');
    std::string host = server.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {std::move(host), server.substr(colon + 1)};
  }

  [[nodiscard]] std::vector<RemoteCheck> checks() override {
    std::vector<RemoteCheck> steps;
    const std::string mode = mongo::tls_mode(clients_.settings());
    if (address().host.empty()) {
      steps.push_back({"connect", "Connect to the servers", [this](std::stop_token stop) {
                         return select(stop, mongo::servers_text(clients_.settings()) + " answers");
                       }});
    }
    if (mode != "disable") {
      steps.push_back({"tls", "Negotiate TLS", [this, mode](std::stop_token stop) {
                         return select(stop, "encrypted, with the mode \"" + mode + '"');
                       }});
    }
    steps.push_back({"authenticate", "Sign in", [this](std::stop_token stop) { return sign_in(stop); }});
    steps.push_back({"version", "Read the version", [this](std::stop_token stop) { return version(stop); }});
    steps.push_back({"tables", "List tables", [this](std::stop_token stop) { return count_tables(stop); }});
    return steps;
  }

 private:
  static constexpr std::size_t most_sample = 32U << 20;  // bytes
  static constexpr std::string_view view_collation = "ViewCollation";

  /// Does `work` with a client.
  template <class T, class Work>
  Result<T> use(const std::stop_token& stop, Work&& work) {
    auto lease = mongo::Lease::take(clients_, stop);
    if (!lease) return fail(std::move(lease.error()));
    return lease->client().during(stop, [&] { return work(*lease); });
  }

  static tl::unexpected<Error> not_found(std::string message) {
    return fail(
        {.kind = ErrorKind::not_found, .message = std::move(message), .status = 404, .type = "NotFoundException"});
  }

  static tl::unexpected<Error> no_collection(std::string_view schema, std::string_view table,
                                             const std::vector<RemoteTable>& others) {
    std::string message =
        "the database \"" + std::string{schema} + "\" has no collection \"" + std::string{table} + '"';
    for (const RemoteTable& other : others) {
      if (datasource::detail::iequals(other.name, table))
        return not_found(message + "; it has \"" + other.name + "\", and MongoDB tells case apart");
    }
    for (std::size_t i = 0; i < others.size() && i < 10; ++i)
      message += (i == 0 ? "; it has " : ", ") + others[i].name + (i == 9 && others.size() > 10 ? ", …" : "");
    return not_found(std::move(message));
  }

  /// Every document of a short list. `each` is called with each.
  template <class Each>
  static Result<void> all(mongo::Lease& lease, mongo::Owned<mongoc_cursor_t> cursor, Each&& each) {
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) each(*document);
    bson_error_t problem;
    if (mongoc_cursor_error(cursor.get(), &problem)) return fail(lease.error(problem));
    return {};
  }

  Result<std::vector<std::string>> database_names(mongo::Lease& lease) {
    const mongo::Document options;
    options.boolean("nameOnly", true);
    options.boolean("authorizedDatabases", true);
    std::vector<std::string> names;
    mongo::Owned<mongoc_cursor_t> cursor{mongoc_client_find_databases_with_opts(lease.get(), options.get())};
    auto done = all(lease, std::move(cursor), [&](const bson_t& database) {
      const auto name = mongo::find(database, "name");
      if (!name || !BSON_ITER_HOLDS_UTF8(&*name)) return;
      const std::string_view text = mongo::text_of(*name);
      if (text != "admin" && text != "local" && text != "config") names.emplace_back(text);
    });
    if (!done) return fail(std::move(done.error()));
    return names;
  }

  Result<std::vector<RemoteTable>> collections(mongo::Lease& lease, const std::string& database) {
    // A user that may read some collections alone may list those, by their names alone.
    const mongo::Document options;
    options.boolean("nameOnly", true);
    options.boolean("authorizedCollections", true);
    std::vector<RemoteTable> found;
    const mongo::Owned<mongoc_database_t> handle{mongoc_client_get_database(lease.get(), database.c_str())};
    mongo::Owned<mongoc_cursor_t> cursor{mongoc_database_find_collections_with_opts(handle.get(), options.get())};
    auto done = all(lease, std::move(cursor), [&](const bson_t& collection) {
      const auto name = mongo::find(collection, "name");
      if (!name || !BSON_ITER_HOLDS_UTF8(&*name) || mongo::text_of(*name).starts_with("system.")) return;
      RemoteTable table{.schema = database, .name = std::string{mongo::text_of(*name)}};
      const auto type = mongo::find(collection, "type");
      if (type && BSON_ITER_HOLDS_UTF8(&*type) && mongo::text_of(*type) == "view") table.kind = "view";
      found.push_back(std::move(table));
    });
    if (!done) return fail(std::move(done.error()));
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
  }

  /// The first documents and the last ones, since what is added later may have other fields, and the validator.
  Result<std::vector<RemoteColumn>> sample(mongo::Lease& lease, const RemoteTable& table) {
    mongo::SchemaSample seen;
    declare(lease, table, seen);
    const bool view = table.kind == "view";
    const std::size_t first = view ? sample_size_ : (sample_size_ + 1) / 2;
    auto done = read_sample(lease, table, first, 1, seen);
    if (done && *done == first && !view && sample_size_ > first) {
      // What has no natural order has no last documents either.
      (void)read_sample(lease, table, sample_size_ - first, -1, seen);
    }
    if (!done) return fail(std::move(done.error()));
    return seen.columns();
  }

  Result<std::size_t> read_sample(mongo::Lease& lease, const RemoteTable& table, std::size_t count, int direction,
                                  mongo::SchemaSample& seen) {
    const mongo::Document nothing;
    const mongo::Document options;
    options.number("limit", static_cast<std::int64_t>(count));
    if (direction < 0) {
      const mongo::Document order;
      order.number("$natural", std::int32_t{-1});
      options.document("sort", order);
    }
    const mongo::Owned<mongoc_collection_t> collection{
        mongoc_client_get_collection(lease.get(), table.schema.c_str(), table.name.c_str())};
    mongo::Owned<mongoc_cursor_t> cursor{
        mongoc_collection_find_with_opts(collection.get(), nothing.get(), options.get(), nullptr)};
    std::size_t read = 0;
    auto done = all(lease, std::move(cursor), [&](const bson_t& document) {
      ++read;
      seen.see(document);
    });
    if (!done) return fail(std::move(done.error()));
    return read;
  }

  /// A user that may not read the options does without the validator.
  void declare(mongo::Lease& lease, const RemoteTable& table, mongo::SchemaSample& seen) {
    const mongo::Document name;
    name.text("name", table.name);
    const mongo::Document options;
    options.document("filter", name);
    const mongo::Owned<mongoc_database_t> handle{mongoc_client_get_database(lease.get(), table.schema.c_str())};
    mongo::Owned<mongoc_cursor_t> cursor{mongoc_database_find_collections_with_opts(handle.get(), options.get())};
    (void)all(lease, std::move(cursor), [&](const bson_t& collection) {
      const auto called = mongo::find(collection, "name");
      if (!called || !BSON_ITER_HOLDS_UTF8(&*called) || mongo::text_of(*called) != table.name) return;
      bson_iter_t at;
      bson_iter_t schema;
      if (!bson_iter_init(&at, &collection) ||
          !bson_iter_find_descendant(&at, "options.validator.$jsonSchema", &schema) ||
          !BSON_ITER_HOLDS_DOCUMENT(&schema))
        return;
      std::uint32_t size = 0;
      const std::uint8_t* bytes = nullptr;
      bson_iter_document(&schema, &size, &bytes);
      bson_t declared;
      if (bson_init_static(&declared, bytes, size)) seen.declare(declared);
    });
  }

  Result<mongo::Cursor> begin(const RemoteTable& table, const mongo::Find& find, const std::stop_token& stop) {
    auto lease = mongo::Lease::take(clients_, stop);
    if (!lease) return fail(std::move(lease.error()));
    const mongo::Owned<mongoc_collection_t> collection{
        mongoc_client_get_collection(lease->get(), table.schema.c_str(), table.name.c_str())};
    mongo::Owned<mongoc_cursor_t> handle{
        mongoc_collection_find_with_opts(collection.get(), find.filter.get(), find.options.get(), nullptr)};
    mongo::Cursor cursor{std::move(*lease), std::move(handle)};
    // The first document, so that a refusal is told here.
    auto read = cursor.lease().client().during(stop, [&] { return cursor.read_ahead(1, most_sample); });
    if (!read) {
      if (find.texts && mongo::is(cursor.problem(), mongo::ServerCode::option_not_supported_on_view))
        read.error().type = view_collation;
      return fail(std::move(read.error()));
    }
    return cursor;
  }

  // ---- The steps of a connection test

  Result<std::string> select(const std::stop_token& stop, std::string found) {
    return use<std::string>(stop, [&](mongo::Lease& lease) -> Result<std::string> {
      bson_error_t problem;
      mongoc_server_description_t* const server = mongoc_client_select_server(lease.get(), false, nullptr, &problem);
      if (server == nullptr) return fail(lease.error(problem));
      mongoc_server_description_destroy(server);
      return std::move(found);
    });
  }

  Result<mongo::Document> command(mongo::Lease& lease, const char* name, const std::string& database) {
    const mongo::Document asked;
    asked.number(name, std::int32_t{1});
    bson_t reply;
    bson_error_t problem;
    const bool done =
        mongoc_client_command_simple(lease.get(), database.c_str(), asked.get(), nullptr, &reply, &problem);
    mongo::Document copy{reply};
    bson_destroy(&reply);
    if (!done) return fail(lease.error(problem));
    return copy;
  }

  Result<std::string> sign_in(const std::stop_token& stop) {
    return use<std::string>(stop, [&](mongo::Lease& lease) -> Result<std::string> {
      auto pong = command(lease, "ping", default_schema());
      if (!pong) return fail(std::move(pong.error()));
      const std::string user = mongo::setting(clients_.settings(), "username");
      return (user.empty() ? "without a user" : "as " + user) +
             (database_.empty() ? std::string{} : ", database " + database_);
    });
  }

  Result<std::string> version(const std::stop_token& stop) {
    return use<std::string>(stop, [&](mongo::Lease& lease) -> Result<std::string> {
      auto info = command(lease, "buildInfo", "admin");
      if (!info) return fail(std::move(info.error()));
      const auto said = mongo::find(*info->get(), "version");
      if (!said || !BSON_ITER_HOLDS_UTF8(&*said)) return "MongoDB";
      const std::string number{mongo::text_of(*said)};
      int parts[2] = {0, 0};
      const char* at = number.data();
      for (int& part : parts) {
        at = std::from_chars(at, number.data() + number.size(), part).ptr;
        if (at != number.data() + number.size()) ++at;
      }
      if (std::pair{parts[0], parts[1]} < std::pair{4, 4})
        return fail(ErrorKind::unsupported, "MongoDB " + number + " is too old; version 4.4 or later is needed");
      return "MongoDB " + number;
    });
  }

  Result<std::string> count_tables(const std::stop_token& stop) {
    auto found = tables(stop);
    if (!found) return fail(std::move(found.error()));
    if (!found->empty() || database_.empty())
      return std::to_string(found->size()) + (found->size() == 1 ? " table" : " tables");
    // MongoDB takes every name of a database: one without collections is most likely misspelt.
    auto names = use<std::vector<std::string>>(stop, [&](mongo::Lease& lease) { return database_names(lease); });
    if (!names) return "0 tables";
    std::string message = "there is no database \"" + database_ + "\" with collections that this user may read";
    for (std::size_t i = 0; i < names->size() && i < 10; ++i) message += (i == 0 ? "; there are " : ", ") + (*names)[i];
    return not_found(std::move(message));
  }

  mongo::Clients clients_;
  std::string database_;
  std::size_t sample_size_;
};

/// A MongoDB as a source of tables. Does no I/O. @pre the settings are those of connector `mongodb`, without violations
inline Result<std::unique_ptr<RemoteSource>> open_mongodb(const Settings& settings) {
  return std::make_unique<MongoDbSource>(settings);
}

}  // namespace datasource::remote
