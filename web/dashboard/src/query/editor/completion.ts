import type { Completion } from '@codemirror/autocomplete';
import type { SQLNamespace } from '@codemirror/lang-sql';

import type { SourceSchema } from '../../sdk/schema';
import { quoteIdentifier } from '../sql/identifier';

type Children = Record<string, SQLNamespace>;

/** What can be completed: every source, and of those whose tables were read their schemas, tables and columns. */
export function namespaceOf(names: readonly string[], schemas: ReadonlyMap<string, SourceSchema>): SQLNamespace {
  const sources: Children = {};
  for (const name of names) {
    const children: Children = {};
    const schema = schemas.get(name);
    for (const table of schema?.tables ?? []) {
      const columns = table.columns.map((column) => completion(column.name, column.type));
      const described: SQLNamespace = { self: completion(table.name, table.type), children: columns };
      if (table.schema === '') children[table.name] = described;
      else {
        const inSchema = (children[table.schema] ??= { self: completion(table.schema, 'schema'), children: {} }) as { children: Children };
        inSchema.children[table.name] = described;
        // A source with one schema lets it be left out.
        if (schema?.schemas.length === 1) children[table.name] ??= described;
      }
    }
    sources[name] = { self: completion(name, 'source'), children };
  }
  return sources;
}

function completion(name: string, detail: string): Completion {
  const written = quoteIdentifier(name);
  return { label: name, detail, ...(written === name ? {} : { apply: written }) };
}

/** The sources whose names stand in a statement: their tables are worth reading. */
export function mentioned(text: string, names: readonly string[]): string[] {
  const lower = text.toLowerCase();
  const words = new Set(lower.match(/[\p{L}\p{N}_]+/gu));
  return names.filter((name) => (/^\w+$/.test(name) ? words.has(name.toLowerCase()) : lower.includes(name.toLowerCase())));
}
