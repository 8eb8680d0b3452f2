// The two databases of the join: customers in PostgreSQL, their orders in MariaDB. The expected rows are computed here, by no database.

const regions = ['north', 'south', 'east', 'wäst'];

export const customers = Array.from({ length: 1000 }, (_, i) => ({ id: i + 1, name: `Customer ${i + 1}`, region: i % 97 === 0 ? null : regions[i % regions.length] }));

export const orders = Array.from({ length: 20_000 }, (_, i) => ({ id: i + 1, customerId: ((i * 7919) % 1000) + 1, cents: ((i * 104_729) % 1_000_000) + 1 }));

const literal = (value) => (value === null ? 'null' : typeof value === 'number' ? String(value) : `'${value}'`);

const values = (rows) => rows.map((row) => `(${row.map(literal).join(',')})`).join(',');

const money = (cents) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

export const postgreSql = `create table customers (id integer primary key, name text not null, region text);
insert into customers values ${values(customers.map((c) => [c.id, c.name, c.region]))};`;

export const mariaDb = `create table orders (id integer primary key, customer_id integer not null, amount decimal(12, 2) not null);
insert into orders values ${values(orders.map((o) => [o.id, o.customerId, o.cents / 100]))};`;

/** @param crm,shop names of the sources, as they stand in SQL */
export const joinStatement = (crm, shop) => `select c.region, count(*) as orders, sum(o.amount) as total
from ${shop}.orders o join ${crm}.public.customers c on c.id = o.customer_id
group by c.region order by c.region nulls last`;

/** The rows of that statement: [region, number of orders, exact total as text]. */
export function expectedRows() {
  const totals = new Map();
  for (const order of orders) {
    const { region } = customers[order.customerId - 1];
    const total = totals.get(region) ?? { count: 0, cents: 0 };
    totals.set(region, { count: total.count + 1, cents: total.cents + order.cents });
  }
  const byName = (a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
  return [...totals.keys()].sort(byName).map((region) => [region, totals.get(region).count, money(totals.get(region).cents)]);
}
