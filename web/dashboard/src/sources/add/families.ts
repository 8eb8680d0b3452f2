import type { Connector } from 'datasource-sdk';

const titles: Record<string, string> = {
  relational: 'Relational databases',
  object_store: 'Object stores and warehouses',
  time_series: 'Time series',
  document: 'Documents',
  files: 'Files',
};

export interface FamilyGroup {
  family: string;
  title: string;
  connectors: Connector[];
}

/** The connectors that match, by family, in the order of the catalogue. */
export function groupByFamily(connectors: readonly Connector[], search: string): FamilyGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, FamilyGroup>();
  for (const connector of connectors) {
    const title = titles[connector.family] ?? connector.family;
    const text = `${connector.id} ${connector.title} ${connector.description} ${title}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const group = groups.get(connector.family) ?? { family: connector.family, title, connectors: [] };
    group.connectors.push(connector);
    groups.set(connector.family, group);
  }
  return [...groups.values()];
}
