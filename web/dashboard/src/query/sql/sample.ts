/** A first statement for the two sample sources. Each side is counted before the join, so that no row counts twice. */
export const sampleJoin = `-- Two sources in one statement: orders of a SQLite shop beside page views in Parquet files.
with sales as (
  select c.country, count(*) as orders, round(sum(o.amount), 2) as revenue
  from shop.orders o
  join shop.customers c on c.id = o.customer_id
  group by c.country
),
visits as (
  select c.country, count(distinct e.session_id) as sessions
  from events.page_views e
  join shop.customers c on c.id = e.customer_id
  group by c.country
)
select country, orders, revenue, coalesce(sessions, 0) as sessions
from sales
left join visits using (country)
order by revenue desc`;

const sampleSources = ['shop', 'events'];

export function hasSamples(names: readonly string[]): boolean {
  return sampleSources.every((name) => names.includes(name));
}
