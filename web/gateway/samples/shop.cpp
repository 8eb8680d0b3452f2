#include "registry/sqlite.hpp"
#include "samples/random.hpp"
#include "samples/samples.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace datasource::gateway {
namespace {

constexpr int customers = 200;
constexpr int products = 40;
constexpr int orders = 5000;

constexpr const char* shop_schema = R"(
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, since TEXT NOT NULL);
  CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, price REAL NOT NULL);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers, product_id INTEGER NOT NULL REFERENCES products,
                       quantity INTEGER NOT NULL, amount REAL NOT NULL, ordered_at TEXT NOT NULL);
  BEGIN;
)";

constexpr std::array first_names{"Ada",   "Alan",   "Amara", "Anna", "Bruno", "Chen",  "Clara", "Diego", "Elif",
                                 "Emma",  "Fatima", "Grace", "Hugo", "Ines",  "Ivan",  "Jonas", "Kenji", "Lena",
                                 "Mateo", "Mei",    "Nina",  "Omar", "Priya", "Sofia", "Yuki"};
constexpr std::array last_names{"Andersen", "Bauer", "Costa",  "Dubois", "Eriksson", "Fischer", "Garcia",
                                "Haddad",   "Ito",   "Jansen", "Kaya",   "Lopez",    "Moreau",  "Novak",
                                "Okafor",   "Patel", "Rossi",  "Silva",  "Tanaka",   "Weber"};
constexpr std::array countries{"Brazil", "Canada", "France",      "Germany", "India",
                               "Italy",  "Japan",  "Netherlands", "Spain",   "United States"};
constexpr std::array materials{"Oak", "Steel", "Linen", "Glass", "Cork", "Wool", "Bamboo", "Ceramic"};

struct Ware {
  std::string_view name, category;
  int cents;
};
constexpr std::array wares{Ware{"Desk", "Furniture", 24900}, Ware{"Shelf", "Furniture", 8900},
                           Ware{"Lamp", "Lighting", 5900}, Ware{"Vase", "Decoration", 2450},
                           Ware{"Tray", "Kitchen", 1990}};
static_assert(wares.size() * materials.size() == products);

std::string date(int year, std::uint64_t month, std::uint64_t day) {
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", year % 10000, static_cast<int>(month % 12 + 1),
                static_cast<int>(day % 28 + 1));
  return text.data();
}

std::string moment(Random& random) {
  const std::string day = date(2024, random.below(12), random.below(28));
  std::array<char, 16> time;
  std::snprintf(time.data(), time.size(), " %02d:%02d:%02d", static_cast<int>(random.below(24)),
                static_cast<int>(random.below(60)), static_cast<int>(random.below(60)));
  return day + time.data();
}

double in_units(std::int64_t cents) { return static_cast<double>(cents) / 100; }

int price_of(int product) {
  const Ware& ware = wares[static_cast<std::size_t>(product) % wares.size()];
  return ware.cents + 250 * (product / static_cast<int>(wares.size()));
}

/// Prepares an INSERT and runs it once a row; `bind` binds a row's values from parameter 2 on.
template <class Bind>
Result<void> fill(sqlite3* database, std::string_view insert, int rows, Bind bind) {
  auto statement = sqlite::Statement::prepare(database, insert);
  if (!statement) return fail(statement.error());
  for (int row = 0; row < rows; ++row) {
    statement->bind(1, std::int64_t{row} + 1);
    bind(*statement, row);
    if (const auto done = statement->step(); !done) return fail(done.error());
    statement->reset();
  }
  return {};
}

}  // namespace

Result<void> write_shop(const std::filesystem::path& file) {
  auto database = sqlite::open(file);
  if (!database) return fail(database.error());
  sqlite3* shop = database->get();
  Random random{2024};
  return sqlite::execute(shop, shop_schema)
      .and_then([&] {
        return fill(shop, "INSERT INTO customers VALUES (?1, ?2, ?3, ?4)", customers,
                    [&](sqlite::Statement& row, int number) {
                      const auto index = static_cast<std::size_t>(number);
                      row.bind(2, std::string{first_names[index % first_names.size()]} + ' ' +
                                      last_names[(index * 7 + index / first_names.size()) % last_names.size()]);
                      row.bind(3, std::string_view{countries[random.below(countries.size())]});
                      row.bind(4, date(2018 + static_cast<int>(random.below(6)), random.below(12), random.below(28)));
                    });
      })
      .and_then([&] {
        return fill(shop, "INSERT INTO products VALUES (?1, ?2, ?3, ?4)", products,
                    [&](sqlite::Statement& row, int number) {
                      const Ware& ware = wares[static_cast<std::size_t>(number) % wares.size()];
                      row.bind(2, std::string{materials[static_cast<std::size_t>(number) / wares.size()]} + ' ' +
                                      std::string{ware.name});
                      row.bind(3, ware.category);
                      row.bind(4, in_units(price_of(number)));
                    });
      })
      .and_then([&] {
        return fill(shop, "INSERT INTO orders VALUES (?1, ?2, ?3, ?4, ?5, ?6)", orders,
                    [&](sqlite::Statement& row, int) {
                      const auto product = static_cast<int>(random.below(products));
                      const auto quantity = static_cast<std::int64_t>(1 + random.below(5));
                      row.bind(2, static_cast<std::int64_t>(1 + random.below(customers)));
                      row.bind(3, std::int64_t{product} + 1);
                      row.bind(4, quantity);
                      row.bind(5, in_units(quantity * price_of(product)));
                      row.bind(6, moment(random));
                    });
      })
      .and_then(
          [&] { return sqlite::execute(shop, "COMMIT; CREATE INDEX orders_by_customer ON orders (customer_id)"); });
}

}  // namespace datasource::gateway
