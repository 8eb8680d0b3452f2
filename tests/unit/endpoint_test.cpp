#include <datasource/connector/credentials.hpp>
#include <datasource/connector/validation.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace endpoint_test {

namespace ds = datasource;

namespace {

using Lines = std::vector<std::string>;

ds::DataSource with_endpoint(const char* connector, std::string endpoint, ds::Properties properties = {},
                             ds::Credentials credentials = {}) {
  return {.name = "x",
          .connector = {.id = connector,
                        .properties = std::move(properties),
                        .endpoint = std::move(endpoint),
                        .credentials = std::move(credentials)}};
}

Lines lines(const ds::DataSource& source) {
  Lines all;
  for (const ds::Violation& violation : ds::validate(source)) all.push_back(to_string(violation));
  return all;
}

/// What an endpoint amounts to, but for the defaults: `host=db1 port=5433`, in the order of the keys.
std::string settings(const char* connector, const std::string& endpoint) {
  const ds::Connector& described = *ds::find_connector(connector);
  const auto resolved = ds::resolve_settings(with_endpoint(connector, endpoint).connector, described);
  for (const ds::Violation& violation : resolved.violations) {
    if (violation.code != "required") return to_string(violation);
  }
  std::string text;
  for (const auto& [key, value] : resolved.settings) {
    if (value != described.field(key)->fallback) text += (text.empty() ? "" : " ") + key + '=' + value;
  }
  return text;
}

}  // namespace

TEST_CASE("an endpoint says what properties leave out") {
  const auto source = with_endpoint("mysql", "jdbc:mysql://db.example:3307/customers", {}, {"app", "p4ss"});
  CHECK(lines(source).empty());
  CHECK(settings("mysql", source.connector.endpoint) == "database=customers host=db.example port=3307");
}

TEST_CASE("the example of the documents is taken as it stands") {
  const auto source = with_endpoint("mysql", "jdbc:mysql://mysql.example.com:3306/customers",
                                    {{"database", "customers"},
                                     {"port", "3306"},
                                     {"host", "mysql.example.com"},
                                     {"encryption", true},
                                     {"connectionTimeout", std::int64_t{30000}}},
                                    {"db_user", "db_password"});
  CHECK(lines(source).empty());
  CHECK(ds::resolve_settings(source.connector, ds::mysql).settings.at("tls") == "require");
}

TEST_CASE("the URLs and the DSNs of every system are understood") {
  const struct {
    const char* connector;
    const char* endpoint;
    const char* means;
  } cases[] = {
      {"mysql", "mysql://app:p4ss@db1/crm", "database=crm host=db1 password=p4ss username=app"},
      {"mysql", "jdbc:mariadb://db1:3307/crm?user=app&password=p%264ss&sslMode=verify-full",
       "database=crm host=db1 password=p&4ss port=3307 tls=verify-full username=app"},
      {"mysql", "mysql://db1/crm?serverTimezone=UTC",
       "configuration.endpoint: its parameter \"serverTimezone\" is none of this connector; remove it, or use the "
       "properties"},
      {"mysql", "jdbc:mysql://db1/crm?useSSL=true&connectTimeout=5000&useUnicode=true",
       "connectionTimeout=5000 database=crm host=db1 tls=require"},
      {"mysql", "mysql://db1/crm?ssl-mode=VERIFY_IDENTITY", "database=crm host=db1 tls=verify-full"},
      {"postgresql", "postgresql://app:p%40ss%2F@[::1]:5433/crm?sslmode=require&connect_timeout=5",
       "connectionTimeout=5000 database=crm host=::1 password=p@ss/ port=5433 tls=require username=app"},
      {"postgresql", "JDBC:PostgreSQL://db1/crm?ssl=true&ApplicationName=x", "database=crm host=db1 tls=require"},
      {"postgresql", "postgres:///crm?host=db1", "database=crm host=db1"},
      {"postgresql", "host=db1 port = 5433 dbname='my crm' user=app password='p\\'4 s\\\\s' sslmode=verify-ca",
       "database=my crm host=db1 password=p'4 s\\s port=5433 tls=verify-ca username=app"},
      {"sqlserver", "jdbc:sqlserver://db1\\SQLEXPRESS:1434;databaseName=crm;user=app;password={p;4{s};encrypt=strict",
       "database=crm encrypt=strict host=db1 instance=SQLEXPRESS password=p;4{s port=1434 username=app"},
      {"sqlserver", "jdbc:sqlserver://;serverName=db1;databaseName=crm;trustServerCertificate=true;",
       "database=crm host=db1 trustServerCertificate=true"},
      {"sqlserver", "sqlserver://app:p4ss@db1:1433/SQLEXPRESS?database=crm&encrypt=disable&dial+timeout=1",
       "configuration.endpoint: it holds an unknown parameter; remove it, or use the properties"},
      {"sqlserver", "sqlserver://app:p4ss@db1:1433/SQLEXPRESS?database=crm&encrypt=disable&dial%20timeout=1",
       "connectionTimeout=1000 database=crm encrypt=false host=db1 instance=SQLEXPRESS password=p4ss username=app"},
      {"s3", "s3://lake/sales/2024", "bucket=lake prefix=sales/2024"},
      {"s3", "s3a://lake", "bucket=lake"},
      {"bigquery",
       "jdbc:bigquery://https://www.googleapis.com/bigquery/v2:443;ProjectId=acme;OAuthType=2;OAuthAccessToken=t0k;"
       "DefaultDataset=sales;Location=EU",
       "accessToken=t0k authentication=token dataset=sales location=EU project=acme"},
      {"bigquery", "jdbc:bigquery://http://localhost:9050;ProjectId=acme", "apiUrl=http://localhost:9050 project=acme"},
      {"bigquery", "bigquery://acme/sales", "dataset=sales project=acme"},
      {"snowflake",
       "jdbc:snowflake://acme-prod.snowflakecomputing.com:443/?db=CRM&warehouse=WH&schema=S&role=R&user=app",
       "account=acme-prod database=CRM role=R schema=S username=app warehouse=WH"},
      {"snowflake", "snowflake://app@acme-prod/CRM/S?warehouse=WH&token=t0k",
       "account=acme-prod authentication=pat database=CRM schema=S token=t0k username=app warehouse=WH"},
      {"prometheus", "https://u:p4ss@metrics.example:9090/prometheus/",
       "prometheus.auth.password=p4ss prometheus.auth.type=basicauth prometheus.auth.username=u "
       "prometheus.uri=https://metrics.example:9090/prometheus"},
      {"influxdb", "http://localhost:8086?org=acme&bucket=b&token=t0k",
       "bucket=b organization=acme token=t0k url=http://localhost:8086"},
      {"influxdb", "http://[::1]:8086/", "url=http://[::1]:8086"},
      {"mongodb", "mongodb://app:p4ss@db1:27018/crm?authSource=admin&tls=true&maxPoolSize=5",
       "authSource=admin database=crm host=db1 maxConnections=5 password=p4ss port=27018 tls=verify-full username=app"},
      {"mongodb", "mongodb://db1:27017,db2,[::1]:27019/?replicaSet=rs0&readPreference=nearest",
       "host=db1:27017,db2,[::1]:27019 readPreference=nearest replicaSet=rs0"},
      {"mongodb", "mongodb+srv://app:p4ss@cluster0.example.net/crm?retryWrites=true&w=majority",
       "database=crm host=cluster0.example.net password=p4ss srv=true username=app"},
  };
  for (const auto& [connector, endpoint, means] : cases) {
    INFO(endpoint);
    CHECK(settings(connector, endpoint) == means);
  }
}

TEST_CASE("every example of an endpoint in the catalogue is one") {
  for (const ds::Connector* connector : ds::catalogue) {
    for (const ds::EndpointForm& form : connector->endpoints) {
      INFO(form.example);
      const auto parsed = ds::parse_endpoint(form.example, *connector);
      REQUIRE(parsed);
      CHECK_FALSE(parsed->parts.empty());
      CHECK(parsed->without_credentials == form.example);
      for (const ds::EndpointParameter& parameter : form.parameters)
        CHECK((parameter.field.empty() || connector->field(parameter.field) != nullptr));
      for (const std::string_view key : form.path) CHECK(connector->field(key) != nullptr);
      CHECK(connector->field(form.field) != nullptr);
    }
  }
}

TEST_CASE("endpoint and properties that disagree are refused, both values named") {
  const auto source =
      with_endpoint("mysql", "jdbc:mysql://db1:3306/c", {{"host", "db2"}, {"port", "3306"}}, {"app", "p4ss"});
  CHECK(
      lines(source) ==
      Lines{"properties.host: \"db2\" contradicts configuration.endpoint, which says \"db1\"; give only one of them"});
}

TEST_CASE("endpoint and properties that say the same in other words agree") {
  CHECK(lines(with_endpoint("postgresql", "postgresql://DB1:05432/crm?sslmode=require",
                            {{"host", "db1"}, {"port", std::int64_t{5432}}, {"tls", "require"}, {"encryption", true}},
                            {"app", "p"}))
            .empty());
  CHECK(lines(with_endpoint("prometheus", "http://db1:9090/", {{"prometheus.uri", "http://db1:9090"}})).empty());
}

TEST_CASE("an endpoint that contradicts itself is refused") {
  CHECK(lines(with_endpoint("postgresql", "postgresql://db1/crm?host=db2", {}, {"app", "p"})) ==
        Lines{"configuration.endpoint: \"db1\" contradicts configuration.endpoint, which says \"db2\"; give only one "
              "of them"});
}

TEST_CASE("a password that is said twice differently is refused and not quoted") {
  const auto source = with_endpoint("mysql", "mysql://app:other@db1/crm", {}, {"app", "p4ss"});
  CHECK(lines(source) == Lines{"configuration.credentials.password: it contradicts configuration.endpoint; give only "
                               "one of them"});
  CHECK(ds::with_credentials_apart(source.connector) == source.connector);
  CHECK(lines(with_endpoint("mysql", "mysql://root@db1/crm", {}, {"app", "p4ss"})) ==
        Lines{"configuration.credentials.username: \"app\" contradicts configuration.endpoint, which says \"root\"; "
              "give only one of them"});
}

TEST_CASE("credentials of an endpoint are taken out of it") {
  const auto apart = [](const char* connector, const char* endpoint) {
    return ds::with_credentials_apart(with_endpoint(connector, endpoint).connector);
  };
  const auto mysql = apart("mysql", "mysql://app:p4%2Fss@db1:3307/crm?sslMode=REQUIRED");
  CHECK(mysql.endpoint == "mysql://db1:3307/crm?sslMode=REQUIRED");
  CHECK(mysql.credentials == ds::Credentials{"app", "p4/ss"});
  const auto sqlserver =
      apart("sqlserver", "jdbc:sqlserver://db1;user=app;databaseName=crm;password={p;4};encrypt=true");
  CHECK(sqlserver.endpoint == "jdbc:sqlserver://db1;databaseName=crm;encrypt=true");
  CHECK(sqlserver.credentials == ds::Credentials{"app", "p;4"});
  const auto postgresql = apart("postgresql", "user=app host=db1 password='p 4' dbname=crm");
  CHECK(postgresql.endpoint == "host=db1 dbname=crm");
  CHECK(postgresql.credentials == ds::Credentials{"app", "p 4"});
  const auto influxdb = apart("influxdb", "http://db1:8086?org=acme&token=t0k&bucket=b");
  CHECK(influxdb.endpoint == "http://db1:8086?org=acme&bucket=b");
  CHECK(std::get<std::string>(influxdb.properties.at("token")) == "t0k");
  const auto prometheus = apart("prometheus", "http://u:p4ss@db1:9090");
  CHECK(prometheus.endpoint == "http://db1:9090");
  CHECK(std::get<std::string>(prometheus.properties.at("prometheus.auth.password")) == "p4ss");
  const auto bigquery = apart(
      "bigquery", "jdbc:bigquery://https://www.googleapis.com/bigquery/v2:443;OAuthAccessToken=t0k;ProjectId=acme");
  CHECK(bigquery.endpoint == "jdbc:bigquery://https://www.googleapis.com/bigquery/v2:443;ProjectId=acme");
}

TEST_CASE("an endpoint that cannot be read is refused, and nothing of a password in it is quoted") {
  const struct {
    const char* connector;
    const char* endpoint;
    const char* code;
  } cases[] = {
      {"mysql", "db1", "endpoint_form"},
      {"mysql", "postgresql://db1/crm", "endpoint_form"},
      {"mysql", "jdbc:mysql:db1", "endpoint_form"},
      {"mysql", "mysql://app:p4/ss@db1/crm", "endpoint_credentials"},
      {"mysql", "mysql://app:p4?ss@db1/crm", "endpoint_parameters"},
      {"mysql", "mysql://app:p4#ss@db1/crm", "endpoint_parameters"},
      {"mysql", "mysql://db1/crm;x=p4ss", "endpoint_parameters"},
      {"mysql", "mysql://db1/crm?unknown=p4ss", "endpoint_parameters"},
      {"mysql", "mysql://db1/crm?password", "endpoint_parameters"},
      {"mysql", "mysql://[::1/crm", "endpoint_form"},
      {"mysql", "mysql://[::1]x/crm", "endpoint_form"},
      {"mysql", "mysql://db1/crm\n", "control_character"},
      {"postgresql", "host=db1 password='p4ss", "endpoint_form"},
      {"postgresql", "host=db1 p4ss", "endpoint_form"},
      {"sqlserver", "jdbc:sqlserver://db1;database=crm;x={p4ss", "endpoint_parameters"},
      {"snowflake", "snowflake://app:p4ss@acme/CRM", "endpoint_credentials"},
      {"snowflake", "snowflake://acme:8080/CRM", "endpoint_form"},
      {"s3", "s3://key:p4ss@lake", "none"},
      {"files", "file:///srv", "endpoint_unused"},
  };
  for (const auto& [connector, endpoint, code] : cases) {
    INFO(endpoint);
    std::string found = "none";
    for (const ds::Violation& violation : ds::validate(with_endpoint(connector, endpoint))) {
      if (violation.field == "configuration.endpoint") found = violation.code;
      CHECK(to_string(violation).find("p4") == std::string::npos);
      CHECK(to_string(violation).find("ss@") == std::string::npos);
    }
    CHECK(found == code);
  }
}

TEST_CASE("encryption and tls that disagree are refused") {
  auto source =
      with_endpoint("postgresql", "postgresql://db1/crm", {{"encryption", true}, {"tls", "disable"}}, {"app", "p"});
  CHECK(
      lines(source) ==
      Lines{
          "properties.encryption: \"true\" contradicts properties.tls, which says \"disable\"; give only one of them"});
  source.connector.properties["tls"] = "verify-full";
  CHECK(lines(source).empty());
  source.connector.properties["encryption"] = "maybe";
  CHECK(ds::validate(source).at(0).code == "boolean_form");
}

}  // namespace endpoint_test
