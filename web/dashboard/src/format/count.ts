const grouped = new Intl.NumberFormat('en');

/** A number of things: "1 row", "1,000,000 rows". */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${grouped.format(count)} ${count === 1 ? one : many}`;
}
