import type { Field } from 'datasource-sdk';

import { useConnectors } from './dataSources';

/** What every form calls the places that are no field of a connector. */
const others: readonly (readonly [string, string])[] = [
  ['configuration.endpoint', 'Endpoint'],
  ['configuration.credentials', 'Credentials'],
];

/** A sentence of the rules, of a test or of an engine, which names fields by their paths, in the words of the form. */
export function inTitles(text: string, fields: readonly Pick<Field, 'path' | 'title'>[]): string {
  const titles = new Map([...others, ...fields.map(({ path, title }) => [path, title] as const)]);
  return text.replace(/\b(?:properties|configuration)(?:\.\w+)+/g, (path) => (titles.has(path) ? `“${titles.get(path)}”` : path));
}

/** The same for what is said of a source of this connector. */
export function useTitles(connector: string | undefined): (text: string) => string {
  const fields = useConnectors().data?.find(({ id }) => id === connector)?.fields ?? [];
  return (text) => inTitles(text, fields);
}
