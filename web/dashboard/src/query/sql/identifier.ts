/** Words that cannot stand as a table's or a source's name without quotes, in the dialect of the gateway's SQL. */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
   deferrable desc describe distinct do else end except false fetch for foreign from grant group having in initially
   intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing
   primary qualify references returning select show some summarize symmetric table then to trailing true union unique
   unpivot using variadic when where window with`.split(/\s+/),
);

/** The name as it is written in SQL: in double quotes where it needs them. */
export function quoteIdentifier(name: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name.toLowerCase());
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}
