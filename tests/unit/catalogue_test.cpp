#include <datasource/connector/catalogue.hpp>
#include <datasource/connector/settings.hpp>
#include <datasource/protocol/opensearch/catalogue_json.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace catalogue_test {

namespace ds = datasource;

TEST_CASE("the catalogue has the nine systems of the documents, files beside them, and what an OpenSearch registers") {
  for (const char* id : {"mysql", "postgresql", "sqlserver", "s3", "bigquery", "snowflake", "prometheus", "influxdb",
                         "mongodb", "sqlite", "files", "opensearch", "s3glue", "security_lake"}) {
    INFO(id);
    REQUIRE(ds::find_connector(id) != nullptr);
    CHECK(ds::find_connector(ds::detail::to_upper(id)) == ds::find_connector(id));
  }
  CHECK(ds::catalogue.size() == 14);
  CHECK(ds::find_connector("oracle") == nullptr);
}

TEST_CASE("every field of the catalogue is described, and its default passes its own rule") {
  for (const ds::Connector* connector : ds::catalogue) {
    INFO(connector->id);
    CHECK_FALSE(connector->description.empty());
    CHECK(connector->description.ends_with('.'));
    std::set<std::string_view> keys;
    std::set<std::string> places;
    for (const ds::Field& field : connector->fields) {
      INFO(field.key);
      CHECK(keys.insert(field.key).second);
      CHECK(places.insert(field.path()).second);
      CHECK_FALSE(field.title.empty());
      CHECK((field.help.empty() || field.help.ends_with('.')));
      CHECK((field.type == ds::FieldType::choice) == !field.choices.empty());
      CHECK_FALSE((field.required && !field.fallback.empty()));
      const bool number = field.type == ds::FieldType::integer || field.type == ds::FieldType::port;
      CHECK(number == (field.maximum > field.minimum));
      CHECK((!field.multiline || field.secret() || field.type == ds::FieldType::text));
      CHECK((field.place != ds::FieldPlace::password || field.secret()));
      if (!field.fallback.empty()) CHECK(ds::detail::check_value(field, std::string{field.fallback}).has_value());
      const bool plain = field.placeholder.empty() || field.multiline;
      if (!plain) CHECK(ds::detail::check_value(field, std::string{field.placeholder}).has_value());
    }
  }
}

TEST_CASE("fields that have no obvious meaning have a help text") {
  const std::set<std::string_view> obvious{"port", "readPreference", "authentication"};
  for (const ds::Connector* connector : ds::catalogue) {
    for (const ds::Field& field : connector->fields) {
      const bool named = field.key.find("auth") != std::string_view::npos ||
                         field.key.starts_with("glue.");  // Their titles say what a signature or a catalogue needs.
      INFO(connector->id << ' ' << field.key);
      CHECK((!field.help.empty() || obvious.contains(field.key) || named));
    }
  }
}

TEST_CASE("whatever the catalogue says of a field, there is one of that key") {
  for (const ds::Connector* connector : ds::catalogue) {
    INFO(connector->id);
    const auto known = [&](std::string_view key) { return connector->field(key) != nullptr; };
    for (const ds::EngineParameter& parameter : connector->duckdb.secret) CHECK(known(parameter.field));
    for (const ds::EngineParameter& parameter : connector->duckdb.options) {
      REQUIRE(known(parameter.field));
      CHECK_FALSE(connector->field(parameter.field)->secret());
    }
    for (const ds::Requirement& requirement : connector->requirements) {
      CHECK(known(requirement.field));
      for (const std::string_view key : requirement.needs) CHECK(known(key));
    }
    for (const ds::Implication& implication : connector->implications) {
      CHECK(known(implication.given));
      REQUIRE(known(implication.field));
      CHECK(ds::detail::check_value(*connector->field(implication.field), std::string{implication.value}));
    }
    for (const ds::Alias& alias : connector->aliases) {
      CHECK(known(alias.field));
      CHECK_FALSE(known(alias.key));
    }
    for (const ds::Field& field : connector->opensearch.fields) CHECK(known(field.key));
  }
}

TEST_CASE("a field of use only at times says so of values that another field can have, and wherever it is needed") {
  for (const ds::Connector* connector : ds::catalogue) {
    for (const ds::Field& field : connector->fields) {
      if (field.only_when == nullptr) continue;
      INFO(connector->id << ' ' << field.key);
      const auto& [other, values] = *field.only_when;
      CHECK_FALSE(field.required);
      REQUIRE(connector->field(other) != nullptr);
      CHECK_FALSE(values[0].empty());
      for (const std::string_view value : values) {
        if (!value.empty()) CHECK(ds::detail::check_value(*connector->field(other), std::string{value}).has_value());
      }
      for (const ds::Requirement& requirement : connector->requirements) {
        const bool needed = std::count(requirement.needs.begin(), requirement.needs.end(), field.key) > 0;
        if (!needed || requirement.field != other) continue;
        INFO(requirement.value);
        CHECK(std::count(values.begin(), values.end(), requirement.value) == 1);
      }
    }
  }
}

TEST_CASE("every networked connector has a connect time-out, and databases have a pool") {
  for (const char* id : {"mysql", "postgresql", "sqlserver", "mongodb"}) {
    for (const char* key : {"connectionTimeout", "maxConnections", "idleTimeout"})
      CHECK(ds::find_connector(id)->field(key) != nullptr);
  }
  for (const char* id : {"s3", "bigquery", "snowflake", "prometheus", "influxdb"})
    CHECK(ds::find_connector(id)->field("connectionTimeout") != nullptr);
}

TEST_CASE("what says where the secrets go is marked, so that a stored one never follows to another server") {
  for (const ds::Connector* connector : ds::catalogue) {
    for (const ds::Field& field : connector->fields) {
      INFO(connector->id << ' ' << field.key);
      const bool address = field.type == ds::FieldType::host || field.type == ds::FieldType::url ||
                           field.type == ds::FieldType::port || field.key == "tls" ||
                           field.place == ds::FieldPlace::username || field.key == "tlsSkipVerify";
      if (address) CHECK(field.target);
    }
  }
}

TEST_CASE("the pattern of a form and its rule judge alike") {
  const std::vector<std::string> samples{
      "",
      "a",
      "lake",
      "my.lake-1",
      "Lake",
      "-lake",
      "lake-",
      std::string(63, 'a'),
      std::string(64, 'a'),
      "sales/2024",
      "/sales",
      "sales/*.csv",
      "us-east-1",
      "SQLEXPRESS",
      "_x$#9",
      "9x",
      "$x",
      std::string(17, 'x'),
      "db1",
      "db1:27017,db2",
      "db1,",
      ",db1",
      "db1,,db2",
      "[::1]:27017",
      "db1/x",
      "acme-prod",
      "xy12345.eu-central-1",
      "acme-prod.snowflakecomputing.com",
      ".acme",
      "acme..prod",
      "example.com:project-1",
      "Project",
      "my_dataset",
      "my-dataset",
      "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nabc\n-----END ENCRYPTED PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\nabc",
      "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
      "{\"private_key\": \"x\"}",
      "{\"other\": \"x\"}",
      " {\n\"private_key\": \"x\"\n}\n",
      "a b"};
  std::set<const ds::TextForm*> forms;
  for (const ds::Connector* connector : ds::catalogue) {
    for (const ds::Field& field : connector->fields) {
      if (field.form != nullptr) forms.insert(field.form);
    }
  }
  CHECK(forms.size() >= 9);
  for (const ds::TextForm* form : forms) {
    const std::regex pattern{std::string{form->pattern}};
    int fitting = 0;
    for (const std::string& sample : samples) {
      INFO(form->name << ": " << sample);
      CHECK(form->fits(sample) == std::regex_match(sample, pattern));
      fitting += form->fits(sample) ? 1 : 0;
    }
    INFO(form->name);
    CHECK(fitting > 0);
    CHECK(fitting < static_cast<int>(samples.size()));
  }
}

TEST_CASE(
    "the catalogue's JSON says which engines read a connector, how several lines and forms are shown, and what needs "
    "what") {
  const auto json = ds::catalogue_json();
  const auto find = [&](std::string_view id) {
    return *std::find_if(json.begin(), json.end(), [&](const auto& each) { return each["id"] == id; });
  };
  CHECK(find("postgresql")["engines"] == nlohmann::ordered_json{"duckdb", "trino"});
  CHECK(find("prometheus")["engines"].back() == "opensearch");
  const auto field = [&](std::string_view id, std::string_view key) {
    const auto fields = find(id)["fields"];
    return *std::find_if(fields.begin(), fields.end(), [&](const auto& each) { return each["key"] == key; });
  };
  CHECK(field("snowflake", "privateKey")["multiline"] == true);
  CHECK(field("s3", "bucket")["pattern"] == std::string{ds::bucket_name.pattern});
  CHECK(field("s3", "secretKey")["path"] == "configuration.credentials.password");
  CHECK(find("mysql")["endpoints"][0] == "jdbc:mysql://host:3306/database");
  CHECK(find("bigquery")["requirements"][1] ==
        nlohmann::ordered_json{{"field", "authentication"}, {"value", "token"}, {"needs", {"accessToken"}}});
  CHECK(find("mongodb")["requirements"][1] == nlohmann::ordered_json{{"field", "password"}, {"needs", {"username"}}});
  CHECK_FALSE(find("postgresql").contains("requirements"));
  CHECK(field("snowflake", "token")["onlyWhen"] ==
        nlohmann::ordered_json{{"field", "authentication"}, {"values", {"pat", "oauth"}}});
  CHECK(field("influxdb", "bucket")["onlyWhen"]["values"] == nlohmann::ordered_json{"2"});
  CHECK_FALSE(field("snowflake", "username").contains("onlyWhen"));
  CHECK(find("bigquery")["implications"][0] == nlohmann::ordered_json{{"given", "serviceAccountKey"},
                                                                      {"field", "authentication"},
                                                                      {"value", "service_account"}});
  CHECK_FALSE(find("postgresql").contains("implications"));
}

}  // namespace catalogue_test
